"""A form sent twice acts once: each carries a hidden key, and the address it led to is kept with it."""

import hashlib
import json
import secrets
from collections.abc import Callable

from starlette.responses import Response

from service.domain.errors import N_, Conflict
from service.store import idempotency as idempotency_store
from service.store.idempotency import Answer
from service.web.http.context import Form, Visit, onward

KEY = "key"
"""The hidden field."""

LONGEST_KEY = 200


def new_key() -> str:
    """A key for a form that is being shown."""
    return secrets.token_urlsafe(16)


def once(visit: Visit, form: Form, act: Callable[[], str]) -> Response:
    """Run `act`, which gives the address to go on to; the same form again only goes there again.

    Raises Conflict `form_reused` where other words come under a key that was used.
    """
    key = form.get(KEY, "")[:LONGEST_KEY]
    if not key:
        return onward(act())
    actor, route = visit.reader.person, f"POST {visit.request.url.path}"
    sha256 = hashlib.sha256(json.dumps(sorted(form.items())).encode()).hexdigest()
    known = idempotency_store.find(visit.tx, actor=actor, route=route, key=key)
    if known and known.sha256 != sha256:
        raise Conflict("form_reused", N_("This form was sent before with other words. Open the page again."))
    if known:
        return onward(known.body.decode())
    address = act()
    answer = Answer(sha256, 303, address.encode(), {})
    idempotency_store.keep(visit.tx, answer, actor=actor, route=route, key=key)
    return onward(address)
