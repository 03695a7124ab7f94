"""One comparison as pages link to it: its two sides, its page of provisions, and the addresses inside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from markupsafe import Markup

from service.actions.documents import versions
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.text.redline.by_provision import Part
from service.domain.text.structure.numbering import Scheme
from service.i18n import digits
from service.store.documents import block_indexes as block_indexes_store
from service.web.comparisons.view_model import Sheet, sheet, weight
from service.web.http.context import Visit
from service.web.rendering.formatting import Voice
from service.web.rendering.lru_cache import Memory
from service.web.texts.redline_fragment import Text, compared
from service.web.texts.selection import numbers

DRAFT = "draft"
"""What `?new` says for the live text."""


@dataclass(frozen=True)
class Side:
    """One text of a comparison; `number` and `version` are None for the draft; `by` numbers its provisions."""

    number: int | None
    title: str
    text: str
    by: Scheme | None = None
    version: Version | None = None

    @property
    def reads(self) -> Text:
        return Text(self.text, self.by)


@dataclass(frozen=True)
class Pair:
    """The name of a provision, and what it should be or is now."""

    found: Markup
    expected: Markup


@dataclass(frozen=True)
class Ways:
    """Addresses inside one comparison, and what its parts are called; `alone_by` names one of them in an address."""

    sheet: Sheet
    path: str
    query: Mapping[str, str]
    lang: str
    voice: Voice
    alone_by: str = "at"

    def view(self, view: str, **more: int) -> str:
        return f"{self.path}?{urlencode({**self.query, 'view': view, **more})}"

    def page(self, number: int) -> str:
        return self.view(self.sheet.view, page=number)

    def alone(self, place: int) -> str:
        """Where the part at `place` stands by itself."""
        return self.view("provision", **{self.alone_by: place})

    def part(self, place: int, mark: str = "") -> str:
        """Where the part at `place` stands in this view, at `mark` in it."""
        mark = mark or f"p-{place}"
        page = self.sheet.page_of(place)
        if page == self.sheet.page:
            return f"#{mark}"
        return f"{self.page(page) if page else self.alone(place)}#{mark}"

    def name(self, part: Part) -> Markup:
        """The label of a part; before the first heading, what stands there."""
        label = part.label or part.was
        if not label:
            return self.voice.say(N_("the opening"))
        return self._label(label)

    def was(self, part: Part) -> Markup:
        return self._label(part.was)

    def numbers(self) -> list[Pair]:
        """Which provision is which now."""
        return [self._pair(*pair) for pair in self.sheet.comparison.redline.renumber_map]

    def stale(self) -> list[Pair]:
        """References that the new numbers contradict, each once."""
        flags = self.sheet.comparison.redline.flags
        return [self._pair(*pair) for pair in dict.fromkeys((flag.found, flag.expected) for flag in flags)]

    def _pair(self, found: str, expected: str) -> Pair:
        return Pair(self._label(found), self._label(expected))

    def _label(self, label: str) -> Markup:
        return self.voice.foreign(digits(label, self.voice.digits_of(self.lang)), lang=self.lang)


_sheets: Memory[Sheet] = Memory(room=8_000_000, weigh=weight)


def ways_of(
    visit: Visit, old: Side, new: Side, *, lang: str, path: str, view: str, page: int = 1, at: int | None = None
) -> Ways:
    """One page of the comparison that is read at `path`."""
    system = visit.voice.digits_of(lang)

    def make() -> Sheet:
        _index_after(visit, [side.version for side in (old, new) if side.version], lang)
        found = compared(visit.tx, old.reads, new.reads)
        return sheet(found, found.texts, lang=lang, digits=system, view=view, page=page, at=at)

    texts = (sha256(side.text.encode()).digest() for side in (old, new))
    key = (*texts, old.by, new.by, lang, system, view, page, at)
    shown = _sheets.recall(key, make)
    query = {"lang": lang, "old": str(old.number), "new": str(new.number or DRAFT)}
    return Ways(shown, path, query, lang, visit.voice)


def _index_after(visit: Visit, cut: Sequence[Version], lang: str) -> None:
    """After the page was sent, keep what makes the next comparison of these versions faster."""
    actor, ids = visit.reader, block_indexes_store.missing(visit.tx, [one.id for one in cut], lang=lang)
    if ids:
        document = cut[0].document
        visit.after(lambda tx: versions.index(tx, actor, document_id=document, ids=ids, lang=lang))


def side_of(visit: Visit, version: Version, lang: str) -> Side:
    """The same of a version that is known."""
    its = version.editions.get(lang)
    if its is None:
        return Side(version.number, "", "")
    return Side(version.number, its.title, its.text, numbers(visit, version, lang), version)
