"""Add proofs, proofs of reservations, urgent sendings, files of drafts, and the sets of engines that render them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add five tables, the proofs on which a round was opened, and the rules by which a version's lines are counted."""
    _add_proofs()
    _add_sendings()
    _add_draft_files()
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proofs", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line_rules", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _add_triggers()


def _add_proofs() -> None:
    op.create_table(
        "engine_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", BIG_INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engine_set")),
        sa.UniqueConstraint("seq", name=op.f("uq_engine_set_seq")),
    )
    op.create_table(
        "proof",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("requested_at", BIG_INTEGER, nullable=False),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.Column("superseded_at", BIG_INTEGER, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", BIG_INTEGER, nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'rendering', 'whole', 'failed')", name=op.f("ck_proof_state")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_proof_document")),
        sa.ForeignKeyConstraint(["engine"], ["engine_set.id"], name=op.f("fk_proof_engine")),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name=op.f("fk_proof_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("seq", name=op.f("uq_proof_seq")),
    )
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_document"), ["document"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_superseded_at"), ["superseded_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_proof_version_content_sha256"), ["version", "content_sha256"], unique=False
        )

    op.create_table(
        "reservation_proof",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", BIG_INTEGER, nullable=False),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'rendering', 'whole', 'failed')", name=op.f("ck_reservation_proof_state")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_reservation_proof_requested_by")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_reservation_proof_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_proof")),
        sa.UniqueConstraint("seq", name=op.f("uq_reservation_proof_seq")),
    )
    with op.batch_alter_table("reservation_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservation_proof_round"), ["round"], unique=False)


def _add_sendings() -> None:
    op.create_table(
        "urgent_sending",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", BIG_INTEGER, nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'proving', 'opened', 'failed', 'cancelled')", name=op.f("ck_urgent_sending_state")
        ),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_urgent_sending_document")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_urgent_sending_ended_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_urgent_sending_requested_by")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_urgent_sending_round")),
        sa.ForeignKeyConstraint(["version"], ["version.id"], name=op.f("fk_urgent_sending_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_sending")),
        sa.UniqueConstraint("seq", name=op.f("uq_urgent_sending_seq")),
    )
    with op.batch_alter_table("urgent_sending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_urgent_sending_document"), ["document"], unique=False)


def _add_draft_files() -> None:
    op.create_table(
        "draft_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", BIG_INTEGER, nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("ended_at", BIG_INTEGER, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", BIG_INTEGER, nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'rendering', 'ready', 'failed')", name=op.f("ck_draft_file_state")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_draft_file_document")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_draft_file_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
        sa.UniqueConstraint("seq", name=op.f("uq_draft_file_seq")),
    )
    with op.batch_alter_table("draft_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_file_document"), ["document"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_file_requested_by"), ["requested_by"], unique=False)


def _add_triggers() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER engine_set_no_{verb.lower()} BEFORE {verb} ON engine_set "
            "BEGIN SELECT RAISE(ABORT, 'engine_set is only ever added to'); END"
        )
    op.execute(
        "CREATE TRIGGER round_same_proofs BEFORE UPDATE ON round WHEN NEW.proofs IS NOT OLD.proofs "
        "BEGIN SELECT RAISE(ABORT, 'a round keeps the proofs it was opened on'); END"
    )
