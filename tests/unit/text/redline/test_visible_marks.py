"""What is visible in a comparison is enough to rebuild both texts: no change is hidden."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.domain.text.markup.canonical import canonicalise
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.rendering.html_document import render_inline
from service.domain.text.redline.rendering.plain_text import render_text

SENTENCES = st.sampled_from(
    [
        "The council meets four times a year in public session.",
        "Nobody is held for more than a day without an order of the court.",
        "The budget is published",
        "Whereas **nobody** was held to account",
        "see [the report](https://a.example/r) of the year",
        "Short.",
        "يجتمع المجلس أربع مرات كل سنة في جلسة علنية.",
        "لا يُحتجز أحد أكثر من يوم بغير أمر من المحكمة",
        "على *القضاء* أن ينشر أحكامه،",
        "هذا قصير",
    ]
)
STARTS = st.sampled_from(["", "", "", "- ", "  - ", "## ", "> ", "\n"])
LINES = st.builds("{}{}".format, STARTS, st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join))


@st.composite
def text_pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a text, and the same with lines moved, split, joined, deleted, edited, or with other starts."""
    lines = draw(st.lists(LINES, min_size=1, max_size=7))
    changed = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(changed) - 1)) if changed else 0
        act = draw(st.sampled_from(["move", "split", "join", "delete", "word", "start", "add"]))
        if not changed or act == "add":
            changed.insert(at, draw(LINES))
        elif act == "move":
            changed.insert(draw(st.integers(0, len(changed) - 1)), changed.pop(at))
        elif act == "delete":
            changed.pop(at)
        elif act == "start":
            changed[at] = draw(STARTS) + changed[at].lstrip("-#> \n")
        elif act == "word":
            words = changed[at].split(" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(["seventy", "سبعون", "not so"]))
            changed[at] = " ".join(words)
        elif act == "split" and " " in changed[at]:
            before, after = changed[at].split(" ", 1)
            changed[at : at + 1] = [before, after]
        elif act == "join" and at + 1 < len(changed):
            changed[at : at + 2] = [f"{changed[at]} {changed[at + 1].lstrip('-#> ')}"]
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    return canonicalise(gap.join(lines)).text, canonicalise(gap.join(changed)).text


def letters(text: str) -> str:
    """Return the letters and digits of a text, without the addresses of links."""
    return "".join(re.findall(r"\w", re.sub(r"\]\([^)]*\)", "", text)))


@given(text_pairs())
def test_marks_of_the_page_rebuild_both_texts(texts: tuple[str, str]) -> None:
    old, new = texts
    found = compute_redline(old, new)
    root = etree.fromstring(render_inline(found, old, new, lang="en"))
    pieces = list(_visible(root, "both"))
    assert letters("".join(words for side, words in pieces if side in ("both", "old"))) == letters(old)
    assert letters("".join(words for side, words in pieces if side in ("both", "new"))) == letters(new)
    if any(op.kind not in ("equal", "space") for op in found.ops):
        assert any(node.tag in ("ins", "del", "mark") or node.get("class") == "moved" for node in root.iter())


@given(text_pairs())
def test_marks_of_the_text_view_rebuild_both_texts(texts: tuple[str, str]) -> None:
    old, new = texts
    shown = render_text(compute_redline(old, new), old, new)
    assert old != new or shown == new
    at_old_place = re.compile(r"\[(\d+)>.*?<\1\]", re.DOTALL)
    at_new_place = re.compile(r"\{(\d+)>.*?<\1\}", re.DOTALL)
    assert letters(re.sub(r"\[-.*?-\]|[{]\d+>|<\d+[}]", "", at_old_place.sub("", shown), flags=re.DOTALL)) == letters(
        new
    )
    assert letters(re.sub(r"\{\+.*?\+\}|\[\d+>|<\d+\]", "", at_new_place.sub("", shown), flags=re.DOTALL)) == letters(
        old
    )


def _visible(node: etree._Element, side: str) -> Iterator[tuple[str, str]]:
    """Yield the words that are seen, each with the texts that have them."""
    name = node.get("class", "")
    if name in ("moved-to", "spoken", "marker") or node.tag == "summary" or "layout" in name:
        yield from _tail(node, side)
        return
    inner = {"ins": "new", "del": "old"}.get(str(node.tag), side)
    if name == "moved":
        inner = "old" if node.get("id", "").endswith("-old") else "new"
    elif side == "new" and node.tag == "del":
        inner = "nowhere"
    if node.tag == "mark":
        inner = "new"
        yield "old" if side == "both" else "nowhere", str(node.get("title")).removeprefix("was ").replace("␣", " ")
    if node.text:
        yield inner, node.text
    for child in node:
        yield from _visible(child, inner)
    yield from _tail(node, side)


def _tail(node: etree._Element, side: str) -> Iterator[tuple[str, str]]:
    if node.tail:
        yield side, node.tail


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Costs are borne by all.\n", "## Costs are borne by all.\n", ["##"]),
        ("- by all\n- by none\n", "- by all\n  - by none\n", ["⇥"]),
        ("One is here. Two is here.\n", "One is here.\n\nTwo is here.\n", ["¶"]),
        ("One is here.\n\nTwo is here.\n", "One is here.\nTwo is here.\n", ["¶", "↵"]),
        ("أحكام عامة.\n", "- أحكام عامة.\n", ["-"]),
        ("- واحد\n", "1. واحد\n", ["-", "1."]),
    ],
)
def test_changed_structure_is_marked(old: str, new: str, shown: list[str]) -> None:
    root = etree.fromstring(render_inline(compute_redline(old, new), old, new, lang="ar"))
    marks = [mark for mark in root.iter("ins", "del") if mark.get("class") == "layout"]
    assert ["".join(bdi.text or "" for bdi in mark.iter("bdi")) for mark in marks] == shown
    assert marks[0].get("id") == "c-1"


def test_inlines_are_read() -> None:
    old = "The **Parties** agree to *this*, see [the report](https://a.example/r) and the note.[^1]\n\n[^1]: Source.\n"
    new = old.replace("agree", "agree at last")
    root = etree.fromstring(render_inline(compute_redline(old, new), old, new, lang="en"))
    text = "".join(map(str, root.itertext()))
    assert "**" not in text and "](" not in text and "[^" not in text
    assert [node.text for node in root.iter("b", "i")] == ["Parties", "this"]
    assert [link.get("href") for link in root.iter("a")] == ["https://a.example/r"]


def test_line_of_the_other_script_runs_its_own_way() -> None:
    old = "تتفق الأطراف على ما يلي.\n\nThe parties agree (all of them).\n"
    shown = render_inline(compute_redline(old, old), old, old, lang="ar")
    assert '<p class="text" dir="ltr">The parties' in shown and '<p class="text">تتفق' in shown


def test_renumbered_items_are_folded_with_their_old_number() -> None:
    old = "".join(f"{number}. clause {word}\n" for number, word in enumerate("abcdefgh", 1))
    new = "1. a new clause on water\n" + "".join(
        f"{number}. clause {word}\n" for number, word in enumerate("abcdefgh", 2)
    )
    shown = render_inline(compute_redline(old, new), old, new, lang="en")
    assert "<summary>Unchanged paragraphs: 6</summary>" in shown
    assert 'title="was 1."' in shown and shown.count("<ins") == 1
