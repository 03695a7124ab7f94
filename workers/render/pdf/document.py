"""The PDF renderer, PDF/A-2a and PDF/UA-1: tree → pandoc's JSON → Typst markup → Typst project → PDF."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from workers.render.content.pandoc_json import Node, document, write_blocks
from workers.render.content.prepared_text import PreparedManuscript, SupplementaryText, file_timestamp
from workers.render.content.print_content import PrintContent
from workers.render.content.target_filters import PageStyle, for_typst, raw_block
from workers.render.errors import RenderConformance
from workers.render.pdf import typst
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory

REQUIRED_MARKERS = {
    "the mark of a tagged file": "/Marked true",
    "the colour profile": "/OutputIntents",
    "the claim of PDF/A": "<pdfaid:part>2</pdfaid:part>",
    "the claim of PDF/UA": "<pdfuaid:part>1</pdfuaid:part>",
}
"""Bytes in every valid file, by description: Typst compresses neither the catalogue nor the metadata."""

BODY_IMPORTS = b'#import "lib.typ": against, announcing, enum-from, foreign, horizontalrule, together, unbroken\n\n'
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
    written = _filtered_part(prepared, "text", write_blocks(prepared.blocks))
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


def _filtered_part(prepared: PreparedManuscript, name: str, blocks: list[Node]) -> list[Node]:
    return for_typst(blocks, style=PageStyle(prepared.rtl, prepared.emphasis, name))


def _filtered_supplementary(prepared: PreparedManuscript, name: str, supplementary: SupplementaryText) -> list[Node]:
    written = _filtered_part(prepared, name, write_blocks(supplementary.blocks))
    return [raw_block("#against["), *written, raw_block("]")] if supplementary.against_page else written


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
    chosen = {key: strings[key] for key in ("fonts", "list", "emphasis")}
    page = {"lang": manuscript.lang, "dir": manuscript.dir, "digits": manuscript.digits}
    return {**asdict(content), **chosen, **page, "logo": "logo" if has_logo else None, "time": _date_parts(prepared)}


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
