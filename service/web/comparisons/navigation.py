"""Navigation inside a comparison: its two texts, its current page, and links to pages and provisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from markupsafe import Markup

from service.actions.documents import versions
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.text.redline.by_provision import ComparisonPart
from service.domain.text.structure.numbering import NumberingScheme
from service.i18n import convert_digits
from service.store.documents import block_indexes as block_indexes_store
from service.web.comparisons.view_model import ComparisonPage, build_comparison_page, page_size
from service.web.http.context import RequestContext
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.lru_cache import LruCache
from service.web.texts.redline_fragment import NumberedText, compare_texts
from service.web.texts.selection import numbering_of

DRAFT_PARAM = "draft"
"""Value of `?new` for the draft."""


@dataclass(frozen=True)
class ComparedText:
    """One text of a comparison; `number` and `version` are None for the draft."""

    number: int | None
    title: str
    text: str
    numbering: NumberingScheme | None = None
    version: Version | None = None

    @property
    def numbered_text(self) -> NumberedText:
        """The text with its numbering scheme."""
        return NumberedText(self.text, self.numbering)


@dataclass(frozen=True)
class LabelPair:
    """The label of a provision or reference, and its expected or new label."""

    found: Markup
    expected: Markup


@dataclass(frozen=True)
class ComparisonLinks:
    """Links inside one comparison, and labels of its parts; `alone_param` is the query parameter of a single part."""

    comparison_page: ComparisonPage
    path: str
    query: Mapping[str, str]
    lang: str
    formatter: LocaleFormatter
    alone_param: str = "at"

    def view(self, view: str, **more: int) -> str:
        """Return the URL of another view, with `more` query parameters."""
        return f"{self.path}?{urlencode({**self.query, 'view': view, **more})}"

    def page(self, number: int) -> str:
        """Return the URL of a page of this view; numbers start at 1."""
        return self.view(self.comparison_page.view, page=number)

    def part_alone(self, index: int) -> str:
        """Return the URL of the part at `index` shown by itself."""
        return self.view("provision", **{self.alone_param: index})

    def part(self, index: int, mark: str = "") -> str:
        """Return the URL of the part at `index` in this view; `mark` is the id of an element in it."""
        mark = mark or f"p-{index}"
        page = self.comparison_page.page_of(index)
        if page == self.comparison_page.page:
            return f"#{mark}"
        return f"{self.page(page) if page else self.part_alone(index)}#{mark}"

    def name(self, part: ComparisonPart) -> Markup:
        """Return the label of a part; for text before the first heading, a description."""
        label = part.label or part.old_label
        if not label:
            return self.formatter.translate(N_("the start of the text"))
        return self._label(label)

    def old_name(self, part: ComparisonPart) -> Markup:
        """Return the label of a part in the old text."""
        return self._label(part.old_label)

    def renumbered(self) -> list[LabelPair]:
        """Return the old and new label of each renumbered provision."""
        return [self._pair(*pair) for pair in self.comparison_page.comparison.redline.renumber_map]

    def stale_references(self) -> list[LabelPair]:
        """Return the references that no longer match the new numbers, without duplicates."""
        flags = self.comparison_page.comparison.redline.flags
        return [self._pair(*pair) for pair in dict.fromkeys((flag.found, flag.expected) for flag in flags)]

    def _pair(self, found: str, expected: str) -> LabelPair:
        return LabelPair(self._label(found), self._label(expected))

    def _label(self, label: str) -> Markup:
        return self.formatter.isolate(convert_digits(label, self.formatter.digit_system_of(self.lang)), lang=self.lang)


_page_cache: LruCache[ComparisonPage] = LruCache(max_size=8_000_000, size_of=page_size)


def comparison_links(
    context: RequestContext,
    old: ComparedText,
    new: ComparedText,
    *,
    lang: str,
    path: str,
    view: str,
    page: int = 1,
    at: int | None = None,
) -> ComparisonLinks:
    """Build one page of the comparison shown at `path`, with its links. Cached by the digests of the texts."""
    digit_system = context.formatter.digit_system_of(lang)

    def create() -> ComparisonPage:
        _defer_indexing(context, [side.version for side in (old, new) if side.version], lang)
        found = compare_texts(context.tx, old.numbered_text, new.numbered_text)
        return build_comparison_page(found, found.texts, lang=lang, digits=digit_system, view=view, page=page, at=at)

    texts = (sha256(side.text.encode()).digest() for side in (old, new))
    key = (*texts, old.numbering, new.numbering, lang, digit_system, view, page, at)
    page_of_changes = _page_cache.get_or_create(key, create)
    query = {"lang": lang, "old": str(old.number), "new": str(new.number or DRAFT_PARAM)}
    return ComparisonLinks(page_of_changes, path, query, lang, context.formatter)


def _defer_indexing(context: RequestContext, compared_versions: Sequence[Version], lang: str) -> None:
    """Defer building the block indexes of these versions, which make their next comparison faster."""
    actor, ids = (
        context.user,
        block_indexes_store.list_missing(context.tx, [one.id for one in compared_versions], lang=lang),
    )
    if ids:
        document = compared_versions[0].document
        context.defer_write(lambda tx: versions.build_indexes(tx, actor, document_id=document, ids=ids, lang=lang))


def version_text_of(context: RequestContext, version: Version, lang: str) -> ComparedText:
    """Return the text of a version in `lang`; empty if the language was added later."""
    edition = version.editions.get(lang)
    if edition is None:
        return ComparedText(version.number, "", "")
    return ComparedText(version.number, edition.title, edition.text, numbering_of(context, version, lang), version)
