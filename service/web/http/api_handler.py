"""API handlers: parse the request, run the handler, present the response.

A handler is a plain function that takes an `ApiCall` and returns an `ApiResponse`. It runs in a thread, inside one
transaction. `service.web.http.errors` alone maps domain errors to HTTP.
"""

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
from service.domain.errors import N_, Conflict, DomainError, InvalidInput, Unauthenticated
from service.domain.membership.people import Actor
from service.store import idempotency as idempotency_store
from service.store.db import Tx
from service.store.idempotency import StoredResponse
from service.store.planning import run_planned
from service.web.http.app_state import AppState
from service.web.http.auth import bearer_token, session_token
from service.web.http.bodies import max_body_bytes, read_body
from service.web.http.errors import problem_response
from service.web.http.idempotency import request_sha256
from service.web.http.pagination import is_number

Body = TypeVar("Body")
API_PREFIX = "/api/v1"


@dataclass(frozen=True)
class ApiCall(Generic[Body]):
    """One parsed request.

    `body` is the validated model, the raw bytes, or None; `rev` is the number in If-Match; `plan` is the result of
    `Operation.plan`, computed before the transaction of the handler.
    """

    tx: Tx
    actor: Actor
    app_state: AppState
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Body
    rev: int | None
    plan: object = None


@dataclass(frozen=True)
class ApiResponse:
    """The response of a handler: `content` is sent as JSON, or `stream` as it is."""

    content: BaseModel | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None


Handler = Callable[[ApiCall[Any]], ApiResponse]


@dataclass(frozen=True)
class Operation:
    """One operation of the API: method, path, handler, policy verb, and the models of its body and response.

    `query` names its query parameters; `rev` declares that If-Match is honoured. A `secret_response` is sent once and
    never stored for its Idempotency-Key. `plan` computes what takes long in a read transaction, before the write lock
    is taken. An operation that `waits` may answer 202: it needs a second person first (GET /approvals).
    """

    method: str
    path: str
    handler: Handler
    verb: str
    summary: str
    body: type[BaseModel] | type[bytes] | None = None
    response: type[BaseModel] | None = None
    status: int = 200
    public: bool = False
    query: tuple[str, ...] = ()
    rev: bool = False
    secret_response: bool = False
    waits: bool = False
    plan: Callable[[ApiCall[Any]], object] | None = None

    @property
    def name(self) -> str:
        """The operationId: module and function of the handler."""
        return f"{self.handler.__module__.rsplit('.', 1)[-1]}.{self.handler.__name__}"


def endpoint_for(operation: Operation) -> Callable[[Request], Any]:
    """Return the Starlette endpoint of an operation."""

    async def serve(request: Request) -> Response:
        try:
            await run_in_threadpool(partial(_require_authenticated, operation, request))
            raw: bytes | bytearray = b""
            if operation.body:
                raw = await read_body(request, max_bytes=max_body_bytes(operation.body), code="body_too_large")
            return await run_in_threadpool(partial(_run_operation, operation, request, raw))
        except DomainError as error:
            request.state.refusal = error
            return problem_response(error, request)

    return serve


def _require_authenticated(operation: Operation, request: Request) -> None:
    """Reject unauthenticated writes before their body is read and before they wait for the write lock."""
    if operation.method == "GET":
        return
    with _app_state(request).database.read() as tx:
        request.state.sender = _require_actor(operation, request, tx).person


def _run_operation(operation: Operation, request: Request, raw: bytes | bytearray) -> Response:
    """Parse the request and run its handler; the actor is authenticated again inside the handler's transaction."""
    app_state, body, rev = _app_state(request), _parse_body(operation, raw), _if_match(request)
    plan = _run_plan(operation, request, body) if operation.plan else None

    def work(tx: Tx) -> Response:
        actor = _require_actor(operation, request, tx)
        request.state.sender = actor.person
        call: ApiCall[Any] = ApiCall(tx, actor, app_state, request.path_params, request.query_params, body, rev, plan)
        response = _run_idempotent(operation, request, raw, call)
        request.state.acts = tx.acts
        return response

    if operation.method != "GET":
        return run_planned(app_state.database, app_state.dispatcher, work)
    with app_state.database.read() as tx:
        return work(tx)


def _run_plan(operation: Operation, request: Request, body: object) -> object:
    """Run the plan; None if it fails although an Idempotency-Key is given, which may have a stored response."""
    assert operation.plan
    app_state = _app_state(request)
    try:
        with app_state.database.read() as tx:
            actor = _require_actor(operation, request, tx)
            call: ApiCall[Any] = ApiCall(tx, actor, app_state, request.path_params, request.query_params, body, None)
            return operation.plan(call)
    except DomainError:
        if request.headers.get("idempotency-key"):
            return None
        raise


def _app_state(request: Request) -> AppState:
    return cast(AppState, request.app.state.app_state)


def _require_actor(operation: Operation, request: Request, tx: Tx) -> Actor:
    actor = authorization.authenticate(tx, token=bearer_token(request), session=session_token(request))
    if actor is None and not operation.public:
        raise Unauthenticated()
    return actor or Actor("", "", None, "ar", frozenset(), frozenset())


def _run_idempotent(operation: Operation, request: Request, raw: bytes | bytearray, call: ApiCall[Any]) -> Response:
    """Run the handler, or replay the response stored under the same Idempotency-Key."""
    key = request.headers.get("idempotency-key", "")
    if not key or operation.method == "GET":
        return _to_response(operation.handler(call), request)
    if len(key) > 200:
        raise InvalidInput("bad_idempotency_key", N_("An Idempotency-Key can have up to 200 characters."))
    route = f"{operation.method} {request.url.path}"
    sha256 = request_sha256(request, raw)
    earlier = idempotency_store.find(call.tx, actor=call.actor.person, route=route, key=key)
    if earlier and earlier.request_sha256 != sha256:
        raise Conflict("idempotency_mismatch", N_("This Idempotency-Key was used for another request."))
    if earlier and operation.secret_response:
        raise Conflict(
            "shown_once",
            N_("This was already created, and its secret is shown only once. Revoke it and create another."),
            extra=json.loads(earlier.body),
        )
    if earlier:
        return Response(earlier.body, earlier.status, {**earlier.headers, "idempotency-replayed": "true"})
    response = _to_response(operation.handler(call), request)
    stored = _stored_response(response, sha256=sha256, secret=operation.secret_response)
    idempotency_store.save(call.tx, stored, actor=call.actor.person, route=route, key=key)
    return response


def _stored_response(response: Response, *, sha256: str, secret: bool) -> StoredResponse:
    """Return what is stored of a response; of a secret one, only the id of the created object."""
    body = bytes(response.body)
    if secret:
        id_only = json.dumps({"id": json.loads(body)["id"]}).encode()
        return StoredResponse(sha256, response.status_code, id_only, {})
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return StoredResponse(sha256, response.status_code, body, headers)


def _to_response(result: ApiResponse, request: Request) -> Response:
    headers = {"cache-control": "no-store", **result.headers}
    if "etag" in headers and request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    if result.stream is not None:
        return StreamingResponse(iter(result.stream), result.status, headers)
    if result.content is None:
        return Response(status_code=204 if result.status == 200 else result.status, headers=headers)
    data = result.content.model_dump_json(by_alias=True)
    return Response(data, result.status, headers, media_type="application/json")


def _parse_body(operation: Operation, raw: bytes | bytearray) -> object:
    if operation.body is None or operation.body is bytes:
        return bytes(raw)
    model = cast(type[BaseModel], operation.body)
    try:
        return model.model_validate(json.loads(raw.decode("utf-8"), parse_constant=_reject_constant))
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "invalid_utf8", N_("This is not UTF-8: byte {position} cannot be read."), position=error.start
        ) from None
    except ValidationError as error:
        found = [{"at": ".".join(str(part) for part in one["loc"]), "problem": one["type"]} for one in error.errors()]
        raise InvalidInput("invalid_fields", N_("Some fields are missing or wrong."), extra={"fields": found}) from None
    except (ValueError, RecursionError):  # ValueError: not JSON, or a number with thousands of digits
        raise InvalidInput("invalid_json", N_("The request is not JSON.")) from None


def _reject_constant(name: str) -> object:
    """Reject NaN and the infinities, which `json.loads` accepts but JSON does not have."""
    raise ValueError(name)


def _if_match(request: Request) -> int | None:
    value = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if value not in ("", "*") and not is_number(value):
        raise InvalidInput("bad_etag", N_("If-Match must contain the ETag you received."))
    return int(value) if value not in ("", "*") else None
