"""parse → run → present: how a handler of the API is called.

A handler is a plain function of a `Call`. It runs in a thread, inside one transaction, and returns an `Answer`; what a
domain error means to HTTP is said in `service.web.http.errors` alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.domain.errors import N_, Conflict, DomainError, Malformed, Stranger, TooLarge
from service.domain.membership.people import Actor
from service.store import idempotency as idempotency_store
from service.store.db import Tx
from service.store.idempotency import Answer as Kept
from service.web.http.app_state import House
from service.web.http.auth import bearer, session
from service.web.http.errors import problem_response
from service.web.http.pagination import is_number

Body = TypeVar("Body")

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes: a text of 1,000,000 code points, escaped the long way, fits."""


@dataclass(frozen=True)
class Call(Generic[Body]):
    """One request, parsed. `body` is the validated model (or bytes, or None), `rev` the number of If-Match, `plan` what
    was worked out before the transaction that acts."""

    tx: Tx
    actor: Actor
    house: House
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Body
    rev: int | None
    plan: object = None


@dataclass(frozen=True)
class Answer:
    """`content` becomes JSON if it is a model; `stream` instead is sent as it is."""

    content: BaseModel | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None


Handler = Callable[[Call[Any]], Answer]


@dataclass(frozen=True)
class Operation:
    """A line of the API: what is called by which method and path, with what, answering what, under which verb. `query`
    names what may stand behind the path, `rev` says that If-Match is heeded; with `secret_answer` the answer is given
    once and never kept. `plan` works out what takes long, in a transaction that only reads."""

    method: str
    path: str
    handler: Handler
    verb: str
    summary: str
    body: type[BaseModel] | type[bytes] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    public: bool = False
    query: tuple[str, ...] = ()
    rev: bool = False
    secret_answer: bool = False
    plan: Callable[[Call[Any]], object] | None = None

    @property
    def name(self) -> str:
        return f"{self.handler.__module__.rsplit('.', 1)[-1]}.{self.handler.__name__}"


def endpoint(operation: Operation) -> Callable[[Request], Any]:
    """The ASGI endpoint of an operation."""

    async def serve(request: Request) -> Response:
        try:
            await run_in_threadpool(partial(_knock, operation, request))
            raw = await _read(request) if operation.body else b""
            return await run_in_threadpool(partial(_run, operation, request, raw))
        except DomainError as error:
            return problem_response(error, request)

    return serve


def _knock(operation: Operation, request: Request) -> None:
    """Strangers are turned away before their request is read, and never queue with those who write."""
    if operation.method == "GET":
        return
    with _house(request).database.read() as tx:
        _actor(operation, request, tx)


def _run(operation: Operation, request: Request, raw: bytes) -> Response:
    """Read what is asked, then act; who asks is asked again inside the transaction that acts."""
    house, body, rev = _house(request), _parse(operation, raw), _if_match(request)
    plan = _planned(operation, request, body) if operation.plan else None
    with house.database.read() if operation.method == "GET" else house.database.write(house.bell) as tx:
        actor = _actor(operation, request, tx)
        call: Call[Any] = Call(tx, actor, house, request.path_params, request.query_params, body, rev, plan)
        if operation.method == "GET":
            return _respond(operation.handler(call), request)
        return _once(operation, request, raw, call)


def _planned(operation: Operation, request: Request, body: object) -> object:
    """What was worked out; nothing where it is refused but the answer may be one that was given before."""
    assert operation.plan
    house = _house(request)
    try:
        with house.database.read() as tx:
            who = _actor(operation, request, tx)
            call: Call[Any] = Call(tx, who, house, request.path_params, request.query_params, body, None)
            return operation.plan(call)
    except DomainError:
        if request.headers.get("idempotency-key"):
            return None
        raise


def _house(request: Request) -> House:
    return cast(House, request.app.state.house)


def _actor(operation: Operation, request: Request, tx: Tx) -> Actor:
    actor = authorization.whoami(tx, token=bearer(request), session=session(request))
    if actor is None and not operation.public:
        raise Stranger()
    return actor or Actor("", "", None, "ar", frozenset(), frozenset())


def _once(operation: Operation, request: Request, raw: bytes, call: Call[Any]) -> Response:
    """Run, or give the answer that was given to the same Idempotency-Key before."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return _respond(operation.handler(call), request)
    if len(key) > 200:
        raise Malformed("bad_idempotency_key", N_("An Idempotency-Key has 200 characters at most."))
    route = f"{operation.method} {request.url.path}"
    sha256 = hashlib.sha256(raw).hexdigest()
    known = idempotency_store.find(call.tx, actor=call.actor.person, route=route, key=key)
    if known and known.sha256 != sha256:
        raise Conflict("idempotency_mismatch", N_("This Idempotency-Key was used for another request."))
    if known and operation.secret_answer:
        raise Conflict(
            "shown_once",
            N_("This was made already, and its secret is shown only once. Revoke it and make another."),
            extra=json.loads(known.body),
        )
    if known:
        return Response(known.body, known.status, {**known.headers, "idempotency-replayed": "true"})
    response = _respond(operation.handler(call), request)
    answer = _kept(response, sha256=sha256, secret=operation.secret_answer)
    idempotency_store.keep(call.tx, answer, actor=call.actor.person, route=route, key=key)
    return response


def _kept(response: Response, *, sha256: str, secret: bool) -> Kept:
    """What is kept of an answer; of a secret one, the id of what was made."""
    body = bytes(response.body)
    if secret:
        return Kept(sha256, response.status_code, json.dumps({"id": json.loads(body)["id"]}).encode(), {})
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Kept(sha256, response.status_code, body, headers)


def _respond(answer: Answer, request: Request) -> Response:
    headers = {"cache-control": "private, no-cache", **answer.headers}
    if "etag" in headers and request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    if answer.stream is not None:
        return StreamingResponse(iter(answer.stream), answer.status, headers)
    if answer.content is None:
        return Response(status_code=204 if answer.status == 200 else answer.status, headers=headers)
    data = answer.content.model_dump_json(by_alias=True)
    return Response(data, answer.status, headers, media_type="application/json")


def _parse(operation: Operation, raw: bytes) -> object:
    if operation.body is None or operation.body is bytes:
        return raw
    model = cast(type[BaseModel], operation.body)
    try:
        return model.model_validate(json.loads(raw.decode("utf-8"), parse_constant=_no_number))
    except UnicodeDecodeError as error:
        raise Malformed(
            "invalid_utf8", N_("This is not UTF-8: byte {position} cannot be read."), position=error.start
        ) from None
    except ValidationError as error:
        found = [{"at": ".".join(str(part) for part in one["loc"]), "problem": one["type"]} for one in error.errors()]
        raise Malformed("invalid_fields", N_("Some fields are missing or wrong."), extra={"fields": found}) from None
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        raise Malformed("invalid_json", N_("The request is not JSON.")) from None


def _no_number(name: str) -> object:
    """NaN and the infinities are not JSON."""
    raise ValueError(name)


async def _read(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST_BODY:
            raise TooLarge("body_too_large", N_("This is larger than can be taken."))
        pieces.append(piece)
    return b"".join(pieces)


def _if_match(request: Request) -> int | None:
    value = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if not value or value == "*":
        return None
    if not is_number(value):
        raise Malformed("bad_etag", N_("If-Match must carry the ETag that was given."))
    return int(value)


V1 = "/api/v1"
