"""exports.render: begin → manuscript → render → keep → finish. The same seal gives the same bytes.

A known file is trusted only if it can be read and is what was put; otherwise it is rendered again.
"""

from service.actions.publication import exports
from service.domain.errors import N_, NotFound, Unavailable
from service.domain.publication.export import Artefact, artefact_key
from service.files import FilesAway
from service.jobs import RENDER_EXPORT
from workers.app import celery
from workers.render.content import manuscript as manuscript_task
from workers.render.content.manuscript_from_seal import from_seal
from workers.render.errors import RenderFailed
from workers.render.formats import pipeline_key, render
from workers.task import GiveUp, Tools, TryAgain, work

LOGO_LOST = N_("The logo of the coalition cannot be read any more. Put it in again, then ask for the file again.")


@celery.task(name=RENDER_EXPORT)  # type: ignore[untyped-decorator]
def render_export(job_id: str) -> None:
    """Make one file."""
    work(job_id, _render, given_up=_given_up)


def _render(own: Tools, export_id: str) -> None:
    with own.database.write(own.bell) as tx:
        material = exports.begin(tx, export_id)
    if material is None or _is_whole(own, material.artefact):
        return
    export = material.export
    manuscript = _manuscript(material)
    key = artefact_key(format_=export.format, manuscript=manuscript_task.to_json(manuscript), pipeline=pipeline_key())
    with own.database.read() as tx:
        known = exports.made(tx, key)
    if known is not None and _is_whole(own, known):
        sha256, size = known.sha256, known.size
    else:
        data = _made(own, export_id, manuscript, export.format)
        sha256, size = own.files.put(data), len(data)
    with own.database.write(own.bell) as tx:
        exports.finish(tx, export_id, key=key, sha256=sha256, size=size, format_=export.format)


def _is_whole(own: Tools, artefact: Artefact | None) -> bool:
    return artefact is not None and own.files.holds(artefact.sha256)


def _manuscript(material: exports.Material) -> manuscript_task.Manuscript:
    seal, lang = material.seal, material.export.lang
    return from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=material.edition, lang=lang)


def _made(own: Tools, export_id: str, manuscript: manuscript_task.Manuscript, format_: str) -> bytes:
    def report(stage: str) -> None:
        with own.database.write(own.bell) as tx:
            exports.report(tx, export_id, stage)

    logo = _logo(own, manuscript.coalition.logo)
    try:
        return render(manuscript, "pdf" if format_ == "pdf" else "docx", logo=logo, report=report)
    except RenderFailed as error:
        raise (TryAgain if error.retry else GiveUp)(error.code, error.message) from error


def _logo(own: Tools, sha256: str | None) -> bytes | None:
    try:
        return own.files.get(sha256) if sha256 else None
    except FilesAway:
        raise
    except (NotFound, Unavailable) as error:
        raise GiveUp("logo_lost", LOGO_LOST) from error


def _given_up(own: Tools, export_id: str, code: str, message: str) -> None:
    with own.database.write(own.bell) as tx:
        exports.fail(tx, export_id, code=code, message=message)
