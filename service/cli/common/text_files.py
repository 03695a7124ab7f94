"""Input and output files of text commands."""

import sys
from pathlib import Path

import click

from service.cli.common.errors import CommandError
from service.cli.common.terminal import translate_error
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.redline.canonical_pair import CanonicalPair, read_known_pair
from service.i18n import LANGUAGES

INPUT_PATH = click.Path(path_type=Path, allow_dash=True)
OUTPUT_PATH = click.Path(path_type=Path)


def read_canonical(path: Path) -> str:
    """Return the canonical text of a UTF-8 file. Raises CommandError."""
    return _canonical_text(path, read_bytes(path))


def read_pair(old: Path, new: Path) -> CanonicalPair:
    """Return the canonical texts of two UTF-8 files. Raises CommandError."""
    raws = read_bytes(old), read_bytes(new)
    known = read_known_pair(*raws)
    return known or CanonicalPair.of(_canonical_text(old, raws[0]), _canonical_text(new, raws[1]))


def _canonical_text(path: Path, raw: bytes) -> str:
    try:
        return canonicalise(raw).text
    except DomainError as error:
        raise CommandError("{path}: {reason}", path=path, reason=translate_error(error)) from None


def read_bytes(path: Path) -> bytes:
    """Read a file, or standard input for `-`. Raises CommandError."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise CommandError("{path} cannot be read: {reason}.", path=path, reason=error.strerror) from None


def write_output(text: str, output: Path | None, *, append: bool = False) -> None:
    """Write a text in UTF-8 to a file, or to standard output if there is none. Raises CommandError.

    `append` adds it at the end of the file.
    """
    if output is None:
        click.echo(text.encode(), nl=False)
        return
    try:
        with output.open("ab" if append else "wb") as file:
            file.write(text.encode())
    except OSError as error:
        raise CommandError("{path} cannot be written: {reason}.", path=output, reason=error.strerror) from None


def guess_language(text: str) -> str:
    """Return the language whose script has most of the letters; the first of LANGUAGES if equal."""
    letters = [char for char in text if char.isalpha()]

    def share(code: str) -> int:
        first, last = LANGUAGES[code].script
        return sum(first <= char <= last for char in letters)

    return max(LANGUAGES, key=share)
