"""Add suggestions with their hunks; what was stored as suggestions so far are unsaved changes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Move the rows of `suggestion` to `unsaved_change`, with ids and states as they are, and add the new tables."""
    _add_unsaved_changes()
    columns = "id, seq, document, lang, epoch, draft_seq, base, text, why, state, by, at, ended_by, ended_at"
    op.execute(sa.text(f"INSERT INTO unsaved_change ({columns}) SELECT {columns} FROM suggestion"))
    op.drop_table("suggestion")
    _add_suggestions()


def _add_unsaved_changes() -> None:
    op.create_table(
        "unsaved_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("draft_seq", BIG_INTEGER, nullable=True),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", BIG_INTEGER, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.CheckConstraint(
            "state IN ('kept', 'taken', 'set_aside', 'suggested')", name=op.f("ck_unsaved_change_state")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_unsaved_change_by")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_unsaved_change_document")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_unsaved_change_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsaved_change")),
        sa.UniqueConstraint("seq", name=op.f("uq_unsaved_change_seq")),
    )
    with op.batch_alter_table("unsaved_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unsaved_change_document_state"), ["document", "state"], unique=False)


def _add_suggestions() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("draft_seq", BIG_INTEGER, nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", BIG_INTEGER, nullable=False),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'dismissed', 'partly')", name=op.f("ck_suggestion_state")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_suggestion_by")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_suggestion_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("seq", name=op.f("uq_suggestion_seq")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_document_state"), ["document", "state"], unique=False)
    op.create_table(
        "suggestion_hunk",
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applied", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'dismissed')", name=op.f("ck_suggestion_hunk_state")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_suggestion_hunk_ended_by")),
        sa.ForeignKeyConstraint(["suggestion"], ["suggestion.id"], name=op.f("fk_suggestion_hunk_suggestion")),
        sa.PrimaryKeyConstraint("suggestion", "number", name=op.f("pk_suggestion_hunk")),
    )
