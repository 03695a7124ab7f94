"""Words of the search: writers of one word in several spellings find each other."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain.text.search_terms import (
    MAX_WORD,
    cut_snippet,
    fold_word,
    has_all,
    plain_words,
    query_terms,
    search_words,
)

HARAKAT = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"
ARTICLES = {article[:end] for article in ("ال", "لل", "وال", "فال", "بال", "كال") for end in (1, 2, 3)}
ARABIC_WORDS = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("أُمَّة", "امه"),
        ("إدارة", "اداره"),
        ("آراء", "اراء"),
        ("مسؤول", "مسئول"),
        ("مستشفى", "مستشفي"),
        ("حـــقوق", "حقوق"),
        ("کتابی", "كتابي"),
        ("ﻻجئون", "لاجئون"),
        ("٢٠٢٦", "2026"),
        ("۲۰۲۶", "2026"),
        ("Égalité", "EGALITE"),
        ("Straße", "strasse"),
        ("می\u200cخواهم", "میخواهم"),
    ],
)
def test_spellings_of_a_word_are_one(written: str, typed: str) -> None:
    assert fold_word(written) == fold_word(typed) != ""


@given(st.text(max_size=80))
def test_folding_is_stable_and_leaves_letters_and_digits(text: str) -> None:
    folded = fold_word(text)
    assert fold_word(folded) == folded and len(folded) <= MAX_WORD
    assert all(one.isalnum() for one in folded)


@given(ARABIC_WORDS, st.data())
def test_marks_between_letters_do_not_count(word: str, data: st.DataObject) -> None:
    marks = st.text(HARAKAT, max_size=2)
    assert fold_word("".join(letter + data.draw(marks) for letter in word)) == fold_word(word)


@given(st.lists(ARABIC_WORDS | st.from_regex(r"[A-Za-z]{1,9}", fullmatch=True), min_size=1, max_size=6))
def test_every_text_is_found_by_its_own_words(words: list[str]) -> None:
    text = " ".join(words)
    terms = query_terms(text)
    assert has_all(search_words(text), terms)
    assert any(one.found for one in cut_snippet(text, " ".join(search_words(text)), terms))


@given(ARABIC_WORDS, st.data())
def test_beginning_of_a_word_finds_it(word: str, data: st.DataObject) -> None:
    """A beginning that goes no further than the article says nothing of the word."""
    typed = word[: data.draw(st.integers(1, len(word)))]
    assume(typed == word or typed not in ARTICLES)
    assert has_all(search_words(word), query_terms(typed))


@given(st.text(max_size=120), st.text(max_size=12))
def test_snippet_is_made_of_the_text(body: str, query: str) -> None:
    found = cut_snippet(body, " ".join(search_words(body)), query_terms(query))
    assert "".join(one.text for one in found).removeprefix("… ").removesuffix(" …") in body


@pytest.mark.parametrize("query", ["دستور", "الدستور", "والدستور", "الدس", "الد"])
def test_article_does_not_matter(query: str) -> None:
    assert has_all(search_words("لا للدستور بلا مشاركة"), query_terms(query))


def test_all_words_must_be_there_and_only_the_last_may_be_a_beginning() -> None:
    words = search_words("No constitution without participation")
    assert has_all(words, query_terms("constitution partic"))
    assert not has_all(words, query_terms("constit participation"))
    assert not has_all(words, query_terms("constitution women"))
    assert not has_all(words, query_terms(" – "))


def test_snippet_shows_the_words_found_in_place() -> None:
    body = "one two three four five six seven eight الحُقوق nine " + "more " * 30
    found = cut_snippet(body, " ".join(search_words(body)), query_terms("حقوق"))
    assert [one.text for one in found if one.found] == ["الحُقوق"]
    assert found[0].text == "… " and found[-1].text.endswith(" …")


def test_markup_is_not_searched() -> None:
    assert (
        plain_words("## Article 1 {#one}\n\n- **We**, [all](https://x.example/y) of us\n") == "Article 1 We, all of us"
    )
