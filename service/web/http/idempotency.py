"""A form sent twice acts once: each carries a hidden key, and the address it led to is kept with it."""

import hashlib
import json
import secrets
from collections.abc import Callable

from starlette.responses import Response

from service.domain.errors import N_, Conflict
from service.store import idempotency as idempotency_store
from service.store.idempotency import StoredResponse
from service.web.http.context import Form, RequestContext, redirect

IDEMPOTENCY_FIELD = "key"
"""The hidden field."""

MAX_KEY_LENGTH = 200


def new_idempotency_key() -> str:
    """A key for a form that is being shown."""
    return secrets.token_urlsafe(16)


def run_once(context: RequestContext, form: Form, action: Callable[[], str]) -> Response:
    """Run `act`, which gives the address to go on to; the same form again only goes there again.

    Raises Conflict `form_reused` where other words come under a key that was used.
    """
    key = form.get(IDEMPOTENCY_FIELD, "")[:MAX_KEY_LENGTH]
    if not key:
        return redirect(action())
    actor, route = context.user.person, f"POST {context.request.url.path}"
    sha256 = hashlib.sha256(json.dumps(sorted(form.items())).encode()).hexdigest()
    earlier = idempotency_store.find(context.tx, actor=actor, route=route, key=key)
    if earlier and earlier.request_sha256 != sha256:
        raise Conflict("form_reused", N_("This form was already sent with other content. Reload the page."))
    if earlier:
        return redirect(earlier.body.decode())
    path = action()
    stored = StoredResponse(sha256, 303, path.encode(), {})
    idempotency_store.save(context.tx, stored, actor=actor, route=route, key=key)
    return redirect(path)
