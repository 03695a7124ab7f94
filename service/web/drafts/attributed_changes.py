"""What changed in a draft between two places, each change with its person: by number, colour, and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.actions.drafts import changes as changes_actions
from service.actions.drafts.authorship import author
from service.actions.drafts.changes import Way
from service.domain.errors import N_
from service.domain.text.attribution.attributed_redline import named
from service.domain.text.redline.by_provision import Comparison, compare
from service.domain.text.redline.inline import Sign
from service.domain.text.redline.numbered import with_numbers
from service.domain.text.structure.numbering import Scheme, marked, marks
from service.store.db import Tx
from service.web.comparisons.view_model import Sheet, sheet
from service.web.http.context import Visit
from service.web.rendering.lru_cache import Memory
from service.web.texts.redline_fragment import STRETCH


@dataclass(frozen=True)
class Doer:
    """A person of the changes; who is known no more has no names. `added`, `removed` count words."""

    number: int
    colour: int
    person: str
    names: Markup
    organisation: Markup
    added: int
    removed: int


@dataclass(frozen=True)
class Changes:
    """One page of them. `untold`: whose the first of them were is not said."""

    sheet: Sheet
    doers: Sequence[Doer]
    untold: bool


@dataclass(frozen=True)
class _Told:
    comparison: Comparison
    untold: bool


def _weight(told: _Told) -> int:
    return sum(part.size for part in told.comparison.parts) + STRETCH * len(told.comparison.redline.ops)


_kept: Memory[_Told] = Memory(room=8_000_000, weigh=_weight)


def changes(visit: Visit, its: Way, *, lang: str, by: Scheme | None, view: str, page: int, at: int | None) -> Changes:
    """A page of the changes on a way; `by` numbers the provisions."""
    told = _kept.recall((its.draft, its.epoch, its.since, its.upto, by), lambda: _read(visit.tx, its, by))
    doers = _doers(visit, told.comparison)
    shown = sheet(
        told.comparison,
        told.comparison.texts,
        lang=lang,
        digits=visit.voice.digits_of(lang),
        view=view,
        page=page,
        at=at,
        signs={one.person: _sign(visit, one) for one in doers},
    )
    return Changes(shown, doers, told.untold)


def _read(tx: Tx, its: Way, by: Scheme | None) -> _Told:
    followed = changes_actions.read(tx, its)
    old, new = followed.before, followed.after
    numbers = marks(old, by), marks(new, by)
    found = with_numbers(named(followed.bits, old, new), old, new, numbers)
    return _Told(compare(marked(old, numbers[0]), marked(new, numbers[1]), found), followed.untold)


def _doers(visit: Visit, comparison: Comparison) -> list[Doer]:
    """Those who changed the most first."""
    counts = _counts(comparison)
    ordered = sorted(counts, key=lambda person: (-sum(counts[person]), person))
    return [_doer(visit, number, person, counts[person]) for number, person in enumerate(ordered, 1)]


def _counts(comparison: Comparison) -> Mapping[str, tuple[int, int]]:
    """Words added and removed, by person (id)."""
    old, new = comparison.texts
    counts: dict[str, tuple[int, int]] = {}
    for op in comparison.redline.ops:
        if op.by is not None:
            added, removed = counts.get(op.by, (0, 0))
            gone, come = len(old[op.a0 : op.a1].split()), len(new[op.b0 : op.b1].split())
            counts[op.by] = (added + come, removed + gone)
    return counts


def _doer(visit: Visit, number: int, person: str, count: tuple[int, int]) -> Doer:
    who = author(visit.tx, person)
    names = visit.voice.named(who.names) if who.names else Markup.escape(person)
    its = visit.voice.named(who.organisation) if who.organisation else Markup()
    return Doer(number, who.colour, person, names, its, *count)


def _sign(visit: Visit, one: Doer) -> Sign:
    words, name = visit.voice.words, one.names.striptags()
    return Sign(
        visit.voice.number(one.number),
        one.colour,
        words.t(N_("{name} added:"), name=name),
        words.t(N_("{name} took out:"), name=name),
    )
