from collections.abc import Iterator

import pytest
from hypothesis import given

from service.domain.errors import InvalidText, TooLarge
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.inlines import plain_text
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Code,
    CodeBlock,
    DirectionalRun,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Strong,
    Table,
    ThematicBreak,
)
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit


def inline(text: str) -> tuple[Inline, ...]:
    [block] = parse_markup(text).blocks
    assert isinstance(block, Paragraph)
    return block.children


def inner(block: Block) -> tuple[Block, ...]:
    match block:
        case BulletList() | OrderedList():
            return tuple(child for item in block.items for child in item.blocks)
        case Quote():
            return block.blocks
        case _:
            return ()


def nested(blocks: tuple[Block, ...], low: int, high: int) -> Iterator[Block]:
    for block in blocks:
        start, end = block.span
        assert low <= start <= end <= high
        yield block
        yield from nested(inner(block), start, end)
        low = end if not isinstance(block, ThematicBreak) else low


@given(ANY_TEXT)
def test_every_text_has_a_tree_with_spans_inside_it(raw: str) -> None:
    try:
        text = canonicalise(raw).text
    except InvalidText:
        return
    tree = parse_markup(text)
    for block in nested(tree.blocks, 0, len(text)):
        start, end = block.span
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end:].lstrip(" \t")[:1] == "\n"
    for note in tree.notes:
        list(nested(note.blocks, 0, len(text)))


def test_headings_and_their_ids() -> None:
    text = "# المادة ١٢ {#equality}\n\n## B {#equality}\n\n### C {#Bad}\n"
    first, second, third = parse_markup(text).blocks
    assert first == Heading(1, "equality", (PlainText("المادة ١٢"),), (0, 23))
    assert second == Heading(2, None, (PlainText("B {#equality}"),), (25, 41))
    assert isinstance(third, Heading)
    assert (third.id, plain_text(third.children)) == (None, "C {#Bad}")


def test_single_newline_is_a_line_break() -> None:
    assert inline("a\nb\\\nc\n") == (PlainText("a"), LineBreak(), PlainText("b"), LineBreak(), PlainText("c"))


def test_emphasis_and_code() -> None:
    assert inline("*a* **b** `c*`\n") == (
        Emphasis((PlainText("a"),)),
        PlainText(" "),
        Strong((PlainText("b"),)),
        PlainText(" "),
        Code("c*"),
    )


def test_runs() -> None:
    assert inline("[14-*B*]{dir=ltr lang=en}\n") == (
        DirectionalRun("ltr", "en", (PlainText("14-"), Emphasis((PlainText("B"),)))),
    )
    assert inline("[x]{lang=ar}\n") == (DirectionalRun(None, "ar", (PlainText("x"),)),)


@pytest.mark.parametrize(
    "typed",
    [
        "[x]{dir=up}",
        "[x]{class=big}",
        "[x]{dir=ltr onclick=a}",
        "[x]{}",
        "[]{dir=ltr}",
        "[x] {dir=ltr}",
        "[x]{dir=ltr dir=rtl}",
    ],
)
def test_malformed_runs_stay_text(typed: str) -> None:
    assert inline(typed + "\n") == (PlainText(typed),)


def test_links() -> None:
    assert inline("[a](https://x.org) [b](#id) [](#id)\n") == (
        Link("https://x.org", (PlainText("a"),)),
        PlainText(" "),
        Link("#id", (PlainText("b"),)),
        PlainText(" "),
        Link("#id", ()),
    )
    assert inline("<https://x.org/%E2%80%AE>\n") == (
        Link("https://x.org/%E2%80%AE", (PlainText("https://x.org/%E2%80%AE"),)),
    )
    assert inline("<a@x.org>\n") == (Link("mailto:a@x.org", (PlainText("a@x.org"),)),)


@pytest.mark.parametrize(
    "typed",
    [
        "[a](javascript:alert(1))",
        "[a](file:///etc/passwd)",
        "[a](data:text/html,x)",
        "[a](//x.org)",
        "[a](x.md)",
        "[a]()",
        "[a](#Bad)",
        '[a](https://x.org "we do not mean it")',
        "[](https://x.org)",
        "![a](https://x.org/a.png)",
        "![](/etc/passwd)",
        "<javascript:x>",
        "<b>bold</b>",
        "<!-- hidden -->",
        "<script>alert(1)</script>",
        "&lt; &#8238;",
        "[a]: https://x.org",
        "[//]: # (hidden)",
        "$x$",
        "(x)",
        '"quotes" -- (c) ...',
        "https://x.org",
        "[^nobody]",
    ],
)
def test_syntax_outside_the_dialect_stays_text(typed: str) -> None:
    assert inline(typed + "\n") == (PlainText(typed),)


def test_link_inside_a_link_becomes_text() -> None:
    assert inline("[a <https://x.org> b](#id)\n") == (Link("#id", (PlainText("a https://x.org b"),)),)


def test_lists() -> None:
    tight, loose = parse_markup("3. a\n4. b\n   - c\n\n- d\n\n- e\n").blocks
    assert isinstance(tight, OrderedList)
    assert (tight.start, tight.tight, tight.span, len(tight.items)) == (3, True, (0, 16), 2)
    assert isinstance(tight.items[1].blocks[1], BulletList)
    assert isinstance(loose, BulletList)
    assert (loose.tight, loose.items[0].span) == (False, (18, 21))


def test_tables() -> None:
    [table] = parse_markup("| a | b | c | d |\n|:--|--:|:-:|---|\n| 1 | 2 |\n").blocks
    assert isinstance(table, Table)
    assert table.aligns == ("start", "end", "center", "default")
    assert [len(row.cells) for row in (table.head, *table.rows)] == [4, 4]
    assert table.rows[0].span == (36, 45)


def test_notes_are_numbered_by_first_reference() -> None:
    tree = parse_markup("a[^b] c[^a] d[^b]\n\n[^a]: A [^b]\n[^b]: *B*\n[^c]: C\n[^a]: again\n")
    [block] = tree.blocks
    assert isinstance(block, Paragraph)
    notes = [child for child in block.children if isinstance(child, Note)]
    assert [(note.number, note.label, bool(note.blocks)) for note in notes] == [
        (1, "b", True),
        (2, "a", True),
        (1, "b", False),
    ]
    assert tree.notes == (notes[0], notes[1])
    assert isinstance(notes[1].blocks[0], Paragraph)
    assert plain_text(notes[1].blocks[0].children) == "A [^b]"
    assert tree.uncalled == ("c", "a")


def test_other_blocks() -> None:
    quote, rule, code, paragraph = parse_markup("> q\n\n---\n\n```x\ny\n```\n\n    indented\n").blocks
    assert isinstance(quote, Quote)
    assert rule == ThematicBreak((5, 8))
    assert isinstance(code, CodeBlock)
    assert code.text == "x\ny\n"
    assert isinstance(paragraph, Paragraph)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (">" * 20_000, "text_too_deep"),
        ("\n".join("  " * depth + "- a" for depth in range(900)), "text_too_deep"),
        ("*a " * 30 + "b* " * 30, "text_too_deep"),
        ("".join(f"[^{note}]: x\n\n" for note in range(2_001)), "too_many_notes"),
        ("[^a]" * 2_001 + "\n\n[^a]: x", "too_many_notes"),
        ("|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n" + ("|" + "a|" * 200 + "\n") * 2_000, "table_too_large"),
        ("|a|b|\n|-|-|\n" + "|1|2|\n" * 2_500, "table_too_large"),
        ("[" * 50_000, "text_too_tangled"),
        ("[![" * 50_000, "text_too_tangled"),
        ("`" * 101, "text_too_tangled"),
        ("a" * 1_000_001, "text_too_long"),
    ],
)
def test_limits(text: str, code: str) -> None:
    with pytest.raises(TooLarge) as raised:
        parse_markup(text)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "<" * 100_000,
        "[a](b " * 30_000,
        "<a@" * 100_000,
        "[](" * 30_000,
        "*a **b " * 20_000,
        "a\n" * 50_000,
        "\\" * 200_000,
    ],
)
def test_hostile_texts_terminate(text: str) -> None:
    try:
        assert parse_markup(text).blocks
    except TooLarge as refused:
        assert refused.code in ("text_too_tangled", "text_too_complex")
