"""Idempotency of forms: each carries a hidden key, stored with the path it redirected to; and digests of requests."""

import hashlib
import json
import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from service.domain.errors import N_, Conflict
from service.store import idempotency as idempotency_store
from service.store.idempotency import StoredResponse
from service.web.http.context import Form, RequestContext, redirect

IDEMPOTENCY_FIELD = "key"
"""Name of the hidden field."""

MAX_KEY_LENGTH = 200
"""Code points; what is longer is cut off."""


def new_idempotency_key() -> str:
    """Return a new random key for a form."""
    return secrets.token_urlsafe(16)


def run_once(context: RequestContext, form: Form, action: Callable[[], str]) -> Response:
    """Run `action` and redirect to the path it returns; a repeated form only redirects to the stored path.

    Raises Conflict `form_reused` if the key was used with other fields.
    """
    key = form.get(IDEMPOTENCY_FIELD, "")[:MAX_KEY_LENGTH]
    if not key:
        return redirect(action())
    actor, route = context.user.person, f"POST {context.request.url.path}"
    query = [context.request.url.query] if context.request.url.query else []
    sha256 = hashlib.sha256(json.dumps([*query, *sorted(form.items())]).encode()).hexdigest()
    earlier = idempotency_store.find(context.tx, actor=actor, route=route, key=key)
    if earlier and earlier.request_sha256 != sha256:
        raise Conflict("form_reused", N_("This form was already sent with other content. Reload the page."))
    if earlier:
        return redirect(earlier.body.decode())
    path = action()
    stored = StoredResponse(sha256, 303, path.encode(), {})
    idempotency_store.save(context.tx, stored, actor=actor, route=route, key=key)
    return redirect(path)


def request_sha256(request: Request, raw: bytes | bytearray) -> str:
    """Return the digest of query, If-Match and body of a request; of the body alone if the others are empty."""
    condition = f"{request.url.query}\n{request.headers.get('if-match', '')}\n".encode()
    return hashlib.sha256((condition if condition.strip() else b"") + raw).hexdigest()
