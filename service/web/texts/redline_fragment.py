"""Redlines for pages and the API: cached comparisons of two texts, and a summary of their changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup

from service.domain.errors import N_
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.by_provision import ChangeCounts, Comparison
from service.domain.text.redline.numbered_comparison import compare_numbered
from service.domain.text.redline.rendering import html_document
from service.domain.text.structure.numbering import NumberingScheme
from service.store.db import Tx
from service.store.documents import block_indexes as block_indexes_store
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.lru_cache import LruCache

render_inline = html_document.render_inline

OP_SIZE = 40
"""Size of an op in memory, in characters."""


def _comparison_size(comparison: Comparison) -> int:
    return sum(part.size for part in comparison.parts) + OP_SIZE * len(comparison.redline.ops)


@dataclass(frozen=True, slots=True)
class NumberedText:
    """A canonical text and its numbering scheme; None if numbers are typed."""

    text: str
    numbering: NumberingScheme | None = None


_comparison_cache: LruCache[Comparison] = LruCache(max_size=16_000_000, size_of=_comparison_size)


def compare_texts(tx: Tx, old: NumberedText, new: NumberedText) -> Comparison:
    """Compare two texts with their numbers inserted, provision by provision. Uses stored block indexes; cached."""
    digests = text_sha256(old.text), text_sha256(new.text)

    def create() -> Comparison:
        schemes = old.numbering, new.numbering
        indexes = block_indexes_store.get_pair(tx, *digests) if schemes[0] == schemes[1] else None
        return compare_numbered(old.text, new.text, schemes, indexes=indexes, digests=digests)

    return _comparison_cache.get_or_create((*digests, old.numbering, new.numbering), create)


def summarize_counts(counts: ChangeCounts, *, formatter: LocaleFormatter) -> Markup:
    """Summarise in one sentence: 14 changes in 6 articles, 2 passages moved, 31 numbers changed."""
    if counts.is_empty:
        return formatter.translate(N_("The two texts are the same."))
    facts = (fact for count, fact in _facts(counts, formatter) if count)
    return reduce(lambda one, other: formatter.translate(N_("{one}, {other}"), one=one, other=other), facts)


def _facts(counts: ChangeCounts, formatter: LocaleFormatter) -> Iterator[tuple[int, Markup]]:
    marks, unseen = counts.vocalised, counts.unseen
    yield counts.changes, _changes(counts, formatter)
    yield counts.moved, formatter.n("{count} passage moved", "{count} passages moved", counts.moved)
    yield counts.renumbered, formatter.n("{count} number changed", "{count} numbers changed", counts.renumbered)
    yield marks, formatter.n("{count} change of vowel marks", "{count} changes of vowel marks", marks)
    yield unseen, formatter.n("{count} invisible change", "{count} invisible changes", unseen)


def _changes(counts: ChangeCounts, formatter: LocaleFormatter) -> Markup:
    changes = formatter.n("{count} change", "{count} changes", counts.changes)
    if counts.articles:
        where = formatter.n("in {count} article", "in {count} articles", counts.parts)
    else:
        where = formatter.n("in {count} place", "in {count} places", counts.parts)
    return formatter.translate(N_("{changes} {where}"), changes=changes, where=where)
