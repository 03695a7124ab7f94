"""The files of a sealed document, as its page lists them."""

from dataclasses import dataclass

from service.domain.errors import N_
from service.domain.export import FAILED, READY, Export
from service.store import exports
from service.web import labels
from service.web.visit import Visit


@dataclass(frozen=True)
class File:
    """`state` is queued, rendering, ready or failed; `says` how far it is, or why it could not be made."""

    export: str
    format: str
    purpose: str
    state: str
    says: str
    size: int | None
    sha256: str


@dataclass(frozen=True)
class Files:
    """The files of each language; `waiting` of them are still being made."""

    by_lang: dict[str, list[File]]
    waiting: int
    failed: int

    @property
    def count(self) -> int:
        return sum(len(those) for those in self.by_lang.values())

    @property
    def ready(self) -> bool:
        return not self.waiting and not self.failed and bool(self.by_lang)


def files(visit: Visit, document_id: str, *, seal: str | None) -> Files:
    """The newest export of each format and language of `seal`."""
    newest: dict[tuple[str, str], Export] = {}
    for _, export in exports.of_document(visit.tx, document_id):
        if export.seal == seal:
            newest[export.lang, export.format] = export
    by_lang: dict[str, list[File]] = {}
    for (lang, _), export in newest.items():
        by_lang.setdefault(lang, []).append(_file(visit, export))
    states = [export.state for export in newest.values()]
    failed = states.count(FAILED)
    return Files(by_lang, len(states) - states.count(READY) - failed, failed)


def _file(visit: Visit, export: Export) -> File:
    artefact = exports.artefact_by_id(visit.tx, export.artefact) if export.artefact else None
    return File(
        export=export.id,
        format=export.format,
        purpose=visit.voice.say(labels.FORMATS.get(export.format, export.format)),
        state=export.state,
        says=_says(visit, export),
        size=artefact.size if artefact else None,
        sha256=artefact.sha256 if artefact else "",
    )


def _says(visit: Visit, export: Export) -> str:
    if export.state == FAILED and export.failure:
        return visit.voice.words.t(str(export.failure.get("message", "")) or N_("The reason is not known."))
    return visit.voice.say(labels.EXPORT_STATES[export.state])
