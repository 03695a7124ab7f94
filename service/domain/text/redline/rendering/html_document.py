"""Render a redline as one self-contained HTML file."""

from html import escape

from service.domain.text.redline.redline import Redline
from service.domain.text.redline.rendering.inline import change_summary, render_inline
from service.domain.text.redline.rendering.labels import RedlineLabels, labels_for
from service.domain.text.redline.rendering.style import STYLE
from service.domain.text.structure.provisions import in_digits

__all__ = ["change_summary", "render_inline", "render_page"]


def render_page(
    redline: Redline, old: str, new: str, *, lang: str, title: str = "", old_name: str = "", new_name: str = ""
) -> str:
    """Return the whole file.

    `title` is the document's. `old_name` and `new_name` name the two texts; if empty, default labels do.
    """
    ui_labels = labels_for(lang)
    heading = f"{ui_labels.title}: {title}" if title else ui_labels.title
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}" dir="{ui_labels.direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(heading)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(heading)}</h1>\n{_render_names(ui_labels, old_name, new_name)}\n"
        f'<p class="summary">{escape(change_summary(redline, lang=lang))}</p>\n{_render_key(ui_labels)}\n</header>\n'
        f"<main>\n{_render_notes(redline, ui_labels)}{render_inline(redline, old, new, lang=lang)}\n</main>\n"
        f"{_render_footer(redline, ui_labels, old_name, new_name)}\n</body>\n</html>\n"
    )


def _render_names(ui_labels: RedlineLabels, older: str, newer: str) -> str:
    arrow = "←" if ui_labels.direction == "rtl" else "→"
    names = f"<bdi>{escape(older or ui_labels.older)}</bdi> {arrow} <bdi>{escape(newer or ui_labels.newer)}</bdi>"
    return f'<p class="between">{names}</p>'


def _render_key(ui_labels: RedlineLabels) -> str:
    examples = f"<ins>{ui_labels.key_added}</ins> <del>{ui_labels.key_removed}</del>"
    return f'<p class="key" aria-hidden="true">{examples} <span class="moved-key">{ui_labels.key_moved}</span></p>'


def _render_notes(redline: Redline, ui_labels: RedlineLabels) -> str:
    """Render the notes above the text: coarse comparison, stale references, renumbered provisions."""
    coarse = f'<p class="care">{escape(ui_labels.coarse)}</p>\n' if redline.coarse else ""
    stale = dict.fromkeys((flag.found, flag.expected) for flag in redline.flags)
    flags = "".join(_render_stale_reference(ui_labels, found, expected) for found, expected in stale)
    numbers = "".join(f"<li>{_render_renumbering(ui_labels, *pair)}</li>" for pair in redline.renumber_map)
    count = in_digits(str(len(redline.renumber_map)), ui_labels.digits)
    listed = f"<details><summary>{escape(ui_labels.numbering)}: {count}</summary><ul>{numbers}</ul></details>\n"
    return coarse + flags + (listed if numbers else "")


def _render_stale_reference(ui_labels: RedlineLabels, found: str, expected: str) -> str:
    text = ui_labels.stale.format(
        found=in_digits(found, ui_labels.digits), expected=in_digits(expected, ui_labels.digits)
    )
    return f'<p class="care">{escape(text)}</p>\n'


def _render_renumbering(ui_labels: RedlineLabels, old: str, new: str) -> str:
    arrow = "←" if ui_labels.direction == "rtl" else "→"
    return f"{escape(in_digits(old, ui_labels.digits))} {arrow} {escape(in_digits(new, ui_labels.digits))}"


def _render_footer(redline: Redline, ui_labels: RedlineLabels, older: str, newer: str) -> str:
    rows = (
        (older or ui_labels.older, redline.old_sha256),
        (newer or ui_labels.newer, redline.new_sha256),
        (ui_labels.title, redline.digest),
    )
    rows_html = "".join(_render_digest(name, digest) for name, digest in rows)
    return f'<footer><dl>{rows_html}</dl><p><bdi dir="ltr">{escape(redline.engine)}</bdi></p></footer>'


def _render_digest(name: str, digest: str) -> str:
    return f'<div><dt><bdi>{escape(name)}</bdi></dt><dd><bdi dir="ltr">SHA-256 {digest}</bdi></dd></div>'
