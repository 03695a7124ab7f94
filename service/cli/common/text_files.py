"""Text files that a command is given, and what it writes."""

import sys
from pathlib import Path

import click

from service.cli.common.errors import CommandError
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonicalise
from service.i18n import LANGUAGES, Translator

INPUT_PATH = click.Path(path_type=Path, allow_dash=True)
OUTPUT_PATH = click.Path(path_type=Path)


def read_canonical(path: Path) -> str:
    """The canonical text of a UTF-8 file. Raises Refused."""
    try:
        return canonicalise(read_bytes(path)).text
    except DomainError as error:
        raise CommandError("{path}: {reason}", path=path, reason=Translator("en").error_message(error)) from None


def read_bytes(path: Path) -> bytes:
    """What a file holds; `-` is standard input. Raises Refused."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise CommandError("{path} cannot be read: {reason}.", path=path, reason=error.strerror) from None


def write_output(text: str, output: Path | None, *, append: bool = False) -> None:
    """To a file, with `more` at its end, else to standard output; in UTF-8. Raises Refused."""
    if output is None:
        click.echo(text.encode(), nl=False)
        return
    try:
        with output.open("ab" if append else "wb") as file:
            file.write(text.encode())
    except OSError as error:
        raise CommandError("{path} cannot be written: {reason}.", path=output, reason=error.strerror) from None


def guess_language(text: str) -> str:
    """The language whose script has most of the letters; the first of LANGUAGES that reads so."""
    letters = [mark for mark in text if mark.isalpha()]

    def share(code: str) -> int:
        first, last = LANGUAGES[code].script
        return sum(first <= mark <= last for mark in letters)

    return max(LANGUAGES, key=share)
