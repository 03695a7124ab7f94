"""`mithaq redline OLD NEW`: compare two text files without a server; `--batch`: many pairs in one process."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from service.cli.refusal import Refused
from service.domain.errors import DomainError
from service.domain.text.canonical import canonical
from service.domain.text.delta import to_delta
from service.domain.text.redline import redline as compare
from service.domain.text.redline_html import page
from service.domain.text.redline_text import to_text
from service.words import LANGUAGES, Words

_PATH = click.Path(path_type=Path, allow_dash=True)


@click.command("redline")
@click.argument("old", type=_PATH, required=False)
@click.argument("new", type=_PATH, required=False)
@click.option(
    "--to",
    "form",
    type=click.Choice(["json", "html", "text", "delta"]),
    default="json",
    show_default=True,
    help="What to write.",
)
@click.option("--lang", type=click.Choice(sorted(LANGUAGES)), help="Language of the page; else that of most letters.")
@click.option("--title", default="", help="Title of the document, for the page.")
@click.option("--batch", type=_PATH, help="File of pairs to compare: two paths with a tab between them on each line.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; else standard output.")
def redline(
    old: Path | None,
    new: Path | None,
    *,
    form: str,
    lang: str | None,
    title: str,
    batch: Path | None,
    output: Path | None,
) -> None:
    """Compare two texts, OLD and NEW: UTF-8 files in the dialect of Mithaq.

    With --batch, one JSON object a line for each pair, in order; a pair that cannot be compared has an "error" instead,
    and the exit status is 2.
    """
    if batch:
        _refuse_with_batch(old, form)
        _all(batch, output)
    elif old and new:
        _write(_one(old, new, form=form, lang=lang, title=title), output)
    else:
        raise Refused("Name the two files to compare, or a list of pairs with --batch.")


def _one(old: Path, new: Path, *, form: str, lang: str | None, title: str) -> str:
    before, after = _read(old), _read(new)
    compared = compare(before, after)
    if form == "delta":
        return to_delta(compared, before, after) + "\n"
    if form == "json":
        return compared.to_json_text() + "\n"
    if form == "text":
        return to_text(compared, before, after)
    return page(compared, before, after, lang=lang or _lang(after), title=title, older=old.name, newer=new.name)


def _refuse_with_batch(old: Path | None, form: str) -> None:
    if old:
        raise Refused("With --batch the files to compare are named in the list alone.")
    if form != "json":
        raise Refused("With --batch comparisons are written as JSON alone.")


def _all(batch: Path, output: Path | None) -> None:
    """Lines are written as they are made: a list may be longer than memory."""
    refused = False
    pairs = _pairs(batch)
    _write("", output)
    for old, new in pairs:
        try:
            line = compare(_read(old), _read(new)).to_json_text()
        except Refused as error:
            refused = True
            line = json.dumps({"error": error.message, "new": str(new), "old": str(old)})
        _write(f"{line}\n", output, more=True)
    if refused:
        sys.exit(2)


def _pairs(batch: Path) -> Iterator[tuple[Path, Path]]:
    """Raises Refused before the first of them is compared, if a line is not a pair."""
    found = []
    for number, line in enumerate(os.fsdecode(_bytes(batch)).removesuffix("\n").split("\n"), 1):
        old, tab, new = line.partition("\t")
        if not (old and tab and new):
            raise Refused("{path}, line {line}: not two paths with a tab between them.", path=batch, line=number)
        found.append((Path(old), Path(new)))
    return iter(found)


def _read(path: Path) -> str:
    try:
        return canonical(_bytes(path)).text
    except DomainError as error:
        raise Refused("{path}: {reason}", path=path, reason=Words("en").error(error)) from None


def _bytes(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise Refused("{path} cannot be read: {reason}.", path=path, reason=error.strerror) from None


def _write(shown: str, output: Path | None, *, more: bool = False) -> None:
    if output is None:
        click.echo(shown.encode(), nl=False)
        return
    try:
        with output.open("ab" if more else "wb") as file:
            file.write(shown.encode())
    except OSError as error:
        raise Refused("{path} cannot be written: {reason}.", path=output, reason=error.strerror) from None


def _lang(text: str) -> str:
    """The language whose script most letters are of."""
    counts = {
        code: sum(row.script[0] <= char <= row.script[1] for char in text if char.isalpha())
        for code, row in LANGUAGES.items()
    }
    return max(counts, key=lambda code: (counts[code], code))
