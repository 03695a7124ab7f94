"""A redline as part of a page or an answer of the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup

from service.domain.errors import N_
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline import html_document
from service.domain.text.redline.by_provision import Comparison, Counts, compare
from service.domain.text.redline.numbered import with_numbers
from service.domain.text.redline.redline import redline
from service.domain.text.structure.numbering import Scheme, marked, marks
from service.store.db import Tx
from service.store.documents import block_indexes as block_indexes_store
from service.web.rendering.formatting import Voice
from service.web.rendering.lru_cache import Memory

inline = html_document.inline

STRETCH = 40
"""What an op weighs in memory, in characters."""


def _weight(comparison: Comparison) -> int:
    return sum(part.size for part in comparison.parts) + STRETCH * len(comparison.redline.ops)


@dataclass(frozen=True, slots=True)
class Text:
    """A canonical text, and how its provisions are numbered."""

    text: str
    by: Scheme | None = None


_compared: Memory[Comparison] = Memory(room=16_000_000, weigh=_weight)


def compared(tx: Tx, old: Text, new: Text) -> Comparison:
    """What became of one text in another, part by part, as both read; with the indexes kept of versions."""
    sums = text_sha256(old.text), text_sha256(new.text)

    def make() -> Comparison:
        numbers = marks(old.text, old.by), marks(new.text, new.by)
        texts = marked(old.text, numbers[0]), marked(new.text, numbers[1])
        if old.by != new.by:
            return compare(*texts, redline(*texts))
        found = redline(old.text, new.text, indexes=block_indexes_store.pair(tx, *sums))
        return compare(*texts, with_numbers(found, old.text, new.text, numbers))

    return _compared.recall((*sums, old.by, new.by), make)


def told(counts: Counts, *, voice: Voice) -> Markup:
    """How much was changed, in one plain sentence: 14 changes in 6 articles, 2 passages moved, 31 numbers changed."""
    if counts.nothing:
        return voice.say(N_("The two texts are the same."))
    facts = (fact for count, fact in _facts(counts, voice) if count)
    return reduce(lambda one, other: voice.say(N_("{one}, {other}"), one=one, other=other), facts)


def _facts(counts: Counts, voice: Voice) -> Iterator[tuple[int, Markup]]:
    marks, unseen = counts.vocalised, counts.unseen
    yield counts.changes, _changes(counts, voice)
    yield counts.moved, voice.n("{count} passage moved", "{count} passages moved", counts.moved)
    yield counts.renumbered, voice.n("{count} number changed", "{count} numbers changed", counts.renumbered)
    yield marks, voice.n("{count} change of vowel marks", "{count} changes of vowel marks", marks)
    yield unseen, voice.n("{count} change nobody sees", "{count} changes nobody sees", unseen)


def _changes(counts: Counts, voice: Voice) -> Markup:
    changes = voice.n("{count} change", "{count} changes", counts.changes)
    if counts.articles:
        where = voice.n("in {count} article", "in {count} articles", counts.parts)
    else:
        where = voice.n("in {count} place", "in {count} places", counts.parts)
    return voice.say(N_("{changes} {where}"), changes=changes, where=where)
