"""A manuscript as PDF/A-2a and PDF/UA-1 in one file: tree → pandoc's JSON → Typst markup → a project → PDF."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from workers.render.content.pandoc_json import Node, document, write_blocks
from workers.render.content.prepared_text import Aside, Galley, time_of
from workers.render.content.print_content import Matter
from workers.render.content.target_filters import Page, for_typst, raw_block
from workers.render.content.tree_transforms import headings
from workers.render.errors import RenderConformance
from workers.render.pdf import typst
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory

MARKS = {
    "the mark of a tagged file": "/Marked true",
    "the colour profile": "/OutputIntents",
    "the claim of PDF/A": "<pdfaid:part>2</pdfaid:part>",
    "the claim of PDF/UA": "<pdfuaid:part>1</pdfuaid:part>",
}
"""What stands in every file of ours, as bytes: Typst compresses neither the catalogue nor the metadata."""

BODY_OPENING = b'#import "lib.typ": against, announcing, enum-from, foreign, horizontalrule, together, unbroken\n\n'


def make(galley: Galley, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    """The file. Raises RenderFailed and what lies below it."""
    with private_directory() as directory:
        report("writing")
        markup = pandoc.write(document(body(galley)), target="typst-smart", directory=directory)
        project = directory / "project"
        lay_out(galley, markup, project=project, logo=logo)
        report("typesetting")
        made = typst.typeset(project, main=f"{galley.manuscript.kind}.typ", timestamp=time_of(galley.manuscript))
        report("checking")
        check(galley, made)
        return made.pdf


def body(galley: Galley) -> list[Node]:
    """Three definitions that the templates import: the text, what is said about the coalition, the reservations."""

    written = _part(galley, "text", write_blocks(galley.text))
    parts = [raw_block("#let main-text = ["), *written, raw_block("]")]
    parts += [raw_block("#let about-text = ["), *_aside(galley, "about", galley.about), raw_block("]")]
    parts += [raw_block("#let reservation-texts = (")]
    for number, reservation in enumerate(galley.reservations, 1):
        parts += [raw_block("["), *_aside(galley, f"reservation-{number}", reservation), raw_block("],")]
    return [*parts, raw_block(")")]


def _part(galley: Galley, name: str, blocks: list[Node]) -> list[Node]:
    return for_typst(blocks, page=Page(galley.rtl, galley.emphasis, name))


def _aside(galley: Galley, name: str, aside: Aside) -> list[Node]:
    written = _part(galley, name, write_blocks(aside.blocks))
    return [raw_block("#against["), *written, raw_block("]")] if aside.foreign else written


def lay_out(galley: Galley, markup: bytes, *, project: Path, logo: bytes | None) -> None:
    """A directory of regular files: the templates, the text, what stands round it, the logo."""
    shutil.copytree(galley.templates / "typst", project, symlinks=False)
    (project / "body.typ").write_bytes(BODY_OPENING + markup)
    if logo is not None:
        (project / "logo").write_bytes(logo)
    settings = json.dumps(matter(galley.matter, galley, has_logo=logo is not None), ensure_ascii=False)
    (project / "matter.json").write_text(settings, encoding="utf-8")


def matter(words: Matter, galley: Galley, *, has_logo: bool) -> dict[str, object]:
    """What `lib.typ` reads, by `json()` and never as code."""
    manuscript, strings = galley.manuscript, galley.wording.strings
    chosen = {key: strings[key] for key in ("fonts", "list", "emphasis")}
    page = {"lang": manuscript.lang, "dir": manuscript.dir, "digits": manuscript.digits}
    return {**asdict(words), **chosen, **page, "logo": "logo" if has_logo else None, "time": _moment(galley)}


def check(galley: Galley, made: typst.Typeset) -> None:
    """Raises RenderConformance unless the PDF holds what the tree holds: a heading lost on the way is an error."""
    wanted = sum(1 for _ in headings(galley.text))
    complaints = [f"Typst warned: {warning}" for warning in made.warnings]
    if made.headings != wanted:
        complaints.append(f"{wanted} headings were written and {made.headings} were set")
    if made.pages < 1:
        complaints.append("there is no page")
    marks = {**MARKS, "the language": f"/Lang({galley.manuscript.lang})"}
    complaints += [f"{what} is missing" for what, mark in marks.items() if mark.encode() not in made.pdf]
    if complaints:
        raise RenderConformance(detail="; ".join(complaints))


def _moment(galley: Galley) -> dict[str, int]:
    moment = dt.datetime.fromtimestamp(time_of(galley.manuscript), tz=dt.UTC)
    return {unit: getattr(moment, unit) for unit in ("year", "month", "day", "hour", "minute", "second")}
