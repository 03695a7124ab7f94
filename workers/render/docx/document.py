"""The DOCX renderer: tree → pandoc's JSON with a style per part → pandoc → post-processed package."""

from collections.abc import Callable

from workers.render.content.numbered_paragraphs import write_text
from workers.render.content.pandoc_json import Node, attr, document, node, text_inlines
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.provision_headings import NO_BREAK_SPACE
from workers.render.content.table_layout import TablePage
from workers.render.content.target_filters import PageStyle, for_docx
from workers.render.content.text_measure import PageFonts
from workers.render.docx.matter import back_matter, front_matter
from workers.render.docx.paragraph_marks import mark_paragraphs
from workers.render.docx.postprocess import postprocess
from workers.render.docx.reference_document import reference_docx
from workers.render.docx.style_sheet import TWIPS_PER_POINT, load_style_sheet
from workers.render.docx.xml import iter_elements, parse, qn, read_package
from workers.render.errors import RenderConformance
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory

PARAGRAPH_NUMBER_STYLE, EM_SPACE = "Paragraph Number", "\u2003"
"""Character style of the number before a paragraph, which is printed and is not part of the text."""

PROVISION_STYLE = "Provision"
"""Character style of the name and number that a heading begins with."""


def render_docx(prepared: PreparedManuscript, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    """Render a prepared manuscript as DOCX; its words are compared in `formats.render`. Raises RenderFailed."""
    with private_directory() as directory:
        report("writing")
        reference_file = directory / "reference.docx"
        reference_file.write_bytes(reference_docx(prepared, logo=logo))
        meta = {"lang": prepared.manuscript.lang, "dir": prepared.manuscript.dir}
        pandoc_document = document(body_nodes(prepared), meta=meta)
        written = pandoc.write(pandoc_document, target="docx", directory=directory, reference=reference_file)
    report("checking")
    finished = postprocess(written, prepared, number_lines=prepared.manuscript.line_numbers)
    check_docx(prepared, finished)
    return finished


def body_nodes(prepared: PreparedManuscript) -> list[Node]:
    """Return the pandoc nodes of the whole page, in order, filtered for the DOCX writer."""
    manuscript = prepared.manuscript
    style = PageStyle(prepared.rtl, prepared.emphasis, lang=manuscript.lang)
    page = table_page(prepared)
    text = write_text(prepared.blocks, manuscript, page=page, write_number=_paragraph_number, mark_provision=_provision)
    before, after = front_matter(prepared), back_matter(prepared, style, page)
    return mark_paragraphs([*before, *for_docx(text, style=style), *after])


def table_page(prepared: PreparedManuscript) -> TablePage:
    """Return the page that the tables of a DOCX are measured for."""
    sheet = load_style_sheet(prepared)
    latin, script = float(sheet.fonts["latin_size"]), float(sheet.fonts["script_size"])
    size = sheet.text_size()
    fonts = PageFonts(script / size, latin / size, rtl=prepared.rtl)
    return TablePage(sheet.text_width() / TWIPS_PER_POINT, sheet.landscape_width() / TWIPS_PER_POINT, size, fonts)


def _paragraph_number(label: str) -> Node:
    return node("Span", [attr(custom_style=PARAGRAPH_NUMBER_STYLE), [node("Str", label + EM_SPACE)]])


def _provision(label: list[Node]) -> list[Node]:
    """Colour the name and number of a provision; its spaces are those of the text, which people search for."""
    words = "".join(" " if each["t"] == "Space" else each["c"] for each in label).replace(NO_BREAK_SPACE, " ")
    return [node("Span", [attr(custom_style=PROVISION_STYLE), text_inlines(words)])]


def check_docx(prepared: PreparedManuscript, package: bytes) -> None:
    """Check a finished package.

    Raises RenderConformance unless, on a page from right to left, every paragraph states its direction.
    """
    root = parse(read_package(package)["word/document.xml"])
    if prepared.rtl and any(
        paragraph.find(f"{qn('pPr')}/{qn('bidi')}") is None for paragraph in iter_elements(root, "p")
    ):
        raise RenderConformance(detail="a paragraph has no direction")
