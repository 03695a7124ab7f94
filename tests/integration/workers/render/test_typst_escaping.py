"""Escaping for Typst: text comes out as the same text, in any position and with any characters."""

import json
import random
import string

import pytest
import typst

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Cell,
    Heading,
    Item,
    LineBreak,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Row,
    Strong,
    Table,
)
from tests.unit.render.tree_strategies import SPAN
from workers.render.content.pandoc_json import document, write_blocks
from workers.render.content.target_filters import PageStyle
from workers.render.pdf.typst_filter import for_typst
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory

SIGNS = string.punctuation + string.digits + " abانص،«»" + "\u00a0\u200f"
PLACES = 10
"""The positions in which `in_all_positions` puts each line."""

READER = """
#let together(size, content) = content
#let sized(size, content) = content
#let landscape(size, content) = content
#let kept(content) = content
#let labelled(..labels, content) = content
#let within(it) = if it.has("children") { it.children } else if it.has("body") { (it.body,) } else { () }
#let said(it) = if it.has("text") { it.text } else if it == [ ] { " " } else if it.func() == parbreak { "\\n" } else {
  within(it).map(said).join("")
}
#let kinds(it) = (repr(it.func()),) + within(it).map(kinds).flatten()
"""
INLINE = {"sequence", "space", "text", "symbol", "linebreak", "strong", "footnote"}
BLOCKS = {"parbreak", "heading", "item", "list", "enum", "quote", "figure", "align", "table", "header", "hline", "cell"}


def random_strings(count: int, *, seed: int) -> list[str]:
    """Return random strings of characters that are special in Typst, pandoc or Markdown; each with a name of its
    own."""
    dice = random.Random(seed)
    signs = ("".join(dice.choices(SIGNS, k=dice.randint(1, 14))) for _ in range(count))
    return [f"{' '.join(sign.split(' ')).strip(' ')}k{number}k" for number, sign in enumerate(signs)]


def in_all_positions(line: str, *, number: int) -> list[Block]:
    """Return `line` in each of PLACES."""
    words = (PlainText(line),)
    paragraph = Paragraph(words, SPAN)
    item, row = Item((paragraph,), SPAN), Row((Cell(words), Cell(words)), SPAN)
    return [
        paragraph,
        Heading(1, None, words, SPAN),
        BulletList((item,), True, SPAN),
        OrderedList(1, (item,), True, SPAN),
        Quote((paragraph,), SPAN),
        Table(("start", "end"), Row((Cell(()), Cell(())), SPAN), (row,), SPAN),
        Paragraph((Strong((PlainText("b"),)), *words, LineBreak(), *words, Note(number, "n", (paragraph,))), SPAN),
    ]


def read_by_typst(blocks: list[Block]) -> tuple[str, set[str]]:
    """Return the text and the kinds of elements Typst parses from what is written for `blocks`."""
    written = for_typst(write_blocks(blocks), style=PageStyle(rtl=False, emphasis="slant"))
    with private_directory() as directory:
        markup = pandoc.write(document(written), target="typst-smart", directory=directory).decode()
        source = f"{READER}\n#let content = [\n{markup}\n]\n#metadata((said(content), kinds(content).dedup())) <probe>"
        compiler = typst.Compiler(source.encode(), root=str(directory), ignore_system_fonts=True)
        words, kinds = json.loads(compiler.query("<probe>", field="value", one=True))
    return words, set(kinds)


@pytest.mark.parametrize("seed", range(4))
def test_text_is_preserved(seed: int) -> None:
    lines = random_strings(60, seed=seed)
    words, kinds = read_by_typst(
        [block for number, line in enumerate(lines, 1) for block in in_all_positions(line, number=number)]
    )
    for line in lines:
        single = " ".join(part for part in line.split(" ") if part)
        assert words.count(single) == PLACES, line
    assert kinds <= INLINE | BLOCKS
