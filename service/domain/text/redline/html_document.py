"""A redline as one HTML file that needs nothing else: to be opened, sent, printed, kept."""

from html import escape

from service.domain.text.redline.inline import inline, summary
from service.domain.text.redline.labels import RedlineWords, words_for
from service.domain.text.redline.redline import Redline
from service.domain.text.redline.style import STYLE
from service.domain.text.structure.provisions import in_digits

__all__ = ["inline", "page", "summary"]


def page(redline: Redline, old: str, new: str, *, lang: str, title: str = "", older: str = "", newer: str = "") -> str:
    """The whole file. `title` of the document; `older`, `newer`: what the two texts are called; empty: as usual."""
    words = words_for(lang)
    heading = f"{words.title}: {title}" if title else words.title
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}" dir="{words.direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(heading)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(heading)}</h1>\n{_between(words, older, newer)}\n"
        f'<p class="summary">{escape(summary(redline, lang=lang))}</p>\n{_key(words)}\n</header>\n'
        f"<main>\n{_notes(redline, words)}{inline(redline, old, new, lang=lang)}\n</main>\n"
        f"{_footer(redline, words, older, newer)}\n</body>\n</html>\n"
    )


def _between(words: RedlineWords, older: str, newer: str) -> str:
    arrow = "←" if words.direction == "rtl" else "→"
    names = f"<bdi>{escape(older or words.older)}</bdi> {arrow} <bdi>{escape(newer or words.newer)}</bdi>"
    return f'<p class="between">{names}</p>'


def _key(words: RedlineWords) -> str:
    shown = f"<ins>{words.key_added}</ins> <del>{words.key_removed}</del>"
    return f'<p class="key" aria-hidden="true">{shown} <span class="moved-key">{words.key_moved}</span></p>'


def _notes(redline: Redline, words: RedlineWords) -> str:
    """What the reader should know besides the changes: a coarse comparison, old numbers, the list of new ones."""
    coarse = f'<p class="care">{escape(words.coarse)}</p>\n' if redline.coarse else ""
    stale = dict.fromkeys((flag.found, flag.expected) for flag in redline.flags)
    flags = "".join(_stale(words, found, expected) for found, expected in stale)
    numbers = "".join(f"<li>{_became(words, *pair)}</li>" for pair in redline.renumber_map)
    count = in_digits(str(len(redline.renumber_map)), words.digits)
    listed = f"<details><summary>{escape(words.numbering)}: {count}</summary><ul>{numbers}</ul></details>\n"
    return coarse + flags + (listed if numbers else "")


def _stale(words: RedlineWords, found: str, expected: str) -> str:
    said = words.stale.format(found=in_digits(found, words.digits), expected=in_digits(expected, words.digits))
    return f'<p class="care">{escape(said)}</p>\n'


def _became(words: RedlineWords, old: str, new: str) -> str:
    arrow = "←" if words.direction == "rtl" else "→"
    return f"{escape(in_digits(old, words.digits))} {arrow} {escape(in_digits(new, words.digits))}"


def _footer(redline: Redline, words: RedlineWords, older: str, newer: str) -> str:
    rows = (
        (older or words.older, redline.old_sha256),
        (newer or words.newer, redline.new_sha256),
        (words.title, redline.digest),
    )
    shown = "".join(_digest(name, digest) for name, digest in rows)
    return f'<footer><dl>{shown}</dl><p><bdi dir="ltr">{escape(redline.engine)}</bdi></p></footer>'


def _digest(name: str, digest: str) -> str:
    return f'<div><dt><bdi>{escape(name)}</bdi></dt><dd><bdi dir="ltr">SHA-256 {digest}</bdi></dd></div>'
