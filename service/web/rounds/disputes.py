"""The page on which an organisation's people dispute an answer given in its name, and settle it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.endorsement import disputes
from service.domain.endorsement.dispute import MAX_REASON_LENGTH, DisputeStatus, subject_of
from service.domain.errors import N_
from service.domain.trust.statement import parse_statement
from service.web.forms.handlers import form, page
from service.web.forms.rounds import DisputeForm, SettlementForm
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.http.pages import render_page
from service.web.texts.selection import person_name

SETTLING_LABELS: Mapping[str, str] = {
    "withdraw": N_("Withdraw the dispute"),
    "agree": N_("Confirm the answer"),
    "agree_alone": N_("Confirm the answer"),
}
"""Way of settling → label of its button (message id)."""


@dataclass(frozen=True)
class ShownDispute:
    """A dispute: who made it, when, why; who has agreed with the answer. `settling`: how the user can settle it."""

    id: str
    name: str
    at: int
    subject: str
    reason: str
    agreed: list[str]
    settled_at: int | None
    settled_by: str
    settling: str


@page
def show_page(context: RequestContext) -> Response:
    """Render `/rounds/{round}/dispute`: the organisation's answer, its disputes, and the form to dispute it."""
    view = disputes.load_view(context.tx, context.user, round_id=context.path_param("round"))
    last = view.endorsement
    return render_page(
        context,
        "rounds/dispute.html",
        round=view.round,
        document=view.document,
        titles={code: edition.title for code, edition in view.document.editions.items()},
        last=last,
        statement=parse_statement(last.statement) if last else None,
        subject=subject_of(last) if last else "",
        signatory=person_name(context, last.person) if last else "",
        disputes=[_shown(context, one, view.settling.get(one.dispute.id, "")) for one in reversed(view.disputes)],
        hindrance=view.hindrance,
        settling_labels=SETTLING_LABELS,
        longest=MAX_REASON_LENGTH,
        key=new_idempotency_key(),
        accepts=view.round.is_accepting(now=context.tx.now),
    )


@form(redisplay=show_page, codes=())
def dispute(context: RequestContext, form: Form) -> Response:
    """Dispute the answer of the user's organisation, then redirect to its page."""

    def action() -> str:
        new, round_id = DisputeForm.parse(form), context.path_param("round")
        disputes.dispute(context.tx, context.user, round_id=round_id, endorsement_id=new.endorsement, reason=new.reason)
        context.tell("answer_disputed")
        return f"/rounds/{round_id}/dispute"

    return run_once(context, form, action)


@form()
def settle(context: RequestContext, form: Form) -> Response:
    """Settle a dispute as the user can, then redirect to its page."""

    def action() -> str:
        disputes.settle(context.tx, context.user, dispute_id=SettlementForm.parse(form).dispute)
        context.tell("dispute_settled")
        return f"/rounds/{context.path_param('round')}/dispute"

    return run_once(context, form, action)


def _shown(context: RequestContext, status: DisputeStatus, settling: str) -> ShownDispute:
    made, settled = status.dispute, status.settled_by
    return ShownDispute(
        id=made.id,
        name=person_name(context, made.person),
        at=made.at,
        subject=made.subject,
        reason=made.reason,
        agreed=[person_name(context, id) for id in status.agreed_by],
        settled_at=settled.at if settled else None,
        settled_by=person_name(context, settled.person) if settled else "",
        settling=settling,
    )
