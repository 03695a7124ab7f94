"""Decorators that declare what a handler is: a page that is read, or a form that is sent.

    @page
    def show_form(context: RequestContext) -> Response: ...

    @form(redisplay=show_form)
    def add_person(context: RequestContext, form: Form) -> Response: ...

A decorated handler can still be called as the plain function it is; `routes.py` serves its `serve` method.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Generic, ParamSpec

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.domain.errors import DomainError, InvalidInput, TooLarge
from service.web.forms.redisplay import render_refused
from service.web.http.context import (
    MAX_FORM_BYTES,
    BeforeWrite,
    Form,
    RequestContext,
    read_form,
    run_in_read_transaction,
    run_in_write_transaction,
)
from service.web.http.errors import status_of
from service.web.http.uploads import read_upload

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class PageHandler:
    """A page: `render` runs in a thread, inside one read transaction."""

    render: Callable[[RequestContext], Response]

    def __call__(self, context: RequestContext) -> Response:
        return self.render(context)

    async def serve(self, request: Request) -> Response:
        """Answer `request`."""
        return await run_in_threadpool(run_in_read_transaction, self.render, request)


@dataclass(frozen=True, slots=True)
class FormHandler(Generic[P]):
    """A form: `answer` reads it and runs `handle`. A refused form is shown again on `redisplay`, with the status of its
    error: every refusal, or only those of `codes` and input that cannot be used."""

    handle: Callable[P, Response]
    answer: Callable[[Request], Awaitable[Response]]
    redisplay: PageHandler | None
    codes: Collection[str] | None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Response:
        return self.handle(*args, **kwargs)

    async def serve(self, request: Request) -> Response:
        """Answer `request`. Where the page of `redisplay` cannot be shown either, its error is raised for input that
        cannot be used, else the one the form was refused with."""
        try:
            return await self.answer(request)
        except DomainError as error:
            unusable = isinstance(error, InvalidInput | TooLarge)
            if self.redisplay is None or not (self.codes is None or unusable or error.code in self.codes):
                raise
            request.state.refused = error
            try:
                render = partial(render_refused, self.redisplay.render)
                response = await run_in_threadpool(run_in_read_transaction, render, request)
            except DomainError as page_error:
                raise (page_error if unusable else error) from None
            response.status_code = status_of(error)
            return response


FormFunction = Callable[[RequestContext, Form], Response]
UploadFunction = Callable[[RequestContext, Form, bytes], Response]


def page(handler: Callable[[RequestContext], Response]) -> PageHandler:
    """Declare a page that only reads."""
    return PageHandler(handler)


def form(
    *,
    redisplay: PageHandler | None = None,
    codes: Collection[str] | None = None,
    max_bytes: int = MAX_FORM_BYTES,
    before_write: BeforeWrite | None = None,
    allow_anonymous: bool = False,
) -> Callable[[FormFunction], FormHandler[[RequestContext, Form]]]:
    """Declare a form of at most `max_bytes`: the handler runs in a thread, inside one write transaction, after
    `before_write`, which runs before it. Anonymous senders are refused before the write lock is taken, unless
    `allow_anonymous`."""

    def decorate(handler: FormFunction) -> FormHandler[[RequestContext, Form]]:
        async def answer(request: Request) -> Response:
            fields = await read_form(request, max_bytes=max_bytes)
            return await run_in_threadpool(
                run_in_write_transaction, handler, request, fields, before_write, allow_anonymous=allow_anonymous
            )

        return FormHandler(handler, answer, redisplay, codes)

    return decorate


def preview_form(
    *, redisplay: PageHandler, max_bytes: int = MAX_FORM_BYTES
) -> Callable[[FormFunction], FormHandler[[RequestContext, Form]]]:
    """Declare a form that changes nothing: like `form`, but inside one read transaction."""

    def decorate(handler: FormFunction) -> FormHandler[[RequestContext, Form]]:
        async def answer(request: Request) -> Response:
            fields = await read_form(request, max_bytes=max_bytes)
            return await run_in_threadpool(run_in_read_transaction, lambda context: handler(context, fields), request)

        return FormHandler(handler, answer, redisplay, None)

    return decorate


def upload_form(
    *, redisplay: PageHandler, max_bytes: int
) -> Callable[[UploadFunction], FormHandler[[RequestContext, Form, bytes]]]:
    """Declare a form with a file: the handler is given the fields and the bytes of the file, empty where none was
    chosen; `max_bytes` in all."""

    def decorate(handler: UploadFunction) -> FormHandler[[RequestContext, Form, bytes]]:
        async def answer(request: Request) -> Response:
            fields, data = await read_upload(request, max_bytes=max_bytes)
            return await run_in_threadpool(
                run_in_write_transaction, lambda context, form: handler(context, form, data), request, fields
            )

        return FormHandler(handler, answer, redisplay, None)

    return decorate
