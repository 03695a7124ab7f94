"""Texts rendered for pages: safe HTML with its headings, cached."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from service.domain.errors import TooLarge
from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import CodeBlock, Direction, Tree
from service.domain.text.markup.work_meter import TOO_COMPLEX
from service.domain.text.structure.numbering import NumberingScheme, number_text
from service.domain.text.structure.outline import build_outline
from service.i18n import LANGUAGES
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.lru_cache import LruCache


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading of a rendered text: its level from 1, its number ("Article 12"), its title, and the id of its element.

    The number is empty if the heading has none.
    """

    level: int
    number: str
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text as safe HTML, with its headings in order."""

    html: str
    outline: tuple[OutlineEntry, ...]


def _rendered_size(rendered: RenderedText) -> int:
    return len(rendered.html) + 100 * len(rendered.outline)


_preview_cache: LruCache[RenderedText] = LruCache(max_size=16_000_000, size_of=_rendered_size)


def render_text(
    text: str, *, lang: str, formatter: LocaleFormatter, prefix: str = "t", numbering: NumberingScheme | None = None
) -> str:
    """Render the canonical `text` of an edition with the numbers of `numbering`: safe HTML. Cached."""
    return render_with_outline(text, lang=lang, formatter=formatter, prefix=prefix, numbering=numbering).html


def render_with_outline(
    text: str, *, lang: str, formatter: LocaleFormatter, prefix: str = "t", numbering: NumberingScheme | None = None
) -> RenderedText:
    """Render the canonical `text` as `render_text` does, and return its headings as well. Cached.

    A text that takes too much work to parse, stored before there was a limit, is shown as it is written.
    """
    direction: Direction = "rtl" if LANGUAGES[lang].direction == "rtl" else "ltr"
    digits, translate = formatter.digit_system_of(lang), formatter.translator.t

    def render() -> RenderedText:
        tree = _parse_for_page(text, numbering)
        html = render_preview(tree, lang=lang, digits=digits, dir=direction, prefix=prefix, translate=translate)
        return RenderedText(html, tuple(_outline_entries(tree, prefix=prefix)))

    key = (sha256(text.encode()).digest(), lang, digits, direction, prefix, formatter.lang, numbering)
    return _preview_cache.get_or_create(key, render)


def _outline_entries(tree: Tree, *, prefix: str) -> Iterator[OutlineEntry]:
    provisions = build_outline(tree).provisions
    top_level = min((one.level for one in provisions), default=1)
    for place, one in enumerate(provisions, start=1):
        number = one.label if one.label != one.title and one.title.startswith(one.label) else ""
        title = one.title.removeprefix(number).lstrip(" \u00a0:.\u2013\u2014-")
        anchor = f"{prefix}-h-{one.id}" if one.id else f"{prefix}-o-{place}"
        yield OutlineEntry(one.level - top_level + 1, number, title, anchor)


def _parse_for_page(text: str, numbering: NumberingScheme | None) -> Tree:
    try:
        return parse_markup(number_text(text, numbering))
    except TooLarge as error:
        if error.code != TOO_COMPLEX:
            raise
        return Tree((CodeBlock(text, (0, len(text))),), (), ())
