"""A form that could not be taken is shown again, with what was typed and what to mend."""

from collections.abc import Callable, Collection
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from service.domain.errors import DomainError, Malformed, TooLarge
from service.web.errors import status_of
from service.web.visit import LARGEST_FORM, Before, Endpoint, Form, Visit, acting, reading


def acting_or_again(
    handler: Callable[[Visit, Form], Response],
    page: Callable[[Visit], Response],
    *,
    codes: Collection[str] = (),
    largest: int = LARGEST_FORM,
    before: Before | None = None,
) -> Endpoint:
    """`acting`; but words that cannot be used, and refusals of `codes`, are told on `page` itself, with the status of
    the refusal. Others go to the page of problems."""
    act, read = acting(handler, largest=largest, before=before), reading(page)

    async def serve(request: Request) -> Response:
        try:
            return await act(request)
        except DomainError as error:
            if not isinstance(error, Malformed | TooLarge) and error.code not in codes:
                raise
            request.state.refused = error
            response = await read(request)
            response.status_code = status_of(error)
            return response

    return serve


def refused(visit: Visit) -> DomainError | None:
    """Why the form could not be taken; None on a first visit."""
    return cast(DomainError | None, getattr(visit.request.state, "refused", None))


def typed(visit: Visit) -> Form:
    """What was typed into the form that could not be taken; empty on a first visit."""
    return cast(Form, getattr(visit.request.state, "form", {}))
