"""The search index: one row for the draft and one for the newest version of each edition, with its words.

A row is found by full text: FTS5 on SQLite, a GIN index on PostgreSQL. Which rows may be found is part of the query.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from service.domain.policy import DocumentFilter
from service.store.db import Tx
from service.store.documents.documents import in_scope
from service.store.tables import BigInt, document, draft, edition, person, search_entry, version, version_edition

DRAFT, VERSION = "draft", "version"
"""Sources of the words of a row."""

SLOTS = 64
"""Numbers for the rows of a document, from SLOTS times its own: even ones for drafts, odd ones for versions.

A query thus knows the document and the source of what the full text found without reading its row.
"""

_PARITY = {DRAFT: 0, VERSION: 1}

Terms = Sequence[frozenset[str]]
"""Words to find, each as its alternatives; the last one is the beginning of a word."""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The text of an edition to index: `position` is the head of its draft in `epoch`, or the number of a version.

    `origin` is the id of the draft or version.
    """

    document: str
    lang: str
    source: str
    epoch: int
    position: int
    title: str
    origin: str


@dataclass(frozen=True, slots=True)
class SearchWords:
    """The words to find, and the documents in whose words they may be found.

    `drafts` and `versions` are the documents whose draft or version the reader may read; a draft is searched instead
    of the version. `organisations` are those with a name that matches: what their people opened is found as well.
    """

    terms: Terms
    drafts: DocumentFilter
    versions: DocumentFilter
    organisations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundText:
    """A row of a document that was found."""

    document: str
    lang: str
    source: str
    title: str
    words: str
    body: str


def list_outdated(tx: Tx, *, limit: int) -> list[IndexedText]:
    """Return texts that changed since they were indexed, or were not yet: at most `limit` of each source."""
    rows = [
        *tx.connection.execute(_outdated_drafts().limit(limit)),
        *tx.connection.execute(_outdated_versions().limit(limit)),
    ]
    return [IndexedText(*row) for row in rows]


def count_outdated(tx: Tx) -> int:
    """Return how many texts changed since they were indexed, or were not yet."""
    queries = (_outdated_drafts().subquery(), _outdated_versions().subquery())
    return sum(tx.connection.execute(select(func.count()).select_from(one)).scalar_one() for one in queries)


def get_version_text(tx: Tx, id: str, *, lang: str) -> str:
    """Return the text of a version by its id."""
    query = select(version_edition.c.text).where(version_edition.c.version == id, version_edition.c.lang == lang)
    return str(tx.connection.execute(query).scalar_one())


def replace(tx: Tx, indexed: IndexedText, *, words: str, body: str) -> None:
    """Replace the row of this edition and source."""
    of_document = search_entry.c.document == indexed.document
    same = (search_entry.c.lang == indexed.lang, search_entry.c.source == indexed.source)
    tx.connection.execute(delete(search_entry).where(of_document, *same))
    first = SLOTS * tx.connection.execute(select(document.c.seq).where(document.c.id == indexed.document)).scalar_one()
    taken = set(tx.connection.execute(select(search_entry.c.seq).where(of_document)).scalars())
    free = (seq for seq in range(first + _PARITY[indexed.source], first + SLOTS, 2) if seq not in taken)
    row = {"document": indexed.document, "lang": indexed.lang, "source": indexed.source, "epoch": indexed.epoch}
    more = {"position": indexed.position, "title": indexed.title, "words": words, "body": body}
    tx.connection.execute(insert(search_entry).values(seq=next(free), **row, **more))


def delete_all(tx: Tx) -> None:
    """Delete the whole index."""
    tx.connection.execute(delete(search_entry))


def delete_by_document(tx: Tx, document_id: str) -> None:
    """Delete the rows of a document."""
    tx.connection.execute(delete(search_entry).where(search_entry.c.document == document_id))


def is_match(tx: Tx, words: SearchWords) -> ColumnElement[bool]:
    """Return the condition of the documents in which all words are found."""
    openers = select(person.c.id).where(person.c.organisation.in_(words.organisations))
    drafts, versions = in_scope(words.drafts), in_scope(words.versions)
    return or_(
        and_(drafts, document.c.seq.in_(_documents_with(tx, words.terms, source=DRAFT))),
        and_(versions, not_(drafts), document.c.seq.in_(_documents_with(tx, words.terms, source=VERSION))),
        document.c.opened_by.in_(openers) if words.organisations else false(),
    )


@contextmanager
def by_index(tx: Tx) -> Iterator[None]:
    """Make PostgreSQL find words by the index inside the block.

    It takes the words of a row for cheap to compute, and would compute those of every row to find a common word.
    """
    if tx.connection.dialect.name == "sqlite":
        yield
        return
    tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    yield
    tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = on")


def list_texts(tx: Tx, documents: Collection[str]) -> list[FoundText]:
    """Return the rows of these documents."""
    row = search_entry.c
    columns = (row.document, row.lang, row.source, row.title, row.words, row.body)
    query = select(*columns).where(row.document.in_(list(documents))).order_by(row.seq)
    return [FoundText(*one) for one in tx.connection.execute(query)]


def _documents_with(tx: Tx, terms: Terms, *, source: str) -> Select[int]:
    """Select the seq of the documents with a row of `source` that has all words."""
    rows = _rows_with(tx, terms).subquery()
    return select(rows.c.seq // SLOTS).where(rows.c.seq % 2 == _PARITY[source])


def _rows_with(tx: Tx, terms: Terms) -> Select[int]:
    if tx.connection.dialect.name == "sqlite":
        matching = text("search_words MATCH :words").bindparams(words=_query(terms, '"{}"', "*", (" AND ", " OR ")))
        return select(literal_column("rowid", BigInt).label("seq")).select_from(table("search_words")).where(matching)
    query = cast(literal(_query(terms, "'{}'", ":*", (" & ", " | "))), TSQUERY)
    vector: ColumnElement[str] = literal_column("array_to_tsvector(string_to_array(search_entry.words, ' '))")
    return select(search_entry.c.seq).where(vector.bool_op("@@")(query))


def _query(terms: Terms, quoted: str, beginning: str, joined: tuple[str, str]) -> str:
    """Return the terms in the query language of the database; they hold letters and digits only."""
    endings = [""] * (len(terms) - 1) + [beginning]
    all_of, any_of = joined
    return all_of.join(
        "(" + any_of.join(quoted.format(one) + ending for one in sorted(alternatives)) + ")"
        for alternatives, ending in zip(terms, endings, strict=True)
    )


def _outdated_drafts() -> Select[tuple[str, str, str, int, int, str, str]]:
    row = search_entry.c
    columns = (edition.c.document, edition.c.lang, literal(DRAFT), draft.c.epoch, draft.c.head, edition.c.title)
    same = (row.document == edition.c.document, row.lang == edition.c.lang, row.source == DRAFT)
    changed = or_(
        row.seq.is_(None), row.epoch != draft.c.epoch, row.position != draft.c.head, row.title != edition.c.title
    )
    query = select(*columns, draft.c.id).join(draft, draft.c.id == edition.c.draft)
    return query.outerjoin(search_entry, and_(*same)).where(changed).order_by(edition.c.document, edition.c.lang)


def _outdated_versions() -> Select[tuple[str, str, str, int, int, str, str]]:
    row, text_of = search_entry.c, version_edition.c
    newest = select(version.c.document, func.max(version.c.number).label("number")).group_by(version.c.document)
    last = newest.subquery()
    columns = (version.c.document, text_of.lang, literal(VERSION), literal(0), version.c.number, text_of.title)
    query = select(*columns, version.c.id).join(last, _is_last(last.c.document, last.c.number))
    query = query.join(version_edition, text_of.version == version.c.id)
    same = (row.document == version.c.document, row.lang == text_of.lang, row.source == VERSION)
    changed = or_(row.seq.is_(None), row.position != version.c.number)
    return query.outerjoin(search_entry, and_(*same)).where(changed).order_by(version.c.document, text_of.lang)


def _is_last(document_id: ColumnElement[str], number: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(document_id == version.c.document, number == version.c.number)
