"""`mithaq redline OLD NEW`: compare two text files without a server."""

import json
import sys
from pathlib import Path

import click

from service.cli.refusal import Refused
from service.domain.errors import DomainError
from service.domain.text.canonical import canonical
from service.domain.text.delta import to_delta
from service.domain.text.redline import redline as compare
from service.domain.text.redline_html import page
from service.words import LANGUAGES, Words


@click.command("redline")
@click.argument("old", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("new", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--to",
    "form",
    type=click.Choice(["json", "html", "delta"]),
    default="json",
    show_default=True,
    help="What to write.",
)
@click.option("--lang", type=click.Choice(sorted(LANGUAGES)), help="Language of the page; else that of most letters.")
@click.option("--title", default="", help="Title of the document, for the page.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; else standard output.")
def redline(old: Path, new: Path, *, form: str, lang: str | None, title: str, output: Path | None) -> None:
    """Compare two texts, OLD and NEW: UTF-8 files in the dialect of Mithaq."""
    before, after = _read(old), _read(new)
    compared = compare(before, after)
    if form == "delta":
        shown = to_delta(compared, before, after) + "\n"
    elif form == "json":
        shown = json.dumps(compared.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    else:
        shown = page(compared, before, after, lang=lang or _lang(after), title=title, older=old.name, newer=new.name)
    _write(shown, output)


def _read(path: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return canonical(raw).text
    except OSError as error:
        raise Refused("{path} cannot be read: {reason}.", path=path, reason=error.strerror) from None
    except DomainError as error:
        raise Refused("{path}: {reason}", path=path, reason=Words("en").error(error)) from None


def _write(shown: str, output: Path | None) -> None:
    if output is None:
        click.echo(shown.encode(), nl=False)
        return
    try:
        output.write_bytes(shown.encode())
    except OSError as error:
        raise Refused("{path} cannot be written: {reason}.", path=output, reason=error.strerror) from None


def _lang(text: str) -> str:
    """The language whose script most letters are of."""
    counts = {
        code: sum(row.script[0] <= char <= row.script[1] for char in text if char.isalpha())
        for code, row in LANGUAGES.items()
    }
    return max(counts, key=lambda code: (counts[code], code))
