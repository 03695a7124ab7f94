"""Add proofs of address and person, proposed roles, acts of two persons, frozen terms of rounds, disputes, openings."""

import base64
import secrets
import time
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APPEND_ONLY = ("approval", "dispute", "dispute_settlement", "seal_opening")
"""New tables whose rows are never changed, besides those of 0001 and 0002."""


def upgrade() -> None:
    """Add the tables, columns and triggers, and fill in what older rows already show."""
    _add_tables_and_columns()
    _allow_attempts_at_totp()
    _fill_in()
    _freeze_secretariat_of_open_rounds()
    _tell_holders_of_signing_tokens()
    if op.get_bind().dialect.name == "sqlite":
        _add_triggers()


def _allow_attempts_at_totp() -> None:
    with op.batch_alter_table("proof_try") as batch_op:
        batch_op.drop_constraint(op.f("ck_proof_try_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_proof_try_kind"), "kind IN ('password', 'code', 'totp')")


def _fill_in() -> None:
    """An address is proved by a code that came back from it; an organisation had people once one of them came in."""
    op.execute(
        "UPDATE person SET address_proof = 'mail', address_proved_at = "
        "(SELECT min(cast_at) FROM endorsement WHERE endorsement.person = person.id) "
        "WHERE id IN (SELECT person FROM endorsement)"
    )
    op.execute(
        "UPDATE organisation SET first_person_at = (SELECT min(person.joined_at) FROM person "
        "WHERE person.organisation = organisation.id AND (person.id IN (SELECT person FROM session) "
        "OR person.id IN (SELECT person FROM token) OR person.id IN (SELECT person FROM password)))"
    )


_ROUND = sa.table("round", sa.column("state"), sa.column("secretariat", sa.JSON()))
_ROLE_GRANT = sa.table("role_grant", sa.column("person"), sa.column("role"), sa.column("document"))


def _freeze_secretariat_of_open_rounds() -> None:
    """Let the persons of today end the rounds that are open: who joins the secretariat later does not count."""
    connection = op.get_bind()
    held = sa.select(_ROLE_GRANT.c.person).where(_ROLE_GRANT.c.role == "secretariat", _ROLE_GRANT.c.document == "")
    active = sa.select(_PERSON.c.id).where(_PERSON.c.id.in_(held), _PERSON.c.state == "active").order_by(_PERSON.c.id)
    persons = {"v": 1, "persons": list(connection.execute(active).scalars())}
    connection.execute(_ROUND.update().where(_ROUND.c.state == "open").values(secretariat=persons))


_PERSON = sa.table("person", sa.column("id"), sa.column("state"))
_TOKEN = sa.table("token", sa.column("person"), sa.column("scopes", sa.JSON()), sa.column("revoked_at"))
_NOTICE_COLUMNS = ("id", "seq", "person", "kind", "effect_key", "at", "mail_at", "pinned")
_NOTICE = sa.table("notice", *map(sa.column, _NOTICE_COLUMNS), sa.column("params", sa.JSON()))


def _tell_holders_of_signing_tokens() -> None:
    """Tell everybody who holds a token with the scope `sign`, which tokens no longer have, at once and once."""
    connection = op.get_bind()
    held = sa.select(_TOKEN.c.person, _TOKEN.c.scopes).join(_PERSON, _PERSON.c.id == _TOKEN.c.person)
    rows = connection.execute(held.where(_TOKEN.c.revoked_at.is_(None), _PERSON.c.state == "active")).all()
    now, kind = time.time_ns() // 1000, "key.sign_removed"
    seq = connection.execute(sa.select(sa.func.coalesce(sa.func.max(_NOTICE.c.seq), 0))).scalar_one()
    for nth, holder in enumerate(sorted({row.person for row in rows if "sign" in row.scopes}), 1):
        id = "ntc_" + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
        row = {"id": id, "seq": seq + nth, "person": holder, "kind": kind, "effect_key": f"{kind}:sign:{holder}"}
        params = {"v": 1, "about": "sign"}
        connection.execute(_NOTICE.insert().values(**row, params=params, at=now, mail_at=now, pinned=True))


def _add_triggers() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )
    op.execute(
        "CREATE TRIGGER endorsement_no_other_proof BEFORE UPDATE ON endorsement "
        "WHEN NEW.proof IS NOT OLD.proof OR NEW.marks IS NOT OLD.marks "
        "BEGIN SELECT RAISE(ABORT, 'an endorsement stays as it was cast'); END"
    )
    op.execute(
        "CREATE TRIGGER round_no_change BEFORE UPDATE ON round WHEN NEW.format IS NOT OLD.format "
        "OR NEW.wording IS NOT OLD.wording OR NEW.terms IS NOT OLD.terms OR NEW.round_sha256 IS NOT OLD.round_sha256 "
        "OR NEW.rule IS NOT OLD.rule OR NEW.roll IS NOT OLD.roll OR NEW.version IS NOT OLD.version "
        "OR NEW.secretariat IS NOT OLD.secretariat OR NEW.opens_seq IS NOT OLD.opens_seq "
        "BEGIN SELECT RAISE(ABORT, 'a round keeps the terms it was opened under'); END"
    )


def _add_tables_and_columns() -> None:
    op.create_table(
        "security_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_security_event_seq")),
    )
    with op.batch_alter_table("security_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_security_event_at"), ["at"], unique=False)

    op.create_table(
        "access_recovery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("restricted_until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refused_by", sa.Text(), nullable=True),
        sa.Column("refused_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_access_recovery_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_recovery")),
        sa.UniqueConstraint("seq", name=op.f("uq_access_recovery_seq")),
    )
    with op.batch_alter_table("access_recovery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_recovery_person"), ["person"], unique=False)

    op.create_table(
        "address_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("old_address", sa.Text(), nullable=False),
        sa.Column("new_address", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proved_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_address_change_state")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_address_change_person")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_address_change_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("seq", name=op.f("uq_address_change_seq")),
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_change_person_state"), ["person", "state"], unique=False)

    op.create_table(
        "approval_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'refused', 'withdrawn')", name=op.f("ck_approval_request_state")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_approval_request_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
        sa.UniqueConstraint("seq", name=op.f("uq_approval_request_seq")),
    )
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_request_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "former_contact",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_former_contact_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_former_contact_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_contact")),
    )
    with op.batch_alter_table("former_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_former_contact_organisation_until"), ["organisation", "until"], unique=False
        )

    op.create_table(
        "recovery_code",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("used_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_recovery_code_person")),
        sa.PrimaryKeyConstraint("person", "sha256", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "role_proposal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("proposed_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_role_proposal_state")
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_role_proposal_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_role_proposal_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposal")),
        sa.UniqueConstraint("seq", name=op.f("uq_role_proposal_seq")),
    )
    with op.batch_alter_table("role_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_proposal_organisation_state"), ["organisation", "state"], unique=False
        )

    op.create_table(
        "totp",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_mail", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_totp_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_totp")),
    )
    op.create_table(
        "approval",
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_approval_person")),
        sa.ForeignKeyConstraint(["request"], ["approval_request.id"], name=op.f("fk_approval_request")),
        sa.PrimaryKeyConstraint("request", "person", name=op.f("pk_approval")),
    )
    op.create_table(
        "challenge_approval",
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name=op.f("fk_challenge_approval_challenge")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_challenge_approval_person")),
        sa.PrimaryKeyConstraint("challenge", "person", name=op.f("pk_challenge_approval")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("endorsement", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("subject IN ('answer', 'withdrawal')", name=op.f("ck_dispute_subject")),
        sa.ForeignKeyConstraint(["endorsement"], ["endorsement.id"], name=op.f("fk_dispute_endorsement")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_dispute_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_dispute_person")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_dispute_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("endorsement", "subject", "person", name=op.f("uq_dispute_endorsement_subject_person")),
        sa.UniqueConstraint("seq", name=op.f("uq_dispute_seq")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_round"), ["round"], unique=False)

    op.create_table(
        "seal_opening",
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_seal_opening_organisation")),
        sa.ForeignKeyConstraint(["seal"], ["seal.id"], name=op.f("fk_seal_opening_seal")),
        sa.PrimaryKeyConstraint("seal", "commitment", name=op.f("pk_seal_opening")),
    )
    op.create_table(
        "dispute_settlement",
        sa.Column("dispute", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "act IN ('withdraw', 'agree', 'agree_alone', 'new_answer')", name=op.f("ck_dispute_settlement_act")
        ),
        sa.ForeignKeyConstraint(["dispute"], ["dispute.id"], name=op.f("fk_dispute_settlement_dispute")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_dispute_settlement_person")),
        sa.PrimaryKeyConstraint("dispute", "person", "act", name=op.f("pk_dispute_settlement")),
        sa.UniqueConstraint("seq", name=op.f("uq_dispute_settlement_seq")),
    )
    with op.batch_alter_table("coalition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("secret_fingerprint", sa.Text(), nullable=True))

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("paused_until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("endorsement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proof", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("marks", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_shown", sa.Boolean(), server_default=sa.text("true"), nullable=False))

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code_of", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("code_ref", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("error", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_mail_code_ref"), ["code_ref"], unique=False)

    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("marks", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("mandate_confirmation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mail", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False))

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("first_person_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("password", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("renewed_by_mail_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("address_proved_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("address_proof", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("proof_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_try_origin_at"), ["origin", "at"], unique=False)

    with op.batch_alter_table("round_closing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))

    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("format", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("wording", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("terms", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("round_sha256", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("secretariat", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column("answered_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("extended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("started_with", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "password_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "totp_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
