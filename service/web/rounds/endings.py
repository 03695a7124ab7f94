"""Early ends of a round on its page: who asked, who can confirm, and the form that withdraws one's own request."""

from dataclasses import dataclass

from starlette.responses import Response

from service.actions.endorsement import endings
from service.actions.endorsement.endings import Ending
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.policy import Resource
from service.web.forms.handlers import form
from service.web.forms.rounds import EndingForm
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import run_once
from service.web.texts.selection import person_name


@dataclass(frozen=True)
class EarlyEnding:
    """A possible early end, `act` close or cancel: names of those who asked and of those who can confirm.

    `left` more must. If `waits`, fewer persons remain than the round needs, and it ends at `due_at` (µs UTC) once all
    have asked. `own`: the user has asked; `counts`: the user's request would count.
    """

    act: str
    requested: list[str]
    missing: list[str]
    needed: int
    left: int
    waits: bool
    due_at: int | None
    own: bool
    counts: bool


def early_endings(context: RequestContext, document: Document, found: Round) -> list[EarlyEnding]:
    """Return the possible early ends; none if the user may not end the round early or it is not open."""
    resource = Resource(document.id, document.state, document.ever_shared)
    if not found.is_accepting(now=context.tx.now) or not context.may("round.close", resource):
        return []
    return [_early_ending(context, one) for one in endings.list_endings(context.tx, document, found)]


@form()
def withdraw_request(context: RequestContext, form: Form) -> Response:
    """Withdraw the user's request to end the round early."""

    def action() -> str:
        asked, round_id = EndingForm.parse(form), context.path_param("round")
        endings.withdraw_request(context.tx, context.user, round_id=round_id, act=asked.act)
        context.tell("ending_withdrawn")
        return f"/rounds/{round_id}"

    return run_once(context, form, action)


def _early_ending(context: RequestContext, one: Ending) -> EarlyEnding:
    return EarlyEnding(
        act=one.act,
        requested=[person_name(context, id) for id in one.state.requested],
        missing=[person_name(context, id) for id in one.state.missing],
        needed=one.state.needed,
        left=max(0, one.state.needed - len(one.state.requested)),
        waits=one.state.waits,
        due_at=one.due_at,
        own=context.user.person in one.state.requested,
        counts=context.user.person in one.state.counted,
    )
