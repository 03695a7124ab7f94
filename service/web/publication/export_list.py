"""The files of a sealed document, as its page lists them."""

from dataclasses import dataclass

from service import jobs
from service.domain.errors import N_
from service.domain.publication.export import FAILED, QUEUED, READY, STAGES, Export, file_name
from service.store import jobs as jobs_store
from service.store.publication import exports as exports_store
from service.web.http.context import Visit
from service.web.rendering import labels
from service.web.rendering.export_stages import EXPORT_FAILURES, EXPORT_STAGES, EXPORT_STATES


@dataclass(frozen=True)
class File:
    """`state` is queued, rendering, ready or failed; `says` how far it is, or why it could not be made. `step` of
    `steps` is what the worker does now, 0 before it began; `code` of what went wrong."""

    export: str
    format: str
    name: str
    purpose: str
    state: str
    says: str
    step: int
    steps: int
    size: int | None
    sha256: str
    code: str


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
    def done(self) -> int:
        return self.count - self.waiting - self.failed

    @property
    def ready(self) -> bool:
        return not self.waiting and not self.failed and bool(self.by_lang)


def files(visit: Visit, document_id: str, *, seal: str | None, titles: dict[str, str] | None = None) -> Files:
    """The newest export of each format and language of `seal`; files are named after `titles`."""
    newest: dict[tuple[str, str], Export] = {}
    for _, export in exports_store.of_document(visit.tx, document_id):
        if export.seal == seal:
            newest[export.lang, export.format] = export
    by_lang: dict[str, list[File]] = {}
    for (lang, _), export in newest.items():
        by_lang.setdefault(lang, []).append(_file(visit, export, title=(titles or {}).get(lang, "")))
    states = [export.state for export in newest.values()]
    failed = states.count(FAILED)
    return Files(by_lang, len(states) - states.count(READY) - failed, failed)


def _file(visit: Visit, export: Export, *, title: str) -> File:
    artefact = exports_store.artefact_by_id(visit.tx, export.artefact) if export.artefact else None
    stages = STAGES.get(export.format, ())
    return File(
        export=export.id,
        format=export.format,
        name=file_name(title, lang=export.lang, format_=export.format),
        purpose=visit.voice.say(labels.FORMATS.get(export.format, export.format)),
        state=export.state,
        says=_says(visit, export),
        step=stages.index(export.stage) + 1 if export.stage in stages else 0,
        steps=len(stages),
        size=artefact.size if artefact else None,
        sha256=artefact.sha256 if artefact else "",
        code=str((export.failure or {}).get("code", "")),
    )


def _says(visit: Visit, export: Export) -> str:
    if export.state == FAILED:
        return _why(visit, export)
    if export.state not in (READY, QUEUED) and jobs_store.rests(visit.tx, jobs.RENDER_EXPORT, ref=export.id):
        return visit.voice.say(N_("It was interrupted and will be tried again by itself."))
    stages = STAGES.get(export.format, ())
    if export.stage not in stages:
        return visit.voice.say(EXPORT_STATES[export.state])
    number, of = stages.index(export.stage) + 1, len(stages)
    doing = visit.voice.say(EXPORT_STAGES[export.stage])
    return visit.voice.say(N_("Step {number} of {of}: {doing}"), number=number, of=of, doing=doing)


def _why(visit: Visit, export: Export) -> str:
    """The reason in words everyone understands: by the code where we know one, else as the worker told it."""
    failure = export.failure or {}
    told = EXPORT_FAILURES.get(str(failure.get("code", "")), str(failure.get("message", "")))
    return visit.voice.words.t(told or N_("The reason is not known."))
