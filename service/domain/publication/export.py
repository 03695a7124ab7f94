"""Exports and artefacts: supported formats, and the cache key by which equal files are shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service.domain.errors import N_, InvalidInput
from service.domain.trust.canonical_json import digest


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A file format.

    `suffix` is that of a file name, without the dot; `stages` are the progress codes of the worker, in the order in
    which they begin.
    """

    media_type: str
    suffix: str
    stages: tuple[str, ...]


FORMATS: dict[str, ExportFormat] = {
    "pdf": ExportFormat("application/pdf", "pdf", ("reading", "writing", "typesetting", "checking")),
    "docx": ExportFormat(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        ("reading", "writing", "checking"),
    ),
}
"""The registry of export formats by stored name; each has a renderer of the same name in the workers."""

ARTEFACT_DOMAIN = "mithaq.artefact.v1"

QUEUED, RENDERING, READY, FAILED = "queued", "rendering", "ready", "failed"


class ExportSpec(NamedTuple):
    """The specification of an exported file: format, language and number of a translation added after the seal."""

    format: str
    lang: str
    translation: int | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """A request for a file. Times in µs UTC.

    `stage` is the last stage reported; `failure` is that of render_failure once failed; `translation` as in ExportSpec.
    """

    id: str
    document: str
    seal: str
    format: str
    lang: str
    translation: int | None
    state: str
    stage: str
    requested_by: str | None
    requested_at: int
    ended_at: int | None
    artefact: str | None
    failure: Mapping[str, object] | None

    @property
    def spec(self) -> ExportSpec:
        """Return its format, language and translation."""
        return ExportSpec(self.format, self.lang, self.translation)


@dataclass(frozen=True, slots=True)
class Artefact:
    """A rendered file: `sha256` finds its bytes in the file store, `key` is its cache key; `size` in bytes."""

    id: str
    key: str
    sha256: str
    size: int
    media_type: str


def check_format(format_: str) -> None:
    """Check the name of a format. Raises InvalidInput `unknown_format`."""
    if format_ not in FORMATS:
        raise InvalidInput("unknown_format", N_("There is no format “{format}”."), format=format_)


def stored_format(format_: str) -> ExportFormat:
    """Return the format of a stored export, for display.

    A newer release may have stored a format that this one does not know, during a rolling restart: such an export is
    listed by its name, without stages, and served as bytes.
    """
    return FORMATS.get(format_) or ExportFormat("application/octet-stream", format_, ())


def artefact_key(*, format_: str, manuscript: Mapping[str, object], pipeline: Mapping[str, object]) -> str:
    """The digest of everything that could change the bytes: the manuscript, the format, every tool and template."""
    return digest(ARTEFACT_DOMAIN, {"format": format_, "manuscript": manuscript, "pipeline": pipeline})


def file_name(document_title: str, *, lang: str, suffix: str) -> str:
    """Build a file name: at most 60 letters, digits and hyphens of the title, then `.lang.suffix`."""
    words = "".join(mark if mark.isalnum() else " " for mark in document_title).split()
    stem = "-".join(words)[:60].strip("-") or "document"
    return f"{stem}.{lang}.{suffix}"
