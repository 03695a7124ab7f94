"""Reading aids: they ask where an editor would ask, and take nothing for granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import TooLarge
from service.domain.text.markup.parser import parse_markup
from service.domain.text.review.writing_advice import (
    DEFAULT_WORD_LISTS,
    LONG_SENTENCE_WORDS,
    MAX_ITEMS,
    WordLists,
    parse_terms,
    review_writing,
)
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

NOTHING = WordLists((), (), ())


def kinds(text: str, lang: str = "en") -> list[str]:
    return [
        remark.kind
        for remark in review_writing(parse_markup(text), lang=lang, word_lists=DEFAULT_WORD_LISTS[lang]).items
    ]


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("Forty people were killed in Homs.", "en", ["nobody_named", "no_source"]),
        ("Forty people were killed in Homs.[^1]\n\n[^1]: A report.", "en", ["nobody_named"]),
        ("The army killed forty people.[^1]\n\n[^1]: A report.", "en", []),
        ("All parties committed violations.", "en", ["everybody_named", "no_source"]),
        ("We call on all parties to stop.", "en", ["everybody_named"]),
        ("We ask for peace. It is 3.5 years.", "en", []),
        ("قُتل أربعون مدنيًّا في حمص.", "ar", ["nobody_named", "no_source"]),
        ("وقصفت قوات النظام السوق.[^1]\n\n[^1]: تقرير.", "ar", []),
        ("ارتكبت جميع الأطراف انتهاكات.", "ar", ["everybody_named", "no_source"]),
        ("ندين الاعتقال والإخفاء.", "ar", ["nobody_named", "no_source"]),
        ("وقعت مجازر وغارات على السوق.", "ar", ["nobody_named", "no_source"]),
        ("ندعو الأطراف كافّة إلى التفاوض.", "ar", ["everybody_named"]),
        ("ندعو الأطراف المعنيّة إلى التفاوض.", "ar", ["everybody_named"]),
        ("نطالب بالعدل.", "ar", []),
    ],
)
def test_what_an_editor_would_ask(text: str, lang: str, said: list[str]) -> None:
    assert kinds(f"{text}\n", lang) == said


def test_a_heading_and_a_note_are_not_asked_about() -> None:
    assert kinds("## The killing\n\nWe speak.[^1]\n\n[^1]: They were killed.\n") == []


def test_long_sentences_and_how_old_a_reader_is() -> None:
    long = review_writing(parse_markup("word " * (LONG_SENTENCE_WORDS + 1) + ".\n"), lang="en", word_lists=NOTHING)
    assert [(remark.kind, remark.words) for remark in long.items] == [("long_sentence", LONG_SENTENCE_WORDS + 1)]
    easy = review_writing(parse_markup("The cat sat. The dog ran.\n"), lang="en", word_lists=NOTHING)
    hard = review_writing(
        parse_markup("Constitutional jurisprudence necessitates considerable institutional deliberation.\n"),
        lang="en",
        word_lists=NOTHING,
    )
    assert easy.age and hard.age and easy.age < hard.age
    assert (easy.sentences, easy.mean) == (2, 3)
    assert review_writing(parse_markup("نصّ قصير.\n"), lang="ar", word_lists=NOTHING).age is None


@given(ANY_TEXT, st.sampled_from(["ar", "en"]))
def test_every_text_can_be_advised_on_and_what_is_quoted_stands_in_it(text: str, lang: str) -> None:
    try:
        tree = parse_markup(text)
    except TooLarge:
        return
    found = review_writing(tree, lang=lang, word_lists=DEFAULT_WORD_LISTS[lang])
    assert len(found.items) <= MAX_ITEMS and (found.more == 0 or len(found.items) == MAX_ITEMS)
    assert review_writing(tree, lang=lang, word_lists=DEFAULT_WORD_LISTS[lang]) == found
    assert not [one for one in review_writing(tree, lang=lang, word_lists=NOTHING).items if one.kind != "long_sentence"]
    for remark in found.items:
        assert remark.words > 0 and "\ue000" not in remark.sentence


@given(st.lists(st.text("abcء ", min_size=1, max_size=6), max_size=8))
def test_words_of_a_field(words: list[str]) -> None:
    plain = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    assert parse_terms("\n".join(words)) == parse_terms("، ".join(words)) == plain


@given(st.text(max_size=40))
def test_a_word_of_any_characters_is_looked_for_as_it_is(word: str) -> None:
    review_writing(parse_markup("Some words here (and more).\n"), lang="en", word_lists=WordLists((word,), (), (word,)))
