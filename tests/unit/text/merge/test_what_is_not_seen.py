"""What a merge must not pass over: equal neighbours, notes and calls, halves of emphasis, numbers and references."""

import pytest

from service.domain.text.markup.parser import parse_markup
from service.domain.text.merge.diff3 import CleanPart
from service.domain.text.merge.merge import MergeResult, merge_texts
from service.domain.text.review.outline_lint import lint_outline

TABLE = "| a |\n|---|\n"


def flags(merged: MergeResult) -> list[tuple[str, list[str], str]]:
    text = merged.text or ""
    return [
        (flag.kind, [text[start:end] for start, end in flag.places], flag.subject)
        for flag in merged.flags
        if flag.kind != "both_changed"
    ]


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("- w\n- open\n- open\n- air\n", "- w\n- solved\n- open\n- clean air\n", "- w\n- open\n- air\n"),
        ("- ماء\n- يُستكمل\n- يُستكمل\n", "- ماء\n- يُستكمل\n", "- ماء\n- يُستكمل\n- اكتمل\n"),
        (f"{TABLE}| x |\n| x |\n", f"{TABLE}| z |\n| x |\n", f"{TABLE}| x |\n"),
        ("Same words.\n\nEnd.\n", "Same words.\n\nSame words.\n\nEnd.\n", "Same old words.\n\nEnd.\n"),
        ("very very old\n", "very old\n", "very very very old\n"),
    ],
)  # fmt: skip
def test_edits_among_equal_neighbours_conflict(base: str, ours: str, theirs: str) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        assert merge_texts(base, one, other).text is None
        assert merge_texts(base, one, one).text == one


def test_equal_deletion_of_one_of_two_neighbours_is_a_conflict_unless_the_sides_are_equal() -> None:
    base, less = "- a\n- a\n- b\n", "- a\n- b\n"
    assert merge_texts(base, less, less).text == less
    assert merge_texts(base, less, less.replace("b", "c d")).text is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("One.[^a]\n\nTwo.\n\n[^a]: Source.\n", "One.\n\nTwo.\n", "One.[^a]\n\nTwo.[^a]\n\n[^a]: Source.\n"),
        ("أول.[^a]\n\nثان.\n\n[^a]: مصدر.\n", "أول.\n\nثان.\n", "أول.[^a]\n\nثان جديد.[^a]\n\n[^a]: مصدر.\n"),
    ],
)
def test_call_does_not_outlive_its_note(base: str, ours: str, theirs: str) -> None:
    assert merge_texts(base, ours, theirs).text is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("We **ask for peace now** today.\n", "We **ask for** peace now today.\n", "We ask for peace now today.\n"),
        ("نحن *نطالب بالسلام الآن* اليوم.\n", "نحن *نطالب* بالسلام الآن اليوم.\n", "نحن نطالب بالسلام الآن اليوم.\n"),
        ("See [a law](https://a.example/x) now.\n", "See [a law now](https://a.example/x).\n", "See a law now.\n"),
        ("Take `one two` three.\n", "Take `one` two three.\n", "Take one two three.\n"),
    ],
)  # fmt: skip
def test_no_half_of_a_mark_stays(base: str, ours: str, theirs: str) -> None:
    merged = merge_texts(base, ours, theirs)
    assert merged.text is None or not {"*", "`", "]("} & set(merged.text)


def test_two_headings_with_one_number_are_flagged() -> None:
    base = "## المادة ١\n\nالماء حق.\n\n## المادة ٢\n\nالأرض حق.\n"
    ours = base.replace("## المادة ٢", "## المادة ٢\n\nالهواء حق.\n\n## المادة ٣")
    merged = merge_texts(base, ours, base + "\n## المادة ٣\n\nالضوء حق.\n")
    assert flags(merged) == [("number_twice", ["## المادة ٣", "## المادة ٣"], "مادة 3")]


def test_reference_that_the_other_side_made_stale_is_flagged() -> None:
    base = "## Article 1\n\nWater is public.\n\n## Article 2\n\nLand is held in trust for all.\n\n"
    base += "## Article 3\n\nEnd of it.\n"
    ours = base.replace("## Article 3", "## Article 4").replace("## Article 2", "## Article 3")
    ours = ours.replace("## Article 3", "## Article 2\n\nSnow is kept.\n\n## Article 3")
    theirs = base.replace("End of it.", "End of it, without prejudice to Article 2.")
    assert flags(merge_texts(base, ours, theirs)) == [("stale_reference", ["Article 2", "## Article 2"], "article 2")]


def test_passage_added_in_two_places_is_flagged_with_both() -> None:
    base = "Alpha is first.\n\nBeta is second.\n\nGamma is third.\n"
    new = "The budget of the courts is independent of all others."
    ours, theirs = base.replace("Beta", f"{new}\n\nBeta"), base.replace("Gamma", f"{new}\n\nGamma")
    assert flags(merge_texts(base, ours, theirs)) == [("added_twice", [new, new], "")]


def test_two_moves_are_offered_together() -> None:
    one, two, three, four = (f"The chapter on {name} says what the office does each year.\n\n" for name in "abcd")
    merged = merge_texts(one + two + three + four, one + three + four + two, three + one + two + four)
    [conflict] = merged.conflicts
    assert conflict.both is not None
    parts = (part.text if isinstance(part, CleanPart) else part.both or "" for part in merged.parts)
    assert sorted("".join(parts).split("\n\n")) == sorted((one + two + three + four).split("\n\n"))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "both"),
    [
        ("a b\n", "a x b\n", "a y b\n", "a x y b\n"),
        ("One.\n", "One. Two.\n", "One. Two. Three.\n", "One. Two. Three.\n"),
        ("- a\n- b\n- c\n", "- a\n- c\n", "- a\n- b\n- d\n- c\n", "- a\n- d\n- c\n"),
        ("a b c\n", "a x c\n", "a y c\n", None),
        ("a b\n", "a an b\n", "a banana b\n", "a an banana b\n"),
        ("A.\n\nThe b.\n", "A.\n\nBut the The b.\n", "A.\n\nC d.\n\nThe b.\n", "A.\n\nC d.\n\nBut the The b.\n"),
        (
            "أ.\n\nيجتمع.\n",
            "أ.\n\nغير أنه يجتمع.\n",
            "أ.\n\nلا يجوز.\n\nيجتمع.\n",
            "أ.\n\nلا يجوز.\n\nغير أنه يجتمع.\n",
        ),
        ("One two", "One two\n\nNew words", "One two three", "One two three\n\nNew words"),
    ],
)
def test_edits_that_only_touch_are_offered_together(base: str, ours: str, theirs: str, both: str | None) -> None:
    merged = merge_texts(base, ours, theirs)
    [conflict] = merged.conflicts
    offered = None if conflict.both is None else base[: conflict.a0] + conflict.both + base[conflict.a1 :]
    assert offered == both


def test_outline_finds_calls_without_notes_and_notes_without_calls() -> None:
    text = "A claim.[^1]\n\nبند.[^ب]\n\n[^2]: Source.\n[^ب]: مصدر.\n"
    found = [(one.kind, text[one.start : one.end]) for one in lint_outline(text, parse_markup(text))]
    assert found == [("note_missing", "[^1]"), ("note_uncalled", "[^2]:")]
