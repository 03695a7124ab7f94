"""The tab of endorsement before a round opens: what is missing for it, and the rounds that ended."""

from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.domain.documents.document import DRAFTING, REVIEW, Document
from service.domain.endorsement.round import Round
from service.domain.policy import Resource
from service.store.endorsement import rounds as rounds_store
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.rounds.proofs import summarise_proofs
from service.web.rounds.tally import RoundTally, headline, round_tally
from service.web.shell.document_page import render_document_page
from service.web.shell.tabs import ENDORSEMENTS
from service.web.workflow.readiness import load_checklist


@dataclass(frozen=True)
class RoundCard:
    """A round of endorsement as summarised in a list."""

    round: Round
    headline: str
    tally: RoundTally


@page
def show_endorsement(context: RequestContext) -> Response:
    """Serve `/documents/{document}/endorsement`: the checklist of the next round, and all rounds, newest first."""
    found = authorization.load_document(context.tx, context.user, "round.read", context.path_param("document"))
    is_before = found.state in (DRAFTING, REVIEW)
    prepares = is_before and context.may("version.cut", _resource(found))
    return render_document_page(
        context,
        found,
        "rounds/endorsement.html",
        tab=ENDORSEMENTS,
        cards=[_round_card(context, one) for one in reversed(rounds_store.list_by_document(context.tx, found.id))],
        is_before=is_before,
        checklist=load_checklist(context, found) if prepares else None,
        proofs=summarise_proofs(context, found) if prepares else None,
        opens=found.state == REVIEW and context.may("round.open", _resource(found)),
        now=context.tx.now,
    )


def _round_card(context: RequestContext, round_: Round) -> RoundCard:
    tally = round_tally(context.tx, round_, reader=context.user, formatter=context.formatter)
    return RoundCard(round_, headline(tally, round_, formatter=context.formatter), tally)


def _resource(document: Document) -> Resource:
    return Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
