"""A session that is used does not end: now and then its last use is written down."""

from starlette.requests import Request

from service.actions import entry
from service.domain.accounts import TOUCH_AFTER
from service.domain.people import Actor
from service.store.db import Tx
from service.web.auth import session


def is_due(actor: Actor | None, tx: Tx) -> bool:
    """Whether the last use of this actor's session is to be written down again."""
    return actor is not None and actor.seen_at is not None and tx.clock() - actor.seen_at > TOUCH_AFTER


def keep_awake(tx: Tx, actor: Actor | None, request: Request) -> None:
    """Write down that the session of this request was used, where that is due."""
    if is_due(actor, tx):
        entry.used(tx, session=session(request) or "")
