"""Password hashing before the write transaction of a form, so that it does not hold the write lock."""

from collections.abc import Callable
from typing import cast

from starlette.requests import Request

from service.actions.accounts.passwords import HashingRequest, HashingResult, verify_and_hash
from service.web.http.app_state import AppState
from service.web.http.context import BeforeWrite, Form, RequestContext, build_context


def hash_before_write(request_for: Callable[[RequestContext, Form], HashingRequest]) -> BeforeWrite:
    """Return a hook that calls `request_for` in a read transaction, then verifies and hashes outside of it."""

    def before(request: Request, form: Form) -> None:
        app_state = cast(AppState, request.app.state.app_state)
        with app_state.database.read() as tx:
            hashing_request = request_for(build_context(request, app_state, tx), form)
        request.state.hashed = verify_and_hash(hashing_request)

    return before


def hashing_result(context: RequestContext) -> HashingResult:
    """Return the result of the hashing for this request."""
    return cast(HashingResult, context.request.state.hashed)
