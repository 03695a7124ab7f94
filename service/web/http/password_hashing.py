"""Passwords of a form are hashed before its transaction begins: nobody who writes waits for them."""

from collections.abc import Callable
from typing import cast

from starlette.requests import Request

from service.actions.accounts.passwords import HashingRequest, HashingResult, verify_and_hash
from service.web.http.app_state import AppState
from service.web.http.context import BeforeWrite, Form, RequestContext, build_context


def hash_before_write(request_for: Callable[[RequestContext, Form], HashingRequest]) -> BeforeWrite:
    """What runs before a form is acted on: `ask`, inside one read transaction, says what is to be hashed."""

    def before(request: Request, form: Form) -> None:
        app_state = cast(AppState, request.app.state.app_state)
        with app_state.database.read() as tx:
            hashing_request = request_for(build_context(request, app_state, tx), form)
        request.state.hashed = verify_and_hash(hashing_request)

    return before


def hashing_result(context: RequestContext) -> HashingResult:
    """What came of it."""
    return cast(HashingResult, context.request.state.hashed)
