"""What changed between two versions in all their texts, told in the language of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.documents.version import Version
from service.web.comparisons.navigation import ComparisonLinks, comparison_links, version_text_of
from service.web.http.context import RequestContext
from service.web.texts.redline_fragment import summarize_counts

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"


@dataclass(frozen=True)
class TextChanges:
    """The changes of the text in one language: its `state`, and for a changed text a summary and links to provisions.

    `titles` are the old and new title if they differ.
    """

    lang: str
    state: str
    is_official: bool
    titles: tuple[str, str] | None = None
    summary: str = ""
    links: ComparisonLinks | None = None


@dataclass(frozen=True)
class ChangesSinceVersion:
    """Changes in the version of the round since version `since`, in every text of either version.

    `known_to_organisation`: the organisation answered on the older version in an earlier round. `seen_by_user`: it is
    the version the user saw last. `official_before` are the languages of its official texts if they have changed.
    """

    since: int
    known_to_organisation: bool
    seen_by_user: bool
    texts: Sequence[TextChanges]
    official_before: Sequence[str] = ()


def text_changes(context: RequestContext, older: Version, newer: Version, *, first: str) -> list[TextChanges]:
    """Return the changes of every text: the language `first`, then the official texts, then translations."""
    langs = sorted(
        {*older.editions, *newer.editions}, key=lambda lang: (lang != first, lang not in newer.authentic, lang)
    )
    return [_changes_of(context, older, newer, lang) for lang in langs]


def _changes_of(context: RequestContext, older: Version, newer: Version, lang: str) -> TextChanges:
    old, new = older.editions.get(lang), newer.editions.get(lang)
    official = lang in newer.authentic
    if old is None or new is None:
        return TextChanges(lang, ADDED if old is None else REMOVED, official)
    titles = (old.title, new.title) if old.title != new.title else None
    if old.text_sha256 == new.text_sha256 and older.numbering == newer.numbering:
        return TextChanges(lang, CHANGED if titles else SAME, official, titles)
    sides = version_text_of(context, older, lang), version_text_of(context, newer, lang)
    links = comparison_links(context, *sides, lang=lang, path=f"/documents/{newer.document}/comparison", view="changes")
    summary = summarize_counts(links.comparison_page.comparison.counts, formatter=context.formatter)
    return TextChanges(lang, CHANGED, official, titles, summary, links)
