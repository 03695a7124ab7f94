"""Hypothesis strategies and models for the tests of the shared text."""

from itertools import count

from hypothesis import strategies as st

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit

GRAPHEME_CLUSTERS = (
    "م",
    "ي",
    "ثا",
    "قٌ",
    "رَّ",
    "\u200c",
    "\u200f",
    "١",
    "🇸🇾",
    "🙂",
    "😃",
    "👩\u200d👩\u200d👧",
    "é",
    "e\u0301",
    "a",
    "𝒜",
    "\n",
    " ",
)
"""Arabic, vowel signs, joiners, a family, a flag, both accents, bidi marks, letters beyond the BMP."""

words = st.lists(st.sampled_from(GRAPHEME_CLUSTERS), max_size=6).map("".join)


@st.composite
def draw_edits(draw: st.DrawFn, text: str) -> list[Edit]:
    """Draw edits that fit `text`, in any order."""
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return draw(st.permutations([Edit(start, end, draw(words)) for start, end in pairs]))


def apply_edits(text: str, edits: list[Edit]) -> str:
    """Apply the edits to a string: the model."""
    for edit in sorted(edits, key=lambda edit: edit[:2])[::-1]:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class ReferenceReplica:
    """A reference replica whose every character has an id of its own."""

    def __init__(self, text: str = "") -> None:
        self.shared_text = SharedText.new(client_id=101)
        self.next_mark = count()
        self.shared_text.splice([Edit(0, 0, text)])
        self.marks = [next(self.next_mark) for _ in text]

    def apply(self, update: bytes) -> None:
        """Insertions come before deletions at one position, so the last edits are applied first."""
        for start, end, text in reversed(self.shared_text.apply_as_edits(update)):
            self.marks[start:end] = [next(self.next_mark) for _ in text]
        assert len(self.marks) == len(self.shared_text.text)

    def span_of(self, marks: list[int]) -> tuple[int, int] | None:
        left = [self.marks.index(mark) for mark in marks if mark in self.marks]
        return (min(left), max(left) + 1) if left else None
