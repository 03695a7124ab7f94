"""The Word importer: pandoc's DOCX reader in the sandbox, then a writer from its JSON to Mithaq markup."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.word_import import too_large_for_import
from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import BulletList, Heading, OrderedList, Paragraph, Table, Tree
from workers.intake.block_writer import BlockWriter
from workers.intake.docx_package import inspect_package
from workers.intake.inline_writer import Node, plain_text
from workers.intake.package_limits import check_package
from workers.render.docx.matter import CLOSING_HEADING
from workers.render.errors import RenderConformance, RenderMemory, RenderProcessorTime
from workers.render.sandbox.limits import ResourceLimits, private_directory, run_sandboxed
from workers.render.sandbox.pandoc import HEAP_LIMIT, binary

LIMITS = ResourceLimits(seconds=30, memory=3 * 1024**3, processor_seconds=10)
"""Less than for exports: a text within the limits of `check_package` takes a fifth of it."""

FRONT_MATTER_STYLES = {"Reference", "Reference Line", "TOC Heading", "TOC 1", "TOC 2", "TOC 3"} | {
    "Title",
    "Subtitle",
    "Author",
    "Date",
    "Kind",
    "Dateline",
    "Addressees",
    "Addressee",
}
BACK_MATTER_STYLES = {
    CLOSING_HEADING,
    "Signatory",
    "Reservation",
    "Reservation By",
    "Reservation Against",
    "Seal",
    "Press Line",
}
"""Paragraph styles around the main text in Word files, those of exported files included."""


@dataclass(frozen=True, slots=True)
class ImportedText:
    """An imported text.

    `text` is canonical; `found` is {"v": 1, "title", "counts", "notices"}.
    """

    text: str
    found: Mapping[str, object]


def read_word(data: bytes, *, lang: str) -> ImportedText:
    """Convert a Word file to canonical text. Raises RenderFailed, TextRefused or TooLarge."""
    check_package(data)
    package = inspect_package(data)
    document = _run_pandoc(package.data)
    blocks, title, dropped = _main_text(document["blocks"])
    meta = {name: _meta_text(value) for name, value in document["meta"].items()}
    writer = BlockWriter(package.heading_ids, package.note_labels)
    canonical = canonicalise_entry(writer.write(blocks))
    tree = parse_markup(canonical.text)
    writer.notices.update(package.counts)
    writer.notices.update({"matter": dropped + len(meta)} | {notice.code: notice.count for notice in canonical.notices})
    notices = {code: count for code, count in writer.notices.items() if count}
    found = {"v": 1, "title": meta.get("title") or title, "counts": _counts(tree), "notices": notices}
    return ImportedText(canonical.text, found)


def _counts(tree: Tree) -> dict[str, int]:
    """Count headings, paragraphs, items and so on, so that a person sees at once whether something is missing."""
    items = sum(len(block.items) for block in tree.blocks if isinstance(block, BulletList | OrderedList))
    kinds = {"headings": Heading, "paragraphs": Paragraph, "tables": Table}
    counts = {name: sum(isinstance(block, kind) for block in tree.blocks) for name, kind in kinds.items()}
    return counts | {"items": items, "notes": len(tree.notes)}


def _run_pandoc(data: bytes) -> dict[str, Any]:
    """Return pandoc's whole document: `blocks`, and in `meta` the title and similar fields from the top."""
    program = [str(binary()), "+RTS", HEAP_LIMIT, "-RTS", "--sandbox", "-f", "docx+styles", "-t", "json"]
    with private_directory() as directory:
        try:
            output = run_sandboxed(program, stdin=data, directory=directory, limits=LIMITS)
        except (RenderProcessorTime, RenderMemory) as error:
            raise too_large_for_import("word_file_complex") from error
    try:
        document: dict[str, Any] = json.loads(output)
    except ValueError as error:
        raise RenderConformance(detail="the output of pandoc is not JSON") from error
    return document


def _main_text(blocks: Sequence[Node]) -> tuple[list[Node], str, int]:
    """Return the blocks without front and back matter, the title, and the number of blocks dropped."""
    kept = [each for each in blocks if _div_style(each) not in FRONT_MATTER_STYLES]
    end = next((index for index, each in enumerate(kept) if _div_style(each) in BACK_MATTER_STYLES), len(kept))
    if end < len(kept) and _div_style(kept[end]) != CLOSING_HEADING:
        end = max((index for index, each in enumerate(kept[:end]) if each["t"] == "Header"), default=end)
    title = next((_block_text(each) for each in blocks if _div_style(each) == "Title"), "")
    return kept[:end], title, len(blocks) - end


def _meta_text(value: Node) -> str:
    """Return the text of a metadata field."""
    content = value.get("c")
    return plain_text(content).strip() if value["t"] == "MetaInlines" and isinstance(content, list) else ""


def _div_style(block: Node) -> str:
    return dict(block["c"][0][2]).get("custom-style", "") if block["t"] == "Div" else ""


def _block_text(block: Node) -> str:
    return " ".join(" ".join(_paragraph_texts(block)).split())


def _paragraph_texts(block: Node) -> Iterator[str]:
    if block["t"] in ("Para", "Plain"):
        yield plain_text(block["c"])
    for child in block["c"][1] if block["t"] == "Div" else ():
        yield from _paragraph_texts(child)
