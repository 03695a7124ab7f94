"""`mithaq merge BASE OURS THEIRS`: put together what two sides made of one text, and decide nothing for them."""

import json
import sys
from pathlib import Path

import click

from service.cli.common.errors import Refused
from service.cli.common.text_files import FILE, TEXT, read, write
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.merge.diff3 import Clean, Part
from service.domain.text.merge.merge import Merge
from service.domain.text.merge.merge import merge as put_together

OPEN, BETWEEN, CLOSE = "<<<<<<< OURS\n", "=======\n", ">>>>>>> THEIRS\n"
"""The marks around both wordings, each on a line of its own."""


@click.command("merge")
@click.argument("base", type=TEXT)
@click.argument("ours", type=TEXT)
@click.argument("theirs", type=TEXT)
@click.option("-o", "--output", type=FILE, help="File for the merged text; else standard output.")
@click.option("--conflicts", type=FILE, help="File for what is in conflict, as JSON; else standard error.")
@click.option("--markers", is_flag=True, help="Write the text with both wordings of each conflict between marks.")
def merge(base: Path, ours: Path, theirs: Path, *, output: Path | None, conflicts: Path | None, markers: bool) -> None:
    """Merge two texts, OURS and THEIRS, that were made from BASE.

    Exit code 0: merged. 1: both sides changed the same words; no text is written unless --markers is given. 2: a file
    cannot be used.
    """
    if [str(path) for path in (base, ours, theirs)].count("-") > 1:
        raise Refused("Only one of the three texts can come from standard input.")
    texts = read(base), read(ours), read(theirs)
    merged = put_together(*texts)
    if merged.text is not None:
        write(merged.text, output)
        _remark(merged)
        return
    if markers:
        write("".join(_marked(part) for part in merged.parts), output)
    told = json.dumps(_told(merged, texts), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    if conflicts is None:
        click.echo(told, nl=False, err=True)
    else:
        write(told, conflicts)
        click.echo(f"{len(merged.conflicts)} places that both sides changed are in {conflicts}.", err=True)
    sys.exit(1)


def _remark(merged: Merge) -> None:
    if merged.review:
        click.echo(f"{len(merged.review)} sentences were changed by both sides: read them again.", err=True)
    if not merged.checked:
        click.echo("The result was not read again: one of the texts is too tangled for the reader.", err=True)


def _marked(part: Part) -> str:
    if isinstance(part, Clean):
        return part.text
    return f"\n{OPEN}{_line(part.ours)}{BETWEEN}{_line(part.theirs)}{CLOSE}"


def _line(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _told(merged: Merge, texts: tuple[str, str, str]) -> dict[str, object]:
    """Places are code points of the canonical texts."""
    return {
        "sha256": dict(zip(("base", "ours", "theirs"), map(text_sha256, texts), strict=True)),
        "conflicts": [
            {"base": [one.a0, one.a1], "was": one.base, "ours": one.ours, "theirs": one.theirs}
            for one in merged.conflicts
        ],
        "relocations": [
            {
                "moved_by": offer.mover,
                "base": [offer.a0, offer.a1],
                "to": [offer.b0, offer.b1],
                "text": offer.text,
                "score": offer.score,
            }
            for offer in merged.relocations
        ],
        "review": [list(span) for span in merged.review],
    }
