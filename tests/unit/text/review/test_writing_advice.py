"""Reading aids: they ask where an editor would ask, and take nothing for granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import TooLarge
from service.domain.text.markup.parser import read
from service.domain.text.review.writing_advice import LONG, SHOWN, USUAL, Lists, advise, terms
from tests.unit.text.strategies import ANYTHING

pytestmark = pytest.mark.unit

NOTHING = Lists((), (), ())


def kinds(text: str, lang: str = "en") -> list[str]:
    return [remark.kind for remark in advise(read(text), lang=lang, lists=USUAL[lang]).remarks]


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
        ("نطالب بالعدل.", "ar", []),
    ],
)
def test_what_an_editor_would_ask(text: str, lang: str, said: list[str]) -> None:
    assert kinds(f"{text}\n", lang) == said


def test_a_heading_and_a_note_are_not_asked_about() -> None:
    assert kinds("## The killing\n\nWe speak.[^1]\n\n[^1]: They were killed.\n") == []


def test_long_sentences_and_how_old_a_reader_is() -> None:
    long = advise(read("word " * (LONG + 1) + ".\n"), lang="en", lists=NOTHING)
    assert [(remark.kind, remark.words) for remark in long.remarks] == [("long_sentence", LONG + 1)]
    easy = advise(read("The cat sat. The dog ran.\n"), lang="en", lists=NOTHING)
    hard = advise(
        read("Constitutional jurisprudence necessitates considerable institutional deliberation.\n"),
        lang="en",
        lists=NOTHING,
    )
    assert easy.age and hard.age and easy.age < hard.age
    assert (easy.sentences, easy.mean) == (2, 3)
    assert advise(read("نصّ قصير.\n"), lang="ar", lists=NOTHING).age is None


@given(ANYTHING, st.sampled_from(["ar", "en"]))
def test_every_text_can_be_advised_on_and_what_is_quoted_stands_in_it(text: str, lang: str) -> None:
    try:
        tree = read(text)
    except TooLarge:
        return
    found = advise(tree, lang=lang, lists=USUAL[lang])
    assert len(found.remarks) <= SHOWN and (found.more == 0 or len(found.remarks) == SHOWN)
    assert advise(tree, lang=lang, lists=USUAL[lang]) == found
    assert not [one for one in advise(tree, lang=lang, lists=NOTHING).remarks if one.kind != "long_sentence"]
    for remark in found.remarks:
        assert remark.words > 0 and "\ue000" not in remark.sentence


@given(st.lists(st.text("abcء ", min_size=1, max_size=6), max_size=8))
def test_words_of_a_field(words: list[str]) -> None:
    plain = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    assert terms("\n".join(words)) == terms("، ".join(words)) == plain


@given(st.text(max_size=40))
def test_a_word_of_any_characters_is_looked_for_as_it_is(word: str) -> None:
    advise(read("Some words here (and more).\n"), lang="en", lists=Lists((word,), (), (word,)))
