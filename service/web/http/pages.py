"""Pages: one set of templates, one frame, and what is said when something cannot be done."""

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
from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Direction
from service.domain.text.structure.numbering import NumberingScheme, number_text
from service.i18n import LANGUAGES
from service.store.publication import notices as notices_store
from service.web.http.app_state import AppState
from service.web.http.context import RequestContext, build_context, formatter_for, safe_redirect_path
from service.web.http.errors import status_of
from service.web.http.form_state import form_state
from service.web.rendering import labels
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.lru_cache import LruCache
from service.web.rendering.time_zones import OFFERED_ZONES, zone_city

log = logging.getLogger(__name__)

TEMPLATES_DIR = Path(__file__).parents[1] / "templates"
STATIC_DIR = Path(__file__).parents[1] / "static"

SECRET_FIELDS = frozenset({"password", "new", "current", "code", "key"})
"""Names of fields whose words are never shown again."""

HEADERS = {"cache-control": "private, no-cache", "vary": "cookie, accept-language"}

_templates = Environment(
    loader=FileSystemLoader(TEMPLATES_DIR),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

TemplateValues = Mapping[str, object]

_preview_cache: LruCache[str] = LruCache(max_size=16_000_000, size_of=len)


def render_page(context: RequestContext, template: str, *, status: int = 200, **values: object) -> Response:
    """The page `template` as an answer to this visit."""
    layout = {
        "actor": context.actor,
        "coalition": context.coalition.settings["names"] if context.coalition else {},
        "sample": context.is_sample,
        "unread": notices_store.count_unread(context.tx, context.actor.person) if context.actor else 0,
    }
    return _html_response(context.request, context.formatter, template, status=status, values=layout | values)


def render_fragment(context: RequestContext, template: str, **values: object) -> str:
    """A piece of a page, in the reader's language: safe HTML."""
    return _templates.get_template(template).render(**_template_globals(context.request, context.formatter), **values)


async def problem_page(request: Request, error: DomainError) -> Response:
    """What happened, that nothing was lost, what to do next, and the code."""
    return await run_in_threadpool(_render_problem, request, error)


def render_text(
    text: str, *, lang: str, formatter: LocaleFormatter, prefix: str = "t", numbering: NumberingScheme | None = None
) -> str:
    """The preview of an edition's canonical text, with the numbers that `by` gives it: safe HTML."""
    direction: Direction = "rtl" if LANGUAGES[lang].direction == "rtl" else "ltr"
    digits, translate = formatter.digit_system_of(lang), formatter.translator.t

    def render() -> str:
        return render_preview(
            parse_markup(number_text(text, numbering)),
            lang=lang,
            digits=digits,
            dir=direction,
            prefix=prefix,
            translate=translate,
        )

    key = (sha256(text.encode()).digest(), lang, digits, direction, prefix, formatter.lang, numbering)
    return _preview_cache.get_or_create(key, render)


@cache
def asset_url(name: str) -> str:
    """The address of a style sheet or a script: it changes when its bytes do. Empty where there is none."""
    path = STATIC_DIR / name
    if not path.is_file():
        return ""
    return f"/static/{name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"


def _render_problem(request: Request, error: DomainError) -> Response:
    app_state = cast(AppState, request.app.state.app_state)
    heading, advice = _heading_and_advice(error)
    values: dict[str, object] = {"error": error, "heading": heading, "advice": advice, "said": _hides_detail(error)}
    values |= {"onward": next_step(error, request), "kept": _submitted_texts(request)}
    try:
        with app_state.database.read() as tx:
            context = build_context(request, app_state, tx)
            values["signs_in"] = isinstance(error, Unauthenticated) and context.actor is None
            return render_page(context, "components/problem.html", status=status_of(error), **values)
    except Exception:  # the page that says so must not need what has just failed
        log.exception("a problem page without its database")
    layout: dict[str, object] = {"actor": None, "coalition": {}, "unread": 0, "signs_in": False}
    layout["sample"] = app_state.settings.sample
    formatter = formatter_for(request, None, actor=None)
    return _html_response(
        request, formatter, "components/problem.html", status=status_of(error), values=layout | values
    )


def _submitted_texts(request: Request) -> list[str]:
    """What was typed in words into the form that could not be taken, for whoever typed it to copy."""
    form = cast(Mapping[str, str], getattr(request.state, "form", {}))
    values = (value.strip() for name, value in form.items() if name not in SECRET_FIELDS)
    return [value for value in values if not value.isascii() or re.search(r"[\s@]", value)]


def next_step(error: DomainError, request: Request) -> tuple[str, str] | None:
    """What the way on is called and where it leads; None where nobody can say."""
    words, path = labels.NEXT_STEPS.get(error.code, ("", ""))
    params = {**request.path_params, "back": quote(referring_path(request))}
    known = all(name in params for _, name, _, _ in Formatter().parse(path) if name)
    return (words, path.format_map(params)) if path and known else None


def referring_path(request: Request) -> str:
    """The page of ours that this request was made from: for a form, the page it stood on."""
    if request.method == "GET":
        return safe_redirect_path(request.url.path)
    referer = urlsplit(request.headers.get("referer", ""))
    return safe_redirect_path(referer.path) if referer.netloc == request.url.netloc else "/"


def _heading_and_advice(error: DomainError) -> tuple[str, str]:
    """Heading and advice: by the branch of the error."""
    branch = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in labels.PROBLEMS), "DomainError")
    return labels.PROBLEMS[branch]


def _hides_detail(error: DomainError) -> bool:
    """Whether heading and advice say it all. What is missing and what is hidden must read alike."""
    return isinstance(error, NotFound | Unauthenticated)


def _html_response(
    request: Request, formatter: LocaleFormatter, template: str, *, status: int, values: TemplateValues
) -> Response:
    body = _templates.get_template(template).render(**_template_globals(request, formatter), **values)
    return HTMLResponse(body, status, {**HEADERS, "content-language": formatter.lang})


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
        "asset": asset_url,
        "styles": [address for address in (asset_url("built/fonts.css"), asset_url("mithaq.css")) if address],
        "languages": LANGUAGES,
        "language_options": [(code, row.name, {"lang": code}) for code, row in LANGUAGES.items()],
        "zones": offered_zones(formatter),
    }


def offered_zones(formatter: LocaleFormatter) -> dict[str, str]:
    """The time zones that are offered, that of the coalition first, and their cities in the reader's language."""
    zones = dict.fromkeys((formatter.home_zone, *OFFERED_ZONES))
    return {zone: zone_city(zone, language=formatter.translator.language) for zone in zones}


def _path_with_lang(request: Request, lang: str) -> str:
    """This page with the text in `lang`."""
    url = request.url.include_query_params(lang=lang)
    return safe_redirect_path(f"{url.path}?{url.query}")
