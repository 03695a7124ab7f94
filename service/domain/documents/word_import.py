"""Word files that are brought in: what may come, what is said of what was found, and where it stands."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, InvalidInput, TooLarge

WAITING, READY, FAILED, ACCEPTED = "waiting", "ready", "failed", "accepted"

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_UNCOMPRESSED_BYTES = 60 * 1024 * 1024
"""Bytes: of the file, and of all its parts together once unfolded."""

MAX_PARTS = 2_000

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BODY_PART = "word/document.xml"
_ENCRYPTION_MARKER = "EncryptedPackage".encode("utf-16-le")

NOTICES: Mapping[str, str] = {
    "images": N_("{count} images were left out: a text here has none."),
    "headings_guessed": N_("{count} lines in bold, such as “Article 5”, were taken as headings."),
    "matter": N_("{count} lines round the text, such as its title or signatories, were left out."),
    "formatting": N_("{count} times underlining, crossing out or the like was left out; the words stay."),
    "links": N_("{count} links of kinds that are not taken became plain words."),
    "changes": N_("{count} tracked changes were taken as accepted."),
    "comments": N_("{count} comments were left out."),
    "text_boxes": N_("{count} text boxes may be missing or may stand elsewhere: compare with the file."),
    "list_markers": N_("{count} typed numbers or bullets at the start of a line became list items."),
    "embeddings_removed": N_(
        "{count} invisible direction marks, which other programs leave in copied text, were removed."
    ),
    "marks_removed": N_("{count} byte order marks inside the text were removed."),
}
"""What was changed or left out on the way, by code; each has a place for `{count}`."""

FAILURES: Mapping[str, str] = {
    "word_file_unreadable": N_("The file could not be read. Save it anew in Word as .docx, then bring it in again."),
    "word_file_empty": N_("No text was found in the file. If it is a scan, its words must be typed first."),
    "text_too_long": N_("The text in the file is longer than there is room for."),
}
"""Why nothing came of a file that could be taken."""


@dataclass(frozen=True, slots=True)
class WordImport:
    """A Word file brought in for the text of an edition, as that stood at (epoch, draft_seq). Once `ready`, `text` is
    what was found in it, and `found` says how much: {"v": 1, "title": …, "counts": {…}, "notices": {code: count}}."""

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
    """Whether `data` may be a Word file that can be read. Its parts are counted by what the file says of itself;
    whoever unfolds them keeps limits of their own.

    Raises TooLarge `word_file_too_large`; Malformed `word_file_missing`, `word_file_protected`, `word_file_type`.
    """
    if not data:
        raise InvalidInput("word_file_missing", N_("Choose a file first."))
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


def _wrong_type() -> InvalidInput:
    return InvalidInput("word_file_type", N_("This is not a .docx file. Open it in Word and save it as .docx."))


def _protected() -> InvalidInput:
    return InvalidInput(
        "word_file_protected", N_("This file is locked with a password. Take the password off, then bring it in.")
    )


def _too_large() -> TooLarge:
    return TooLarge("word_file_too_large", N_("A Word file may have 5 MB at most, and 60 MB once unfolded."))
