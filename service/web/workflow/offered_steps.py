"""The workflow steps offered to the current user."""

from service.domain.documents.document import APPROVED, DRAFTING, PUBLISHED, REVIEW, Document
from service.domain.policy import Thing
from service.web.http.context import Visit

OFFERED: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("cut", "version.cut", frozenset({DRAFTING})),
    ("send_out", "round.open", frozenset({DRAFTING})),
    ("review", "document.move", frozenset({DRAFTING})),
    ("round", "round.open", frozenset({REVIEW})),
    ("drafting", "document.move", frozenset({REVIEW})),
    ("withdraw", "document.withdraw", frozenset({DRAFTING, REVIEW, APPROVED, PUBLISHED})),
)
"""Step, verb, the phases it is taken from."""


def may_step(visit: Visit, document: Document) -> bool:
    """Whether the reader is offered any step."""
    return bool(offered_steps(visit, document))


def offered_steps(visit: Visit, document: Document) -> list[str]:
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    found = [step for step, verb, states in OFFERED if document.state in states and visit.may(verb, thing)]
    skipped = "review" if document.urgent else "send_out"
    return [step for step in found if step != skipped]
