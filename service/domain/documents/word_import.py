"""Word imports: upload limits, notices about what was found, and states."""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
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
_DEFAULT_BODY_PART = "word/document.xml"
_ROOT_RELATIONSHIPS, _CONTENT_TYPES = "_rels/.rels", "[Content_Types].xml"
_MAX_LISTING_BYTES = 1024 * 1024
_BODY_RELATIONSHIP = re.compile(rb"<[\w:]*Relationship\b[^>]*\bType\s*=\s*[\"'][^\"']*/officeDocument[\"'][^>]*>")
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']/?([^\"']+)[\"']")
_ENCRYPTION_MARKER = "EncryptedPackage".encode("utf-16-le")

NOTICES: Mapping[str, str] = {
    "images": N_("{count} images were left out: texts cannot have images."),
    "headings_guessed": N_("{count} lines in bold, such as “Article 5”, became headings."),
    "matter": N_("{count} lines before or after the text, such as the title or signatories, were left out."),
    "contents": N_("{count} lines of a table of contents were left out: it is made again in every file."),
    "running_words": N_("The words of {count} headers and footers were left out."),
    "hidden": N_("{count} hidden passages were left out."),
    "struck": N_("{count} crossed-out passages are in the text as plain words. Check whether they should stay."),
    "formatting": N_("Underlining and similar were removed {count} times; the words are kept."),
    "raised": N_("{count} raised or lowered passages became plain words."),
    "links": N_("{count} links of types we do not allow became plain text."),
    "changes": N_("{count} tracked changes were accepted."),
    "comments": N_("{count} comments were left out."),
    "text_boxes": N_("{count} text boxes or drawings with words became quotations after their paragraph."),
    "digits_nested": N_("{count} lists with numbers inside others get letters here. Check what cites them."),
    "merged_cells": N_("{count} merged cells were divided: the words are in the first cell, the others are empty."),
    "nested_tables": N_("{count} tables inside table cells became words in the cell."),
    "cell_lists": N_("{count} lists inside table cells became words in the cell."),
    "frames": N_("{count} tables that were only a frame became paragraphs."),
    "equations": N_("{count} equations became plain words. Check them."),
    "symbols": N_("{count} symbols that we do not know were left out."),
    "fields": N_("{count} fields whose value Word does not store in the file were left out."),
    "embedded": N_("{count} embedded documents were left out. Copy their words into the file."),
    "controls": N_("{count} invisible control characters were removed."),
    "list_markers": N_("{count} typed numbers, letters or bullets at the start of a line became list items."),
    "embeddings_removed": N_(
        "{count} invisible direction marks, which other programs leave in copied text, were removed."
    ),
    "marks_removed": N_("{count} byte order marks inside the text were removed."),
}
"""Code → sentence: what was changed or left out; each has a `{count}` placeholder."""

PLACES: Mapping[str, str] = {
    "paragraph": N_("Paragraph {number}: “{words}”"),
    "table": N_("Table {number}: “{words}”"),
    "note": N_("Footnote {number}: “{words}”"),
}
"""Kind of place in a Word file → sentence that says where it is, with its first words."""

FAILURES: Mapping[str, str] = {
    "word_file_unreadable": N_("The file could not be read. Save it again in Word as .docx, then import it."),
    "word_file_empty": N_("We found no text in the file. If it is a scan, type the words first."),
    "text_too_long": N_("The text in the file is too long."),
    "text_too_deep": N_(
        "Lists, quotations or formatting are nested too deep in the file. Make them simpler in Word, then import it "
        "again."
    ),
    "text_too_tangled": N_(
        "More than 100 square brackets or backticks stand in a row in the file. Remove them in Word, then import "
        "it again."
    ),
    "text_too_complex": N_(
        "The formatting of the text is too complex. Make it simpler in Word, or import it in parts."
    ),
    "table_too_large": N_("A table in the file has more than 5,000 cells. Divide it in Word, then import it again."),
    "too_many_notes": N_("The file has more than 2,000 footnotes. Import it in parts."),
    "too_many_marks": N_(
        "Too many marks, such as harakat, stand on one letter in the file. Remove them in Word, then import it again."
    ),
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
    {"v": 1, "title": …, "counts": {…}, "notices": {code: count}, "samples": [{"code", "place", "number", "words"}]}.

    Once failed, `failure` is {"v": 1, "code", "message", "values": {…}, "place": {"kind", "number", "words"}}; the last
    two can be missing.
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
    if any(part.flag_bits & 1 for part in parts):
        raise _protected()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNCOMPRESSED_BYTES:
        raise _too_large()
    if not _has_body(data, {part.filename for part in parts}):
        raise _wrong_type()


def _has_body(data: bytes, names: Collection[str]) -> bool:
    """Return whether a package has the main part of a Word file, which its relationships name, not its own name."""
    if _DEFAULT_BODY_PART in names:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            relationships, types = (_read_listing(package, name) for name in (_ROOT_RELATIONSHIPS, _CONTENT_TYPES))
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, EOFError):
        return False
    body = _BODY_RELATIONSHIP.search(relationships)
    target = _TARGET.search(body.group()) if body else None
    return target is not None and target[1].decode(errors="replace") in names and b"wordprocessingml" in types


def _read_listing(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(_MAX_LISTING_BYTES)


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
