"""exports.render: begin → manuscript → render → keep → finish. The same seal gives the same bytes."""

from celery.exceptions import SoftTimeLimitExceeded

from service.actions import exports
from service.domain.errors import DomainError
from service.domain.export import artefact_key
from service.jobs import RENDER_EXPORT
from workers.app import celery
from workers.render import manuscript as manuscripts
from workers.render.errors import RenderFailed
from workers.render.formats import pipeline_key, render
from workers.render.sealed import from_seal
from workers.task import GiveUp, Tools, TryAgain, work


@celery.task(name=RENDER_EXPORT)  # type: ignore[untyped-decorator]
def render_export(job_id: str) -> None:
    """Make one file."""
    work(job_id, _render, given_up=_given_up)


def _render(own: Tools, export_id: str) -> None:
    with own.database.write(own.bell) as tx:
        material = exports.begin(tx, export_id)
    if material is None:
        return
    export, seal = material.export, material.seal
    edition = material.version.editions[export.lang]
    manuscript = from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=edition, lang=export.lang)
    key = artefact_key(format_=export.format, manuscript=manuscripts.to_json(manuscript), pipeline=pipeline_key())
    with own.database.read() as tx:
        known = exports.made(tx, key)
    if known is None:
        data = _made(own, export_id, manuscript, export.format)
        sha256, size = own.files.put(data), len(data)
    else:
        sha256, size = known.sha256, known.size
    with own.database.write(own.bell) as tx:
        exports.finish(tx, export_id, key=key, sha256=sha256, size=size, format_=export.format)


def _made(own: Tools, export_id: str, manuscript: manuscripts.Manuscript, format_: str) -> bytes:
    def report(stage: str) -> None:
        with own.database.write(own.bell) as tx:
            exports.report(tx, export_id, stage)

    logo = own.files.get(manuscript.coalition.logo) if manuscript.coalition.logo else None
    try:
        return render(manuscript, "pdf" if format_ == "pdf" else "docx", logo=logo, report=report)
    except RenderFailed as error:
        raise (TryAgain if error.retry else GiveUp)(error.code, error.message) from error
    except DomainError as error:
        raise GiveUp(error.code, str(error)) from error
    except (SoftTimeLimitExceeded, OSError) as error:
        raise TryAgain("render_interrupted", f"{type(error).__name__}: {error}") from error


def _given_up(own: Tools, export_id: str, code: str, message: str) -> None:
    with own.database.write(own.bell) as tx:
        exports.fail(tx, export_id, code=code, message=message)
