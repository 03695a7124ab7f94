"""Paragraphs that were split, joined or made into lists, and sections that moved."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.diff.change_kinds import WORD_KINDS
from service.domain.text.redline.redline import Redline, compute_redline

SENTENCES = {
    "en": (
        "The Assembly meets twice a year in the capital.",
        "Its sessions are open to every member of the coalition.",
        "A member who cannot travel may send a written opinion.",
        "Minutes are published within ten days after the session.",
        "The chair is elected for one year and may be elected again once.",
        "No decision is taken while fewer than half of the members are present.",
    ),
    "ar": (
        "تجتمع الهيئة العامة مرتين كل سنة في العاصمة.",
        "جلساتها مفتوحة لكل عضو من أعضاء الائتلاف.",
        "يجوز لمن تعذّر سفره أن يرسل رأيًا مكتوبًا.",
        "تُنشر المحاضر خلال عشرة أيام من انتهاء الجلسة.",
        "يُنتخب الرئيس لسنة واحدة ويجوز انتخابه مرة أخرى.",
        "لا يُتخذ قرار إذا غاب أكثر من نصف الأعضاء.",
    ),
}
LANGS = st.sampled_from(sorted(SENTENCES))
BREAKS = st.sampled_from(["\n\n", "\n", "\n\n- ", "\n\n1. ", "\n\n## "])


def painted(redline: Redline) -> int:
    """Return how many code points are shown as words added or removed, outside of moves and inside them."""
    ops = [op for op in redline.ops if op.move is None] + [op for move in redline.moves for op in move.ops]
    return sum(op.a1 - op.a0 + op.b1 - op.b0 for op in ops if op.kind in WORD_KINDS)


def changes(old: str, new: str) -> list[tuple[str, str, str]]:
    ops = compute_redline(old, new).ops
    return [(op.kind, old[op.a0 : op.a1], new[op.b0 : op.b1]) for op in ops if op.kind != "equal"]


@given(LANGS, st.data())
def test_split_paragraph_paints_no_word(lang: str, data: st.DataObject) -> None:
    words = " ".join(SENTENCES[lang]).split(" ")
    at = data.draw(st.integers(1, len(words) - 1))
    joined, split = (" ".join(words[:at]) + by + " ".join(words[at:]) + "\n" for by in (" ", "\n\n"))
    for old, new in ((joined, split), (split, joined)):
        assert painted(compute_redline(old, new)) == 0
        assert [kind for kind, _, _ in changes(old, new)] == ["structure"]


@given(LANGS, BREAKS, BREAKS)
def test_breaks_and_marks_of_lines_are_structure(lang: str, one: str, other: str) -> None:
    old, new = (f"{'. '.join(SENTENCES[lang][:2])}{by}{SENTENCES[lang][2]}\n" for by in (one, other))
    assert painted(compute_redline(old, new)) == 0
    assert {kind for kind, _, _ in changes(old, new)} <= {"structure"}
    assert bool(changes(old, new)) == (one != other)


@given(LANGS, st.permutations(range(6)), st.sampled_from(["- ", "1. ", "(أ) ", "(a) "]))
def test_clauses_made_into_a_list_stay_unpainted(lang: str, order: list[int], marker: str) -> None:
    clauses = [SENTENCES[lang][index].rstrip(".") for index in order]
    old = "، ".join(clauses) + "\n" if lang == "ar" else ", ".join(clauses) + "\n"
    new = "".join(f"{marker}{clause}\n" for clause in clauses)
    assert painted(compute_redline(old, new)) <= len(clauses)


@pytest.mark.parametrize("lang", sorted(SENTENCES))
def test_paragraph_made_a_heading_or_an_item(lang: str) -> None:
    first, second, *_ = SENTENCES[lang]
    assert changes(f"{first}\n\n{second}\n", f"### {first}\n\n{second}\n") == [("structure", "", "### ")]
    assert changes(f"{first}\n\n{second}\n", f"- {first}\n\n{second}\n") == [("structure", "", "- ")]


def test_grown_item_keeps_its_words() -> None:
    old = "- publish the names;\n- return;\n"
    new = (
        "- publish the names of all who were taken, with the place and the day, as far as they are known;\n- return;\n"
    )
    found = changes(old, new)
    assert [(kind, before) for kind, before, _ in found] == [("insert", "")]


def test_line_of_a_block_is_matched_with_its_counterpart() -> None:
    lines = SENTENCES["en"]
    old = f"(1) {lines[0]}\n(2) {lines[1]}\n(3) {lines[2]}\n"
    new = f"(1) {lines[0]}\n(2) Sessions may be closed if a witness is at risk; this is decided by the chair alone.\n"
    new += f"(3) {lines[3]}\n(4) {lines[4]}\n"
    kept = [old[op.a0 : op.a1] for op in compute_redline(old, new).ops if op.kind == "equal"]
    assert any(lines[0] in words for words in kept)


@given(LANGS, st.integers(0, 2), st.sampled_from([1, 2]))
def test_moved_section_moves_whole(lang: str, at: int, distance: int) -> None:
    names = {"en": "Part", "ar": "قسم"}
    sections = [
        f"## {names[lang]} {'ABC'[index]}\n\n{' '.join(SENTENCES[lang][2 * index : 2 * index + 2])}\n\nQ{index}.\n\n"
        for index in range(3)
    ]
    old = "".join(sections)
    moved = sections.pop(at)
    sections.insert((at + distance) % 3, moved)
    new = "".join(sections)
    found = compute_redline(old, new)
    assert painted(found) == 0 and 1 <= len(found.moves) <= 2
    for move in found.moves:
        assert re.fullmatch(r"(?:## [^\n]+\n\n[^\n]+\n\nQ\d\.\n*)+", old[move.a0 : move.a1])


def test_edit_in_a_moved_section_is_marked() -> None:
    one, two, three, four, *_ = SENTENCES["en"]
    section = f"## Sessions\n\n{one} {two}\n\nShort.\n\n"
    old = f"{section}## Members\n\n{three} {four} {one}\n"
    new = f"## Members\n\n{three} {four} {one}\n\n" + section.replace("twice", "once").rstrip("\n") + "\n"
    found = compute_redline(old, new)
    [move] = found.moves
    assert old[move.a0 : move.a1].startswith("## Sessions") and "Short." in old[move.a0 : move.a1]
    assert [(op.kind, old[op.a0 : op.a1], new[op.b0 : op.b1]) for op in move.ops if op.kind in WORD_KINDS] == [
        ("replace", "twice", "once")
    ]


def test_sentence_is_deleted_with_its_own_full_stop() -> None:
    one, two, three, *_ = SENTENCES["en"]
    assert changes(f"{one} {two} {three}\n", f"{one} {three}\n") == [("delete", f"{two} ", "")]
    old = "Nobody is held in secret. Nobody is held without a charge. Others follow.\n"
    assert changes(old, "Nobody is held without a charge. Others follow.\n") == [
        ("delete", "Nobody is held in secret. ", "")
    ]


def test_unlike_sentences_keep_no_stray_words() -> None:
    old = "Rivers are common property and nobody may sell the water of a spring.\n"
    new = "Schools teach in both tongues and pay for books; the ministry lists what was bought from abroad.\n"
    assert [kind for kind, _, _ in changes(old, new)] in (["replace"], ["delete", "insert"])
    beside = "The budget is public. "
    assert len(changes(beside + old, beside + new)) == 1
