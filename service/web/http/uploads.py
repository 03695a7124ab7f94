"""Forms that carry a file."""

from collections.abc import AsyncGenerator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from service.domain.errors import N_, Forbidden, InvalidInput, TooLarge
from service.web.http.auth import same_origin
from service.web.http.context import Endpoint, Form, RequestContext, run_in_write_transaction

MAX_UPLOAD_FIELDS = 20

UploadHandler = Callable[[RequestContext, Form, bytes], Response]


def upload_form(handler: UploadHandler, *, max_bytes: int) -> Endpoint:
    """A form of ours with its fields and the bytes of its file, empty where none was chosen; `largest` bytes in all.
    Like `visit.acting` otherwise."""

    async def serve(request: Request) -> Response:
        if not same_origin(request):
            raise Forbidden("foreign_form", N_("This form did not come from our site, so nothing was done."))
        fields, data = await _parse_upload(request, max_bytes=max_bytes)
        request.state.form = fields
        return await run_in_threadpool(
            run_in_write_transaction, lambda visit, form: handler(visit, form, data), request, fields
        )

    return serve


async def _parse_upload(request: Request, *, max_bytes: int) -> tuple[Form, bytes]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InvalidInput("bad_form", N_("This form could not be read."))
    chunks = _limited_stream(request, max_bytes=max_bytes)
    parser = MultiPartParser(
        request.headers, chunks, max_files=1, max_fields=MAX_UPLOAD_FIELDS, max_part_size=max_bytes
    )
    try:
        fields_and_files = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise InvalidInput("bad_form", N_("This form could not be read.")) from None
    data = b""
    for value in fields_and_files.values():
        if isinstance(value, UploadFile):
            data = await value.read()
    fields = {name: value for name, value in fields_and_files.items() if isinstance(value, str)}
    await fields_and_files.close()
    return fields, data


async def _limited_stream(request: Request, *, max_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge("form_too_large", N_("This is too large."))
        yield chunk
