"""A redline as part of a page or an answer of the API."""

from dataclasses import dataclass
from hashlib import sha256

from service.domain.text import redline_html
from service.domain.text.redline import Redline, redline
from service.web.memory import Memory

inline = redline_html.inline

_compared = Memory(room=16_000_000)


@dataclass(frozen=True)
class Compared:
    """What changed between two texts: one plain sentence in the page's language, and the text with its changes as safe
    HTML."""

    said: str
    html: str


def compared(old: str, new: str, *, lang: str, said_in: str) -> Compared:
    """The comparison of two texts in `lang`, told in `said_in`."""

    def make() -> tuple[str, str]:
        found = redline(old, new)
        return told(found, lang=said_in), inline(found, old, new, lang=lang)

    key = (sha256(old.encode()).digest(), sha256(new.encode()).digest(), lang, said_in)
    said, html = _compared.recall(key, make)
    return Compared(said, html)


def told(redline: Redline, *, lang: str) -> str:
    """One plain sentence in `lang`: how much was changed."""
    return redline_html.summary(redline, lang=lang)
