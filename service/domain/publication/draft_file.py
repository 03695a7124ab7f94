"""Files of texts that nobody has approved: rendered on request, for one person, kept for a week.

They show a draft, a version, or the comparison of two versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, InvalidInput
from service.domain.publication.export import FORMATS

QUEUED, RENDERING, READY, FAILED = "queued", "rendering", "ready", "failed"
DRAFT, VERSION, COMPARISON = "draft", "version", "comparison"

INLINE, SIDE = "inline", "side"
LAYOUTS = (INLINE, SIDE)
"""Layouts of a comparison: in the text, side by side."""

PDF = "pdf"
"""The format of comparisons."""

MARKDOWN = "md"
"""The format that needs no worker."""

DRAFT_FORMATS = (*FORMATS, MARKDOWN)

KEPT_FOR = 7 * 24 * 3600 * 1_000_000
"""µs after the request, after which a file is deleted."""


@dataclass(frozen=True, slots=True)
class DraftSubject:
    """What a file shows: the text of an edition at (epoch, seq) of its journal, with the title it had then.

    `number` is that of the version, None for the text that is still written. A comparison shows it against the version
    `older`, in one of LAYOUTS.
    """

    lang: str
    title: str
    epoch: int
    seq: int
    number: int | None = None
    older: int | None = None
    layout: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the stored form."""
        kind = COMPARISON if self.older is not None else DRAFT if self.number is None else VERSION
        stored = {"v": 1, "kind": kind, "lang": self.lang, "title": self.title, "epoch": self.epoch, "seq": self.seq}
        if self.older is not None:
            return {**stored, "from": self.older, "to": self.number, "layout": self.layout}
        return stored | ({} if self.number is None else {"number": self.number})


def subject_from_json(stored: Mapping[str, object]) -> DraftSubject:
    """Read the stored form."""
    number, older = stored.get("to", stored.get("number")), stored.get("from")
    return DraftSubject(
        str(stored["lang"]),
        str(stored["title"]),
        int(str(stored["epoch"])),
        int(str(stored["seq"])),
        None if number is None else int(str(number)),
        None if older is None else int(str(older)),
        str(stored.get("layout", "")),
    )


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A requested file. Times in µs UTC.

    `stage` and `failure` are as of an export; it has `sha256` and `size` once it is ready.
    """

    id: str
    document: str
    requested_by: str
    requested_at: int
    subject: DraftSubject
    format: str
    line_numbers: bool
    state: str
    stage: str
    ended_at: int | None
    sha256: str | None
    size: int | None
    failure: Mapping[str, object] | None


def check_draft_format(format_: str) -> None:
    """Check the name of a format. Raises InvalidInput `unknown_format`."""
    if format_ not in DRAFT_FORMATS:
        raise InvalidInput("unknown_format", N_("There is no format “{format}”."), field="format", format=format_)


def check_layout(layout: str) -> None:
    """Check the name of a layout of a comparison. Raises InvalidInput `unknown_layout`."""
    if layout not in LAYOUTS:
        raise InvalidInput("unknown_layout", N_("Choose “In the text” or “Side by side”."), field="layout")


def markdown_file(*, mark: str, title: str, text: str) -> str:
    """Return a text as Markdown: the mark of a draft, the title, then the canonical text."""
    return f"> {mark}\n\n# {title}\n\n{text}"
