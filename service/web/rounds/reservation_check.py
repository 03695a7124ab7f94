"""The page on which a signatory waits until their reservation was rendered alone, for a few seconds at most."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.authorization import or_not_found
from service.actions.endorsement import endorsements, reservation_proofs
from service.domain.endorsement.rules import ENDORSE_WITH_RESERVATION
from service.domain.publication.reservation_proof import WHOLE
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.web.forms.handlers import page
from service.web.forms.rounds import PositionForm
from service.web.http.context import RequestContext
from service.web.http.idempotency import new_idempotency_key
from service.web.http.pages import render_page

MAX_PROOFS = 20
"""Proofs that one address may name."""


def request_proofs(context: RequestContext, chosen: PositionForm) -> str:
    """Request the proofs of a reservation; return the address of the page that waits for them, "" if none is awaited.

    Raises as `endorsements.prove_reservation` does.
    """
    if chosen.position != ENDORSE_WITH_RESERVATION or not any(words.strip() for words in chosen.texts.values()):
        return ""
    round_id = context.path_param("round")
    proofs = endorsements.prove_reservation(context.tx, context.user, round_id=round_id, reservation=chosen.texts)
    query = {"proof": proofs, "lang": chosen.lang, "replaces": chosen.replaces or ""}
    return f"/rounds/{round_id}/sign/reservation?{urlencode(query, doseq=True)}" if proofs else ""


@page
def show_waiting(context: RequestContext) -> Response:
    """Render `/rounds/{round}/sign/reservation?proof&lang&replaces`: what is checked, then the way on.

    Everything else of the reservation is in proofs of the same person that are whole already.
    """
    query = context.request.query_params
    round_id = context.path_param("round")
    proofs = reservation_proofs.list_own(
        context.tx, context.user, round_id=round_id, ids=query.getlist("proof")[:MAX_PROOFS]
    )
    round_ = or_not_found(rounds_store.get(context.tx, round_id))
    version = or_not_found(versions_store.get(context.tx, round_.version))
    return render_page(
        context,
        "rounds/reservation_check.html",
        round=round_,
        titles={code: edition.title for code, edition in version.editions.items()},
        proofs=proofs,
        position=ENDORSE_WITH_RESERVATION,
        lang=query.get("lang", ""),
        replaces=query.get("replaces", ""),
        waits=any(one.is_awaited(now=context.tx.now) for one in proofs),
        late=any(one.state != WHOLE and not one.refusal for one in proofs),
        key=new_idempotency_key(),
    )
