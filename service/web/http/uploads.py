"""Forms that carry a file."""

from collections.abc import AsyncGenerator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from service.domain.errors import N_, Forbidden, Malformed, TooLarge
from service.web.http.auth import same_origin
from service.web.http.context import Endpoint, Form, Visit, act

MOST_FIELDS = 20

Receiver = Callable[[Visit, Form, bytes], Response]


def receiving(handler: Receiver, *, largest: int) -> Endpoint:
    """A form of ours with its fields and the bytes of its file, empty where none was chosen; `largest` bytes in all.
    Like `visit.acting` otherwise."""

    async def serve(request: Request) -> Response:
        if not same_origin(request):
            raise Forbidden("foreign_form", N_("This form was not sent from a page of ours, so nothing was done."))
        fields, data = await _received(request, largest=largest)
        request.state.form = fields
        return await run_in_threadpool(act, lambda visit, form: handler(visit, form, data), request, fields)

    return serve


async def _received(request: Request, *, largest: int) -> tuple[Form, bytes]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Malformed("bad_form", N_("This form could not be read."))
    pieces = _counted(request, largest=largest)
    parser = MultiPartParser(request.headers, pieces, max_files=1, max_fields=MOST_FIELDS, max_part_size=largest)
    try:
        found = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise Malformed("bad_form", N_("This form could not be read.")) from None
    data = b""
    for value in found.values():
        if isinstance(value, UploadFile):
            data = await value.read()
    fields = {name: value for name, value in found.items() if isinstance(value, str)}
    await found.close()
    return fields, data


async def _counted(request: Request, *, largest: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > largest:
            raise TooLarge("form_too_large", N_("This is larger than can be taken."))
        yield piece
