"""Writing advice for authors: an editor's questions on sentences, and a check of citations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.errors import N_
from service.domain.text.markup.parser import parse_markup
from service.domain.text.review.writing_advice import DEFAULT_WORD_LISTS, WordLists, WritingAdvice, review_writing
from service.domain.text.structure.instruments import list_citations, unknown_citations
from service.web.http.context import RequestContext
from service.web.rendering.lru_cache import LruCache

ADVICE_QUESTIONS = {
    "nobody_named": N_("Who did it? This sentence mentions a violation but names no one."),
    "everybody_named": N_("Who exactly? “All sides” names no one."),
    "no_source": N_("What is the source? There is no footnote."),
    "long_sentence": N_("Long sentence: hard to follow."),
}
"""Questions on a sentence, by kind of advice."""


@dataclass(frozen=True)
class AdviceView:
    """Advice on a text, with its citations.

    `broken_citations`: of unknown instruments or provisions; `citation_differences`: by language, the citations that
    only one of both texts has.
    """

    advice: WritingAdvice
    broken_citations: tuple[str, ...]
    citations: tuple[str, ...]
    citation_differences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.advice.items or self.broken_citations or self.citation_differences)


def _advice_size(advice: AdviceView) -> int:
    return 400 + sum(len(one.sentence) for one in advice.advice.items)


_advice_cache: LruCache[AdviceView] = LruCache(max_size=2_000_000, size_of=_advice_size)


def advise_on(context: RequestContext, text: str, *, lang: str) -> AdviceView:
    """Return the advice on a text in `lang`, cached by its SHA-256, language and word lists."""
    lists = word_lists(context.coalition.settings if context.coalition else {}, lang)

    def create() -> AdviceView:
        tree = parse_markup(text)
        return AdviceView(
            review_writing(tree, lang=lang, word_lists=lists), unknown_citations(tree), list_citations(tree)
        )

    return _advice_cache.get_or_create((sha256(text.encode()).digest(), lang, lists), create)


def advice_with_differences(context: RequestContext, document: Document, text: str, *, lang: str) -> AdviceView:
    """Return the advice on a text, with differences between its citations and those of the other editions."""
    found = advise_on(context, text, lang=lang)
    differences: dict[str, tuple[str, ...]] = {}
    for other in document.editions:
        if other != lang:
            other_text = save.read(context.tx, context.user, document_id=document.id, lang=other).text
            differing = set(found.citations) ^ set(advise_on(context, other_text, lang=other).citations)
            differences |= {other: tuple(sorted(differing))} if differing else {}
    return AdviceView(found.advice, found.broken_citations, found.citations, differences)


def word_lists(settings: Mapping[str, Any], lang: str) -> WordLists:
    """Return the word lists of the coalition for `lang`, or the defaults."""
    default = DEFAULT_WORD_LISTS.get(lang, DEFAULT_WORD_LISTS["en"])
    chosen = settings.get("reading_aids", {}).get(lang)
    return (
        WordLists(**{name: tuple(chosen[name]) for name in ("violations", "actors", "everybody")})
        if chosen
        else default
    )
