"""Comments, their threads, and where these stood in each version."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update

from service.domain.comments.comment import OPEN, SETTLED, SPOKEN_IN, WITHDRAWN, Comment, Fate, Thread
from service.domain.comments.comment_anchor import from_json, to_json
from service.store.db import Tx
from service.store.sequence import following
from service.store.tables import comment, comment_mention, comment_place, comment_thread, document


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the passage of a thread stood in a version: code points of that edition's text."""

    thread: str
    start: int
    end: int
    fate: Fate


def open_thread(tx: Tx, new: Thread) -> None:
    """A thread without comments; `say` the first one."""
    row = {"id": new.id, "seq": following(tx, comment_thread), "document": new.document, "lang": new.lang}
    place = {"draft": new.draft, "epoch": new.epoch, "draft_seq": new.seq, "units": to_json(new.held)}
    more = {"quote": new.quote, "organisation": new.organisation, "state": new.state, "rev": new.rev}
    made = {"made_by": new.made_by, "made_at": new.made_at}
    tx.connection.execute(insert(comment_thread).values(**row, **place, **more, **made))


def say(tx: Tx, thread: Thread, *, id: str, person: str, body: str, mentions: Iterable[str]) -> Comment:
    """Add a comment to a thread."""
    row = {"id": id, "seq": following(tx, comment), "thread": thread.id, "person": person, "body": body, "at": tx.now}
    tx.connection.execute(insert(comment).values(**row))
    asked = tuple(mentions)
    if asked:
        tx.connection.execute(insert(comment_mention), [{"comment": id, "person": one} for one in asked])
    _stir(tx, thread)
    return Comment(id, thread.id, person, body, tx.now, asked)


def settle(tx: Tx, thread: Thread, *, by: str | None) -> None:
    """Settle a locked thread, or (None) open it again."""
    state = {"state": SETTLED if by else OPEN, "settled_by": by, "settled_at": tx.now if by else None}
    _stir(tx, thread, **state)


def take_back(tx: Tx, thread: Thread, id: str) -> None:
    """Forget a comment; with its only one a thread is withdrawn."""
    tx.connection.execute(delete(comment_mention).where(comment_mention.c.comment == id))
    tx.connection.execute(delete(comment).where(comment.c.id == id))
    _stir(tx, thread, **({"state": WITHDRAWN, "quote": ""} if len(thread.comments) == 1 else {}))


def _stir(tx: Tx, thread: Thread, **values: Any) -> None:
    found = update(comment_thread).where(comment_thread.c.id == thread.id)
    tx.connection.execute(found.values(rev=comment_thread.c.rev + 1, **values))
    tx.news.comments.add(thread.draft)


def lock(tx: Tx, id: str) -> Thread | None:
    """The thread, its row locked until the end of the transaction."""
    row = tx.connection.execute(_threads().where(comment_thread.c.id == id).with_for_update(key_share=True)).first()
    tx.locked()
    return _with_comments(tx, [row])[0] if row else None


def thread_of(tx: Tx, id: str) -> str | None:
    """The id of the thread a comment belongs to."""
    return tx.connection.execute(select(comment.c.thread).where(comment.c.id == id)).scalar_one_or_none()


def of_draft(tx: Tx, draft: str, *, organisation: str | None, states: Collection[str]) -> list[Thread]:
    """The threads of a draft that are for everybody or for `organisation`, in the order they were made."""
    query = _threads().where(comment_thread.c.draft == draft, comment_thread.c.state.in_(list(states)))
    return _with_comments(tx, tx.connection.execute(query.where(_shown(organisation))).all())


def open_of_draft(tx: Tx, draft: str) -> list[Thread]:
    """Every open thread of a draft, whomever it is for: to be shown to nobody as it is."""
    query = _threads().where(comment_thread.c.draft == draft, comment_thread.c.state == OPEN)
    return _with_comments(tx, tx.connection.execute(query).all())


def count(tx: Tx, draft: str, *, organisation: str | None) -> int:
    """The comments on a draft that are for `organisation` alone; None: those for everybody."""
    return _count(tx, draft, comment_thread.c.organisation.is_not_distinct_from(organisation))


def count_of(tx: Tx, draft: str, person: str) -> int:
    """A person's comments on a draft, whomever they are for."""
    return _count(tx, draft, comment.c.person == person)


def _count(tx: Tx, draft: str, which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(comment).join(comment_thread, comment_thread.c.id == comment.c.thread)
    return tx.connection.execute(query.where(comment_thread.c.draft == draft, which)).scalar_one()


def open_counts(tx: Tx, document: str, *, organisation: str | None) -> dict[str, int]:
    """How many open threads each language of a document has for somebody of `organisation`."""
    query = select(comment_thread.c.lang, func.count()).where(comment_thread.c.document == document)
    query = query.where(comment_thread.c.state == OPEN, _shown(organisation)).group_by(comment_thread.c.lang)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def stirs(tx: Tx, drafts: Collection[str]) -> dict[str, dict[str | None, int]]:
    """For each draft, how much was said and done: for everybody (None), and for each organisation."""
    query = select(comment_thread.c.draft, comment_thread.c.organisation, func.sum(comment_thread.c.rev))
    query = query.where(comment_thread.c.draft.in_(list(drafts)))
    found: dict[str, dict[str | None, int]] = {}
    for draft, organisation, total in tx.connection.execute(query.group_by(*query.selected_columns[:2])):
        found.setdefault(draft, {})[organisation] = int(total)
    return found


def unanswered(tx: Tx, person: str, *, organisation: str | None, limit: int) -> list[Thread]:
    """Open threads in which `person` was asked by name and has said nothing since, where an answer is still taken; the
    latest first."""
    own = select(func.max(comment.c.seq)).where(comment.c.thread == comment_thread.c.id, comment.c.person == person)
    asked = select(func.max(comment.c.seq)).join(comment_mention, comment_mention.c.comment == comment.c.id)
    asked = asked.where(comment.c.thread == comment_thread.c.id, comment_mention.c.person == person)
    last, mine = asked.correlate(comment_thread).scalar_subquery(), own.correlate(comment_thread).scalar_subquery()
    query = _threads().where(comment_thread.c.state == OPEN, _shown(organisation), last > func.coalesce(mine, 0))
    mentioned = select(comment.c.thread).join(comment_mention, comment_mention.c.comment == comment.c.id)
    query = query.where(comment_thread.c.id.in_(mentioned.where(comment_mention.c.person == person)))
    spoken_in = select(document.c.id).where(document.c.state.in_(SPOKEN_IN))
    query = query.where(comment_thread.c.document.in_(spoken_in))
    rows = tx.connection.execute(query.order_by(None).order_by(comment_thread.c.seq.desc()).limit(limit)).all()
    return _with_comments(tx, rows)


def place(tx: Tx, version: str, places: Sequence[Placed]) -> None:
    """Keep where threads stood when a version was cut."""
    rows = [
        {"version": version, "thread": one.thread, "start": one.start, "end": one.end, "fate": one.fate}
        for one in places
    ]
    if rows:
        tx.connection.execute(insert(comment_place), rows)


def placed(tx: Tx, version: str, *, lang: str, organisation: str | None) -> list[tuple[Thread, Placed]]:
    """The threads that were open when a version was cut, in the order of its text."""
    query = select(comment_place).join(comment_thread, comment_thread.c.id == comment_place.c.thread)
    query = query.where(comment_place.c.version == version, comment_thread.c.lang == lang, _shown(organisation))
    query = query.where(comment_thread.c.state != WITHDRAWN)
    order = (comment_place.c.start, comment_place.c.end, comment_thread.c.seq)
    places = [Placed(row.thread, row.start, row.end, row.fate) for row in tx.connection.execute(query.order_by(*order))]
    ids = [one.thread for one in places]
    found = _with_comments(tx, tx.connection.execute(_threads().where(comment_thread.c.id.in_(ids))).all())
    by_id: Mapping[str, Thread] = {one.id: one for one in found}
    return [(by_id[one.thread], one) for one in places]


def _threads() -> Select[Any]:
    return select(comment_thread).order_by(comment_thread.c.seq)


def _shown(organisation: str | None) -> ColumnElement[bool]:
    own = comment_thread.c.organisation
    return own.is_(None) if organisation is None else or_(own.is_(None), own == organisation)


def _with_comments(tx: Tx, rows: Sequence[Row[Any]]) -> list[Thread]:
    """Threads with what was said in them, which is read at once."""
    ids = [row.id for row in rows]
    of_these = select(comment.c.id).where(comment.c.thread.in_(ids))
    asked: dict[str, list[str]] = {}
    for row in tx.connection.execute(select(comment_mention).where(comment_mention.c.comment.in_(of_these))):
        asked.setdefault(row.comment, []).append(row.person)
    said: dict[str, list[Comment]] = {}
    for row in tx.connection.execute(select(comment).where(comment.c.thread.in_(ids)).order_by(comment.c.seq)):
        mentions = tuple(sorted(asked.get(row.id, ())))
        said.setdefault(row.thread, []).append(Comment(row.id, row.thread, row.person, row.body, row.at, mentions))
    return [replace(_thread(row), comments=tuple(said.get(row.id, ()))) for row in rows]


def _thread(row: Row[Any]) -> Thread:
    return Thread(
        row.id,
        row.document,
        row.lang,
        row.draft,
        row.epoch,
        row.draft_seq,
        from_json(row.units),
        row.quote,
        row.organisation,
        row.state,
        row.made_by,
        row.made_at,
        row.settled_by,
        row.settled_at,
        row.rev,
    )
