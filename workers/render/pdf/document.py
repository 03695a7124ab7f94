"""The PDF renderer, PDF/A-2a and PDF/UA-1: tree → pandoc's JSON → Typst markup → Typst project → PDF."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from service.domain.text.markup.tree import Block, Direction
from service.domain.text.structure.line_numbers import mark_lines
from workers.render.content.line_breaks import add_break_opportunities
from workers.render.content.numbered_paragraphs import write_text
from workers.render.content.pandoc_json import Node, document, write_blocks
from workers.render.content.prepared_text import PreparedManuscript, SupplementaryText, file_timestamp
from workers.render.content.print_content import PrintContent
from workers.render.content.provision_headings import parts_begin_page
from workers.render.content.table_layout import TablePage
from workers.render.content.target_filters import PageStyle
from workers.render.content.text_measure import PageFonts
from workers.render.errors import RenderConformance
from workers.render.pdf import typst
from workers.render.pdf.direction_runs import isolate_runs, isolate_text
from workers.render.pdf.typst_filter import for_typst, raw_block, raw_inline
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory

TEXT_WIDTH, LANDSCAPE_TEXT_WIDTH = 447.8, 694.4
"""Points between the margins of an A4 page, upright and on its side."""

REQUIRED_MARKERS = {
    "the mark of a tagged file": "/Marked true",
    "the colour profile": "/OutputIntents",
    "the claim of PDF/A": "<pdfaid:part>2</pdfaid:part>",
    "the claim of PDF/UA": "<pdfuaid:part>1</pdfuaid:part>",
}
"""Bytes in every valid file, by description: Typst compresses neither the catalogue nor the metadata."""

NEVER_ISOLATED = frozenset({"title", "letterhead", "press_lines", "digest", "seal", "page"})
"""Values that are written into the file's properties, have a direction of their own, or are patterns."""

MAX_UNBROKEN_IN_TITLE = 20
"""Code points of a word of the title, which is set largest, that is never broken."""

BODY_FUNCTIONS = (
    "against",
    "announcing",
    "at-first",
    "foreign",
    "horizontalrule",
    "kept",
    "labelled",
    "landscape",
    "line-mark",
    "paragraph-number",
    "provision",
    "sized",
    "titled",
    "together",
    "unbroken",
)
"""What body.typ may call of lib.typ."""

BODY_IMPORTS = f'#import "lib.typ": {", ".join(BODY_FUNCTIONS)}\n\n'.encode()
"""The first line of body.typ."""


def render_pdf(prepared: PreparedManuscript, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    """Render a prepared manuscript as PDF; its words are compared in `formats.render`. Raises RenderFailed."""
    with private_directory() as directory:
        report("writing")
        markup = pandoc.write(document(body_definitions(prepared)), target="typst-smart", directory=directory)
        project = directory / "project"
        write_project(prepared, markup, project=project, logo=logo)
        report("typesetting")
        typeset_result = typst.typeset(
            project, main=f"{prepared.manuscript.kind}.typ", timestamp=file_timestamp(prepared.manuscript)
        )
        report("checking")
        check_pdf(prepared, typeset_result)
        return typeset_result.pdf


def body_definitions(prepared: PreparedManuscript) -> list[Node]:
    """Return the definitions that the templates import: main text, text about the coalition, reservations."""
    page = table_page(prepared)
    blocks = isolate_runs(prepared.blocks, line=prepared.manuscript.dir)
    blocks = mark_lines(blocks) if prepared.manuscript.line_numbers else blocks
    text = write_text(blocks, prepared.manuscript, page=page, write_number=_paragraph_number, mark_provision=_provision)
    written = _filtered_part(prepared, "text", text)
    parts = [raw_block("#let main-text = ["), *written, raw_block("]")]
    parts += [
        raw_block("#let about-text = ["),
        *_filtered_supplementary(prepared, "about", prepared.about),
        raw_block("]"),
    ]
    parts += [raw_block("#let reservation-texts = (")]
    for number, reservation in enumerate(prepared.reservations, 1):
        parts += [
            raw_block("["),
            *_filtered_supplementary(prepared, f"reservation-{number}", reservation),
            raw_block("],"),
        ]
    return [*parts, raw_block(")")]


def _write(prepared: PreparedManuscript, blocks: Iterable[Block], *, against_page: bool) -> list[Node]:
    line: Direction = "rtl" if prepared.rtl is not against_page else "ltr"
    return write_blocks(isolate_runs(blocks, line=line), page=table_page(prepared))


def _paragraph_number(label: str) -> Node:
    return raw_inline(f'#paragraph-number("{label}")')


def _provision(label: list[Node]) -> list[Node]:
    return [raw_inline("#provision["), *label, raw_inline("]")]


def _filtered_part(prepared: PreparedManuscript, name: str, blocks: list[Node]) -> list[Node]:
    manuscript = prepared.manuscript
    style = PageStyle(prepared.rtl, prepared.emphasis, name, manuscript.lang, manuscript.digits)
    return for_typst(blocks, style=style)


def _filtered_supplementary(prepared: PreparedManuscript, name: str, supplementary: SupplementaryText) -> list[Node]:
    written = _filtered_part(
        prepared, name, _write(prepared, supplementary.blocks, against_page=supplementary.against_page)
    )
    return [raw_block("#against["), *written, raw_block("]")] if supplementary.against_page else written


def table_page(prepared: PreparedManuscript) -> TablePage:
    """Return the page that the tables of a PDF are measured for: A4 with the margins of `page.typ`."""
    printed = prepared.formatter.strings["fonts"]
    assert isinstance(printed, Mapping)
    foreign = float(printed["foreign_size"])
    sizes = PageFonts(1, foreign, rtl=True) if prepared.rtl else PageFonts(foreign, 1, rtl=False)
    return TablePage(TEXT_WIDTH, LANDSCAPE_TEXT_WIDTH, float(printed["size"]), sizes)


def write_project(prepared: PreparedManuscript, markup: bytes, *, project: Path, logo: bytes | None) -> None:
    """Write the Typst project: templates, text, values and logo, as regular files."""
    shutil.copytree(prepared.templates_directory / "typst", project, symlinks=False)
    (project / "body.typ").write_bytes(BODY_IMPORTS + markup)
    if logo is not None:
        (project / "logo").write_bytes(logo)
    settings = json.dumps(template_values(prepared.content, prepared, has_logo=logo is not None), ensure_ascii=False)
    (project / "matter.json").write_text(settings, encoding="utf-8")


def template_values(content: PrintContent, prepared: PreparedManuscript, *, has_logo: bool) -> dict[str, object]:
    """Return the values that `lib.typ` reads by `json()`, never as code."""
    manuscript, strings = prepared.manuscript, prepared.formatter.strings
    chosen = {key: strings[key] for key in ("fonts", "emphasis")}
    page = {"lang": manuscript.lang, "dir": manuscript.dir, "digits": manuscript.digits}
    printed = {
        name: value if name in NEVER_ISOLATED else _isolated_values(value, manuscript.dir)
        for name, value in asdict(content).items()
    }
    printed["headline"] = add_break_opportunities(
        isolate_text(content.title, line=manuscript.dir), limit=MAX_UNBROKEN_IN_TITLE
    )
    printed["parts_begin_page"] = parts_begin_page(prepared.blocks)
    return {**printed, **chosen, **page, "logo": "logo" if has_logo else None, "time": _date_parts(prepared)}


def _isolated_values(value: Any, line: Direction) -> Any:
    match value:
        case str():
            return isolate_text(value, line=line)
        case list() | tuple():
            return [_isolated_values(each, line) for each in value]
        case dict():
            return {key: _isolated_values(each, line) for key, each in value.items()}
    return value


def check_pdf(prepared: PreparedManuscript, typeset_result: typst.TypesetResult) -> None:
    """Check a finished PDF.

    Raises RenderConformance unless it has a page and all required markers, and Typst gave no warning.
    """
    problems = [f"Typst warned: {warning}" for warning in typeset_result.warnings]
    if typeset_result.pages < 1:
        problems.append("there is no page")
    marks = {**REQUIRED_MARKERS, "the language": f"/Lang({prepared.manuscript.lang})"}
    problems += [f"{what} is missing" for what, mark in marks.items() if mark.encode() not in typeset_result.pdf]
    if problems:
        raise RenderConformance(detail="; ".join(problems))


def _date_parts(prepared: PreparedManuscript) -> dict[str, int]:
    moment = dt.datetime.fromtimestamp(file_timestamp(prepared.manuscript), tz=dt.UTC)
    return {unit: getattr(moment, unit) for unit in ("year", "month", "day", "hour", "minute", "second")}
