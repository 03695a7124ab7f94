"""What changed between two versions in all their texts, told in the language of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.actions.documents.outside_text import load_outside_of_version
from service.domain.documents.document import Document
from service.domain.documents.outside_text import OutsideChange, outside_changes, outside_of_version
from service.domain.documents.version import Version
from service.domain.endorsement.round import Round
from service.web.comparisons.navigation import ComparisonLinks, comparison_links, version_text_of
from service.web.comparisons.outside_text import ShownChange, shown_changes
from service.web.http.context import RequestContext
from service.web.texts.redline_fragment import summarize_counts

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"


@dataclass(frozen=True)
class TextChanges:
    """The changes of the text in one language: its `state`, and for a changed text a summary and links to provisions.

    `title` is the redline of the title if it changed.
    """

    lang: str
    state: str
    is_official: bool
    title: ShownChange | None = None
    summary: str = ""
    links: ComparisonLinks | None = None


@dataclass(frozen=True)
class ChangesSinceVersion:
    """Changes in the version of the round since version `since`, in every text of either version.

    `known_to_organisation`: the organisation answered on the older version in an earlier round. `seen_by_user`: it is
    the version the user saw last. `official_before` are the languages of its official texts if they have changed.
    `outside` are the other facts outside the texts that changed, but for titles, which the texts have.
    """

    since: int
    known_to_organisation: bool
    seen_by_user: bool
    texts: Sequence[TextChanges]
    official_before: Sequence[str] = ()
    outside: Sequence[ShownChange] = ()


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
    title = _title_change(old.title, new.title, lang, context) if old.title != new.title else None
    if old.text_sha256 == new.text_sha256 and older.numbering == newer.numbering:
        return TextChanges(lang, CHANGED if title else SAME, official, title)
    sides = version_text_of(context, older, lang), version_text_of(context, newer, lang)
    links = comparison_links(context, *sides, lang=lang, path=f"/documents/{newer.document}/comparison", view="changes")
    summary = summarize_counts(links.comparison_page.comparison.counts, formatter=context.formatter)
    return TextChanges(lang, CHANGED, official, title, summary, links)


def _title_change(old: str, new: str, lang: str, context: RequestContext) -> ShownChange:
    return shown_changes([OutsideChange("title", lang, (old,), (new,))], formatter=context.formatter)[0]


def facts_changed(
    context: RequestContext, document: Document, older: Version, newer: Version, round_: Round, *, lang: str
) -> list[ShownChange]:
    """Return what changed outside the texts, from an older version to this round on the newer one.

    Without titles and official texts, which the page names elsewhere.
    """
    before = load_outside_of_version(context.tx, document, older)
    after = outside_of_version(newer, round_.terms.front if round_.terms else None)
    found = [one for one in outside_changes(before, after, lang=lang) if one.fact not in ("title", "authentic")]
    return shown_changes(found, formatter=context.formatter)
