import pytest
from hypothesis import given

from service.domain.errors import InvalidText
from service.domain.text.diff.blocks import Blocks, mask_numbers, split_blocks
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import CodeBlock, Heading, Quote
from service.domain.text.structure.outline import walk_blocks
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

TEXT = """# Title {#t}
First paragraph
of two lines.

## Article 1

1. one
2. two
   - a
   - b
(أ) فرع
    (i) three
(ب) فرع
> quoted

| a | b |
|---|---|
| 1 | 2 |

A note.[^n]

[^n]: The note.
"""


@given(ANY_TEXT)
def test_blocks_tile_the_text_at_line_starts(text: str) -> None:
    blocks = split_blocks(text)
    assert "".join(blocks.source(place) for place in range(len(blocks))) == text
    assert all(start == 0 or text[start - 1] == "\n" for start, _ in blocks.spans)
    assert len(blocks.alignment_keys()) == len(blocks.weights()) == len(blocks)


def test_every_parser_block_begins_a_block() -> None:
    starts = {start for start, _ in split_blocks(TEXT).spans}
    tree = parse_markup(TEXT)
    for block in walk_blocks((*tree.blocks, *(inner for note in tree.notes for inner in note.blocks))):
        assert block.span[0] in starts


@given(ANY_TEXT)
def test_every_parser_heading_is_a_heading(raw: str) -> None:
    try:
        text = canonicalise(raw).text
    except InvalidText:
        return
    blocks = split_blocks(text)
    headings = {start for (start, _), heading in zip(blocks.spans, blocks.headings, strict=True) if heading}
    for block in parse_markup(text).blocks:
        if isinstance(block, Heading) and text[slice(*block.span)].lstrip().startswith("#"):
            assert block.span[0] in headings
        if isinstance(block, Quote | CodeBlock):
            return


def test_block_keys() -> None:
    blocks = split_blocks(TEXT)
    assert blocks.keys[:3] == ["# Title {#t}", "First paragraph of two lines.", "## Article 1"]
    assert blocks.headings[:3] == [True, False, True]
    assert blocks.alignment_keys()[0] == "# Title {#t}\nFirst paragraph of two lines."
    assert blocks.weights()[:3] == [1, 31, 1]


def test_masked_numbers() -> None:
    assert mask_numbers("## المادة ١٢ و14-B w7") == "## المادة 0 و0-B w7".replace("و0", "و14")
    assert mask_numbers("Article 13a, 14") == "Article 0a, 0"


def test_passages_are_blocks_with_unique_keys() -> None:
    text = "one\n\n## Article 2\n\ntwo\n\nfour\n"
    blocks = Blocks.outside_passages(text, [(0, 5), (18, 23)])
    assert blocks.spans == [(0, 5), (5, 18), (18, 23), (23, 29)]
    assert [blocks.is_passage(place) for place in range(4)] == [True, False, True, False]
    assert blocks.headings == [False, True, False, False]
