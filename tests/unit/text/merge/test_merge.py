import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.text.diff.minimal_edits import minimal_edits, word_splices
from service.domain.text.merge.diff3 import CleanPart, MergeConflict
from service.domain.text.merge.merge import merge_texts
from tests.unit.text.strategies import ANY_TEXT, PROSE, TEXT_PIECES

pytestmark = pytest.mark.unit

BASE = "The Council shall consist of nine members appointed for a term of four years.\n\nCourts are free.\n"


def apply_splices(base: str, cuts: list[tuple[int, int, str]]) -> str:
    for place, length, text in cuts:
        place = place % (len(base) + 1)
        base = base[:place] + text + base[place + length :]
    return base


CUTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 12), st.sampled_from(TEXT_PIECES)), max_size=4)
THREE_TEXTS = st.tuples(PROSE, CUTS, CUTS).map(
    lambda drawn: (drawn[0], apply_splices(drawn[0], drawn[1]), apply_splices(drawn[0], drawn[2]))
)


@settings(max_examples=200)
@given(ANY_TEXT, ANY_TEXT)
def test_edits_rebuild_the_text_and_stay_apart(base: str, new: str) -> None:
    text = base
    splices = minimal_edits(base, new)
    for a0, a1, words in reversed(splices):
        text = text[:a0] + words + text[a1:]
    assert text == new
    for (_, end, _), (start, _, _) in itertools.pairwise(splices):
        assert end < start
    assert all(base[a0:a1] != words for a0, a1, words in splices)


def test_edits_are_small() -> None:
    assert minimal_edits("المجلس الأعلى\n", "المجالس الأعلى\n") == [(4, 4, "ا")]
    assert minimal_edits("e\u0301t\n", "et\n") == [(0, 2, "e")]
    assert minimal_edits("a\n", "a\n\nb\n") == [(2, 2, "\nb\n")]
    assert minimal_edits("a b c\n", "a b c\n") == []


def test_a_paragraph_beside_a_heading_that_went_is_changed_by_words() -> None:
    base = "## Repeals\n\n**573. to 576.** [Repeals]\n\n## Coming into force\n"
    new = base.replace("## Repeals\n\n", "").replace("[Repeals]", "[Repealed in 2014, chapter 12]")
    assert word_splices(base, new) == [(0, 12, ""), (30, 37, "Repealed in 2014, chapter 12")]
    assert merge_texts(base, new, base.replace("573", "574")).text == new.replace("573", "574")


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("(3) Intrusions are lawful only so.\n", "(3) Facts may found a suspicion.\n(4) It is proven.\n"),
        ("(1) The Union may found courts.\n", "(1) The Union may found schools.\n"),
        ("(٣) تتألف المحكمة من سبعة أعضاء.\n", "(٣) تنشأ محكمة عليا.\n(٤) ويصدر قانون بها.\n"),
    ],
)
def test_lines_put_before_a_like_line_leave_it_its_number(line: str, new: str) -> None:
    """Words alone would let "3" stay and put "Facts …\\n(3" behind it; whoever renumbered the line would hit the new
    one."""
    base = f"The States shall ensure control.\n{line}(8) The rest stays.\n"
    ours = base.replace(line, new + line)
    start = base.index(line)
    assert word_splices(base, ours) == [(start, start, new)]
    assert word_splices(ours, base) == [(start, start + len(new), "")]
    theirs = base.replace(line, f"(7{line[2:]}")
    assert merge_texts(base, ours, theirs).text == ours.replace(new + line, f"{new}(7{line[2:]}")


@settings(max_examples=200)
@given(THREE_TEXTS)
def test_laws(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    assert merge_texts(base, ours, base).text == ours
    assert merge_texts(base, base, theirs).text == theirs
    assert merge_texts(base, ours, ours).text == ours


@settings(max_examples=200)
@given(THREE_TEXTS)
def test_swapping_the_sides_swaps_the_sides(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    one, other = merge_texts(base, ours, theirs), merge_texts(base, theirs, ours)
    assert one.text == other.text
    assert [(c.a0, c.a1, c.ours, c.theirs) for c in one.conflicts] == [
        (c.a0, c.a1, c.theirs, c.ours) for c in other.conflicts
    ]
    assert one.review == other.review


@settings(max_examples=200)
@given(THREE_TEXTS)
def test_parts_hold_the_base_and_both_sides(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    parts = merge_texts(base, ours, theirs).parts
    if all(isinstance(part, CleanPart) for part in parts):
        return
    for part in parts:
        if isinstance(part, MergeConflict):
            assert base[part.a0 : part.a1] == part.base
            assert part.ours in ours
            assert part.theirs in theirs
            assert part.ours != part.theirs


def test_edits_that_do_not_meet_are_both_taken() -> None:
    ours, theirs = BASE.replace("nine", "eleven"), BASE.replace("free", "independent")
    merged = merge_texts(BASE, ours, theirs)
    assert merged.text == BASE.replace("nine", "eleven").replace("free", "independent")
    assert [part.side for part in merged.parts if isinstance(part, CleanPart)] == [
        "base",
        "ours",
        "base",
        "theirs",
        "base",
    ]
    assert merged.review == ()


def test_a_sentence_both_sides_changed_is_to_be_read_again() -> None:
    merged = merge_texts(BASE, BASE.replace("nine", "eleven"), BASE.replace("appointed", "elected"))
    assert merged.text == BASE.replace("nine", "eleven").replace("appointed", "elected")
    [(start, end)] = merged.review
    assert BASE[start:end].startswith("The Council")


def test_the_same_words_changed_differently_are_a_conflict() -> None:
    merged = merge_texts(BASE, BASE.replace("nine", "eleven"), BASE.replace("nine", "seven"))
    assert merged.text is None
    [conflict] = merged.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == ("nine", "eleven", "seven")
    assert BASE[conflict.a0 : conflict.a1] == "nine"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (BASE + "\nOne.\n", BASE + "\nTwo.\n"),
        (BASE.replace("Courts are free.\n", ""), BASE.replace("free", "independent")),
        (BASE.replace("nine ", ""), BASE.replace("nine ", "nine good ")),
        (BASE.replace("four years", "four long years"), BASE.replace("four years", "four full years")),
    ],
)
def test_planted_conflicts_are_found(ours: str, theirs: str) -> None:
    assert merge_texts(BASE, ours, theirs).text is None


def test_an_amendment_never_lands_in_another_article() -> None:
    clause = "The Council shall consist of nine members appointed for a term of four years."
    articles = [f"## Article {number}\n\nArticle {number}. {clause}\n\n" for number in range(1, 31)]
    base = "".join(articles)
    amended = base.replace(articles[19], articles[19].replace("nine", "eleven"))
    repealed = "".join(articles[:19] + articles[20:])
    assert merge_texts(base, repealed, amended).text is None
    grown = "".join(f"## Article 0{n}\n\nNew article {n} about something else entirely.\n\n" for n in range(10)) + base
    assert merge_texts(base, grown, amended).text == grown.replace(articles[19], articles[19].replace("nine", "eleven"))
