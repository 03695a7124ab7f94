"""The DOCX renderer: tree → pandoc's JSON with a style per part → pandoc → post-processed package."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from workers.render.content.numbered_paragraphs import write_text
from workers.render.content.pandoc_json import Node, attr, document, node, text_inlines, write_blocks
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.table_layout import TablePage
from workers.render.content.target_filters import LRM, PageStyle, for_docx
from workers.render.content.text_measure import PageFonts
from workers.render.content.tree_transforms import top_level_headings
from workers.render.docx.paragraph_marks import REVERSED_STYLE, mark_paragraphs
from workers.render.docx.postprocess import postprocess
from workers.render.docx.reference_document import reference_docx
from workers.render.docx.style_sheet import TWIPS_PER_POINT, load_style_sheet
from workers.render.docx.xml import iter_elements, parse, qn, read_package
from workers.render.errors import RenderConformance
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory

PARAGRAPH_NUMBER_STYLE, EM_SPACE = "Paragraph Number", "\u2003"
"""Character style of the number before a paragraph, which is printed and is not part of the text."""


def render_docx(prepared: PreparedManuscript, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    """Render a prepared manuscript as DOCX. Raises RenderFailed."""
    with private_directory() as directory:
        report("writing")
        reference_file = directory / "reference.docx"
        reference_file.write_bytes(reference_docx(prepared, logo=logo))
        meta = {"lang": prepared.manuscript.lang, "dir": prepared.manuscript.dir}
        pandoc_document = document(body_nodes(prepared), meta=meta)
        written = pandoc.write(pandoc_document, target="docx", directory=directory, reference=reference_file)
    report("checking")
    finished = postprocess(written, prepared)
    check_docx(prepared, finished)
    return finished


def body_nodes(prepared: PreparedManuscript) -> list[Node]:
    """Return the pandoc nodes of the whole page, in order, filtered for the DOCX writer."""
    manuscript = prepared.manuscript
    style = PageStyle(prepared.rtl, prepared.emphasis, lang=manuscript.lang)
    text = write_text(prepared.blocks, manuscript, page=table_page(prepared), write_number=_paragraph_number)
    parts = [*_front_matter(prepared), *text]
    return mark_paragraphs([*for_docx(parts, style=style), *_back_matter(prepared, style)])


def table_page(prepared: PreparedManuscript) -> TablePage:
    """Return the page that the tables of a DOCX are measured for."""
    sheet = load_style_sheet(prepared)
    latin, script = float(sheet.fonts["latin_size"]), float(sheet.fonts["script_size"])
    size = script if prepared.rtl else latin
    fonts = PageFonts(script / size, latin / size, rtl=prepared.rtl)
    return TablePage(sheet.text_width() / TWIPS_PER_POINT, sheet.landscape_width() / TWIPS_PER_POINT, size, fonts)


def _paragraph_number(label: str) -> Node:
    return node("Span", [attr(custom_style=PARAGRAPH_NUMBER_STYLE), [node("Str", label + EM_SPACE)]])


def check_docx(prepared: PreparedManuscript, package: bytes) -> None:
    """Check a finished package.

    Raises RenderConformance unless it has every heading of the tree and, on a page from right to left, every paragraph
    states its direction.
    """
    root = parse(read_package(package)["word/document.xml"])
    styles = [style.get(qn("val"), "") for style in iter_elements(root, "pStyle")]
    found = sum(style.startswith("Heading") for style in styles)
    expected = sum(1 for _ in top_level_headings(prepared.blocks)) + sum(1 for _ in _back_matter_headings(prepared))
    if found != expected:
        raise RenderConformance(detail=f"{expected} headings were written and {found} are in the file")
    if prepared.rtl and any(
        paragraph.find(f"{qn('pPr')}/{qn('bidi')}") is None for paragraph in iter_elements(root, "p")
    ):
        raise RenderConformance(detail="a paragraph has no direction")


def _front_matter(prepared: PreparedManuscript) -> list[Node]:
    content = prepared.content
    front = [("Kind", content.kind), ("Title", content.title), ("Dateline", content.dateline)]
    if prepared.manuscript.kind == "letter":
        front = [
            ("Dateline", content.dateline),
            *_addressee_paragraphs(prepared),
            ("Kind", content.kind),
            ("Title", content.title),
        ]
    else:
        front += _addressee_paragraphs(prepared)
    return _styled_paragraphs([*front, ("Dateline", content.translation)])


def _addressee_paragraphs(prepared: PreparedManuscript) -> list[tuple[str, str]]:
    return [("Addressees", prepared.content.to), *(("Addressee", name) for name in prepared.content.addressees)]


def _back_matter_headings(prepared: PreparedManuscript) -> Iterable[str]:
    content = prepared.content
    found = (content.signatories_heading, content.reservations_heading, content.record_heading)
    return filter(None, (*found, content.about, content.press_heading))


def _back_matter(prepared: PreparedManuscript, style: PageStyle) -> list[Node]:
    """Return the nodes after the text. The notes of each text in it are counted for themselves."""
    content = prepared.content
    page = table_page(prepared)
    about = for_docx(write_blocks(prepared.about.blocks, page=page), style=replace(style, note_scope="about"))
    lines = [content.press_name, *(f"{LRM}{line}{LRM}" for line in content.press_lines)]
    written = [
        *_heading(content.signatories_heading),
        *(_signatory_paragraph("Signatory", one.name, one.remark) for one in content.signatories),
        *_heading(content.reservations_heading),
        *_reservations(prepared, style),
        *_heading(content.record_heading),
        *(node("Para", text_inlines(sentence)) for sentence in content.record),
        *_styled_paragraphs([("Seal", f"{content.seal_label} {LRM}{content.seal}" if content.seal else "")]),
        *_heading(content.about),
    ]
    closing = [*_heading(content.press_heading), *_styled_paragraphs([("Press Line", line) for line in lines])]
    return [*written, *about, *closing]


def _reservations(prepared: PreparedManuscript, style: PageStyle) -> list[Node]:
    written: list[Node] = []
    pairs = zip(prepared.content.reservations, prepared.reservations, strict=True)
    for number, (by_line, reservation) in enumerate(pairs, 1):
        name = REVERSED_STYLE if reservation.against_page else "Reservation"
        scope = replace(style, note_scope=f"reservation-{number}")
        blocks = for_docx(write_blocks(reservation.blocks, page=table_page(prepared)), style=scope)
        written += [*_styled_paragraphs([("Reservation By", by_line)]), _styled_blocks(name, blocks)]
    return written


def _heading(text: str) -> list[Node]:
    return [node("Header", [1, attr(), text_inlines(text)])] if text else []


def _styled_paragraphs(paragraphs: Sequence[tuple[str, str]]) -> list[Node]:
    return [_styled_blocks(style, [node("Para", text_inlines(text))]) for style, text in paragraphs if text]


def _signatory_paragraph(style: str, name: str, suffix: str) -> Node:
    mark = [node("Space"), node("Span", [attr(custom_style="Remark"), text_inlines(suffix)])] if suffix else []
    return _styled_blocks(style, [node("Para", [*text_inlines(name), *mark])])


def _styled_blocks(style: str, blocks: list[Node]) -> Node:
    return node("Div", [attr(custom_style=style), blocks])
