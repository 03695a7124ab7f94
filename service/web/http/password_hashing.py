"""Passwords of a form are hashed before its transaction begins: nobody who writes waits for them."""

from collections.abc import Callable
from typing import cast

from starlette.requests import Request

from service.actions.accounts.passwords import Answer, Question, answer
from service.web.http.app_state import House
from service.web.http.context import Before, Form, Visit, enter


def hashing(ask: Callable[[Visit, Form], Question]) -> Before:
    """What runs before a form is acted on: `ask`, inside one read transaction, says what is to be hashed."""

    def before(request: Request, form: Form) -> None:
        house = cast(House, request.app.state.house)
        with house.database.read() as tx:
            question = ask(enter(request, house, tx), form)
        request.state.hashed = answer(question)

    return before


def hashed(visit: Visit) -> Answer:
    """What came of it."""
    return cast(Answer, visit.request.state.hashed)
