"""Refreshes `seen_at` of active sessions, throttled to once per TOUCH_INTERVAL."""

from starlette.requests import Request

from service.actions.accounts import sign_in
from service.domain.accounts.rules import TOUCH_INTERVAL
from service.domain.membership.people import Actor
from service.store.db import Tx
from service.web.http.auth import session_token


def is_refresh_due(actor: Actor | None, tx: Tx) -> bool:
    """Whether the last use of this actor's session was recorded longer than TOUCH_INTERVAL ago."""
    return actor is not None and actor.seen_at is not None and tx.clock() - actor.seen_at > TOUCH_INTERVAL


def refresh_session(tx: Tx, actor: Actor | None, request: Request) -> None:
    """Record that the session of this request was used, if that is due."""
    if is_refresh_due(actor, tx):
        sign_in.mark_session_used(tx, session=session_token(request) or "")
