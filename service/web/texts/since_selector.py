"""Starting points for the changes of a draft: the last visit, a version, a day ago, a time, a journal row."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from service.domain.documents.document import Document
from service.domain.documents.last_seen import first_unseen_after
from service.domain.errors import N_, InvalidInput
from service.store.documents import versions as versions_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts import last_seen as last_seen_store
from service.store.drafts.journal import Head
from service.web.http.context import RequestContext
from service.web.rendering.formatting import DAY
from service.web.rendering.time_zones import zone_city

MAX_VERSIONS = 12
"""Versions offered as starting points."""

MAX_ROW_DIGITS = 15
"""A `seq` has fewer digits."""


@dataclass(frozen=True)
class StartingPoint:
    """The position after journal row `seq`; `name` is its value in `?since`."""

    name: str
    seq: int
    label: Markup


def list_starting_points(context: RequestContext, document: Document, lang: str, head: Head) -> list[StartingPoint]:
    """Return the starting points on offer, the most useful first."""
    return list(_starting_points(context, document, lang, head))


def chosen_starting_point(
    context: RequestContext, document: Document, lang: str, head: Head, starting_points: list[StartingPoint]
) -> StartingPoint:
    """Return the starting point given by `?since` or `?time`, else the first on offer.

    Raises InvalidInput `unknown_place`, `bad_time`.
    """
    value, time = context.query_param("since"), context.query_param("time")
    if time:
        at = parse_local_time(context, time)
        return StartingPoint(
            "",
            journal_history_store.get_seq_at(context.tx, document.editions[lang].draft, head, at=at),
            context.formatter.format_moment(at),
        )
    is_row = value.isascii() and value.isdigit() and len(value) < MAX_ROW_DIGITS
    matching = (one for one in starting_points if not value or (one.seq == int(value) if is_row else one.name == value))
    found = next(matching, None)
    if found is None and is_row:
        return _starting_point_at_row(context, document.editions[lang].draft, head, int(value))
    if found is None:
        raise unknown_row()
    return found


def unknown_row() -> InvalidInput:
    """Return the error for a journal row that does not exist."""
    return InvalidInput("unknown_place", N_("The draft’s history has no such point."))


def parse_local_time(context: RequestContext, value: str) -> int:
    """Parse an ISO 8601 local time in the user's time zone into µs UTC. Raises InvalidInput `bad_time`."""
    try:
        local = dt.datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(context.formatter.user_zone))
        return int(local.timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        raise InvalidInput("bad_time", N_("We could not read this time. Enter a date and time.")) from None


def user_zone_city(context: RequestContext) -> str:
    """Return the city of the user's time zone."""
    return zone_city(context.formatter.user_zone, language=context.formatter.translator.language)


def written_at(context: RequestContext, draft: str, epoch: int, seq: int) -> int | None:
    """Return when a journal row was written (µs UTC); None if the row is gone."""
    rows = journal_history_store.list_updates_between(context.tx, draft, epoch=epoch, after=seq - 1, upto=seq)
    return rows[0].at if rows else None


def was_restarted(context: RequestContext, draft: str, head: Head) -> bool:
    """Whether the draft was reset since the user's last visit, so changes since then are unknown."""
    last = last_seen_store.list_drafts_seen(context.tx, person=context.user.person, drafts=[draft]).get(draft)
    return last is not None and last.epoch != head.epoch


def _starting_points(context: RequestContext, document: Document, lang: str, head: Head) -> Iterator[StartingPoint]:
    draft, formatter, now = document.editions[lang].draft, context.formatter, context.tx.now
    last = last_seen_store.list_drafts_seen(context.tx, person=context.user.person, drafts=[draft]).get(draft)
    if last and last.epoch == head.epoch:
        yield StartingPoint("here", first_unseen_after(last, now=now), formatter.translate(N_("my last visit")))
    cuts = versions_store.list_cut_seqs(context.tx, document.id, lang=lang, epoch=head.epoch)
    for seq, number in list(reversed(cuts))[:MAX_VERSIONS]:
        yield StartingPoint(f"v{number}", seq, formatter.translate(N_("version {number}"), number=number))
    for name, days, label in (("day", 1, N_("this time yesterday")), ("week", 7, N_("a week ago"))):
        yield StartingPoint(
            name,
            journal_history_store.get_seq_at(context.tx, draft, head, at=now - days * DAY),
            formatter.translate(label),
        )
    yield StartingPoint("start", 0, formatter.translate(N_("the beginning")))


def _starting_point_at_row(context: RequestContext, draft: str, head: Head, seq: int) -> StartingPoint:
    if seq > head.seq:
        raise unknown_row()
    at = written_at(context, draft, head.epoch, seq)
    return StartingPoint(
        str(seq), seq, context.formatter.format_moment(at) if at else context.formatter.translate(N_("the beginning"))
    )
