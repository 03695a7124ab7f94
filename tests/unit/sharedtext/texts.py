"""What the tests of the shared text are made of."""

from hypothesis import strategies as st

from service.domain.places import Edit

CLUSTERS = (
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
"""Arabic, harakat, joiners, a family, a flag, both accents, marks of direction, letters beyond the BMP."""

words = st.lists(st.sampled_from(CLUSTERS), max_size=6).map("".join)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits that fit `text`, in any order."""
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return draw(st.permutations([Edit(start, end, draw(words)) for start, end in pairs]))


def edited(text: str, edits: list[Edit]) -> str:
    """What a string becomes: the model."""
    for edit in sorted(edits, key=lambda edit: edit[:2])[::-1]:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
