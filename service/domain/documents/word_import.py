"""Word imports: upload limits, notices about what was found, and states."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, InvalidInput, TooLarge

WAITING, READY, FAILED, ACCEPTED = "waiting", "ready", "failed", "accepted"

MAX_FILE_BYTES = 5 * 1024 * 1024
"""Bytes of the file."""

MAX_UNCOMPRESSED_BYTES = 60 * 1024 * 1024
"""Bytes of all parts of the ZIP file together, uncompressed."""

MAX_PARTS = 2_000
"""Parts of the ZIP file."""

MAX_CHARACTERS = 1_000_000
"""Code points of text: the limit of every text."""

MAX_PARAGRAPHS = 20_000
"""Paragraphs, those in cells and notes included."""

MAX_CELLS = 20_000
"""Cells of all tables, each counted as wide as its widest row."""

MAX_NOTES = 2_000
MAX_RUNS = 100_000
"""Runs: pieces of text that are formatted alike."""

MAX_ELEMENTS = 1_000_000
"""XML elements of all parts."""

MAX_TABLE_DEPTH = 5
"""Tables within tables."""

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BODY_PART = "word/document.xml"
_ENCRYPTION_MARKER = "EncryptedPackage".encode("utf-16-le")

NOTICES: Mapping[str, str] = {
    "images": N_("{count} images were left out: texts cannot have images."),
    "headings_guessed": N_("{count} lines in bold, such as “Article 5”, became headings."),
    "matter": N_("{count} lines before or after the text, such as the title or signatories, were left out."),
    "formatting": N_("Underlining, strikethrough and similar were removed {count} times; the words are kept."),
    "links": N_("{count} links of types we do not allow became plain text."),
    "changes": N_("{count} tracked changes were accepted."),
    "comments": N_("{count} comments were left out."),
    "text_boxes": N_("{count} text boxes may be missing or in the wrong place. Compare with the file."),
    "list_markers": N_("{count} typed numbers, letters or bullets at the start of a line became list items."),
    "embeddings_removed": N_(
        "{count} invisible direction marks, which other programs leave in copied text, were removed."
    ),
    "marks_removed": N_("{count} byte order marks inside the text were removed."),
}
"""Code → sentence: what was changed or left out; each has a `{count}` placeholder."""

FAILURES: Mapping[str, str] = {
    "word_file_unreadable": N_("The file could not be read. Save it again in Word as .docx, then import it."),
    "word_file_empty": N_("We found no text in the file. If it is a scan, type the words first."),
    "text_too_long": N_("The text in the file is too long."),
    "word_file_paragraphs": N_("The file has more than 20,000 paragraphs. Import it in parts."),
    "word_file_cells": N_("The tables in the file have more than 20,000 cells. Shorten them, or import in parts."),
    "word_file_notes": N_("The file has more than 2,000 footnotes. Import it in parts."),
    "word_file_complex": N_(
        "The file is too complex to import. Copy its text into a new Word file, save it, then import that."
    ),
}
"""Code → sentence: why an accepted file could not be imported."""


@dataclass(frozen=True, slots=True)
class WordImport:
    """A Word file uploaded for an edition, whose draft was at (epoch, draft_seq). Times in µs UTC.

    Once ready, `text` is the imported text, and `found` describes it:
    {"v": 1, "title": …, "counts": {…}, "notices": {code: count}}.
    """

    id: str
    document: str
    lang: str
    epoch: int
    draft_seq: int
    state: str
    text: str | None
    found: Mapping[str, object] | None
    failure: Mapping[str, object] | None
    brought_by: str
    brought_at: int


def check_word_file(data: bytes) -> None:
    """Check that `data` looks like a readable .docx file within the limits.

    Sizes of parts are those the ZIP directory declares; the importer enforces limits of its own when it unpacks.
    Raises TooLarge `word_file_too_large`; InvalidInput `word_file_missing`, `word_file_protected`, `word_file_type`.
    """
    if not data:
        raise InvalidInput("word_file_missing", N_("Choose a file first."), field="file")
    if len(data) > MAX_FILE_BYTES:
        raise _too_large()
    if data.startswith(_OLE_MAGIC):
        raise _protected() if _ENCRYPTION_MARKER in data else _wrong_type()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise _wrong_type() from None
    if _BODY_PART not in {part.filename for part in parts}:
        raise _wrong_type()
    if any(part.flag_bits & 1 for part in parts):
        raise _protected()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNCOMPRESSED_BYTES:
        raise _too_large()


def too_large_for_import(code: str) -> TooLarge:
    """Return the error of an accepted file that the importer refuses to read; `code` is one of FAILURES."""
    return TooLarge(code, FAILURES[code])


def _wrong_type() -> InvalidInput:
    return InvalidInput(
        "word_file_type", N_("This is not a .docx file. Open it in Word and save it as .docx."), field="file"
    )


def _protected() -> InvalidInput:
    return InvalidInput(
        "word_file_protected",
        N_("This file has a password. Remove the password, then import the file."),
        field="file",
    )


def _too_large() -> TooLarge:
    return TooLarge("word_file_too_large", N_("Word files can be up to 5 MB (60 MB uncompressed)."), field="file")
