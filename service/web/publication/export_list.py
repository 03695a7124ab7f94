"""View model of the exports of a sealed document."""

from dataclasses import dataclass

from service import jobs
from service.domain.errors import N_
from service.domain.publication.export import FAILED, QUEUED, READY, Export, file_name, stored_format
from service.store import jobs as jobs_store
from service.store.publication import exports as exports_store
from service.web.http.context import RequestContext
from service.web.rendering import labels
from service.web.rendering.export_stages import EXPORT_STAGES, EXPORT_STATES
from service.web.rendering.render_failures import FailureView, present_sealed_failure


@dataclass(frozen=True)
class ExportFile:
    """An export as the page of files shows it.

    `state` is "queued", "rendering", "ready" or "failed". `status_text` is the progress, or the cause of the failure.
    `step` of `steps` is the current stage, 0 before the first; `size` is in bytes.
    """

    export: str
    format: str
    name: str
    purpose: str
    state: str
    status_text: str
    step: int
    steps: int
    size: int | None
    sha256: str
    failure: FailureView | None


@dataclass(frozen=True)
class ExportFiles:
    """Exports by language; `waiting` of them are queued or rendering, and `stuck` fail again if they are requested."""

    by_lang: dict[str, list[ExportFile]]
    waiting: int
    failed: int

    @property
    def count(self) -> int:
        """Return the number of exports."""
        return sum(len(those) for those in self.by_lang.values())

    @property
    def ready_count(self) -> int:
        """Return the number of exports that are ready."""
        return self.count - self.waiting - self.failed

    @property
    def stuck(self) -> int:
        """Return the number of exports that failed and that another request does not help."""
        failures = (one.failure for those in self.by_lang.values() for one in those)
        return sum(1 for failure in failures if failure and not failure.can_retry)

    @property
    def ready(self) -> bool:
        """Whether there are exports and all are ready."""
        return not self.waiting and not self.failed and bool(self.by_lang)


def list_export_files(
    context: RequestContext, document_id: str, *, seal: str | None, titles: dict[str, str] | None = None
) -> ExportFiles:
    """Return the newest export of each format and language of `seal`; files are named after `titles`."""
    newest: dict[tuple[str, str], Export] = {}
    for _, export in exports_store.list_by_document(context.tx, document_id):
        if export.seal == seal:
            newest[export.lang, export.format] = export
    by_lang: dict[str, list[ExportFile]] = {}
    for (lang, _), export in newest.items():
        by_lang.setdefault(lang, []).append(_export_file(context, export, title=(titles or {}).get(lang, "")))
    states = [export.state for export in newest.values()]
    failed = states.count(FAILED)
    return ExportFiles(by_lang, len(states) - states.count(READY) - failed, failed)


def _export_file(context: RequestContext, export: Export, *, title: str) -> ExportFile:
    artefact = exports_store.get_artefact(context.tx, export.artefact) if export.artefact else None
    format_ = stored_format(export.format)
    failure = present_sealed_failure(context.formatter.translator, export.failure) if export.state == FAILED else None
    return ExportFile(
        export=export.id,
        format=export.format,
        name=file_name(title, lang=export.lang, suffix=format_.suffix),
        purpose=context.formatter.translate(labels.FORMATS.get(export.format, export.format)),
        state=export.state,
        status_text=failure.cause if failure else _status_text(context, export),
        step=format_.stages.index(export.stage) + 1 if export.stage in format_.stages else 0,
        steps=len(format_.stages),
        size=artefact.size if artefact else None,
        sha256=artefact.sha256 if artefact else "",
        failure=failure,
    )


def _status_text(context: RequestContext, export: Export) -> str:
    if export.state not in (READY, QUEUED) and jobs_store.is_awaiting_retry(
        context.tx, jobs.RENDER_EXPORT, ref=export.id
    ):
        return context.formatter.translate(N_("It was interrupted and will start again automatically."))
    stages = stored_format(export.format).stages
    if export.stage not in stages:
        return context.formatter.translate(EXPORT_STATES[export.state])
    number, of = stages.index(export.stage) + 1, len(stages)
    stage = context.formatter.translate(EXPORT_STAGES[export.stage])
    return context.formatter.translate(N_("Step {number} of {of}: {doing}"), number=number, of=of, doing=stage)
