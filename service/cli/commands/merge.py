"""`mithaq merge BASE OURS THEIRS`: a three-way merge that leaves every conflict to people."""

import json
import sys
from pathlib import Path

import click

from service.cli.common.errors import CommandError
from service.cli.common.text_files import INPUT_PATH, OUTPUT_PATH, read_canonical, write_output
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.merge.diff3 import CleanPart, MergePart
from service.domain.text.merge.merge import MergeResult, merge_texts
from service.domain.text.review.outline_lint import line_number

OPEN, BETWEEN, CLOSE = "<<<<<<< OURS\n", "=======\n", ">>>>>>> THEIRS\n"
"""Conflict markers, each on a line of its own."""


FLAG_SENTENCES = {
    "number_twice": "Lines {lines}: two headings have the number “{subject}”.",
    "stale_reference": "Lines {lines}: “{subject}” may name another provision since the other side renumbered.",
    "added_twice": "Lines {lines}: both sides added the same passage in two places.",
}
"""Sentences by kind of flag; the lines are those of the merged text."""


@click.command("merge")
@click.argument("base", type=INPUT_PATH)
@click.argument("ours", type=INPUT_PATH)
@click.argument("theirs", type=INPUT_PATH)
@click.option("-o", "--output", type=OUTPUT_PATH, help="File for the merged text. Default: standard output.")
@click.option("--conflicts", type=OUTPUT_PATH, help="File for the conflicts, as JSON. Default: standard error.")
@click.option("--markers", is_flag=True, help="Write the text with both versions of each conflict between marks.")
def merge(base: Path, ours: Path, theirs: Path, *, output: Path | None, conflicts: Path | None, markers: bool) -> None:
    """Merge two texts, OURS and THEIRS, that both started from BASE.

    Exit code 0: merged. 1: both sides changed the same words; no text is written unless --markers is given. 2: a file
    cannot be used.
    """
    if [str(path) for path in (base, ours, theirs)].count("-") > 1:
        raise CommandError("Only one of the three texts can come from standard input.")
    texts = read_canonical(base), read_canonical(ours), read_canonical(theirs)
    merged = merge_texts(*texts)
    if merged.text is not None:
        write_output(merged.text, output)
        _print_warnings(merged)
        return
    if markers:
        write_output("".join(_with_markers(part) for part in merged.parts), output)
    report = json.dumps(_conflicts_report(merged, texts), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    if conflicts is None:
        click.echo(report, nl=False, err=True)
    else:
        write_output(report, conflicts)
        click.echo(f"{len(merged.conflicts)} places that both sides changed are in {conflicts}.", err=True)
    sys.exit(1)


def _print_warnings(merged: MergeResult) -> None:
    if merged.review:
        click.echo(f"{len(merged.review)} sentences were changed by both sides: read them again.", err=True)
    for flag in merged.flags:
        if flag.kind != "both_changed":
            text = merged.text or ""
            lines = " and ".join(str(line_number(text, start)) for start, _ in flag.places)
            click.echo(FLAG_SENTENCES[flag.kind].format(lines=lines, subject=flag.subject), err=True)
    if not merged.checked:
        click.echo("The result was not checked: one of the texts is too complex for the parser.", err=True)


def _with_markers(part: MergePart) -> str:
    if isinstance(part, CleanPart):
        return part.text
    return f"\n{OPEN}{_ending_in_newline(part.ours)}{BETWEEN}{_ending_in_newline(part.theirs)}{CLOSE}"


def _ending_in_newline(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _conflicts_report(merged: MergeResult, texts: tuple[str, str, str]) -> dict[str, object]:
    """Build the JSON report. Positions are code points of the canonical texts."""
    return {
        "sha256": dict(zip(("base", "ours", "theirs"), map(text_sha256, texts), strict=True)),
        "conflicts": [
            {"base": [one.a0, one.a1], "was": one.base, "ours": one.ours, "theirs": one.theirs, "both": one.both}
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
