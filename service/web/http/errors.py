"""The one place where a domain error becomes an HTTP answer: problem details (RFC 9457) or a page."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.domain import errors
from service.i18n import Translator, negotiate_language

HTTP_STATUS: Mapping[type[errors.DomainError], int] = {
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
}

PRECONDITION_FAILED = {"stale_document"}
"""Conflicts that say an If-Match did not hold."""


def status_of(error: errors.DomainError) -> int:
    """The HTTP status of a domain error."""
    if error.code in PRECONDITION_FAILED:
        return 412
    return next((status for kind, status in HTTP_STATUS.items() if isinstance(error, kind)), 500)


def problem_details(error: errors.DomainError, *, lang: str, instance: str) -> dict[str, object]:
    """The problem object: stable `code`, `detail` in the reader's language, `extra` for machines."""
    return {
        "type": f"urn:mithaq:problem:{error.code}",
        "title": error.code.replace("_", " "),
        "status": status_of(error),
        "code": error.code,
        "detail": Translator(lang).error_message(error),
        "instance": instance,
        **({"extra": dict(error.extra)} if error.extra else {}),
    }


def problem_response(error: errors.DomainError, request: Request) -> Response:
    """The problem as a response to `request`."""
    lang = negotiate_language(request.headers.get("accept-language"))
    body = problem_details(error, lang=lang, instance=request.url.path)
    headers = {"content-language": lang}
    if isinstance(error, errors.Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(body, status_of(error), headers, media_type="application/problem+json")
