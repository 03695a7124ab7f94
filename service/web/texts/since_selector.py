"""From where on a reader wants to know what changed in a draft: since they were there, a version, a day, a time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from service.domain.documents.document import Document
from service.domain.documents.last_seen import unseen_since
from service.domain.errors import N_, Malformed
from service.store.documents import versions as versions_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts import last_seen as last_seen_store
from service.store.drafts.journal import Head
from service.web.http.context import Visit
from service.web.rendering.formatting import DAY
from service.web.rendering.time_zones import city

VERSIONS = 12
"""That are offered to compare with."""

PLACE_DIGITS = 15


@dataclass(frozen=True)
class Since:
    """The place after row `seq`; `name` is what an address calls it."""

    name: str
    seq: int
    label: Markup


def ways_back(visit: Visit, document: Document, lang: str, head: Head) -> list[Since]:
    """What is offered, the most useful first."""
    return list(_ways_back(visit, document, lang, head))


def chosen_since(visit: Visit, document: Document, lang: str, head: Head, offered: list[Since]) -> Since:
    """What the address asks for by `since` or `time`, else the first that is offered. Raises Malformed
    `unknown_place`, `bad_time`."""
    asked, time = visit.query("since"), visit.query("time")
    if time:
        at = moment_of(visit, time)
        return Since(
            "",
            journal_history_store.place_at(visit.tx, document.editions[lang].draft, head, at=at),
            visit.voice.moment(at),
        )
    is_row = asked.isascii() and asked.isdigit() and len(asked) < PLACE_DIGITS
    fits = (one for one in offered if not asked or (one.seq == int(asked) if is_row else one.name == asked))
    found = next(fits, None)
    if found is None and is_row:
        return _at_row(visit, document.editions[lang].draft, head, int(asked))
    if found is None:
        raise unknown_place()
    return found


def unknown_place() -> Malformed:
    return Malformed("unknown_place", N_("This draft has no such place in its history."))


def moment_of(visit: Visit, typed: str) -> int:
    """A day and time on the reader's clock, in µs UTC. Raises Malformed `bad_time`."""
    try:
        there = dt.datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(visit.voice.zone))
        return int(there.timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        raise Malformed("bad_time", N_("This time could not be read. Give a day and an hour.")) from None


def clock_of(visit: Visit) -> str:
    """The city by whose clock the reader's times are taken."""
    return city(visit.voice.zone, language=visit.voice.words.language)


def written_at(visit: Visit, draft: str, epoch: int, seq: int) -> int | None:
    """When a row was written; None where that is not known any more."""
    rows = journal_history_store.between(visit.tx, draft, epoch=epoch, after=seq - 1, upto=seq)
    return rows[0].at if rows else None


def begun_anew(visit: Visit, draft: str, head: Head) -> bool:
    """Whether the reader was here before the draft was begun anew: what became of what they saw is not known."""
    last = last_seen_store.stays(visit.tx, person=visit.reader.person, drafts=[draft]).get(draft)
    return last is not None and last.epoch != head.epoch


def _ways_back(visit: Visit, document: Document, lang: str, head: Head) -> Iterator[Since]:
    draft, voice, now = document.editions[lang].draft, visit.voice, visit.tx.now
    last = last_seen_store.stays(visit.tx, person=visit.reader.person, drafts=[draft]).get(draft)
    if last and last.epoch == head.epoch:
        yield Since("here", unseen_since(last, now=now), voice.say(N_("I was last here")))
    cuts = versions_store.places(visit.tx, document.id, lang=lang, epoch=head.epoch)
    for seq, number in list(reversed(cuts))[:VERSIONS]:
        yield Since(f"v{number}", seq, voice.say(N_("version {number}"), number=number))
    for name, days, label in (("day", 1, N_("this time yesterday")), ("week", 7, N_("a week ago"))):
        yield Since(name, journal_history_store.place_at(visit.tx, draft, head, at=now - days * DAY), voice.say(label))
    yield Since("start", 0, voice.say(N_("the beginning")))


def _at_row(visit: Visit, draft: str, head: Head, seq: int) -> Since:
    if seq > head.seq:
        raise unknown_place()
    at = written_at(visit, draft, head.epoch, seq)
    return Since(str(seq), seq, visit.voice.moment(at) if at else visit.voice.say(N_("the beginning")))
