"""Canonical form of a text (DESIGN §4.4): the form that is stored, signed and compared. Other modules require it.

Canonical text is in Unicode NFC; its lines end with LF and have no trailing blanks; it ends with exactly one newline
unless it is empty; it contains no control characters, byte order marks, or bidi embeddings, isolates or overrides. RLM,
LRM, ZWNJ, ZWJ and tabs are kept.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

import regex

from service.domain.errors import N_, InvalidText, TooLarge
from service.domain.text.markup.is_canonical import MAX_COMBINING_MARKS, TOO_MANY_MARKS, is_known_canonical
from service.domain.text.markup.list_markers import convert_markers

MAX_TEXT_LENGTH = 1_000_000
"""Code points of one text."""

_BLANKS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_ENDS = regex.compile(r"\r\n|[\r\u0085\u2028\u2029]")
_CONTROL = regex.compile(r"[\x00-\x08\x0B-\x1F\x7F-\x9F\uFDD0-\uFDEF\uFFFE\uFFFF\p{Cs}]")
_OVERRIDE = regex.compile("[\u202d\u202e]")
_EMBEDDING = regex.compile("[\u202a-\u202c\u2066-\u2069]")
_BIDI = regex.compile("[\u202a-\u202e\u2066-\u2069]")
_MANY_MARKS = regex.compile(rf"\p{{M}}{{{4 * MAX_COMBINING_MARKS}}}")
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
_CONTROL_NAMES = {
    0: "NULL",
    7: "BELL",
    8: "BACKSPACE",
    11: "LINE TABULATION",
    12: "FORM FEED",
    27: "ESCAPE",
    127: "DELETE",
}


@dataclass(frozen=True, slots=True)
class EntryNotice:
    """A change made to entered text. `sentence` is a message id with a `{count}` placeholder."""

    code: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """A canonical text, with notices of the changes made to the input."""

    text: str
    notices: tuple[EntryNotice, ...]


def canonicalise(raw: str | bytes, *, limit: int = MAX_TEXT_LENGTH) -> CanonicalText:
    """Convert `raw` to canonical form; bytes must be UTF-8.

    Idempotent: a second call changes nothing and returns no notices.

    Raises InvalidText `invalid_utf8` (byte), `control_character`, `bidi_override`, `too_many_marks` (name, line,
    column; counted from 1, in code points); TooLarge `text_too_long`.
    """
    text = _decode(raw, limit=limit)
    if len(text) <= limit and is_known_canonical(text, raw if isinstance(raw, bytes) else None):
        return CanonicalText(text, ())
    text = _LINE_ENDS.sub("\n", text.lstrip("\ufeff"))
    _reject(_CONTROL, text, code="control_character")
    _reject(_OVERRIDE, text, code="bidi_override")
    text, embeddings = _EMBEDDING.subn("", text)
    text, marks = text.replace("\ufeff", ""), text.count("\ufeff")
    _reject(_MANY_MARKS, text, code="too_many_marks")  # NFC takes quadratic time on long runs of marks
    text = unicodedata.normalize("NFC", text)
    text = "\n".join(line.rstrip(_BLANKS) for line in text.split("\n")).rstrip("\n")
    text = f"{text}\n" if text else ""
    _reject(TOO_MANY_MARKS, text, code="too_many_marks")
    check_text_length(text, limit=limit)
    return CanonicalText(text, _notices(embeddings=embeddings, marks=marks))


def canonicalise_entry(raw: str | bytes) -> CanonicalText:
    """Canonicalise typed, pasted or imported text, and turn typed markers at line starts into list items.

    A notice `list_markers` counts them. Typed numbers of provisions («المادة ٥», "Article 5") are kept as typed.
    Idempotent. Raises as `canonicalise` does.
    """
    result = canonicalise(raw)
    text, count = convert_markers(result.text)
    if not count:
        return result
    check_text_length(text)
    sentence = N_("{count} typed numbers, letters or bullets at the start of a line became list items.")
    return CanonicalText(text, (*result.notices, EntryNotice("list_markers", sentence, count)))


def canonical_name(raw: str, *, limit: int) -> str:
    """Canonicalise a name or title: one line, trimmed, at most `limit` code points, with a visible character in it.

    Raises InvalidText `name_empty`, `name_not_one_line`, and as `canonicalise` does, where every bidi embedding,
    isolate and override is a `bidi_override`; TooLarge `name_too_long`.
    """
    if len(raw) > 4 * limit + 100:
        raise _name_too_long(limit)
    text = _LINE_ENDS.sub("\n", raw).replace("\ufeff", "").strip(_BLANKS + "\n")
    if "\n" in text or "\t" in text:
        raise InvalidText("name_not_one_line", N_("A name or title must be on one line, without tabs."))
    _reject(_CONTROL, text, code="control_character")
    _reject(_BIDI, text, code="bidi_override")
    _reject(_MANY_MARKS, text, code="too_many_marks")
    text = unicodedata.normalize("NFC", text)
    _reject(TOO_MANY_MARKS, text, code="too_many_marks")
    if not _VISIBLE.search(text):
        raise InvalidText("name_empty", N_("Enter a name or title."))
    if len(text) > limit:
        raise _name_too_long(limit)
    return text


def text_sha256(text: str) -> str:
    """Return the lower-case hex SHA-256 of the UTF-8 encoding of a canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_text_length(text: str | bytes, *, limit: int = MAX_TEXT_LENGTH) -> None:
    """Raise TooLarge `text_too_long` above `limit` code points (bytes, for bytes)."""
    if len(text) > limit:
        raise TooLarge("text_too_long", N_("This text is longer than the limit of {limit} characters."), limit=limit)


def _decode(raw: str | bytes, *, limit: int) -> str:
    if isinstance(raw, str):
        check_text_length(raw, limit=4 * limit)
        return raw
    check_text_length(raw, limit=16 * limit)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        sentence = N_("This is not text in UTF-8: the byte at position {byte} cannot be read.")
        raise InvalidText("invalid_utf8", sentence, extra={"byte": error.start}, byte=error.start) from None


_REASONS = {
    "control_character": N_("Line {line}, column {column}: the character {name} is not allowed."),
    "bidi_override": N_("Line {line}, column {column}: {name} can hide or reorder text. Remove it."),
    "too_many_marks": N_("Line {line}, column {column}: too many marks on one letter."),
}


def _reject(pattern: regex.Pattern[str], text: str, *, code: str) -> None:
    found = pattern.search(text)
    if not found:
        return
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    label = _character_name(found.group()[0])
    location: dict[str, object] = {"name": label, "line": line, "column": column}
    raise InvalidText(code, _REASONS[code], extra=location, name=label, line=line, column=column)


def _character_name(character: str) -> str:
    point = ord(character)
    official = unicodedata.name(character, "") or _CONTROL_NAMES.get(point, "")
    return f"U+{point:04X} {official}".rstrip()


def _notices(*, embeddings: int, marks: int) -> tuple[EntryNotice, ...]:
    found = []
    if embeddings:
        sentence = N_("{count} invisible direction marks, which other programs leave in copied text, were removed.")
        found.append(EntryNotice("embeddings_removed", sentence, embeddings))
    if marks:
        found.append(EntryNotice("marks_removed", N_("{count} byte order marks inside the text were removed."), marks))
    return tuple(found)


def _name_too_long(limit: int) -> TooLarge:
    return TooLarge("name_too_long", N_("A name or title can have up to {limit} characters."), limit=limit)
