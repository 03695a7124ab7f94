"""Add the earlier public addresses of an instance, emails that came back, and the requests that queued jobs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INDEXES = (
    ("endorsement", "round"),
    ("mail", "person", "seq"),
    ("mail", "state"),
    ("notice", "mail"),
    ("notice", "person", "kind", "at"),
    ("round", "document"),
)
"""Tables and columns by which pages and checks search, and which grow with the number of documents."""

BIG_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add a table whose rows are never changed, two columns of `mail`, one of `jobs`, and indexes."""
    op.create_table(
        "former_origin",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", BIG_INTEGER, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("moved_at", BIG_INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_origin")),
        sa.UniqueConstraint("seq", name=op.f("uq_former_origin_seq")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bounced_at", BIG_INTEGER, nullable=True))
        batch_op.add_column(sa.Column("bounce", sa.Text(), nullable=True))
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request", sa.Text(), nullable=True))
    for table, *columns in INDEXES:
        op.create_index(op.f("_".join(["ix", table, *columns])), table, columns, unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _add_triggers()


def _add_triggers() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER former_origin_no_{verb.lower()} BEFORE {verb} ON former_origin "
            "BEGIN SELECT RAISE(ABORT, 'former_origin is only ever added to'); END"
        )
