"""Advice on a text for those who write it: what an editor would ask, and whether its citations hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.errors import N_
from service.domain.text.markup.parser import read
from service.domain.text.review.writing_advice import USUAL, Advice, Lists, advise
from service.domain.text.structure.instruments import citations, uncitable
from service.web.http.context import Visit
from service.web.rendering.lru_cache import Memory

ASKS = {
    "nobody_named": N_("Who did it? It speaks of a violation and names nobody."),
    "everybody_named": N_("Who exactly? Whoever names all sides names none."),
    "no_source": N_("How is it known? There is no footnote with a source."),
    "long_sentence": N_("Hard to follow: a long sentence."),
}
"""What is asked of a sentence, by the kind of the remark."""


@dataclass(frozen=True)
class Aids:
    """`broken`: citations of what there is not; `apart`: by language, what only one of both texts cites."""

    advice: Advice
    broken: tuple[str, ...]
    cites: tuple[str, ...]
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def some(self) -> bool:
        return bool(self.advice.remarks or self.broken or self.apart)


def _weight(found: Aids) -> int:
    return 400 + sum(len(one.sentence) for one in found.advice.remarks)


_kept: Memory[Aids] = Memory(room=2_000_000, weigh=_weight)


def aids(visit: Visit, text: str, *, lang: str) -> Aids:
    """What is to be said of one text in `lang`."""
    lists = word_lists(visit.coalition.settings if visit.coalition else {}, lang)

    def make() -> Aids:
        tree = read(text)
        return Aids(advise(tree, lang=lang, lists=lists), uncitable(tree), citations(tree))

    return _kept.recall((sha256(text.encode()).digest(), lang, lists), make)


def aids_beside(visit: Visit, document: Document, text: str, *, lang: str) -> Aids:
    """The same, and how its citations differ from those of the other drafts of the document."""
    found = aids(visit, text, lang=lang)
    apart: dict[str, tuple[str, ...]] = {}
    for other in document.editions:
        if other != lang:
            there = save.read(visit.tx, visit.reader, document_id=document.id, lang=other).text
            differing = set(found.cites) ^ set(aids(visit, there, lang=other).cites)
            apart |= {other: tuple(sorted(differing))} if differing else {}
    return Aids(found.advice, found.broken, found.cites, apart)


def word_lists(settings: Mapping[str, Any], lang: str) -> Lists:
    """The coalition's words for `lang`; ours where it has chosen none."""
    usual = USUAL.get(lang, USUAL["en"])
    own = settings.get("reading_aids", {}).get(lang)
    return Lists(**{name: tuple(own[name]) for name in ("violations", "actors", "everybody")}) if own else usual
