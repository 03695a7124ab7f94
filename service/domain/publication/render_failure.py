"""Failures of a rendering: how they are stored with an export or a proof, and what can be done about each.

The JSON is {"v": 1, "code", "message"} and, where known, "line", "page", "words", "found" and "part". It quotes the
text, so it is shown to those who may read the text, and never logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = 1

MAX_WORDS = 200
"""Code points of `words` and `found` that are stored."""


class Part(StrEnum):
    """The part of a file in which a rendering failed."""

    TEXT = "text"
    TITLE = "title"
    RESERVATION = "reservation"
    NAMES = "names"
    """What is printed round the text: names, places and the texts of the letterhead."""


class Cure(StrEnum):
    """What ends a failure."""

    RETRY = "retry"
    """The cause may be gone: the same file may be created now."""
    LOGO = "logo"
    """The secretariat uploads the logo again."""
    OPERATOR = "operator"
    """The administrator corrects the installation."""
    TEXT = "text"
    """Other words; for a sealed text, only an update of Mithaq."""
    UPDATE = "update"
    """An update of Mithaq: the same words fail again with the same release."""


CURES: Mapping[str, Cure] = {
    "interrupted": Cure.RETRY,
    "render_interrupted": Cure.RETRY,
    "render_timeout": Cure.RETRY,
    "worker_lost": Cure.RETRY,
    "logo_lost": Cure.LOGO,
    "internal": Cure.OPERATOR,
    "render_refused": Cure.OPERATOR,
    "render_memory": Cure.TEXT,
    "render_unprintable": Cure.TEXT,
    "table_too_wide": Cure.TEXT,
    "render_conformance": Cure.UPDATE,
    "render_differs": Cure.UPDATE,
    "render_failed": Cure.UPDATE,
    "bytes_differ": Cure.UPDATE,
}
"""Failure code → what ends it. An unknown code is a text that the press does not accept."""


@dataclass(frozen=True, slots=True)
class RenderFailure:
    """Why a file could not be created, and where.

    `message` is an English sentence for operators. `line` counts the lines of the text in `part` from 1, and `page`
    those of the file; both are None if unknown. `words` are those of the text; `found` what the file has instead.
    """

    code: str
    message: str = ""
    line: int | None = None
    page: int | None = None
    words: str = ""
    found: str = ""
    part: Part = Part.TEXT

    @property
    def cure(self) -> Cure:
        """Return what ends the failure."""
        return CURES.get(self.code, Cure.TEXT)

    @property
    def is_permanent(self) -> bool:
        """Return whether the same file would fail again, as long as nobody corrects anything."""
        return self.cure is not Cure.RETRY

    def to_json(self) -> dict[str, object]:
        """Return the stored form; what is not known is left out."""
        known: dict[str, object] = {"line": self.line, "page": self.page, "words": self.words, "found": self.found}
        known["part"] = "" if self.part is Part.TEXT else self.part.value
        return {"v": VERSION, "code": self.code, "message": self.message} | {
            name: value for name, value in known.items() if value
        }


def failure_from_json(stored: Mapping[str, object] | None) -> RenderFailure:
    """Read a stored failure; what cannot be read counts as unknown, so that a page can always be shown."""
    values = stored or {}
    part = _text(values, "part")
    return RenderFailure(
        code=_text(values, "code"),
        message=_text(values, "message"),
        line=_number(values, "line"),
        page=_number(values, "page"),
        words=_text(values, "words")[:MAX_WORDS],
        found=_text(values, "found")[:MAX_WORDS],
        part=Part(part) if part in list(Part) else Part.TEXT,
    )


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _number(values: Mapping[str, object], name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
