"""The workflow steps offered to the current user."""

from service.domain.documents.document import APPROVED, DRAFTING, PUBLISHED, REVIEW, Document
from service.domain.policy import Resource
from service.store.endorsement import urgent_sendings as urgent_sendings_store
from service.web.http.context import RequestContext

STEPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("cut", "version.cut", frozenset({DRAFTING})),
    ("send_out", "round.open", frozenset({DRAFTING})),
    ("review", "document.move", frozenset({DRAFTING})),
    ("round", "round.open", frozenset({REVIEW})),
    ("drafting", "document.move", frozenset({REVIEW})),
    ("withdraw", "document.withdraw", frozenset({DRAFTING, REVIEW, APPROVED, PUBLISHED})),
)
"""Step, verb of the policy, states of the document in which it is offered."""


def has_steps(context: RequestContext, document: Document) -> bool:
    """Return whether the user is offered any step."""
    return bool(offered_steps(context, document))


def offered_steps(context: RequestContext, document: Document) -> list[str]:
    """Return the steps the user may take, in the order of `STEPS`.

    An urgent document has `send_out` instead of `review`. While it is sent out, it can only be withdrawn.
    """
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    steps = [step for step, verb, states in STEPS if document.state in states and context.may(verb, resource)]
    skipped = "review" if document.urgent else "send_out"
    offered = [step for step in steps if step != skipped]
    return [step for step in offered if step == "withdraw"] if is_sent_out(context, document) else offered


def is_sent_out(context: RequestContext, document: Document) -> bool:
    """Return whether an urgent statement is being sent out: its texts are frozen until its round opens."""
    if not document.urgent or document.state != DRAFTING:
        return False
    latest = urgent_sendings_store.get_latest(context.tx, document.id)
    return latest is not None and latest.is_under_way
