"""The reference document pandoc takes styles, page, header and footer from: made for each job, from code and the sheet
of styles. The first page carries the letterhead, the others title and coalition, all of them the imprint."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.section import Section, _BaseHeaderFooter
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from lxml import etree

from workers.render.content.prepared_text import Galley
from workers.render.docx import watermark
from workers.render.docx.styles import Sheet, restyle
from workers.render.docx.xml import make, properties, put
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory, run

LOGO_HEIGHT = Mm(17)


def reference(galley: Galley, *, logo: bytes | None) -> bytes:
    """The bytes of the reference for `galley`; not yet normalised, which `word_post` does at the end."""
    document = docx.Document(io.BytesIO(pandoc_default()))
    sheet = sheet_of(galley)
    restyle(document.styles.element, sheet)
    section = document.sections[0]
    _page(section, sheet)
    _letterhead(section, galley, logo=logo)
    _running_head(section, galley)
    for footer in (section.first_page_footer, section.footer):
        _imprint(footer, galley)
    return _saved(document)


def sheet_of(galley: Galley) -> Sheet:
    styles: dict[str, Any] = json.loads((galley.templates / "docx" / "styles.json").read_text(encoding="utf-8"))
    fonts = galley.wording.strings["fonts"]
    assert isinstance(fonts, dict)
    return Sheet(styles, fonts["word"], str(galley.wording.strings["locale"]), galley.rtl)


@cache
def pandoc_default() -> bytes:
    """The reference document in the bundled pandoc: it names every style its writer uses."""
    with private_directory() as directory:
        program: list[str | Path] = [pandoc.binary(), "--print-default-data-file", "reference.docx"]
        return run(program, stdin=b"", directory=directory, limits=pandoc.LIMITS)


def _saved(document: Document) -> bytes:
    whole = io.BytesIO()
    document.save(whole)
    return whole.getvalue()


def _page(section: Section, sheet: Sheet) -> None:
    page = {name: Mm(length) for name, length in sheet.sheet["page"].items()}
    section.page_width, section.page_height = page["width"], page["height"]
    section.left_margin = section.right_margin = page["side"]
    section.top_margin, section.bottom_margin = page["top"], page["bottom"]
    section.header_distance = section.footer_distance = page["edge"]
    section.different_first_page_header_footer = True
    if sheet.rtl:
        put(section._sectPr, make("bidi"))


def _letterhead(section: Section, galley: Galley, *, logo: bytes | None) -> None:
    paragraph = _paragraph(section.first_page_header, "Letterhead", galley)
    name = galley.matter.letterhead
    if logo is not None:
        picture = paragraph.add_run().add_picture(io.BytesIO(logo), height=LOGO_HEIGHT)
        picture._inline.docPr.set("descr", name)
        _say(paragraph, "\u00a0\u00a0", galley)
    _say(paragraph, name, galley)
    if not name and logo is None:
        _plain(paragraph)
    _watermark(paragraph, galley)


def _running_head(section: Section, galley: Galley) -> None:
    paragraph = _paragraph(section.header, "RunningHead", galley)
    parts = [part for part in (galley.matter.title, galley.matter.letterhead) if part]
    _say(paragraph, galley.wording.listing(parts), galley)
    _watermark(paragraph, galley)


def _imprint(footer: _BaseHeaderFooter, galley: Galley) -> None:
    paragraph = _paragraph(footer, "Imprint", galley)
    before, _, rest = galley.matter.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _say(paragraph, words, galley)
        if field:
            paragraph._p.extend(_field(field, galley))
    if galley.matter.version:
        below = footer.add_paragraph(style=paragraph.style)
        _turn(below, galley)
        label = galley.wording.listing([galley.matter.version, galley.matter.digest_label])
        _say(below, f"{label} ", galley)
        below.add_run(galley.matter.digest)


def _paragraph(part: _BaseHeaderFooter, style: str, galley: Galley) -> Paragraph:
    part.is_linked_to_previous = False
    paragraph: Paragraph = part.paragraphs[0]
    put(properties(paragraph._p, "pPr"), make("pStyle", val=style))
    _turn(paragraph, galley)
    return paragraph


def _turn(paragraph: Paragraph, galley: Galley) -> None:
    if galley.rtl:
        put(properties(paragraph._p, "pPr"), make("bidi"))


def _plain(paragraph: Paragraph) -> None:
    """No rule under a letterhead that is empty."""
    put(properties(paragraph._p, "pPr"), make("pStyle", val="Normal"))


def _say(paragraph: Paragraph, words: str, galley: Galley) -> None:
    if words:
        run_ = paragraph.add_run(words)
        _turn_run(run_._r, galley)


def _turn_run(run_: etree._Element, galley: Galley) -> None:
    if galley.rtl:
        put(properties(run_, "rPr"), make("rtl"))


def _field(code: str, galley: Galley) -> list[etree._Element]:
    """A field as Word writes it: begin, instruction, separator, a number until Word counts, end."""
    instruction, shown = make("instrText"), make("t")
    instruction.text, shown.text = f" {code} ", "1"
    marks = {kind: make("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")}
    runs = []
    for content in (marks["begin"], instruction, marks["separate"], shown, marks["end"]):
        runs.append(make("r"))
        runs[-1].append(content)
        _turn_run(runs[-1], galley)
    return runs


def _watermark(paragraph: Paragraph, galley: Galley) -> None:
    """The word across the page behind the text, as Word itself draws watermarks."""
    if not galley.matter.sample:
        return
    drawn = parse_xml(watermark.RUN)
    for textpath in drawn.iter(f"{{{watermark.VML}}}textpath"):
        if textpath.get("style") is not None:
            face = sheet_of(galley).fonts["script" if galley.rtl else "latin"]
            textpath.set("style", f"font-family:'{face}';font-size:1pt")
            textpath.set("string", galley.matter.sample)
    paragraph._p.append(drawn)
