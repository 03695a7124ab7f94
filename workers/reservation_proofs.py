"""The task `proofs.reservation`: render a reservation alone, in every format and language in which it will be printed.

Nothing is stored but whether it can be printed.
"""

from service.actions.endorsement import reservation_proofs
from service.actions.endorsement.reservation_proofs import ReservationInput
from service.domain.errors import DomainError
from service.domain.publication.export import FORMATS
from service.i18n import get_language
from service.jobs import PROVE_RESERVATION
from workers.app import celery
from workers.render.content.manuscript import Manuscript, Reservation, Signatory
from workers.render.formats import render
from workers.render_errors import as_job_error
from workers.task import JobError, WorkerContext, run_job


@celery.task(name=PROVE_RESERVATION)  # type: ignore[untyped-decorator]
def prove_reservation(job_id: str) -> None:
    """Prove one text of a reservation."""
    run_job(job_id, _prove, on_failure=_on_failure)


def _prove(context: WorkerContext, proof_id: str) -> None:
    with context.database.write(context.dispatcher) as tx:
        material = reservation_proofs.start(tx, proof_id)
    if material is None:
        return
    try:
        for lang in material.titles:
            manuscript = build_manuscript(material, lang)
            for format_ in FORMATS:
                render(manuscript, format_)
    except DomainError as error:
        raise as_job_error(error) from error
    with context.database.write(context.dispatcher) as tx:
        reservation_proofs.finish(tx, proof_id)


def build_manuscript(material: ReservationInput, lang: str) -> Manuscript:
    """Return the manuscript of a file that has nothing but the reservation."""
    name = material.names.get(lang) or next(iter(material.names.values()), "")
    return Manuscript(
        lang=lang,
        dir="rtl" if get_language(lang).direction == "rtl" else "ltr",
        digits="arab" if material.digits[lang] == "arab" else "latn",
        kind=material.kind,  # type: ignore[arg-type]
        title=material.titles[lang],
        text="",
        signatories=(Signatory(name, "endorse_with_reservation", 1),),
        reservations=(Reservation(1, name, material.proof.text),),
    )


def _on_failure(context: WorkerContext, proof_id: str, error: JobError) -> None:
    with context.database.write(context.dispatcher) as tx:
        reservation_proofs.fail(tx, proof_id, failure=error.failure)
