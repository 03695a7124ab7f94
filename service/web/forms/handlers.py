"""Decorators for page handlers (GET, read transaction) and form handlers (POST, write transaction).

    @page
    def show_form(context: RequestContext) -> Response: ...

    @form(redisplay=show_form)
    def add_person(context: RequestContext, form: Form) -> Response: ...

A decorated handler can still be called as a plain function; `routes.py` uses its `serve` method as the endpoint.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, ParamSpec

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.domain.errors import DomainError, InvalidInput, TooLarge
from service.web.http.anonymous_places import anonymous_place
from service.web.http.bodies import ANONYMOUS_BYTES, read_anonymous_form, read_form, read_upload
from service.web.http.context import (
    BeforeWrite,
    RequestContext,
    run_in_read_transaction,
    run_in_write_transaction,
)
from service.web.http.cookies import is_known_browser, keep_act_result
from service.web.http.errors import status_of
from service.web.http.form_parser import Form
from service.web.http.pages import render_page
from service.web.rendering.act_results import ActResult

P = ParamSpec("P")

NO_CONTENT = 204
SEE_OTHER = 303
"""HTTP statuses."""

CONFIRMED_FIELD = "confirmed"
"""Name of the hidden field of the page that asks before an act."""


@dataclass(frozen=True, slots=True)
class PageHandler:
    """A page handler: `render` runs in a thread, inside one read transaction."""

    render: Callable[[RequestContext], Response]

    def __call__(self, context: RequestContext) -> Response:
        """Render the page."""
        return self.render(context)

    async def serve(self, request: Request) -> Response:
        """Serve the page."""
        return await run_in_threadpool(run_in_read_transaction, self.render, request)


@dataclass(frozen=True, slots=True)
class FormHandler(Generic[P]):
    """A form handler: `answer` reads the form and runs `handle`.

    A rejected form is redisplayed on the page `redisplay`, with the status of its error. If `codes` is given, that
    holds only for errors with these codes and for InvalidInput and TooLarge.
    """

    handle: Callable[P, Response]
    answer: Callable[[Request], Awaitable[Response]]
    redisplay: PageHandler | None
    codes: Collection[str] | None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Response:
        """Run the handler."""
        return self.handle(*args, **kwargs)

    async def serve(self, request: Request) -> Response:
        """Serve the form.

        If the page `redisplay` fails as well, raises its error after InvalidInput or TooLarge, else the form's error.
        """
        try:
            response = await self.answer(request)
            result: ActResult | None = getattr(request.state, "act_result", None)
            if result and response.status_code == SEE_OTHER:
                keep_act_result(request, response, result)
            return response
        except DomainError as error:
            unusable = isinstance(error, InvalidInput | TooLarge)
            if self.redisplay is None or not (self.codes is None or unusable or error.code in self.codes):
                raise
            request.state.refused = request.state.refusal = error
            try:
                response = await self.redisplay.serve(request)
            except DomainError as page_error:
                raise (page_error if unusable else error) from None
            response.status_code = status_of(error)
            return response


@dataclass(frozen=True)
class Confirmation:
    """What a person is asked before an act that cannot be undone.

    `question` names the act, `title` the thing it is done to, `lines` say what follows and who is told, `verb` is the
    label of the button (all translated). `back` is the path of the page to return to; `is_grave` marks ends.
    """

    question: str
    title: str
    lines: Sequence[str]
    verb: str
    back: str
    is_grave: bool = False


DescribeAct = Callable[[RequestContext, Form], Confirmation | None]
"""Describes an act before it is done; None for one that is certain to be rejected, which then tells why."""

FormFunction = Callable[[RequestContext, Form], Response]
UploadFunction = Callable[[RequestContext, Form, bytes], Response]


def page(handler: Callable[[RequestContext], Response]) -> PageHandler:
    """Declare a page handler, which only reads."""
    return PageHandler(handler)


def form(
    *,
    redisplay: PageHandler | None = None,
    codes: Collection[str] | None = None,
    max_bytes: int = ANONYMOUS_BYTES,
    before_write: BeforeWrite | None = None,
    confirm: DescribeAct | None = None,
    allow_anonymous: bool = False,
) -> Callable[[FormFunction], FormHandler[[RequestContext, Form]]]:
    """Declare a form handler for at most `max_bytes`.

    It runs in a thread, inside one write transaction, after the hook `before_write`. Anonymous requests are rejected
    before their body is read, unless `allow_anonymous`; then the form has at most ANONYMOUS_BYTES.

    With `confirm`, an act that cannot be undone is described on a page first, and done when that page is sent.
    """

    def decorate(handler: FormFunction) -> FormHandler[[RequestContext, Form]]:
        async def answer(request: Request) -> Response:
            if allow_anonymous:
                fields = await read_anonymous_form(request)
                async with anonymous_place(request, is_known=is_known_browser(request, fields.get("email", ""))):
                    return await answer_form(request, fields)
            return await answer_form(request, await read_form(request, max_bytes=max_bytes))

        async def answer_form(request: Request, fields: Form) -> Response:
            if confirm and fields.get(CONFIRMED_FIELD) != "yes":
                asked = await run_in_threadpool(
                    run_in_read_transaction, lambda context: _confirmation_page(context, fields, confirm), request
                )
                if asked.status_code != NO_CONTENT:
                    return asked
            if before_write:
                await before_write(request, fields)
            return await run_in_threadpool(run_in_write_transaction, handler, request, fields)

        return FormHandler(handler, answer, redisplay, codes)

    return decorate


def _confirmation_page(context: RequestContext, fields: Form, describe: DescribeAct) -> Response:
    """Render what `describe` says of the act; NO_CONTENT if it says nothing."""
    act = describe(context, fields)
    if act is None:
        return Response(status_code=NO_CONTENT)
    kept = [(name, value) for name, value in fields.items() if name != CONFIRMED_FIELD]
    return render_page(context, "components/confirmation.html", act=act, kept=kept, field=CONFIRMED_FIELD)


def preview_form(
    *, redisplay: PageHandler, max_bytes: int = ANONYMOUS_BYTES
) -> Callable[[FormFunction], FormHandler[[RequestContext, Form]]]:
    """Declare a form handler that changes nothing: like `form`, but inside one read transaction."""

    def decorate(handler: FormFunction) -> FormHandler[[RequestContext, Form]]:
        async def answer(request: Request) -> Response:
            fields = await read_form(request, max_bytes=max_bytes)
            return await run_in_threadpool(run_in_read_transaction, lambda context: handler(context, fields), request)

        return FormHandler(handler, answer, redisplay, None)

    return decorate


def upload_form(
    *, redisplay: PageHandler, max_bytes: int
) -> Callable[[UploadFunction], FormHandler[[RequestContext, Form, bytes]]]:
    """Declare a form handler with a file upload, of at most `max_bytes` in all.

    The handler gets the fields and the bytes of the file, empty if none was chosen.
    """

    def decorate(handler: UploadFunction) -> FormHandler[[RequestContext, Form, bytes]]:
        async def answer(request: Request) -> Response:
            fields, data = await read_upload(request, max_bytes=max_bytes)
            return await run_in_threadpool(
                run_in_write_transaction, lambda context, form: handler(context, form, data), request, fields
            )

        return FormHandler(handler, answer, redisplay, None)

    return decorate
