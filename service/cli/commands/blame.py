"""`mithaq blame V1 V2 …`: which version each passage of the last one comes from."""

import json
from itertools import pairwise
from pathlib import Path

import click

from service.cli.common.errors import Refused
from service.cli.common.text_files import FILE, TEXT, read, write
from service.domain.text.attribution.blame import Passage, Step
from service.domain.text.attribution.blame import blame as hands
from service.domain.text.redline.redline import redline

NEWLINE, SHOWN = "\n", "⏎"


@click.command("blame")
@click.argument("versions", type=TEXT, nargs=-1, required=True)
@click.option(
    "--to", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write."
)
@click.option("-o", "--output", type=FILE, help="File to write; else standard output.")
def blame(versions: tuple[Path, ...], *, form: str, output: Path | None) -> None:
    """Say which of VERSIONS, the oldest first, wrote each passage of the last."""
    if [str(path) for path in versions].count("-") > 1:
        raise Refused("Only one of the texts can come from standard input.")
    texts = [read(path) for path in versions]
    steps = (Step(place, new, redline(old, new)) for place, (old, new) in enumerate(pairwise(texts), 1))
    passages = hands(texts[0], 0, steps)
    write(_json(passages, versions) if form == "json" else _text(passages, versions, texts[-1]), output)


def _text(passages: list[Passage[int]], versions: tuple[Path, ...], text: str) -> str:
    """A line for each passage: the version, a tab, the words with newlines as ⏎."""
    return "".join(
        f"{versions[passage.by].name}\t{text[passage.start : passage.end].replace(NEWLINE, SHOWN)}\n"
        for passage in passages
    )


def _json(passages: list[Passage[int]], versions: tuple[Path, ...]) -> str:
    body = {
        "versions": [str(path) for path in versions],
        "passages": [[passage.start, passage.end, passage.by] for passage in passages],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
