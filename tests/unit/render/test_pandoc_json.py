import json

from hypothesis import given

from service.domain.text.markup.tree import Cell, Heading, Link, PlainText, Row, Table, Tree
from tests.unit.render.tree_strategies import SPAN, texts, trees
from workers.render.content.allowed_nodes import walk_nodes
from workers.render.content.pandoc_json import API_VERSION, Node, document, text_inlines, write_blocks, write_inlines


def written_text(written: list[Node]) -> str:
    return "".join(each["c"] if each["t"] == "Str" else " " for each in walk_nodes(written))


def row(*cells: str) -> Row:
    return Row(tuple(Cell((PlainText(cell),)) for cell in cells), SPAN)


@given(texts)
def test_text_inlines_keep_characters_in_order(text: str) -> None:
    expected = "".join(char for char in text if char not in " \u2028\u2029")
    assert written_text(text_inlines(text)).replace(" ", "") == expected


@given(trees)
def test_document_is_json_with_the_api_version(tree: Tree) -> None:
    written = json.loads(document(write_blocks(tree.blocks), meta={"lang": "ar"}))
    assert written["pandoc-api-version"] == API_VERSION
    assert len(written["blocks"]) == len(tree.blocks)


def test_ids_are_prefixed_against_template_names() -> None:
    (heading,) = write_blocks([Heading(1, "found", (), SPAN)])
    (link,) = write_inlines([Link("#found", (PlainText("x"),))])
    assert heading["c"][1][0] == link["c"][2][0].removeprefix("#") == "p-found"


def test_link_target_is_percent_encoded() -> None:
    (link,) = write_inlines([Link('https://a.example/"\\<x>', (PlainText("x"),))])
    assert link["c"][2][0] == "https://a.example/%22%5C%3Cx%3E"


def test_column_widths_follow_the_longest_cell() -> None:
    table = Table(("start", "end"), row("a", "b"), (row("x" * 10, "y" * 30),), SPAN)
    (written,) = write_blocks([table])
    narrow, wide = (column[1]["c"] for column in written["c"][2])
    assert narrow < wide
    assert abs(narrow + wide - 1) < 0.001
