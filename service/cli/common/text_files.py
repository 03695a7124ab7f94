"""Text files that a command is given, and what it writes."""

import sys
from pathlib import Path

import click

from service.cli.common.errors import Refused
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonical
from service.i18n import LANGUAGES, Words

TEXT = click.Path(path_type=Path, allow_dash=True)
FILE = click.Path(path_type=Path)


def read(path: Path) -> str:
    """The canonical text of a UTF-8 file. Raises Refused."""
    try:
        return canonical(raw(path)).text
    except DomainError as error:
        raise Refused("{path}: {reason}", path=path, reason=Words("en").error(error)) from None


def raw(path: Path) -> bytes:
    """What a file holds; `-` is standard input. Raises Refused."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise Refused("{path} cannot be read: {reason}.", path=path, reason=error.strerror) from None


def write(shown: str, output: Path | None, *, more: bool = False) -> None:
    """To a file, with `more` at its end, else to standard output; in UTF-8. Raises Refused."""
    if output is None:
        click.echo(shown.encode(), nl=False)
        return
    try:
        with output.open("ab" if more else "wb") as file:
            file.write(shown.encode())
    except OSError as error:
        raise Refused("{path} cannot be written: {reason}.", path=output, reason=error.strerror) from None


def guess(words: str) -> str:
    """The language whose script has most of the letters; the first of LANGUAGES that reads so."""
    letters = [mark for mark in words if mark.isalpha()]

    def share(code: str) -> int:
        first, last = LANGUAGES[code].script
        return sum(first <= mark <= last for mark in letters)

    return max(LANGUAGES, key=share)
