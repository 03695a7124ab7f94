"""The workflow steps offered to the current user."""

from service.domain.documents.document import APPROVED, DRAFTING, PUBLISHED, REVIEW, Document
from service.domain.policy import Resource
from service.web.http.context import RequestContext

STEPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("cut", "version.cut", frozenset({DRAFTING})),
    ("send_out", "round.open", frozenset({DRAFTING})),
    ("review", "document.move", frozenset({DRAFTING})),
    ("round", "round.open", frozenset({REVIEW})),
    ("drafting", "document.move", frozenset({REVIEW})),
    ("withdraw", "document.withdraw", frozenset({DRAFTING, REVIEW, APPROVED, PUBLISHED})),
)
"""Step, verb, the phases it is taken from."""


def has_steps(context: RequestContext, document: Document) -> bool:
    """Whether the reader is offered any step."""
    return bool(offered_steps(context, document))


def offered_steps(context: RequestContext, document: Document) -> list[str]:
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    steps = [step for step, verb, states in STEPS if document.state in states and context.may(verb, resource)]
    skipped = "review" if document.urgent else "send_out"
    return [step for step in steps if step != skipped]
