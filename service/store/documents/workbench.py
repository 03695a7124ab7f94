"""The list of documents: by state, kind and organisation, and when each was last edited."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from service.domain.documents.document import Document
from service.domain.policy import DocumentFilter
from service.store.db import Tx
from service.store.documents.documents import in_scope, load_documents
from service.store.documents.search import SearchWords, by_index, is_match
from service.store.tables import document, draft, draft_update, person


@dataclass(frozen=True, slots=True)
class DocumentCriteria:
    """The documents a list is narrowed to: in `states`, of `kind`, opened by a person of `organisation`.

    An empty value does not narrow it. `excluded` are ids of documents that are left out; `words` are to be found.
    """

    states: frozenset[str] = frozenset()
    kind: str = ""
    organisation: str = ""
    excluded: frozenset[str] = frozenset()
    words: SearchWords | None = None


@dataclass(frozen=True, slots=True)
class LastEdit:
    """The last edit of a draft: names of the person, and when (µs UTC)."""

    names: Mapping[str, str]
    at: int


def list_matching(
    tx: Tx, scope: DocumentFilter, criteria: DocumentCriteria, *, before: int | None = None, limit: int
) -> list[tuple[int, Document]]:
    """Return the documents of `scope` that meet `criteria`, with their seq, newest first, below `before` if given."""
    cursor = [] if before is None else [document.c.seq < before]
    query = select(document).where(in_scope(scope), *_conditions(criteria), *cursor)
    query = query.order_by(document.c.seq.desc()).limit(limit)
    if criteria.words is None:
        return load_documents(tx, query)
    with by_index(tx):
        return load_documents(tx, query.where(is_match(tx, criteria.words)))


def list_last_edits(tx: Tx, drafts: Collection[str]) -> dict[str, LastEdit]:
    """Return the last edit of each of these drafts that has rows."""
    at_head = (
        draft_update.c.draft == draft.c.id,
        draft_update.c.epoch == draft.c.epoch,
        draft_update.c.seq == draft.c.head,
    )
    rows = select(draft.c.id, draft_update.c.at, person.c.names).select_from(draft)
    rows = rows.join(draft_update, and_(*at_head)).join(person, person.c.id == draft_update.c.actor)
    found = tx.connection.execute(rows.where(draft.c.id.in_(list(drafts))))
    return {row.id: LastEdit(row.names, row.at) for row in found}


def _conditions(criteria: DocumentCriteria) -> list[ColumnElement[bool]]:
    openers = select(person.c.id).where(person.c.organisation == criteria.organisation)
    return [
        condition
        for is_given, condition in (
            (criteria.states, document.c.state.in_(criteria.states)),
            (criteria.kind, document.c.kind == criteria.kind),
            (criteria.organisation, document.c.opened_by.in_(openers)),
            (criteria.excluded, document.c.id.not_in(criteria.excluded)),
        )
        if is_given
    ]
