"""Add the search index of documents: a table of words, FTS5 over it on SQLite, a GIN index on PostgreSQL."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the empty index; the sweep fills it."""
    op.create_table(
        "search_entry",
        sa.Column("seq", BIG_INTEGER, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("position", BIG_INTEGER, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("source IN ('draft', 'version')", name=op.f("ck_search_entry_source")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_search_entry_document")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("document", "lang", "source", name=op.f("uq_search_entry_document_lang_source")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _add_full_text()
    else:
        op.execute(
            "CREATE INDEX ix_search_entry_words ON search_entry "
            "USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )


def _add_full_text() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5"
        "(words, content='search_entry', content_rowid='seq', tokenize='unicode61 remove_diacritics 0', "
        "prefix='2 3 4 5', detail=none)"
    )
    op.execute(
        "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry "
        "BEGIN INSERT INTO search_words(rowid, words) VALUES (NEW.seq, NEW.words); END"
    )
    op.execute(
        "CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry "
        "BEGIN INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', OLD.seq, OLD.words); END"
    )
