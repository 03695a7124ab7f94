"""The Word importer: reads a package in the sandbox, and makes a canonical text of what was found."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.domain.documents.word_import import too_large_for_import
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import BulletList, Heading, OrderedList, Paragraph, Table, Tree
from workers.intake.model import SAMPLE_CHARACTERS
from workers.intake.package_limits import check_package
from workers.render.errors import RenderConformance, RenderMemory, RenderProcessorTime
from workers.render.sandbox.limits import ResourceLimits, private_directory, run_sandboxed

LIMITS = ResourceLimits(seconds=30, memory=3 * 1024**3, processor_seconds=10)
"""Less than for exports: a text within the limits of `check_package` takes a fifth of it."""

CHILD_SCRIPT = Path(__file__).with_name("reader_child.py")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What the sandboxed reader returns.

    `blocks` are (text, kind of place, number); `notes` are written footnotes; `samples` are (code, kind of place,
    number, words).
    """

    blocks: Sequence[tuple[str, str, int]]
    notes: Sequence[str]
    title: str
    counts: Mapping[str, int]
    samples: Sequence[tuple[str, str, int, str]]

    @property
    def text(self) -> str:
        """The whole text, not yet canonical."""
        parts = (*(text for text, _, _ in self.blocks), "\n\n".join(self.notes))
        return "\n\n".join(filter(None, parts)) + "\n"


@dataclass(frozen=True, slots=True)
class ImportedText:
    """An imported text.

    `text` is canonical; `found` is {"v": 1, "title", "counts", "notices", "samples"}.
    """

    text: str
    found: Mapping[str, object]


class ImportRefused(Exception):
    """A text that was read is refused: `error` says why, `place` where in Word's terms, as (kind, number, words)."""

    def __init__(self, error: DomainError, place: tuple[str, int, str] | None) -> None:
        super().__init__(error.code)
        self.error, self.place = error, place


def read_word(data: bytes, *, lang: str) -> ImportedText:
    """Convert a Word file to canonical text. Raises RenderFailed, TooLarge or ImportRefused."""
    check_package(data)
    return import_text(_read_in_sandbox(data, lang=lang))


def import_text(file: ReadFile) -> ImportedText:
    """Make a canonical text of what was read. Raises ImportRefused."""
    try:
        canonical = canonicalise_entry(file.text)
        tree = parse_markup(canonical.text)
    except DomainError as error:
        raise ImportRefused(error, find_place(file, error)) from error
    counts = Counter(file.counts) + Counter({notice.code: notice.count for notice in canonical.notices})
    samples = [
        {"code": code, "place": kind, "number": number, "words": words} for code, kind, number, words in file.samples
    ]
    found = {"v": 1, "title": file.title, "counts": _counts(tree), "notices": dict(counts), "samples": samples}
    return ImportedText(canonical.text, found)


def find_place(file: ReadFile, refused: DomainError) -> tuple[str, int, str] | None:
    """Return where a text is refused: at the words that the error names, else the first block or note refused alone."""
    notes = [(note, "note", number) for number, note in enumerate(file.notes, 1)]
    excerpt = str(refused.params.get("excerpt", "")).rstrip("…")
    for text, kind, number in (*file.blocks, *notes):
        if excerpt in text if excerpt else _is_refused(text, refused.code):
            return kind, number, " ".join((excerpt or text).split())[:SAMPLE_CHARACTERS]
    return None


def _is_refused(text: str, code: str) -> bool:
    try:
        parse_markup(canonicalise_entry(text).text)
    except DomainError as error:
        return error.code == code
    return False


def _counts(tree: Tree) -> dict[str, int]:
    """Count headings, paragraphs, items and so on, so that a person sees at once whether something is missing."""
    items = sum(len(block.items) for block in tree.blocks if isinstance(block, BulletList | OrderedList))
    kinds = {"headings": Heading, "paragraphs": Paragraph, "tables": Table}
    counts = {name: sum(isinstance(block, kind) for block in tree.blocks) for name, kind in kinds.items()}
    return counts | {"items": items, "notes": len(tree.notes)}


def _read_in_sandbox(data: bytes, *, lang: str) -> ReadFile:
    """Read a package in a process of its own. Raises RenderFailed, TooLarge."""
    program: list[str | Path] = [sys.executable, "-I", CHILD_SCRIPT, lang]
    with private_directory() as directory:
        try:
            output = run_sandboxed(program, stdin=data, directory=directory, limits=LIMITS)
        except (RenderProcessorTime, RenderMemory) as error:
            raise too_large_for_import("word_file_complex") from error
    try:
        return ReadFile(**json.loads(output))
    except (ValueError, TypeError) as error:
        raise RenderConformance(detail="the output of the reader is not as it should be") from error
