"""`mithaq blame V1 V2 …`: the version that each passage of the last one comes from."""

import json
from itertools import pairwise
from pathlib import Path

import click

from service.cli.common.errors import CommandError
from service.cli.common.text_files import INPUT_PATH, OUTPUT_PATH, read_canonical, write_output
from service.domain.text.attribution import blame as attribution
from service.domain.text.attribution.blame import AttributedSpan, VersionStep
from service.domain.text.redline.redline import compute_redline

NEWLINE, NEWLINE_MARK = "\n", "⏎"


@click.command("blame")
@click.argument("versions", type=INPUT_PATH, nargs=-1, required=True)
@click.option(
    "--to", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Format of the output."
)
@click.option("-o", "--output", type=OUTPUT_PATH, help="File to write. Default: standard output.")
def blame(versions: tuple[Path, ...], *, form: str, output: Path | None) -> None:
    """Show which of VERSIONS, oldest first, each passage of the last one comes from."""
    if [str(path) for path in versions].count("-") > 1:
        raise CommandError("Only one of the texts can come from standard input.")
    texts = [read_canonical(path) for path in versions]
    pairs = enumerate(pairwise(texts), 1)
    steps = (VersionStep(index, new, compute_redline(old, new)) for index, (old, new) in pairs)
    passages = attribution.blame(texts[0], 0, steps)
    write_output(_to_json(passages, versions) if form == "json" else _to_text(passages, versions, texts[-1]), output)


def _to_text(passages: list[AttributedSpan[int]], versions: tuple[Path, ...], text: str) -> str:
    """Write a line for each passage: the version, a tab, the text with newlines as ⏎."""
    return "".join(
        f"{versions[passage.author].name}\t{text[passage.start : passage.end].replace(NEWLINE, NEWLINE_MARK)}\n"
        for passage in passages
    )


def _to_json(passages: list[AttributedSpan[int]], versions: tuple[Path, ...]) -> str:
    body = {
        "versions": [str(path) for path in versions],
        "passages": [[passage.start, passage.end, passage.author] for passage in passages],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
