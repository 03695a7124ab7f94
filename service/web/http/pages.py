"""Rendering of pages: the Jinja environment, the values of the layout, and error pages."""

import logging
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Formatter
from typing import cast
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.domain.errors import DomainError, NotFound, Unauthenticated
from service.i18n import LANGUAGES, Translator, negotiate_language
from service.store.db import DatabaseUnavailable
from service.store.publication import notices as notices_store
from service.web.http.app_state import AppState
from service.web.http.context import ACT_RESULT_COOKIE, RequestContext, build_context, formatter_for, safe_redirect_path
from service.web.http.errors import logged_request_id, status_of
from service.web.http.form_state import form_state
from service.web.http.instance_origin import cookie_name, is_secure
from service.web.rendering import labels
from service.web.rendering.act_results import ActResult, decode_result
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.help_links import help_link
from service.web.rendering.stylesheet import stylesheet_url
from service.web.rendering.time_zones import OFFERED_ZONES, zone_city

log = logging.getLogger(__name__)

TEMPLATES_DIR = Path(__file__).parents[1] / "templates"
STATIC_DIR = Path(__file__).parents[1] / "static"

SECRET_FIELDS = frozenset({"password", "new", "current", "code", "key", "link"})
"""Names of fields whose input is never shown again."""

HEADERS = {"cache-control": "no-store", "vary": "cookie, accept-language"}

_templates = Environment(
    loader=FileSystemLoader(TEMPLATES_DIR),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

TemplateValues = Mapping[str, object]


def render_page(context: RequestContext, template: str, *, status: int = 200, **values: object) -> Response:
    """Render `template` as the response to this request."""
    layout = {
        "actor": context.actor,
        "coalition": context.coalition.settings["names"] if context.coalition else {},
        "sample": context.is_sample,
        "paused": bool(context.coalition and context.coalition.paused_at),
        "result": act_result(context),
        "unread": notices_store.count_unread(context.tx, context.actor.person) if context.actor else 0,
    }
    return _html_response(context.request, context.formatter, template, status=status, values=layout | values)


async def problem_page(request: Request, error: DomainError) -> Response:
    """Render the error page: what happened, what to do next, the submitted text, and the error code."""
    return await run_in_threadpool(_render_problem, request, error)


def moved_page(request: Request, error: DomainError, *, origin: str) -> Response:
    """Render the page that answers a form under an earlier public address, with the submitted text.

    It loads nothing: nothing else is served under that address.
    """
    translator = Translator(negotiate_language(request.headers.get("accept-language")))
    body = _templates.get_template("components/moved.html").render(
        _=translator.t,
        language=translator.language,
        sentence=translator.error_message(error),
        origin=origin,
        kept=_submitted_texts(request),
    )
    return HTMLResponse(body, status_of(error), {**HEADERS, "content-language": translator.language.code})


@cache
def asset_url(name: str) -> str:
    """Return the URL of a static file with a digest of its bytes (cache busting); empty if there is no file."""
    path = STATIC_DIR / name
    if not path.is_file():
        return ""
    return f"/static/{name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"


def _render_problem(request: Request, error: DomainError) -> Response:
    app_state = cast(AppState, request.app.state.app_state)
    heading, advice = _heading_and_advice(error)
    values: dict[str, object] = {"error": error, "heading": heading, "advice": advice, "said": _hides_detail(error)}
    if request_id := logged_request_id(error, request):
        log.error("request %s failed: %s", request_id, error)
    values |= {"request_id": request_id}
    values |= {"onward": next_step(error, request), "kept": _submitted_texts(request)}
    try:
        with app_state.database.read() as tx:
            context = build_context(request, app_state, tx)
            values["signs_in"] = isinstance(error, Unauthenticated) and context.actor is None
            return render_page(context, "components/problem.html", status=status_of(error), **values)
    except DatabaseUnavailable:
        pass  # the log says so
    except Exception:  # the error page must not depend on what has just failed
        log.exception("error page rendered without the database")
    layout: dict[str, object] = {"actor": None, "coalition": {}, "unread": 0, "signs_in": False}
    layout |= {"sample": app_state.settings.sample, "paused": False}
    formatter = formatter_for(request, None, actor=None)
    return _html_response(
        request, formatter, "components/problem.html", status=status_of(error), values=layout | values
    )


def _submitted_texts(request: Request) -> list[str]:
    """Return the free text of the rejected form, so that the user can copy it; never secrets or codes."""
    form = cast(Mapping[str, str], getattr(request.state, "form", {}))
    values = (value.strip() for name, value in form.items() if name not in SECRET_FIELDS)
    return [value for value in values if not value.isascii() or re.search(r"[\s@]", value)]


def next_step(error: DomainError, request: Request) -> tuple[str, str] | None:
    """Return (label, path) of the link on an error page; None if the error code has none or a parameter is missing."""
    label, path = labels.NEXT_STEPS.get(error.code, ("", ""))
    params = {**request.path_params, "back": quote(referring_path(request))}
    known = all(name in params for _, name, _, _ in Formatter().parse(path) if name)
    return (label, path.format_map(params)) if path and known else None


def referring_path(request: Request) -> str:
    """Return the path of the page that the request was made from: for a form, by Referer; `/` if unknown."""
    if request.method == "GET":
        return safe_redirect_path(request.url.path)
    referer = urlsplit(request.headers.get("referer", ""))
    return safe_redirect_path(referer.path) if referer.netloc == request.url.netloc else "/"


def _heading_and_advice(error: DomainError) -> tuple[str, str]:
    """Return heading and advice of the first class in the method resolution order that has them."""
    branch = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in labels.PROBLEMS), "DomainError")
    return labels.PROBLEMS[branch]


def _hides_detail(error: DomainError) -> bool:
    """Whether the message is left out, so that a missing page and a hidden one look the same."""
    return isinstance(error, NotFound | Unauthenticated)


def _html_response(
    request: Request, formatter: LocaleFormatter, template: str, *, status: int, values: TemplateValues
) -> Response:
    body = _templates.get_template(template).render(**_template_globals(request, formatter), **values)
    response = HTMLResponse(body, status, {**HEADERS, "content-language": formatter.lang})
    if (name := cookie_name(request, ACT_RESULT_COOKIE)) in request.cookies:
        response.delete_cookie(name, secure=is_secure(request), httponly=True, samesite="lax")
    return response


def act_result(context: RequestContext) -> ActResult | None:
    """Return what the user's act before this page did; None if there is nothing to tell."""
    cookie = context.request.cookies.get(cookie_name(context.request, ACT_RESULT_COOKIE), "")
    return decode_result(cookie, person=context.actor.person if context.actor else "")


def _template_globals(request: Request, formatter: LocaleFormatter) -> TemplateValues:
    query = f"?{request.url.query}" if request.url.query else ""
    return {
        "_": formatter.translate,
        "n_": formatter.n,
        "formatter": formatter,
        "forms": form_state(request),
        "next_step": lambda error: next_step(error, request),
        "labels": labels,
        "address": lambda lang: _path_with_lang(request, lang),
        "here": safe_redirect_path(request.url.path + query) if request.method == "GET" else "/",
        "help": help_link(request.url.path),
        "asset": asset_url,
        "styles": [address for address in (asset_url("built/fonts.css"), stylesheet_url()) if address],
        "languages": LANGUAGES,
        "language_options": [(code, row.name, {"lang": code}) for code, row in LANGUAGES.items()],
        "zones": offered_zones(formatter),
    }


def offered_zones(formatter: LocaleFormatter) -> dict[str, str]:
    """The time zones that are offered, that of the coalition first, and their cities in the reader's language."""
    zones = dict.fromkeys((formatter.home_zone, *OFFERED_ZONES))
    return {zone: zone_city(zone, language=formatter.translator.language) for zone in zones}


def _path_with_lang(request: Request, lang: str) -> str:
    """Return the URL of this page with the text in `lang`."""
    url = request.url.include_query_params(lang=lang)
    return safe_redirect_path(f"{url.path}?{url.query}")
