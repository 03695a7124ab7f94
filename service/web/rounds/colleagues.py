"""Pages on which another person of the organisation confirms who prepared its answer."""

from starlette.responses import Response

from service.actions.authorization import or_not_found
from service.actions.endorsement import colleagues
from service.domain.trust.statement import parse_statement
from service.store.documents import versions as versions_store
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.http.pages import render_page


@form()
def ask_colleagues(context: RequestContext, form: Form) -> Response:
    """Ask the other people of the organisation to confirm the user's prepared answer."""
    round_id, challenge_id = context.path_param("round"), context.path_param("challenge")

    def action() -> str:
        colleagues.ask(context.tx, context.user, round_id=round_id, challenge_id=challenge_id)
        return f"/rounds/{round_id}/sign/{challenge_id}?asked=1"

    return run_once(context, form, action)


@page
def show_approval(context: RequestContext) -> Response:
    """Render `/rounds/{round}/sign/{challenge}/approval`: the answer that a colleague prepared, and a button."""
    found = colleagues.load_request(
        context.tx,
        context.user,
        round_id=context.path_param("round"),
        challenge_id=context.path_param("challenge"),
    )
    return render_page(
        context,
        "rounds/approval.html",
        document=found.document,
        round=found.round,
        challenge=found.challenge,
        statement=parse_statement(found.challenge.statement),
        version=or_not_found(versions_store.get(context.tx, found.round.version)),
        signatory=found.signatory,
        is_approved=found.is_approved,
        key=new_idempotency_key(),
    )


@form(redisplay=show_approval)
def approve(context: RequestContext, form: Form) -> Response:
    """Confirm that the answer comes from the signatory, and show the page again."""
    round_id, challenge_id = context.path_param("round"), context.path_param("challenge")

    def action() -> str:
        colleagues.approve(context.tx, context.user, round_id=round_id, challenge_id=challenge_id)
        return f"/rounds/{round_id}/sign/{challenge_id}/approval"

    return run_once(context, form, action)
