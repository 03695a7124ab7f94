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

from service.domain.errors import DomainError, NotFound, Stranger
from service.domain.text.html.fragment import preview
from service.domain.text.markup.parser import read
from service.domain.text.markup.tree import Direction
from service.domain.text.structure.numbering import Scheme, numbered
from service.i18n import LANGUAGES
from service.store.publication import notices as notices_store
from service.web.http.app_state import House
from service.web.http.context import Visit, enter, own_path, voice_of
from service.web.http.errors import status_of
from service.web.rendering import labels
from service.web.rendering.formatting import Voice
from service.web.rendering.lru_cache import Memory
from service.web.rendering.time_zones import ZONES, city

log = logging.getLogger(__name__)

PAGES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parents[1] / "static"

SECRET = frozenset({"password", "new", "current", "code", "key"})
"""Names of fields whose words are never shown again."""

HEADERS = {"cache-control": "private, no-cache", "vary": "cookie, accept-language"}

_templates = Environment(
    loader=FileSystemLoader(PAGES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

Values = Mapping[str, object]

_previews: Memory[str] = Memory(room=16_000_000, weigh=len)


def show(visit: Visit, template: str, *, status: int = 200, **values: object) -> Response:
    """The page `template` as an answer to this visit."""
    frame = {
        "actor": visit.actor,
        "coalition": visit.coalition.settings["names"] if visit.coalition else {},
        "sample": visit.sample,
        "unread": notices_store.unread(visit.tx, visit.actor.person) if visit.actor else 0,
    }
    return _answer(visit.request, visit.voice, template, status=status, values=frame | values)


def piece(visit: Visit, template: str, **values: object) -> str:
    """A piece of a page, in the reader's language: safe HTML."""
    return _templates.get_template(template).render(**_around(visit.request, visit.voice), **values)


async def problem(request: Request, error: DomainError) -> Response:
    """What happened, that nothing was lost, what to do next, and the code."""
    return await run_in_threadpool(_problem, request, error)


def text_of(text: str, *, lang: str, voice: Voice, prefix: str = "t", by: Scheme | None = None) -> str:
    """The preview of an edition's canonical text, with the numbers that `by` gives it: safe HTML."""
    direction: Direction = "rtl" if LANGUAGES[lang].direction == "rtl" else "ltr"
    digits, say = voice.digits_of(lang), voice.words.t

    def make() -> str:
        return preview(read(numbered(text, by)), lang=lang, digits=digits, dir=direction, prefix=prefix, say=say)

    key = (sha256(text.encode()).digest(), lang, digits, direction, prefix, voice.lang, by)
    return _previews.recall(key, make)


@cache
def style(name: str) -> str:
    """The address of a style sheet or a script: it changes when its bytes do. Empty where there is none."""
    path = STATIC / name
    if not path.is_file():
        return ""
    return f"/static/{name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"


def _problem(request: Request, error: DomainError) -> Response:
    house = cast(House, request.app.state.house)
    heading, advice = _told(error)
    values: dict[str, object] = {"error": error, "heading": heading, "advice": advice, "said": _said(error)}
    values |= {"onward": onward_of(error, request), "kept": _kept_words(request)}
    try:
        with house.database.read() as tx:
            visit = enter(request, house, tx)
            values["signs_in"] = isinstance(error, Stranger) and visit.actor is None
            return show(visit, "components/problem.html", status=status_of(error), **values)
    except Exception:  # the page that says so must not need what has just failed
        log.exception("a problem page without its database")
    frame: dict[str, object] = {"actor": None, "coalition": {}, "unread": 0, "signs_in": False}
    frame["sample"] = house.settings.sample
    voice = voice_of(request, None, actor=None)
    return _answer(request, voice, "components/problem.html", status=status_of(error), values=frame | values)


def _kept_words(request: Request) -> list[str]:
    """What was typed in words into the form that could not be taken, for whoever typed it to copy."""
    form = cast(Mapping[str, str], getattr(request.state, "form", {}))
    typed = (value.strip() for name, value in form.items() if name not in SECRET)
    return [value for value in typed if not value.isascii() or re.search(r"[\s@]", value)]


def onward_of(error: DomainError, request: Request) -> tuple[str, str] | None:
    """What the way on is called and where it leads; None where nobody can say."""
    words, path = labels.ONWARD.get(error.code, ("", ""))
    places = {**request.path_params, "back": quote(came_from(request))}
    known = all(name in places for _, name, _, _ in Formatter().parse(path) if name)
    return (words, path.format_map(places)) if path and known else None


def came_from(request: Request) -> str:
    """The page of ours that this request was made from: for a form, the page it stood on."""
    if request.method == "GET":
        return own_path(request.url.path)
    referer = urlsplit(request.headers.get("referer", ""))
    return own_path(referer.path) if referer.netloc == request.url.netloc else "/"


def _told(error: DomainError) -> tuple[str, str]:
    """Heading and advice: by the branch of the error."""
    branch = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in labels.PROBLEMS), "DomainError")
    return labels.PROBLEMS[branch]


def _said(error: DomainError) -> bool:
    """Whether heading and advice say it all. What is missing and what is hidden must read alike."""
    return isinstance(error, NotFound | Stranger)


def _answer(request: Request, voice: Voice, template: str, *, status: int, values: Values) -> Response:
    body = _templates.get_template(template).render(**_around(request, voice), **values)
    return HTMLResponse(body, status, {**HEADERS, "content-language": voice.lang})


def _around(request: Request, voice: Voice) -> Values:
    query = f"?{request.url.query}" if request.url.query else ""
    return {
        "_": voice.say,
        "n_": voice.n,
        "voice": voice,
        "labels": labels,
        "address": lambda lang: _address(request, lang),
        "here": own_path(request.url.path + query) if request.method == "GET" else "/",
        "asset": style,
        "styles": [address for address in (style("built/fonts.css"), style("mithaq.css")) if address],
        "languages": LANGUAGES,
        "zones": {zone: city(zone, language=voice.words.language) for zone in dict.fromkeys((voice.home, *ZONES))},
    }


def _address(request: Request, lang: str) -> str:
    """This page with the text in `lang`."""
    url = request.url.include_query_params(lang=lang)
    return own_path(f"{url.path}?{url.query}")
