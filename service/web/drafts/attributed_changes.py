"""Redline between two rows of a draft's journal, with the author of each change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.actions.drafts import changes as changes_actions
from service.actions.drafts.authorship import load_author
from service.actions.drafts.changes import DraftRange
from service.domain.errors import N_
from service.domain.text.attribution.attributed_redline import attributed_redline
from service.domain.text.redline.by_provision import Comparison, build_comparison
from service.domain.text.redline.numbered import number_redline
from service.domain.text.redline.rendering.inline import AuthorBadge
from service.domain.text.structure.numbering import NumberingScheme, insert_marks, number_marks
from service.store.db import Tx
from service.web.comparisons.view_model import ComparisonPage, build_comparison_page
from service.web.http.context import RequestContext
from service.web.rendering.lru_cache import LruCache
from service.web.texts.redline_fragment import OP_SIZE


@dataclass(frozen=True)
class ChangeAuthor:
    """An author of changes; `names` is the person id for unknown persons. `added` and `removed` count words."""

    number: int
    colour: int
    person: str
    names: Markup
    organisation: Markup
    added: int
    removed: int


@dataclass(frozen=True)
class AttributedChanges:
    """A page of changes; `has_unattributed`: the range is so long that its first changes have no author."""

    sheet: ComparisonPage
    authors: Sequence[ChangeAuthor]
    has_unattributed: bool


@dataclass(frozen=True)
class _AttributedComparison:
    comparison: Comparison
    has_unattributed: bool


def _comparison_size(found: _AttributedComparison) -> int:
    return sum(part.size for part in found.comparison.parts) + OP_SIZE * len(found.comparison.redline.ops)


_comparison_cache: LruCache[_AttributedComparison] = LruCache(max_size=8_000_000, size_of=_comparison_size)


def attributed_changes(
    context: RequestContext,
    draft_range: DraftRange,
    *,
    lang: str,
    numbering: NumberingScheme | None,
    view: str,
    page: int,
    at: int | None,
) -> AttributedChanges:
    """Return a page of the changes in `draft_range`, numbered by `numbering`; comparisons are cached (LRU)."""
    found = _comparison_cache.get_or_create(
        (draft_range.draft, draft_range.epoch, draft_range.since, draft_range.upto, numbering),
        lambda: _attributed_comparison(context.tx, draft_range, numbering),
    )
    change_authors = _change_authors(context, found.comparison)
    shown = build_comparison_page(
        found.comparison,
        found.comparison.texts,
        lang=lang,
        digits=context.formatter.digit_system_of(lang),
        view=view,
        page=page,
        at=at,
        badges={one.person: _author_badge(context, one) for one in change_authors},
    )
    return AttributedChanges(shown, change_authors, found.has_unattributed)


def _attributed_comparison(tx: Tx, draft_range: DraftRange, numbering: NumberingScheme | None) -> _AttributedComparison:
    replayed = changes_actions.load_changes(tx, draft_range)
    old, new = replayed.before, replayed.after
    numbers = number_marks(old, numbering), number_marks(new, numbering)
    found = number_redline(attributed_redline(replayed.segments, old, new), old, new, numbers)
    return _AttributedComparison(
        build_comparison(insert_marks(old, numbers[0]), insert_marks(new, numbers[1]), found), replayed.is_truncated
    )


def _change_authors(context: RequestContext, comparison: Comparison) -> list[ChangeAuthor]:
    """Return the authors, those with most changed words first."""
    counts = _word_counts(comparison)
    ordered = sorted(counts, key=lambda person: (-sum(counts[person]), person))
    return [_change_author(context, number, person, counts[person]) for number, person in enumerate(ordered, 1)]


def _word_counts(comparison: Comparison) -> Mapping[str, tuple[int, int]]:
    """Count words added and removed by person id."""
    old, new = comparison.texts
    counts: dict[str, tuple[int, int]] = {}
    for op in comparison.redline.ops:
        if op.author is not None:
            added, removed = counts.get(op.author, (0, 0))
            removed_words, added_words = len(old[op.a0 : op.a1].split()), len(new[op.b0 : op.b1].split())
            counts[op.author] = (added + added_words, removed + removed_words)
    return counts


def _change_author(context: RequestContext, number: int, person: str, count: tuple[int, int]) -> ChangeAuthor:
    writer = load_author(context.tx, person)
    names = context.formatter.localized_name(writer.names) if writer.names else Markup.escape(person)
    organisation = context.formatter.localized_name(writer.organisation) if writer.organisation else Markup()
    return ChangeAuthor(number, writer.colour, person, names, organisation, *count)


def _author_badge(context: RequestContext, change_author: ChangeAuthor) -> AuthorBadge:
    translator, name = context.formatter.translator, change_author.names.striptags()
    return AuthorBadge(
        context.formatter.format_number(change_author.number),
        change_author.colour,
        translator.t(N_("{name} added:"), name=name),
        translator.t(N_("{name} deleted:"), name=name),
    )
