"""Reservations as plain words: the same characters without markup, and only those that need it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.printable import first_unprintable
from service.domain.text.markup.tree import LineBreak, Paragraph, PlainText
from workers.render.content.manuscript import Manuscript, Reservation
from workers.render.errors import RenderConformance, RenderTimeout
from workers.render.plain_reservations import plain_words, render_simplified

TEXTS = st.text(alphabet="اب مa1٢.-+*_#`[]()<>|~^:=\"'&\\!{}$@\n\t", max_size=80)


@given(TEXTS)
def test_plain_words_are_paragraphs_of_the_same_characters(text: str) -> None:
    tree = parse_markup(plain_words(text), max_work=None)
    printed = ""
    for block in tree.blocks:
        assert isinstance(block, Paragraph)
        for child in block.children:
            assert isinstance(child, PlainText | LineBreak)
            printed += child.text if isinstance(child, PlainText) else "\n"
    lines = [re.sub(r"^[ \t>]*", "", line) for line in text.split("\n")]
    assert "".join(printed.split()) == "".join("".join(lines).split())


def test_characters_without_a_glyph_become_the_sign_for_one() -> None:
    assert plain_words("نتحفّظ على \ue000 ☃ هنا") == "نتحفّظ على \ufffd \ufffd هنا"
    assert first_unprintable("\ufffd") is None


def test_only_the_reservations_that_fail_become_plain() -> None:
    texts = ("**أولى**", "**ثانية** 💥", "**ثالثة**")
    manuscript = Manuscript(
        "ar", "rtl", "arab", "statement", "ع", "ن",
        reservations=tuple(Reservation(number, "م", text) for number, text in enumerate(texts, 1)),
    )  # fmt: skip

    def render(one: Manuscript) -> bytes:
        words = [reservation.text for reservation in one.reservations]
        if any("💥" in text for text in words):
            raise RenderConformance(detail="broken")
        return "|".join(words).encode()

    file = render_simplified(manuscript, render)
    assert file is not None and file.decode() == "**أولى**|\\*\\*ثانية\\*\\* \ufffd|**ثالثة**"
    assert render_simplified(manuscript, lambda _: _raise(RenderConformance(detail="the text itself"))) is None
    with pytest.raises(RenderTimeout):
        render_simplified(manuscript, lambda _: _raise(RenderTimeout(detail="busy")))


def _raise(error: Exception) -> bytes:
    raise error
