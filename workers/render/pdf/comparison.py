"""The comparison of two versions as PDF: the redline's lines as values of a Typst template.

The words are those of the comparison page. Insertions are underlined and deletions struck through.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path
from unicodedata import bidirectional

from service.domain.documents.outside_text import OutsideChange
from service.domain.publication.draft_file import SIDE
from service.domain.text.redline.by_provision import Comparison
from service.domain.text.redline.lines import LineRun, RedlineLine
from service.domain.text.redline.numbered_ops import MoveEnd
from service.domain.text.redline.rendering.inline import RedlineWriter
from service.domain.text.redline.rendering.labels import labels_for
from service.domain.text.redline.rendering.reference_labels import reference_labels
from service.domain.text.redline.rendering.run_text import MARKS
from service.domain.text.redline.short_values import ValueLine, compare_values
from service.domain.text.redline.side_by_side import old_reading, side_by_side
from service.domain.text.redline.structure_marks import structure_marks
from service.domain.text.structure.references import inflect_reference
from workers.render.content import templates
from workers.render.content.manuscript import Manuscript
from workers.render.content.prepared_text import PreparedManuscript, file_timestamp, prepare_manuscript
from workers.render.content.print_content import MAX_RUNNING_TITLE, shorten
from workers.render.pdf import typst
from workers.render.pdf.direction_runs import isolate_text
from workers.render.pdf.document import check_pdf, write_project
from workers.render.sandbox.limits import private_directory

Line = dict[str, object]

VALUE_FACTS = ("title", "reference", "place", "addressees")
"""Facts outside the text whose values are words; the others are codes."""

_PRINTED = {
    "insert": "insert",
    "delete": "delete",
    **dict.fromkeys(("renumber", "vocalisation", "lookalike", "item_number", "note_number"), "minor"),
}
"""How runs are printed by their kind; the others are printed as words without a mark."""


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """What a comparison shows besides the manuscript of its newer version, whose title and marks it has.

    `old_title` is empty if there was no text in this language. `layout` is one of LAYOUTS. `outside` is what changed
    outside the text, but for its title.
    """

    older: int
    newer: int
    old_title: str
    comparison: Comparison
    layout: str
    outside: Sequence[OutsideChange] = ()


def render_comparison(
    manuscript: Manuscript, compared: ComparedVersions, *, logo: bytes | None, report: Callable[[str], None]
) -> bytes:
    """Render the comparison of two versions.

    `manuscript` is that of the newer version, marked as a draft. Raises RenderFailed.
    """
    report("reading")
    empty = replace(manuscript, text="", about="", line_numbers=False)
    prepared = _marked(prepare_manuscript(empty, directory=templates.find_templates()), compared)
    with private_directory() as directory:
        report("writing")
        project = directory / "project"
        write_project(prepared, b"", project=project, logo=logo)
        _add_values(project / "matter.json", _LineWriter(compared, prepared).values())
        report("typesetting")
        result = typst.typeset(project, main="comparison.typ", timestamp=file_timestamp(manuscript))
        report("checking")
        check_pdf(prepared, result)
        return result.pdf


def _marked(prepared: PreparedManuscript, compared: ComparedVersions) -> PreparedManuscript:
    formatter = prepared.formatter
    label = formatter.message(
        "comparison",
        "title",
        older=formatter.format_number(compared.older),
        newer=formatter.format_number(compared.newer),
        title=shorten(prepared.manuscript.title, limit=MAX_RUNNING_TITLE),
    )
    return replace(prepared, content=replace(prepared.content, draft_label=label))


def _add_values(file: Path, values: Mapping[str, object]) -> None:
    matter = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**matter, "comparison": values}, ensure_ascii=False), encoding="utf-8")


class _LineWriter:
    """Writes the lines of a comparison as JSON values."""

    def __init__(self, compared: ComparedVersions, prepared: PreparedManuscript) -> None:
        """Take the comparison, and the manuscript in whose language and digits it is printed."""
        manuscript, self.formatter = prepared.manuscript, prepared.formatter
        self.compared, self.comparison, self.layout = compared, compared.comparison, compared.layout
        self.line, self.title = manuscript.dir, manuscript.title
        self.digits = manuscript.digits
        self.references = reference_labels(self.comparison.texts[0]) | reference_labels(self.comparison.texts[1])
        labels = replace(labels_for(manuscript.lang), digits=manuscript.digits)
        self.writer = RedlineWriter(labels, self.references, texts=self.comparison.texts)
        self.level = 0

    def values(self) -> dict[str, object]:
        """Return all values of the template."""
        words = {name: self.formatter.message("comparison", name) for name in ("key", "added", "deleted", "minor")}
        words["comma"] = self.formatter.message("comma")
        versions = {
            name: self.formatter.message("comparison", "version", number=self.formatter.format_number(number))
            for name, number in (("older", self.compared.older), ("newer", self.compared.newer))
        }
        notes = [
            self.formatter.message("comparison", name)
            for name, applies in (("same", self.comparison.counts.is_empty), ("coarse", self.comparison.redline.coarse))
            if applies
        ]
        lines = [line for part in self.comparison.parts for line in part.lines]
        other = {"side": self.layout == SIDE, "notes": notes, "rows": list(self.rows(lines))}
        return {
            **words,
            **versions,
            **other,
            "titles": self.titles(),
            "facts": [*map(self.fact, self.compared.outside)],
        }

    def fact(self, change: OutsideChange) -> dict[str, object]:
        """Return the label of a fact, and its redline; of one that is a code, that it changed."""
        label = self.formatter.message("comparison", f"fact_{change.fact}")
        if change.fact not in VALUE_FACTS:
            changed = self.formatter.message("comparison", "fact_changed")
            return {"label": label, "lines": [{"way": self.line, "runs": [self.words(changed, "equal")]}]}
        return {"label": label, "lines": [_value_line(line) for line in compare_values(change.old, change.new)]}

    def titles(self) -> list[str]:
        """Return the old and the new title if both are known and differ."""
        titles = self.compared.old_title, self.title
        return [isolate_text(one, line=self.line) for one in titles] if all(titles) and titles[0] != titles[1] else []

    def rows(self, lines: Sequence[RedlineLine]) -> Iterator[dict[str, object]]:
        """Yield rows: one cell in the text, two side by side; the ends of a move have a label."""
        for (move, end), run in groupby(lines, key=lambda line: (line.move, line.move_end)):
            group = list(run)
            if move and end:
                yield self.moved(move, end, group)
            elif self.layout == SIDE:
                yield from (_row(self.cell(old), self.cell(new)) for old, new in side_by_side(group))
            else:
                yield from (_row(self.cell(line)) for line in group)

    def moved(self, move: int, end: MoveEnd, group: Sequence[RedlineLine]) -> dict[str, object]:
        """Return one end of a move: the words as they were, or as they arrived with the changes in them."""
        gone = end == "old"
        lines = [old_reading(line) for line in group] if gone else group
        written: list[Line] = [self.write(line) for line in lines]
        sides: list[list[Line]] = [written, []] if gone else [[], written]
        number = self.formatter.format_number(move)
        label = self.formatter.message("comparison", "gone" if gone else "come", number=number)
        return {"label": label, "cells": sides if self.layout == SIDE else [written]}

    def cell(self, line: RedlineLine | None) -> list[Line]:
        """Return the lines of a cell; none if its text does not have the line."""
        return [self.write(line)] if line else []

    def write(self, line: RedlineLine) -> Line:
        """Return one line. Heading levels begin at 1 and leave out none, as PDF/UA-1 requires."""
        if line.shape == "heading":
            self.level = min(line.level, self.level + 1)
        marker = self.writer.item_label(line) if line.marker and line.shape == "item" else line.marker
        runs = [piece for before, run in pairwise((None, *line.runs)) for piece in self.runs(run, before)]
        level = self.level if line.shape == "heading" else line.level
        return {"shape": line.shape, "level": level, "marker": marker, "runs": runs}

    def runs(self, run: LineRun | None, before: LineRun | None) -> Iterator[dict[str, str]]:
        """Yield a run in pieces: words, words with a direction of their own, and marks of the markup.

        A space stands between deleted words and those added directly after them.
        """
        if run is None:
            return
        if run.kind == "structure":
            for mark in structure_marks(run.old, run.new, column=run.column):
                yield {"kind": "insert" if mark.is_added else "delete", "way": self.line, "text": mark.symbol}
            return
        if run.kind == "break":
            yield {"kind": "equal", "way": "", "text": "\n"}
            return
        if before and (before.kind, run.kind) == ("delete", "insert") and not (before.old[-1:] + run.new[:1]).isspace():
            yield {"kind": "equal", "way": "", "text": " "}
        kind, text = _PRINTED.get(run.kind, "equal"), run.new or run.old
        yield from self.pieces(text, kind, ids=kind in ("insert", "delete") and text.lstrip().startswith("{#"))
        if kind == "minor":
            was = self.formatter.message("comparison", "was", words=run.old.strip())
            yield {"kind": "was", "way": self.line, "text": f" {was} "}

    def pieces(self, text: str, kind: str, *, ids: bool) -> Iterator[dict[str, str]]:
        """Yield the pieces of a run; the `{#id}` of a heading is omitted unless `ids`."""
        offset = 0
        for found in MARKS.finditer(text):
            before = text[offset : found.start()]
            offset = found.end()
            target = found["target"]
            if target in self.references:
                before, words = inflect_reference(before, self.references[target], digits=self.digits)
                yield self.words(before, kind)
                yield {"kind": kind, "way": "auto", "text": words}
                continue
            yield self.words(before, kind)
            if found["emphasis"] and kind == "equal":
                continue
            if found["run"]:
                yield {"kind": kind, "way": found["dir"] or "auto", "text": found["run"]}
            elif ids or not found["id"]:
                yield {"kind": kind, "way": "mark", "text": found.group()}
        yield self.words(text[offset:], kind)

    def words(self, text: str, kind: str) -> dict[str, str]:
        """Return words that run with the line."""
        return {"kind": kind, "way": "", "text": isolate_text(text, line=self.line)}


def _value_line(line: ValueLine) -> Line:
    """Return a value in the direction of its first letter, with a space between deleted words and those after them."""
    classes = (bidirectional(letter) for run in line for letter in run.text)
    way = next(("ltr" if one == "L" else "rtl" for one in classes if one in ("L", "R", "AL")), "auto")
    runs: list[dict[str, str]] = []
    for run in line:
        if runs and (runs[-1]["kind"], run.kind) == ("delete", "insert"):
            runs.append({"kind": "equal", "way": "", "text": " "})
        runs.append({"kind": run.kind, "way": way, "text": run.text})
    return {"way": way, "runs": runs}


def _row(*cells: list[Line]) -> dict[str, object]:
    """Return a row that is no end of a move."""
    return {"label": "", "cells": list(cells)}
