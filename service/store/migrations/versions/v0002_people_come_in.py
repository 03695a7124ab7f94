"""people come in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:

    op.create_table(
        "proof_try",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('password', 'code')", name=op.f("ck_proof_try_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_try")),
    )
    with op.batch_alter_table("proof_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_try_address_at"), ["address", "at"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_invitation_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_invitation_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("seq", name=op.f("uq_invitation_seq")),
        sa.UniqueConstraint("sha256", name=op.f("uq_invitation_sha256")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_email"), ["email"], unique=False)

    op.create_table(
        "mailed_code",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("code_hmac", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_mailed_code_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_code")),
    )
    with op.batch_alter_table("mailed_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_code_address_asked_at"), ["address", "asked_at"], unique=False)

    op.create_table(
        "password",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_password_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_password")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("digits", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("own_device", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(
            sa.Column(
                "seen_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "proved_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.alter_column("token", existing_type=sa.TEXT(), nullable=True)
