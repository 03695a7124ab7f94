"""`mithaq redline OLD NEW`: compare two text files without a server, or many pairs with `--batch`."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.terminal import say
from service.cli.common.text_files import INPUT_PATH, read_bytes, read_canonical, read_pair, write_output
from service.domain.errors import N_
from service.domain.text.redline.delta import to_delta
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.rendering.html_document import render_page
from service.domain.text.redline.rendering.plain_text import render_text
from service.domain.text.review.redline_verification import RedlineFault, read_redline, verify_redline
from service.i18n import LANGUAGES

FAULT_SENTENCES: dict[RedlineFault, str] = {
    "digest": N_("{path} was changed after it was made: its fingerprint is wrong."),
    "old_text": N_("{path} was made from another first text."),
    "new_text": N_("{path} was made from another second text."),
    "ops": N_("{path} does not turn the first text into the second one."),
}
"""Sentences by fault of a stored comparison."""


@click.command("redline")
@click.argument("old", type=INPUT_PATH, required=False)
@click.argument("new", type=INPUT_PATH, required=False)
@click.option(
    "--to",
    "form",
    type=click.Choice(["json", "html", "text", "delta"]),
    default="json",
    show_default=True,
    help="Format of the output.",
)
@click.option(
    "--lang", type=click.Choice(sorted(LANGUAGES)), help="Language of the page. Default: that of most letters."
)
@click.option("--title", default="", help="Title of the document, shown on the page.")
@click.option("--batch", type=INPUT_PATH, help="File of pairs to compare: two paths per line, separated by a tab.")
@click.option(
    "--verify",
    type=INPUT_PATH,
    help="Stored comparison in JSON to verify instead, alone or with the two texts. Exit code 1 if it is wrong.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write. Default: standard output.")
def redline(
    old: Path | None,
    new: Path | None,
    *,
    form: str,
    lang: str | None,
    title: str,
    batch: Path | None,
    verify: Path | None,
    output: Path | None,
) -> None:
    """Compare two texts, OLD and NEW: UTF-8 files in the markup of Mithaq.

    With --batch, print one JSON object per line for each pair, in order. A pair that cannot be compared has an "error"
    instead, and the exit code is 2.
    """
    if verify:
        _verify_file(verify, old, new)
    elif batch:
        _check_batch_options(old, form)
        _compare_batch(batch, output)
    elif old and new:
        write_output(_compare_files(old, new, form=form, lang=lang, title=title), output)
    else:
        raise CommandError("Name the two files to compare, or a list of pairs with --batch.")


def _compare_files(old: Path, new: Path, *, form: str, lang: str | None, title: str) -> str:
    pair = read_pair(old, new)
    before, after = pair.old, pair.new
    compared = compute_redline(before, after, digests=pair.digests)
    if form == "delta":
        return to_delta(compared, before, after) + "\n"
    if form == "json":
        return compared.to_json_text() + "\n"
    if form == "text":
        return render_text(compared, before, after)
    return render_page(
        compared,
        before,
        after,
        lang=lang or _dominant_language(after),
        title=title,
        old_name=old.name,
        new_name=new.name,
    )


def _verify_file(stored: Path, old: Path | None, new: Path | None) -> None:
    """Verify a stored comparison. Raises CommandFailed if it is wrong, CommandError if it cannot be read."""
    if old and not new:
        raise CommandError(N_("With --verify name both files that were compared, or neither."))
    try:
        found = read_redline(read_bytes(stored))
    except ValueError:
        raise CommandError(N_("{path} is not a comparison in JSON."), path=stored) from None
    texts = (read_canonical(old), read_canonical(new)) if old and new else None
    fault = verify_redline(found, texts)
    if fault:
        raise CommandFailed(FAULT_SENTENCES[fault], path=stored)
    say(N_("{path} is unchanged since {engine} made it."), path=stored, engine=found.engine)
    if texts:
        say(N_("It turns the first text into the second one exactly."))


def compare_to_json(old: Path, new: Path) -> str:
    """Return the redline of two files as JSON, on one line. Raises CommandError."""
    pair = read_pair(old, new)
    return compute_redline(pair.old, pair.new, digests=pair.digests).to_json_text()


def _check_batch_options(old: Path | None, form: str) -> None:
    if old:
        raise CommandError("With --batch the files to compare are named in the list alone.")
    if form != "json":
        raise CommandError("With --batch comparisons are written as JSON alone.")


def _compare_batch(batch: Path, output: Path | None) -> None:
    """Write each line as it is computed: a list may be larger than memory."""
    failed = False
    pairs = _pairs(batch)
    write_output("", output)
    for old, new in pairs:
        try:
            line = compare_to_json(old, new)
        except CommandError as error:
            failed = True
            line = json.dumps({"error": error.message, "new": str(new), "old": str(old)})
        write_output(f"{line}\n", output, append=True)
    if failed:
        sys.exit(2)


def _pairs(batch: Path) -> Iterator[tuple[Path, Path]]:
    """Return the pairs of a list. Raises CommandError before the first comparison if a line is not a pair."""
    found = []
    for number, line in enumerate(os.fsdecode(read_bytes(batch)).removesuffix("\n").split("\n"), 1):
        old, tab, new = line.partition("\t")
        if not (old and tab and new):
            raise CommandError("{path}, line {line}: not two paths with a tab between them.", path=batch, line=number)
        found.append((Path(old), Path(new)))
    return iter(found)


def _dominant_language(text: str) -> str:
    """Return the language whose script has most of the letters."""
    counts = {
        code: sum(row.script[0] <= char <= row.script[1] for char in text if char.isalpha())
        for code, row in LANGUAGES.items()
    }
    return max(counts, key=lambda code: (counts[code], code))
