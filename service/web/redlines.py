"""A redline as part of a page or an answer of the API."""

from service.domain.text import redline_html
from service.domain.text.redline import Redline

inline = redline_html.inline


def told(redline: Redline, *, lang: str) -> str:
    """One plain sentence in `lang`: how much was changed."""
    return redline_html.summary(redline, lang=lang)
