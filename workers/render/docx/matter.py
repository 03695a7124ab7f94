"""What a DOCX prints before and after the text, as pandoc's nodes with a style for each paragraph."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workers.render.content.pandoc_json import Node, attr, node, text_inlines, write_blocks
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.print_content import ListedSignatory
from workers.render.content.table_layout import TablePage
from workers.render.content.target_filters import LRM, PageStyle, for_docx
from workers.render.docx.contents import CONTENTS_STYLE, has_contents
from workers.render.docx.paragraph_marks import REVERSED_STYLE

CLOSING_HEADING = "Closing Heading"
"""Style of the headings after the text: they are no provisions of it."""

StyledText = tuple[str, str]
"""The style and the text of a paragraph; one without text is not printed."""


def front_matter(prepared: PreparedManuscript) -> list[Node]:
    """Return the nodes before the text."""
    content = prepared.content
    reference = [("Reference", content.reference), *(("Reference Line", line) for line in content.reference_lines)]
    kind = [("Kind", content.kind), ("Title", content.title)]
    addressees = [("Addressees", content.to), *(("Addressee", name) for name in content.addressees)]
    translation = [("Dateline", content.translation)]
    is_letter = prepared.manuscript.kind == "letter"
    order = [*translation, *addressees, *kind] if is_letter else [*kind, *translation, *addressees]
    contents = [(CONTENTS_STYLE, content.contents)] if has_contents(prepared) else []
    return _styled_paragraphs([*reference, *order, *contents])


def back_matter(prepared: PreparedManuscript, style: PageStyle, page: TablePage) -> list[Node]:
    """Return the nodes after the text. The notes of each text in it are counted for themselves."""
    content = prepared.content
    seal = f"{content.seal_label} {LRM}{content.seal}" if content.seal else ""
    lines = [content.press_name, *(f"{LRM}{line}{LRM}" for line in content.press_lines)]
    return [
        *_heading(content.signatories_heading),
        *map(_signatory, content.signatories),
        *_heading(content.reservations_heading),
        *_reservations(prepared, style, page),
        *_heading(content.record_heading),
        *_styled_paragraphs([("Body Text", sentence) for sentence in content.record]),
        *_styled_paragraphs([("Seal", seal)]),
        *_heading(content.about),
        *for_docx(write_blocks(prepared.about.blocks, page=page), style=replace(style, note_scope="about")),
        *_heading(content.press_heading),
        *_styled_paragraphs([("Press Line", line) for line in lines]),
    ]


def _reservations(prepared: PreparedManuscript, style: PageStyle, page: TablePage) -> Iterator[Node]:
    pairs = zip(prepared.content.reservations, prepared.reservations, strict=True)
    for number, (by_line, reservation) in enumerate(pairs, 1):
        scoped = replace(style, note_scope=f"reservation-{number}")
        name = REVERSED_STYLE if reservation.against_page else "Reservation"
        yield from _styled_paragraphs([("Reservation By", by_line)])
        yield _styled(name, for_docx(write_blocks(reservation.blocks, page=page), style=scoped))


def _heading(text: str) -> list[Node]:
    return _styled_paragraphs([(CLOSING_HEADING, text)])


def _signatory(signatory: ListedSignatory) -> Node:
    """Return the paragraph of a signatory: its label, a tab, its name, and what is said of it."""
    said = [node("Span", [attr(custom_style="Remark"), text_inlines(signatory.remark)])]
    mark = [node("Space"), *said] if signatory.remark else []
    inlines = [node("Str", f"{signatory.label}\t"), *text_inlines(signatory.name), *mark]
    return _styled("Signatory", [node("Para", inlines)])


def _styled_paragraphs(paragraphs: Sequence[StyledText]) -> list[Node]:
    return [_styled(style, [node("Para", text_inlines(text))]) for style, text in paragraphs if text]


def _styled(style: str, blocks: list[Node]) -> Node:
    return node("Div", [attr(custom_style=style), blocks])
