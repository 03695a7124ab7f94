"""A Word file as text of the dialect: pandoc's reader in its sandbox, then a writer of our own from its JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.text.markup.canonical import entry
from service.domain.text.markup.parser import read as read_markup
from service.domain.text.markup.tree import BulletList, Heading, OrderedList, Paragraph, Table, Tree
from workers.intake.block_writer import Writer
from workers.intake.docx_package import look
from workers.intake.inline_writer import Node, plain
from workers.render.errors import RenderConformance
from workers.render.sandbox.limits import private_directory, run
from workers.render.sandbox.pandoc import HEAP, LIMITS, binary

BEFORE = {"Title", "Subtitle", "Author", "Date", "Kind", "Dateline", "Addressees", "Addressee"}
AFTER = {"Signatory", "Reservation", "Reservation By", "Reservation Against", "Seal", "Press Line"}
"""Styles of what stands round a text, ours among them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`text` is canonical; `found`: {"v": 1, "title", "counts", "notices"}."""

    text: str
    found: Mapping[str, object]


def read_word(data: bytes, *, lang: str) -> Taken:
    """What is in a Word file. Raises RenderFailed and what lies below it, TextRefused, TooLarge."""
    package = look(data)
    whole = _read(package.data)
    blocks, title, matter = _text_alone(whole["blocks"])
    front = {name: _said(value) for name, value in whole["meta"].items()}
    writer = Writer(package.names, package.notes)
    taken = entry(writer.write(blocks))
    tree = read_markup(taken.text)
    writer.notices.update(package.counts)
    writer.notices.update({"matter": matter + len(front)} | {notice.code: notice.count for notice in taken.notices})
    notices = {code: count for code, count in writer.notices.items() if count}
    found = {"v": 1, "title": front.get("title") or title, "counts": _counts(tree), "notices": notices}
    return Taken(taken.text, found)


def _counts(tree: Tree) -> dict[str, int]:
    """How much there is of what, so that a person sees at once whether something is missing."""
    items = sum(len(block.items) for block in tree.blocks if isinstance(block, BulletList | OrderedList))
    kinds = {"headings": Heading, "paragraphs": Paragraph, "tables": Table}
    counts = {name: sum(isinstance(block, kind) for block in tree.blocks) for name, kind in kinds.items()}
    return counts | {"items": items, "notes": len(tree.notes)}


def _read(data: bytes) -> dict[str, Any]:
    """Pandoc's whole document: `blocks`, and in `meta` a title and the like that stood at the top."""
    program = [str(binary()), "+RTS", HEAP, "-RTS", "--sandbox", "-f", "docx+styles", "-t", "json"]
    with private_directory() as directory:
        said = run(program, stdin=data, directory=directory, limits=LIMITS)
    try:
        whole: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise RenderConformance(detail="pandoc said something that is not its JSON") from error
    return whole


def _text_alone(blocks: Sequence[Node]) -> tuple[list[Node], str, int]:
    """The text without what stands round it; the title that stood there, and how many blocks went."""
    kept = [each for each in blocks if _style(each) not in BEFORE]
    end = next((place for place, each in enumerate(kept) if _style(each) in AFTER), len(kept))
    if end < len(kept):
        end = max((place for place, each in enumerate(kept[:end]) if each["t"] == "Header"), default=end)
    title = next((_words(each) for each in blocks if _style(each) == "Title"), "")
    return kept[:end], title, len(blocks) - end


def _said(value: Node) -> str:
    """The words of a field that stood at the top."""
    content = value.get("c")
    return plain(content).strip() if value["t"] == "MetaInlines" and isinstance(content, list) else ""


def _style(each: Node) -> str:
    return dict(each["c"][0][2]).get("custom-style", "") if each["t"] == "Div" else ""


def _words(each: Node) -> str:
    return " ".join(" ".join(_lines(each)).split())


def _lines(each: Node) -> Iterator[str]:
    if each["t"] in ("Para", "Plain"):
        yield plain(each["c"])
    for one in each["c"][1] if each["t"] == "Div" else ():
        yield from _lines(one)
