"""Comments, their threads, and the positions of threads in each version."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update

from service.domain.comments.comment import COMMENTABLE_STATES, OPEN, RESOLVED, WITHDRAWN, Comment, PassageState, Thread
from service.domain.comments.comment_anchor import from_json, to_json
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import comment, comment_mention, comment_place, comment_thread, document


@dataclass(frozen=True, slots=True)
class ThreadPosition:
    """The position of a thread's passage in a version: code points of that edition's text."""

    thread: str
    start: int
    end: int
    fate: PassageState


def open_thread(tx: Tx, new: Thread) -> None:
    """Add a thread without comments; add the first with `add_comment`."""
    row = {"id": new.id, "seq": next_seq(tx, comment_thread), "document": new.document, "lang": new.lang}
    anchor_columns = {"draft": new.draft, "epoch": new.epoch, "draft_seq": new.seq, "units": to_json(new.anchor)}
    thread_columns = {"quote": new.quote, "organisation": new.organisation, "state": new.state, "rev": new.rev}
    creation_columns = {"made_by": new.made_by, "made_at": new.made_at}
    tx.connection.execute(insert(comment_thread).values(**row, **anchor_columns, **thread_columns, **creation_columns))


def add_comment(tx: Tx, thread: Thread, *, id: str, person: str, body: str, mentions: Iterable[str]) -> Comment:
    """Add a comment to a thread."""
    row = {"id": id, "seq": next_seq(tx, comment), "thread": thread.id, "person": person, "body": body, "at": tx.now}
    tx.connection.execute(insert(comment).values(**row))
    mentioned = tuple(mentions)
    if mentioned:
        tx.connection.execute(insert(comment_mention), [{"comment": id, "person": one} for one in mentioned])
    _bump_rev(tx, thread)
    return Comment(id, thread.id, person, body, tx.now, mentioned)


def set_resolved(tx: Tx, thread: Thread, *, by: str | None) -> None:
    """Resolve a locked thread, or reopen it (`by` None)."""
    columns = {"state": RESOLVED if by else OPEN, "settled_by": by, "settled_at": tx.now if by else None}
    _bump_rev(tx, thread, **columns)


def withdraw_comment(tx: Tx, thread: Thread, id: str) -> None:
    """Delete a comment; a thread is withdrawn with its only comment."""
    tx.connection.execute(delete(comment_mention).where(comment_mention.c.comment == id))
    tx.connection.execute(delete(comment).where(comment.c.id == id))
    _bump_rev(tx, thread, **({"state": WITHDRAWN, "quote": ""} if len(thread.comments) == 1 else {}))


def _bump_rev(tx: Tx, thread: Thread, **values: Any) -> None:
    found = update(comment_thread).where(comment_thread.c.id == thread.id)
    tx.connection.execute(found.values(rev=comment_thread.c.rev + 1, **values))
    tx.changes.comments.add(thread.draft)


def lock_thread(tx: Tx, id: str) -> Thread | None:
    """Return the thread, its row locked until the end of the transaction."""
    row = tx.connection.execute(
        _select_threads().where(comment_thread.c.id == id).with_for_update(key_share=True)
    ).first()
    tx.refresh_now()
    return _with_comments(tx, [row])[0] if row else None


def get_thread(tx: Tx, id: str) -> Thread | None:
    """Return a thread with its comments, without a lock."""
    found = _with_comments(tx, tx.connection.execute(_select_threads().where(comment_thread.c.id == id)).all())
    return found[0] if found else None


def get_thread_id(tx: Tx, id: str) -> str | None:
    """Return the id of the thread a comment belongs to."""
    return tx.connection.execute(select(comment.c.thread).where(comment.c.id == id)).scalar_one_or_none()


def list_threads(tx: Tx, draft: str, *, organisation: str | None, states: Collection[str]) -> list[Thread]:
    """Return the threads of a draft that `organisation` may see, in the order they were opened."""
    query = _select_threads().where(comment_thread.c.draft == draft, comment_thread.c.state.in_(list(states)))
    return _with_comments(tx, tx.connection.execute(query.where(_visible_to(organisation))).all())


def list_open_threads(tx: Tx, draft: str) -> list[Thread]:
    """Return all open threads of a draft regardless of their audience: never show them without a filter."""
    query = _select_threads().where(comment_thread.c.draft == draft, comment_thread.c.state == OPEN)
    return _with_comments(tx, tx.connection.execute(query).all())


def count_comments(tx: Tx, draft: str, *, organisation: str | None) -> int:
    """Return the number of comments on a draft for `organisation` alone; None: those for everyone."""
    return _count_where(tx, draft, comment_thread.c.organisation.is_not_distinct_from(organisation))


def count_comments_by(tx: Tx, draft: str, person: str) -> int:
    """Return the number of a person's comments on a draft, whatever their audience."""
    return _count_where(tx, draft, comment.c.person == person)


def _count_where(tx: Tx, draft: str, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(comment).join(comment_thread, comment_thread.c.id == comment.c.thread)
    return tx.connection.execute(query.where(comment_thread.c.draft == draft, condition)).scalar_one()


def count_open_threads(tx: Tx, document: str, *, organisation: str | None) -> dict[str, int]:
    """Return the number of open threads in each language of a document that are visible to `organisation`."""
    query = select(comment_thread.c.lang, func.count()).where(comment_thread.c.document == document)
    query = query.where(comment_thread.c.state == OPEN, _visible_to(organisation)).group_by(comment_thread.c.lang)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def sum_revs(tx: Tx, drafts: Collection[str]) -> dict[str, dict[str | None, int]]:
    """Return, for each draft, the sum of thread revisions for everyone (None) and for each organisation.

    A changed sum tells a reader that comments changed.
    """
    query = select(comment_thread.c.draft, comment_thread.c.organisation, func.sum(comment_thread.c.rev))
    query = query.where(comment_thread.c.draft.in_(list(drafts)))
    found: dict[str, dict[str | None, int]] = {}
    for draft, organisation, total in tx.connection.execute(query.group_by(*query.selected_columns[:2])):
        found.setdefault(draft, {})[organisation] = int(total)
    return found


def list_unanswered(tx: Tx, person: str, *, organisation: str | None, limit: int) -> list[Thread]:
    """Return open threads in which `person` was mentioned and has not commented since, newest first.

    Only threads of documents that still take comments.
    """
    own_seq_query = select(func.max(comment.c.seq)).where(
        comment.c.thread == comment_thread.c.id, comment.c.person == person
    )
    mention_seq_query = select(func.max(comment.c.seq)).join(comment_mention, comment_mention.c.comment == comment.c.id)
    mention_seq_query = mention_seq_query.where(
        comment.c.thread == comment_thread.c.id, comment_mention.c.person == person
    )
    last_mention, last_own = (
        mention_seq_query.correlate(comment_thread).scalar_subquery(),
        own_seq_query.correlate(comment_thread).scalar_subquery(),
    )
    query = _select_threads().where(
        comment_thread.c.state == OPEN, _visible_to(organisation), last_mention > func.coalesce(last_own, 0)
    )
    threads_with_mention = select(comment.c.thread).join(comment_mention, comment_mention.c.comment == comment.c.id)
    query = query.where(comment_thread.c.id.in_(threads_with_mention.where(comment_mention.c.person == person)))
    open_documents = select(document.c.id).where(document.c.state.in_(COMMENTABLE_STATES))
    query = query.where(comment_thread.c.document.in_(open_documents))
    rows = tx.connection.execute(query.order_by(None).order_by(comment_thread.c.seq.desc()).limit(limit)).all()
    return _with_comments(tx, rows)


def add_positions(tx: Tx, version: str, positions: Sequence[ThreadPosition]) -> None:
    """Add the positions of threads in a version that was cut."""
    rows = [
        {"version": version, "thread": one.thread, "start": one.start, "end": one.end, "fate": one.fate}
        for one in positions
    ]
    if rows:
        tx.connection.execute(insert(comment_place), rows)


def list_positions(tx: Tx, version: str, *, lang: str, organisation: str | None) -> list[tuple[Thread, ThreadPosition]]:
    """Return the threads that were open when a version was cut, in the order of its text."""
    query = select(comment_place).join(comment_thread, comment_thread.c.id == comment_place.c.thread)
    query = query.where(comment_place.c.version == version, comment_thread.c.lang == lang, _visible_to(organisation))
    query = query.where(comment_thread.c.state != WITHDRAWN)
    order = (comment_place.c.start, comment_place.c.end, comment_thread.c.seq)
    positions = [
        ThreadPosition(row.thread, row.start, row.end, row.fate)
        for row in tx.connection.execute(query.order_by(*order))
    ]
    ids = [one.thread for one in positions]
    found = _with_comments(tx, tx.connection.execute(_select_threads().where(comment_thread.c.id.in_(ids))).all())
    by_id: Mapping[str, Thread] = {one.id: one for one in found}
    return [(by_id[one.thread], one) for one in positions]


def _select_threads() -> Select[Any]:
    return select(comment_thread).order_by(comment_thread.c.seq)


def _visible_to(organisation: str | None) -> ColumnElement[bool]:
    audience = comment_thread.c.organisation
    return audience.is_(None) if organisation is None else or_(audience.is_(None), audience == organisation)


def _with_comments(tx: Tx, rows: Sequence[Row[Any]]) -> list[Thread]:
    """Return the threads of these rows with their comments, in two more queries."""
    ids = [row.id for row in rows]
    comment_ids = select(comment.c.id).where(comment.c.thread.in_(ids))
    mentions_by_comment: dict[str, list[str]] = {}
    for row in tx.connection.execute(select(comment_mention).where(comment_mention.c.comment.in_(comment_ids))):
        mentions_by_comment.setdefault(row.comment, []).append(row.person)
    comments_by_thread: dict[str, list[Comment]] = {}
    for row in tx.connection.execute(select(comment).where(comment.c.thread.in_(ids)).order_by(comment.c.seq)):
        mentions = tuple(sorted(mentions_by_comment.get(row.id, ())))
        comments_by_thread.setdefault(row.thread, []).append(
            Comment(row.id, row.thread, row.person, row.body, row.at, mentions)
        )
    return [replace(_thread(row), comments=tuple(comments_by_thread.get(row.id, ()))) for row in rows]


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
