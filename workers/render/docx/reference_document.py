"""The reference document from which pandoc takes styles, page, header and footer.

It is built for each job. The first page carries the letterhead, the others title and coalition, and all of them the
imprint.
"""

import io
from functools import cache
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.section import Section, _BaseHeaderFooter
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from lxml import etree

from workers.render.content.prepared_text import PreparedManuscript
from workers.render.docx import watermark
from workers.render.docx.style_sheet import StyleSheet, load_style_sheet
from workers.render.docx.styles import build_styles
from workers.render.docx.xml import ensure_properties, make_element, put_child
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory, run_sandboxed

LOGO_HEIGHT = Mm(17)


def reference_docx(prepared: PreparedManuscript, *, logo: bytes | None) -> bytes:
    """Build the reference document; `postprocess` makes the final bytes reproducible."""
    document = docx.Document(io.BytesIO(pandoc_reference_docx()))
    sheet = load_style_sheet(prepared)
    document.styles.element[:] = list(build_styles(sheet))
    section = document.sections[0]
    _set_page_layout(section, sheet)
    _add_letterhead(section, prepared, logo=logo)
    _add_running_head(section, prepared)
    for header in (section.first_page_header, section.header):
        _add_draft_mark(header, prepared)
    for footer in (section.first_page_footer, section.footer):
        _add_imprint(footer, prepared)
    return _document_bytes(document)


@cache
def pandoc_reference_docx() -> bytes:
    """Return the reference document of the bundled pandoc, which names every style that its writer uses."""
    with private_directory() as directory:
        program: list[str | Path] = [pandoc.binary(), "--print-default-data-file", "reference.docx"]
        return run_sandboxed(program, stdin=b"", directory=directory, limits=pandoc.LIMITS)


def _document_bytes(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_page_layout(section: Section, sheet: StyleSheet) -> None:
    page = {name: Mm(length) for name, length in sheet.definitions["page"].items()}
    section.page_width, section.page_height = page["width"], page["height"]
    section.left_margin = section.right_margin = page["side"]
    section.top_margin, section.bottom_margin = page["top"], page["bottom"]
    section.header_distance = section.footer_distance = page["edge"]
    section.different_first_page_header_footer = True
    if sheet.rtl:
        put_child(section._sectPr, make_element("bidi"))


def _add_letterhead(section: Section, prepared: PreparedManuscript, *, logo: bytes | None) -> None:
    paragraph = _header_paragraph(section.first_page_header, "Letterhead", prepared)
    name = prepared.content.letterhead
    if logo is not None:
        picture = paragraph.add_run().add_picture(io.BytesIO(logo), height=LOGO_HEIGHT)
        picture._inline.docPr.set("descr", name)
        _add_text(paragraph, "\u00a0\u00a0", prepared)
    _add_text(paragraph, name, prepared)
    if not name and logo is None:
        _reset_style(paragraph)
    _add_watermark(paragraph, prepared)


def _add_running_head(section: Section, prepared: PreparedManuscript) -> None:
    """Add title and coalition, and the reference at the outer edge."""
    paragraph = _header_paragraph(section.header, "RunningHead", prepared)
    content = prepared.content
    parts = [part for part in (content.running_title, content.letterhead) if part]
    edge = f"\t{content.reference}" if content.reference else ""
    _add_text(paragraph, prepared.formatter.format_list(parts) + edge, prepared)
    _add_watermark(paragraph, prepared)


def _add_draft_mark(part: _BaseHeaderFooter, prepared: PreparedManuscript) -> None:
    """Add the line that says that this is a draft, above all else."""
    if prepared.content.draft_label:
        first = part.paragraphs[0]
        paragraph: Paragraph = first.insert_paragraph_before()
        put_child(ensure_properties(paragraph._p, "pPr"), make_element("pStyle", val="DraftMark"))
        _set_paragraph_direction(paragraph, prepared)
        _add_text(paragraph, prepared.content.draft_label, prepared)


def _add_imprint(footer: _BaseHeaderFooter, prepared: PreparedManuscript) -> None:
    paragraph = _header_paragraph(footer, "Imprint", prepared)
    before, _, rest = prepared.content.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _add_text(paragraph, text, prepared)
        if field:
            paragraph._p.extend(_field_runs(field, prepared))
    content = prepared.content
    if content.draft_foot:
        _add_text(_imprint_line(footer, paragraph, prepared), content.draft_foot, prepared)
    elif content.version:
        label = prepared.formatter.format_list([content.version, content.digest_label])
        below = _imprint_line(footer, paragraph, prepared)
        _add_text(below, f"{label} ", prepared)
        below.add_run(content.digest)


def _imprint_line(footer: _BaseHeaderFooter, above: Paragraph, prepared: PreparedManuscript) -> Paragraph:
    below: Paragraph = footer.add_paragraph(style=above.style)
    _set_paragraph_direction(below, prepared)
    return below


def _header_paragraph(part: _BaseHeaderFooter, style: str, prepared: PreparedManuscript) -> Paragraph:
    part.is_linked_to_previous = False
    paragraph: Paragraph = part.paragraphs[0]
    put_child(ensure_properties(paragraph._p, "pPr"), make_element("pStyle", val=style))
    _set_paragraph_direction(paragraph, prepared)
    return paragraph


def _set_paragraph_direction(paragraph: Paragraph, prepared: PreparedManuscript) -> None:
    if prepared.rtl:
        put_child(ensure_properties(paragraph._p, "pPr"), make_element("bidi"))


def _reset_style(paragraph: Paragraph) -> None:
    """Remove the rule below a letterhead that is empty."""
    put_child(ensure_properties(paragraph._p, "pPr"), make_element("pStyle", val="Normal"))


def _add_text(paragraph: Paragraph, text: str, prepared: PreparedManuscript) -> None:
    if text:
        _set_run_direction(paragraph.add_run(text)._r, prepared)


def _set_run_direction(run: etree._Element, prepared: PreparedManuscript) -> None:
    if prepared.rtl:
        put_child(ensure_properties(run, "rPr"), make_element("rtl"))


def _field_runs(code: str, prepared: PreparedManuscript) -> list[etree._Element]:
    """Build a field as Word writes it: begin, instruction, separator, a placeholder until Word counts, end."""
    instruction, shown = make_element("instrText"), make_element("t")
    instruction.text, shown.text = f" {code} ", "1"
    marks = {kind: make_element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")}
    runs = []
    for content in (marks["begin"], instruction, marks["separate"], shown, marks["end"]):
        runs.append(make_element("r"))
        runs[-1].append(content)
        _set_run_direction(runs[-1], prepared)
    return runs


def _add_watermark(paragraph: Paragraph, prepared: PreparedManuscript) -> None:
    """Draw the sample watermark across the page behind the text, as Word itself does."""
    if not prepared.content.sample:
        return
    drawn = parse_xml(watermark.WATERMARK_RUN)
    for textpath in drawn.iter(f"{{{watermark.VML}}}textpath"):
        if textpath.get("style") is not None:
            face = load_style_sheet(prepared).fonts["script" if prepared.rtl else "latin"]
            textpath.set("style", f"font-family:'{face}';font-size:1pt")
            textpath.set("string", prepared.content.sample)
    paragraph._p.append(drawn)
