"""The changes of the texts in other languages, which a comparison in one language names and links to."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from service.web.comparisons.navigation import ComparedText, comparison_links
from service.web.http.context import RequestContext
from service.web.texts.redline_fragment import summarize_counts

CHANGED, ADDED, REMOVED = "changed", "added", "removed"


@dataclass(frozen=True)
class ChangedPlace:
    """A provision that changed, and the address of its redline."""

    name: Markup
    url: str


@dataclass(frozen=True)
class OtherText:
    """The text in another language; of a changed one, a summary, the provisions that changed, and its redline."""

    lang: str
    state: str
    summary: str = ""
    url: str = ""
    places: tuple[ChangedPlace, ...] = ()


def other_changed_texts(
    context: RequestContext, old: Mapping[str, ComparedText], new: Mapping[str, ComparedText], *, lang: str, path: str
) -> list[OtherText]:
    """Return the texts in other languages than `lang` that differ or that only one side has, by language.

    Texts are compared with their numbers: typed numbers that became automatic ones are no difference.
    """
    return [
        found
        for code in sorted({*old, *new} - {lang})
        if (found := _compare(context, old.get(code), new.get(code), lang=code, path=path))
    ]


def _compare(
    context: RequestContext, old: ComparedText | None, new: ComparedText | None, *, lang: str, path: str
) -> OtherText | None:
    if old is None or new is None:
        return OtherText(lang, ADDED if old is None else REMOVED)
    if old.numbered_text == new.numbered_text:
        return None
    links = comparison_links(context, old, new, lang=lang, path=path, view="inline")
    counts = links.comparison_page.comparison.counts
    if counts.is_empty:
        return None
    places = (
        ChangedPlace(links.name(run[0]), links.part_alone(run[0].index))
        for run in links.comparison_page.outline
        if run[0].touched
    )
    summary = summarize_counts(counts, formatter=context.formatter)
    return OtherText(lang, CHANGED, summary, links.view("inline"), tuple(places))
