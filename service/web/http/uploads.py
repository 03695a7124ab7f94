"""Forms that carry a file."""

from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from service.domain.errors import N_, InvalidInput, TooLarge
from service.web.http.context import Form

MAX_UPLOAD_FIELDS = 20


async def read_upload(request: Request, *, max_bytes: int) -> tuple[Form, bytes]:
    """Read the multipart form of a request, keep its fields in `request.state.form`, and return them with the bytes of
    its file (empty where none was chosen). Raises TooLarge `form_too_large`, InvalidInput `bad_form`."""
    fields, data = await _parse_upload(request, max_bytes=max_bytes)
    request.state.form = fields
    return fields, data


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
