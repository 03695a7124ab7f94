"""The guide inside the product: its Markdown pages in the reader's language."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.domain.errors import N_
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.pages import render_page
from service.web.rendering.help_links import GUIDE_PAGES, heading_anchor

PAGE_TITLES: Mapping[str, str] = {
    "drafter": N_("For drafters"),
    "signatory": N_("For signatories"),
    "secretariat": N_("For the secretariat"),
    "communications": N_("For communications staff"),
    "operator": N_("For administrators"),
}


@page
def show_index(context: RequestContext) -> Response:
    """Serve `/guide`: the pages of the guide."""
    return render_page(context, "system/guide_index.html", pages=PAGE_TITLES)


@page
def show_guide(context: RequestContext) -> Response:
    """Serve `/guide/{page}` in the language of the page."""
    name = authorization.or_not_found(context.path_param("page") if context.path_param("page") in GUIDE_PAGES else None)
    return render_page(
        context,
        "system/guide.html",
        name=name,
        pages=PAGE_TITLES,
        body=Markup(guide_html(name, lang=context.formatter.lang)),
    )


@cache
def guide_html(name: str, *, lang: str) -> str:
    """Return a page of the guide as HTML; in English if there is none in `lang`.

    Its headings have the ids of `heading_anchor`. Links to other pages of the guide lead to them; links to files that
    only the repository has are left out, as are pictures.
    """
    directory = _guide_dir()
    translated = directory / lang / f"{name}.md"
    source = (translated if translated.is_file() else directory / f"{name}.md").read_text(encoding="utf-8")
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_without_pictures(source))
    _set_anchors(tokens)
    for token in tokens:
        token.children = _with_served_links(token.children or []) if token.type == "inline" else token.children
    return str(parser.renderer.render(tokens, parser.options, {}))


def _without_pictures(source: str) -> str:
    return re.sub(r"^!\[[^\n]*\n", "", source, flags=re.MULTILINE)


def _set_anchors(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type == "heading_open"]
    for number, token in enumerate(headings, start=1):
        token.attrSet("id", heading_anchor(number))


def _with_served_links(children: list[Token]) -> list[Token]:
    """Return inline tokens whose links lead to pages of the service or of the web; other links are plain words."""
    kept: list[Token] = []
    dropped = False
    for token in children:
        if token.type == "link_open":
            target = str(token.attrGet("href") or "")
            served = _served_address(target)
            dropped = not served
            if served:
                token.attrSet("href", served)
                kept.append(token)
        elif token.type == "link_close":
            if not dropped:
                kept.append(token)
            dropped = False
        else:
            kept.append(token)
    return kept


def _served_address(target: str) -> str:
    if target.startswith(("https://", "#")):
        return target
    name = target.partition("#")[0].removesuffix(".md")
    return f"/guide/{name}" if name in GUIDE_PAGES else ""


def _guide_dir() -> Path:
    """Return the directory of the guide: in the checkout, else among the shared data of the installation."""
    checkout = Path(__file__).resolve().parents[3] / "docs" / "guide"
    return checkout if checkout.is_dir() else Path(sys.prefix) / "share" / "mithaq" / "guide"
