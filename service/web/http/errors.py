"""Mapping of domain errors to HTTP: status codes and problem details (RFC 9457)."""

import logging
from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from service.domain import errors
from service.domain.errors import N_
from service.i18n import Translator, negotiate_language

log = logging.getLogger(__name__)


class MethodNotAllowed(errors.DomainError):
    """The resource exists, but not for this method."""

    code = "method_not_allowed"
    sentence = N_("This address does not accept this kind of request.")


HTTP_STATUS: Mapping[type[errors.DomainError], int] = {
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    MethodNotAllowed: 405,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
}

RETRY_AFTER = {"too_busy": "10"}
"""Seconds after which a client may try again, by error code."""

CLIENT_CODES = frozenset({"too_busy", "too_slow"})
"""Codes of errors that any client can cause, so that they have no line in the log."""

PRECONDITION_FAILED = {"stale_document"}
"""Codes of conflicts that mean a failed If-Match."""


def status_of(error: errors.DomainError) -> int:
    """Return the HTTP status of a domain error."""
    if error.code in PRECONDITION_FAILED:
        return 412
    return next((status for kind, status in HTTP_STATUS.items() if isinstance(error, kind)), 500)


def retry_headers(error: errors.DomainError) -> dict[str, str]:
    """Return the Retry-After header of an error that has one."""
    return {"retry-after": RETRY_AFTER[error.code]} if error.code in RETRY_AFTER else {}


def problem_details(error: errors.DomainError, *, lang: str, instance: str, request_id: str = "") -> dict[str, object]:
    """Return the problem object: stable `code`, `detail` in `lang`, `extra` for programs."""
    return {
        "type": f"urn:mithaq:problem:{error.code}",
        "title": error.code.replace("_", " "),
        "status": status_of(error),
        "code": error.code,
        "detail": Translator(lang).error_message(error),
        "instance": instance,
        **({"extra": dict(error.extra)} if error.extra else {}),
        **({"request": request_id} if request_id else {}),
    }


def logged_request_id(error: errors.DomainError, request: HTTPConnection) -> str:
    """Return the id of the request if the error is a failure of ours, which is in the log under this id."""
    is_ours = status_of(error) >= 500 and error.code not in CLIENT_CODES
    return str(getattr(request.state, "request_id", "")) if is_ours else ""


def problem_response(error: errors.DomainError, request: HTTPConnection) -> Response:
    """Return the problem as a JSON response, in the language negotiated by Accept-Language."""
    lang = negotiate_language(request.headers.get("accept-language"))
    if request_id := logged_request_id(error, request):
        log.error("request %s failed: %s", request_id, error)
    body = problem_details(error, lang=lang, instance=request.url.path, request_id=request_id)
    headers = {"content-language": lang, **retry_headers(error)}
    if isinstance(error, errors.Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(body, status_of(error), headers, media_type="application/problem+json")
