"""Bodies of requests: who sends one is known before more than ANONYMOUS_BYTES of it are read."""

from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.actions import authorization
from service.domain.errors import N_, InvalidInput, TooLarge, Unauthenticated
from service.web.http.app_state import AppState
from service.web.http.auth import session_cookie_name, session_token
from service.web.http.form_parser import Form, parse_form, parse_upload

ANONYMOUS_BYTES = 64 * 1024
"""Bytes of a body that are read from anybody: a reservation of full length in two languages."""

MAX_BODY_BYTES, MAX_FILE_BYTES, MAX_TEXTS_BYTES = 256 * 1024, 4 * 1024 * 1024, 16 * 1024 * 1024
"""Bytes of a body of the API: without texts; that is a file; with a text of 1,000,000 code points, all escaped."""

FORM_TOO_LARGE = "form_too_large"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a form: `person` is signed in; or the session is one that has ended (`was_known`)."""

    person: str = ""
    was_known: bool = False


def max_body_bytes(body: type[BaseModel] | type[bytes]) -> int:
    """Return the bytes that a body of the API may have, by its model."""
    carries_texts = getattr(body, "carries_texts", False)
    return MAX_FILE_BYTES if body is bytes else MAX_TEXTS_BYTES if carries_texts else MAX_BODY_BYTES


async def read_body(request: Request, *, max_bytes: int, code: str) -> bytearray:
    """Read the body; a larger one is not read to its end. Raises TooLarge with `code`."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise TooLarge(code, N_("This is too large."))
    request.scope.setdefault("state", {})["max_body_bytes"] = max_bytes
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > max_bytes:
            raise TooLarge(code, N_("This is too large."))
    return raw


async def read_anonymous_form(request: Request) -> Form:
    """Read the form of anybody, and store it in `request.state.form`. Raises TooLarge, InvalidInput `bad_form`."""
    return await _read_form(request, max_bytes=ANONYMOUS_BYTES)


async def read_form(request: Request, *, max_bytes: int) -> Form:
    """Read the form of a signed-in person, and store it in `request.state.form`.

    Raises Unauthenticated, TooLarge `form_too_large`, InvalidInput `bad_form`.
    """
    await _require_sender(request, max_bytes=max_bytes)
    return await _read_form(request, max_bytes=max_bytes)


async def read_upload(request: Request, *, max_bytes: int) -> tuple[Form, bytes]:
    """Read the multipart form of a signed-in person: (fields, bytes of the file, empty if none was chosen).

    The fields are stored in `request.state.form` too. Raises as `read_form` does.
    """
    await _require_sender(request, max_bytes=0)
    raw = await read_body(request, max_bytes=max_bytes, code=FORM_TOO_LARGE)
    content_type = request.headers.get("content-type", "")
    fields, data = await run_in_threadpool(parse_upload, raw, content_type=content_type)
    request.state.form = fields
    return fields, data


async def _read_form(request: Request, *, max_bytes: int) -> Form:
    raw = await read_body(request, max_bytes=max_bytes, code=FORM_TOO_LARGE)
    request.state.form = form = await run_in_threadpool(parse_form, raw)
    return form


async def _require_sender(request: Request, *, max_bytes: int) -> None:
    """Raise Unauthenticated unless a signed-in person sends the request, and note who in `request.state.sender`.

    What a person typed whose session ended meanwhile is read first, so that the error page can give it back: up to
    `max_bytes` with a session that existed, else up to ANONYMOUS_BYTES.
    """
    sender = await run_in_threadpool(_find_sender, request)
    request.state.sender = sender.person
    if sender.person:
        return
    if max_bytes:
        await _read_refused_form(request, max_bytes=max_bytes, was_known=sender.was_known)
    raise Unauthenticated()


async def _read_refused_form(request: Request, *, max_bytes: int, was_known: bool) -> None:
    try:
        await _read_form(request, max_bytes=max_bytes if was_known else min(max_bytes, ANONYMOUS_BYTES))
    except TooLarge:
        request.state.form = {}


async def read_misdirected_form(request: Request) -> None:
    """Read a form under an earlier public address, so that the page that refuses it can give back what it holds.

    The cookie there admits nobody: it only says whether the sender was signed in, as for a session that ended.
    """
    was_known = await run_in_threadpool(_was_session, request, request.cookies.get(session_cookie_name(request)))
    try:
        await _read_refused_form(request, max_bytes=MAX_TEXTS_BYTES, was_known=was_known)
    except InvalidInput:
        request.state.form = {}


def _was_session(request: Request, session: str | None) -> bool:
    with cast(AppState, request.app.state.app_state).database.read() as tx:
        return authorization.was_session(tx, session=session)


def _find_sender(request: Request) -> Sender:
    app_state, session = cast(AppState, request.app.state.app_state), session_token(request)
    with app_state.database.read() as tx:
        actor = authorization.authenticate(tx, token=None, session=session)
        if actor:
            return Sender(actor.person)
        return Sender(was_known=authorization.was_session(tx, session=session))
