"""The database schema.

Times are integer microseconds UTC; ids are prefixed random text; order comes from `seq` columns.

Rows of versions, snapshots, seals, record, artefacts and publication revisions are append-only, and only the end of an
endorsement may change: enforced by triggers on SQLite and by grants on PostgreSQL. JSON columns hold objects with a
`v`.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigInt: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""64-bit integer; on SQLite INTEGER, which a primary key needs."""


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _seq() -> Column[int]:
    return Column("seq", BigInt, nullable=False, unique=True)


def _reference(name: str, target: str, *, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(f"{target}.id"), nullable=nullable, primary_key=primary_key)


def _timestamp(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInt, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _enum(name: str, *values: str) -> tuple[Column[str], CheckConstraint]:
    allowed = ", ".join(f"'{state}'" for state in values)
    return Column(name, Text, nullable=False), CheckConstraint(f"{name} IN ({allowed})", name=name)


# People

coalition = Table(
    "coalition",
    metadata,
    _id(),
    _text("origin"),
    Column("sample", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    _text("logo_sha256", nullable=True),
    _timestamp("created_at"),
    _timestamp("paused_at", nullable=True),
    _text("secret_fingerprint", nullable=True),
)

former_origin = Table(
    "former_origin",
    metadata,
    _id(),
    _seq(),
    _text("origin"),
    _timestamp("moved_at"),
)

organisation = Table(
    "organisation",
    metadata,
    _id(),
    _seq(),
    Column("names", JSON, nullable=False),
    *_enum("state", "member", "left"),
    _timestamp("joined_at"),
    _timestamp("left_at", nullable=True),
    _timestamp("first_person_at", nullable=True),
)

person = Table(
    "person",
    metadata,
    _id(),
    _seq(),
    _text("name"),
    Column("names", JSON, nullable=False, server_default="{}"),
    Column("email", Text, nullable=False, unique=True),
    _reference("organisation", "organisation", nullable=True),
    _text("lang"),
    *_enum("state", "active", "closed"),
    _timestamp("joined_at"),
    Column("zone", Text, nullable=False, server_default=""),
    Column("digits", Text, nullable=False, server_default=""),
    _timestamp("address_proved_at", nullable=True),
    Column("address_proof", Text, nullable=False, server_default=""),
)

role_grant = Table(
    "role_grant",
    metadata,
    _reference("person", "person", primary_key=True),
    Column("role", Text, primary_key=True),
    Column("document", Text, primary_key=True, server_default=""),
    _text("granted_by", nullable=True),
    _timestamp("granted_at"),
)

role_proposal = Table(
    "role_proposal",
    metadata,
    _id(),
    _seq(),
    _reference("person", "person"),
    _reference("organisation", "organisation"),
    _text("role"),
    _text("proposed_by", nullable=True),
    _timestamp("proposed_at"),
    *_enum("state", "proposed", "accepted", "refused", "withdrawn"),
    _text("ended_by", nullable=True),
    _timestamp("ended_at", nullable=True),
    _text("channel"),
    Index(None, "organisation", "state"),
)

approval_request = Table(
    "approval_request",
    metadata,
    _id(),
    _seq(),
    _text("act"),
    _text("subject"),
    Column("params", JSON, nullable=False),
    Column("needed", Integer, nullable=False),
    _reference("requested_by", "person"),
    _timestamp("requested_at"),
    _timestamp("due_at", nullable=True),
    *_enum("state", "waiting", "done", "refused", "withdrawn"),
    _timestamp("ended_at", nullable=True),
    Index(None, "state", "due_at"),
)

approval = Table(
    "approval",
    metadata,
    _reference("request", "approval_request", primary_key=True),
    _reference("person", "person", primary_key=True),
    _text("channel"),
    _timestamp("at"),
)

former_contact = Table(
    "former_contact",
    metadata,
    _id(),
    _reference("organisation", "organisation"),
    _reference("person", "person"),
    _text("address"),
    _text("lang"),
    _timestamp("until"),
    Index(None, "organisation", "until"),
)

address_change = Table(
    "address_change",
    metadata,
    _id(),
    _seq(),
    _reference("person", "person"),
    _text("old_address"),
    _text("new_address"),
    _reference("requested_by", "person"),
    _timestamp("requested_at"),
    _timestamp("due_at", nullable=True),
    _timestamp("proved_at", nullable=True),
    *_enum("state", "waiting", "done", "refused"),
    _timestamp("ended_at", nullable=True),
    Index(None, "person", "state"),
)

access_recovery = Table(
    "access_recovery",
    metadata,
    _id(),
    _seq(),
    _reference("person", "person"),
    Column("shown", Boolean, nullable=False),
    _timestamp("requested_at"),
    _timestamp("restricted_until"),
    _text("refused_by", nullable=True),
    _timestamp("refused_at", nullable=True),
    Index(None, "person"),
)

mandate = Table(
    "mandate",
    metadata,
    _id(),
    _seq(),
    _reference("organisation", "organisation"),
    _reference("person", "person"),
    _reference("granted_by", "person"),
    _timestamp("granted_at"),
    _timestamp("expires_at", nullable=True),
    *_enum("state", "granted", "confirmed", "revoked"),
    _timestamp("confirmed_at", nullable=True),
    _timestamp("revoked_at", nullable=True),
    _timestamp("starts_at", nullable=True),
    Column("marks", JSON, nullable=False, server_default="[]"),
    Index(None, "organisation"),
)

mandate_confirmation = Table(
    "mandate_confirmation",
    metadata,
    _reference("mandate", "mandate", primary_key=True),
    _reference("person", "person", primary_key=True),
    _timestamp("at"),
    Column("channel", Text, nullable=False, server_default=""),
)

token = Table(
    "token",
    metadata,
    _id(),
    _reference("person", "person"),
    Column("sha256", Text, nullable=False, unique=True),
    _text("label"),
    Column("scopes", JSON, nullable=False),
    _timestamp("created_at"),
    _timestamp("expires_at", nullable=True),
    _timestamp("revoked_at", nullable=True),
    _reference("made_with", "token", nullable=True),
    Index(None, "made_with"),
)

session = Table(
    "session",
    metadata,
    Column("sha256", Text, primary_key=True),
    _reference("person", "person"),
    _reference("token", "token", nullable=True),
    Column("scopes", JSON, nullable=False),
    _timestamp("created_at"),
    _timestamp("ended_at", nullable=True),
    Column("device", Text, nullable=False, server_default=""),
    Column("own_device", Boolean, nullable=False, server_default=text("false")),
    Column("seen_at", BigInt, nullable=False, server_default="0"),
    Column("proved_at", BigInt, nullable=False, server_default="0"),
    Column("started_with", Text, nullable=False, server_default=""),
    Column("password_at", BigInt, nullable=False, server_default="0"),
    Column("totp_at", BigInt, nullable=False, server_default="0"),
)

password = Table(
    "password",
    metadata,
    _reference("person", "person", primary_key=True),
    _text("hash"),
    _timestamp("changed_at"),
    _timestamp("renewed_by_mail_at", nullable=True),
)

totp = Table(
    "totp",
    metadata,
    _reference("person", "person", primary_key=True),
    _text("nonce"),
    _timestamp("requested_at"),
    _timestamp("confirmed_at", nullable=True),
    Column("last_step", BigInt, nullable=False),
    Column("by_mail", Boolean, nullable=False, server_default=text("false")),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    _reference("person", "person", primary_key=True),
    Column("sha256", Text, primary_key=True),
    _timestamp("used_at", nullable=True),
)

proof_try = Table(
    "proof_try",
    metadata,
    _id(),
    _text("address"),
    *_enum("kind", "password", "code", "totp"),
    _text("origin"),
    Column("known", Boolean, nullable=False),
    _timestamp("at"),
    Index(None, "address", "at"),
    Index(None, "origin", "at"),
)

security_event = Table(
    "security_event",
    metadata,
    _id(),
    _seq(),
    _timestamp("at"),
    _text("kind"),
    _text("network"),
    _text("subject"),
    _text("person", nullable=True),
    Column("detail", JSON, nullable=False),
    Index(None, "at"),
)

mailed_code = Table(
    "mailed_code",
    metadata,
    _id(),
    _text("address"),
    _text("origin"),
    _reference("person", "person", nullable=True),
    _text("code_hmac"),
    Column("tries", Integer, nullable=False),
    _timestamp("asked_at"),
    _timestamp("expires_at"),
    _timestamp("used_at", nullable=True),
    Index(None, "address", "asked_at"),
)

invitation = Table(
    "invitation",
    metadata,
    _id(),
    _seq(),
    Column("sha256", Text, nullable=False, unique=True),
    _text("email"),
    _text("lang"),
    _reference("organisation", "organisation", nullable=True),
    Column("roles", JSON, nullable=False),
    _reference("person", "person", nullable=True),
    _reference("invited_by", "person", nullable=True),
    _timestamp("at"),
    _timestamp("expires_at"),
    _timestamp("used_at", nullable=True),
    _timestamp("withdrawn_at", nullable=True),
    Column("link_shown", Boolean, nullable=False, server_default=text("true")),
    Index(None, "email"),
)

# Documents

document = Table(
    "document",
    metadata,
    _id(),
    _seq(),
    *_enum("kind", "statement", "letter", "position", "constitution"),
    *_enum("state", "drafting", "review", "endorsement", "approved", "published", "withdrawn"),
    *_enum("issued_by", "coalition", "signatories"),
    Column("authentic", JSON, nullable=False),
    Column("front", JSON, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("rev", BigInt, nullable=False),
    _reference("opened_by", "person"),
    _timestamp("opened_at"),
    _text("note", nullable=True),
    _timestamp("shown_since", nullable=True),
    Column("numbering", Text, nullable=False, server_default="typed"),
)

edition = Table(
    "edition",
    metadata,
    _reference("document", "document", primary_key=True),
    Column("lang", Text, primary_key=True),
    _text("title"),
    Column("draft", Text, nullable=False, unique=True),
)

draft = Table(
    "draft",
    metadata,
    _id(),
    Column("epoch", Integer, nullable=False),
    Column("head", BigInt, nullable=False),
    _timestamp("frozen_at", nullable=True),
    _timestamp("paused_until", nullable=True),
    postgresql_with={"fillfactor": 50},
)

search_entry = Table(
    "search_entry",
    metadata,
    Column("seq", BigInt, primary_key=True, autoincrement=False),
    _reference("document", "document"),
    Column("lang", Text, nullable=False),
    *_enum("source", "draft", "version"),
    Column("epoch", Integer, nullable=False),
    Column("position", BigInt, nullable=False),
    _text("title"),
    _text("words"),
    _text("body"),
    UniqueConstraint("document", "lang", "source"),
)
"""The search index: words of the draft and of the newest version of each edition; not in backups.

`position` is the row of the journal in `epoch`, or the number of the version, that was indexed. The migration adds
what is not the same on both databases: on SQLite the virtual table `search_words` (FTS5), which triggers keep equal to
`words`; on PostgreSQL a GIN index of `words`.
"""

draft_update = Table(
    "draft_update",
    metadata,
    _reference("draft", "draft", primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seq", BigInt, primary_key=True),
    _timestamp("at"),
    _text("actor"),
    _text("origin"),
    Column("data", LargeBinary, nullable=False),
    Index(None, "draft", "actor", "seq"),
    sqlite_with_rowid=False,
)

draft_snapshot = Table(
    "draft_snapshot",
    metadata,
    _reference("draft", "draft", primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seq", BigInt, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    _text("text_sha256"),
)

draft_author = Table(
    "draft_author",
    metadata,
    _reference("draft", "draft", primary_key=True),
    Column("client", BigInt, primary_key=True),
    _text("actor"),
)

intake = Table(
    "intake",
    metadata,
    _id(),
    _reference("document", "document"),
    _text("lang"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", BigInt, nullable=False),
    Column("file", LargeBinary, nullable=True),
    *_enum("state", "waiting", "ready", "failed", "accepted"),
    _text("text", nullable=True),
    Column("found", JSON, nullable=True),
    Column("failure", JSON, nullable=True),
    _reference("brought_by", "person"),
    _timestamp("brought_at"),
    _timestamp("ended_at", nullable=True),
    Index(None, "document"),
)

unsaved_change = Table(
    "unsaved_change",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _text("lang"),
    Column("epoch", Integer, nullable=True),
    Column("draft_seq", BigInt, nullable=True),
    _text("base", nullable=True),
    _text("text"),
    _text("why"),
    *_enum("state", "kept", "taken", "set_aside", "suggested"),
    _reference("by", "person"),
    _timestamp("at"),
    _reference("ended_by", "person", nullable=True),
    _timestamp("ended_at", nullable=True),
    Index(None, "document", "state"),
)

suggestion = Table(
    "suggestion",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _text("lang"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", BigInt, nullable=False),
    _text("base"),
    _text("proposed"),
    _text("reason"),
    *_enum("state", "pending", "accepted", "dismissed", "partly"),
    _reference("by", "person"),
    _timestamp("at"),
    _timestamp("ended_at", nullable=True),
    Index(None, "document", "state"),
)

suggestion_hunk = Table(
    "suggestion_hunk",
    metadata,
    _reference("suggestion", "suggestion", primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _text("text"),
    *_enum("state", "pending", "accepted", "dismissed"),
    _text("applied", nullable=True),
    _reference("ended_by", "person", nullable=True),
    _timestamp("ended_at", nullable=True),
)

version = Table(
    "version",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    Column("number", Integer, nullable=False),
    _text("parent_sha256", nullable=True),
    Column("version_sha256", Text, nullable=False, unique=True),
    _text("kind"),
    _text("issued_by"),
    Column("authentic", JSON, nullable=False),
    _reference("cut_by", "person"),
    _timestamp("cut_at"),
    _text("note"),
    Column("numbering", Text, nullable=False, server_default="typed"),
    _text("line_rules", nullable=True),
    UniqueConstraint("document", "number"),
)

version_edition = Table(
    "version_edition",
    metadata,
    _reference("version", "version", primary_key=True),
    Column("lang", Text, primary_key=True),
    _text("title"),
    _text("text"),
    _text("text_sha256"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", BigInt, nullable=False),
)

version_index = Table(
    "version_index",
    metadata,
    _reference("version", "version", primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("text_sha256", Text, nullable=False, index=True),
    _text("engine"),
    Column("body", LargeBinary, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    _reference("person", "person", primary_key=True),
    _reference("document", "document", primary_key=True),
    Column("version", Integer, nullable=False),
    _timestamp("at"),
    Column("before", Integer, nullable=False),
)

draft_reading = Table(
    "draft_reading",
    metadata,
    _reference("person", "person", primary_key=True),
    _reference("draft", "draft", primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInt, nullable=False),
    _timestamp("at"),
    Column("before", BigInt, nullable=False),
)

comment_thread = Table(
    "comment_thread",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _text("lang"),
    _reference("draft", "draft"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", BigInt, nullable=False),
    Column("units", JSON, nullable=False),
    _text("quote"),
    _reference("organisation", "organisation", nullable=True),
    *_enum("state", "open", "settled", "withdrawn"),
    _reference("made_by", "person"),
    _timestamp("made_at"),
    _reference("settled_by", "person", nullable=True),
    _timestamp("settled_at", nullable=True),
    Column("rev", Integer, nullable=False),
    Index(None, "draft"),
    Index(None, "document"),
)

comment = Table(
    "comment",
    metadata,
    _id(),
    _seq(),
    _reference("thread", "comment_thread"),
    _reference("person", "person"),
    _text("body"),
    _timestamp("at"),
    Index(None, "thread"),
)

comment_mention = Table(
    "comment_mention",
    metadata,
    _reference("comment", "comment", primary_key=True),
    _reference("person", "person", primary_key=True),
    Index(None, "person"),
)

comment_place = Table(
    "comment_place",
    metadata,
    _reference("version", "version", primary_key=True),
    _reference("thread", "comment_thread", primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _text("fate"),
)

# Endorsement

round_ = Table(
    "round",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _reference("version", "version"),
    Column("rule", JSON, nullable=False),
    _text("rule_sha256"),
    Column("roll", JSON, nullable=False),
    _text("roll_sha256"),
    *_enum("state", "open", "passed", "failed", "cancelled"),
    Column("close_when_all_answered", Boolean, nullable=False),
    _reference("opened_by", "person"),
    _timestamp("opened_at"),
    Column("opens_seq", BigInt, nullable=False),
    _timestamp("closes_at"),
    _timestamp("closed_at", nullable=True),
    Column("outcome", JSON, nullable=True),
    Column("format", Integer, nullable=False, server_default="1"),
    Column("wording", Integer, nullable=False, server_default="1"),
    Column("terms", JSON(none_as_null=True), nullable=True),
    _text("round_sha256", nullable=True),
    Column("secretariat", JSON(none_as_null=True), nullable=True),
    _timestamp("answered_at", nullable=True),
    _timestamp("extended_at", nullable=True),
    Column("proofs", JSON(none_as_null=True), nullable=True),
    Index(None, "document"),
    Index(
        "uq_round_open",
        "document",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

round_closing = Table(
    "round_closing",
    metadata,
    _reference("round", "round", primary_key=True),
    _reference("person", "person", primary_key=True),
    Column("act", Text, primary_key=True),
    _timestamp("at"),
    _timestamp("due_at", nullable=True),
)

challenge = Table(
    "challenge",
    metadata,
    _id(),
    _reference("person", "person"),
    _reference("round", "round"),
    _reference("organisation", "organisation"),
    _reference("mandate", "mandate"),
    _text("position"),
    Column("reservation", JSON, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    _text("sentence"),
    _text("salt"),
    _text("code_hmac"),
    Column("tries", Integer, nullable=False),
    _timestamp("expires_at"),
    _timestamp("used_at", nullable=True),
)

challenge_approval = Table(
    "challenge_approval",
    metadata,
    _reference("challenge", "challenge", primary_key=True),
    _reference("person", "person", primary_key=True),
    _timestamp("at"),
)

endorsement = Table(
    "endorsement",
    metadata,
    _id(),
    _seq(),
    _reference("round", "round"),
    _reference("organisation", "organisation"),
    _reference("person", "person"),
    _reference("mandate", "mandate"),
    *_enum("position", "endorse", "endorse_with_reservation", "abstain", "decline"),
    Column("reservation", JSON, nullable=False),
    *_enum("state", "cast", "replaced", "withdrawn"),
    Column("statement", LargeBinary, nullable=False),
    _text("statement_sha256"),
    _text("sentence"),
    _text("salt"),
    _text("assurance"),
    _timestamp("cast_at"),
    _timestamp("ended_at", nullable=True),
    Column("ended_statement", LargeBinary, nullable=True),
    _text("ended_salt", nullable=True),
    Column("proof", Text, nullable=False, server_default=""),
    Column("marks", JSON, nullable=False, server_default="[]"),
    Index(None, "round"),
    Index(
        "uq_endorsement_live",
        "round",
        "organisation",
        unique=True,
        sqlite_where=text("state = 'cast'"),
        postgresql_where=text("state = 'cast'"),
    ),
)

dispute = Table(
    "dispute",
    metadata,
    _id(),
    _seq(),
    _reference("round", "round"),
    _reference("endorsement", "endorsement"),
    _reference("organisation", "organisation"),
    _reference("person", "person"),
    *_enum("subject", "answer", "withdrawal"),
    _text("reason"),
    _timestamp("at"),
    UniqueConstraint("endorsement", "subject", "person"),
    Index(None, "round"),
)

dispute_settlement = Table(
    "dispute_settlement",
    metadata,
    _reference("dispute", "dispute", primary_key=True),
    _reference("person", "person", primary_key=True),
    Column("act", Text, primary_key=True),
    _seq(),
    _timestamp("at"),
    CheckConstraint("act IN ('withdraw', 'agree', 'agree_alone', 'new_answer')", name="act"),
)

seal = Table(
    "seal",
    metadata,
    _id(),
    _seq(),
    Column("document", Text, ForeignKey("document.id"), nullable=False),
    Column("round", Text, ForeignKey("round.id"), nullable=False, unique=True),
    _reference("version", "version"),
    Column("content", LargeBinary, nullable=False),
    Column("seal_sha256", Text, nullable=False, unique=True),
    _timestamp("sealed_at"),
)

seal_opening = Table(
    "seal_opening",
    metadata,
    _reference("seal", "seal", primary_key=True),
    Column("commitment", Text, primary_key=True),
    _reference("organisation", "organisation"),
    _text("position"),
    Column("salt", LargeBinary, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("seq", BigInt, primary_key=True, autoincrement=False),
    Column("prev", Text, nullable=False, unique=True),
    Column("salt", LargeBinary, nullable=True),
    Column("content", LargeBinary, nullable=True),
    Column("commitment", Text, nullable=False, unique=True),
    _timestamp("at"),
)

# Publication

artefact = Table(
    "artefact",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _text("sha256"),
    Column("size", BigInt, nullable=False),
    _text("media_type"),
    _timestamp("made_at"),
)

export = Table(
    "export",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _reference("seal", "seal"),
    _text("format"),
    _text("lang"),
    Column("translation", Integer, nullable=True),
    *_enum("state", "queued", "rendering", "ready", "failed"),
    _text("stage"),
    _text("requested_by", nullable=True),
    _timestamp("requested_at"),
    _timestamp("ended_at", nullable=True),
    _reference("artefact", "artefact", nullable=True),
    Column("failure", JSON, nullable=True),
    Index(None, "document"),
)

# Proofs and files of drafts

engine_set = Table(
    "engine_set",
    metadata,
    _id(),
    _seq(),
    _text("sha256"),
    Column("content", JSON, nullable=False),
    _timestamp("at"),
)

proof = Table(
    "proof",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _reference("version", "version"),
    _text("format"),
    _text("lang"),
    _text("content_sha256"),
    _reference("engine", "engine_set", nullable=True),
    *_enum("state", "queued", "rendering", "whole", "failed"),
    _text("stage"),
    _timestamp("requested_at"),
    _timestamp("ended_at", nullable=True),
    _timestamp("superseded_at", nullable=True),
    _text("sha256", nullable=True),
    Column("size", BigInt, nullable=True),
    Column("failure", JSON(none_as_null=True), nullable=True),
    Index(None, "document"),
    Index(None, "version", "content_sha256"),
    Index(None, "superseded_at"),
)

reservation_proof = Table(
    "reservation_proof",
    metadata,
    _id(),
    _seq(),
    _reference("round", "round"),
    _reference("requested_by", "person"),
    _text("lang"),
    _text("text"),
    _text("text_sha256"),
    *_enum("state", "queued", "rendering", "whole", "failed"),
    _timestamp("requested_at"),
    _timestamp("ended_at", nullable=True),
    Column("failure", JSON(none_as_null=True), nullable=True),
    Index(None, "round"),
)

urgent_sending = Table(
    "urgent_sending",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _reference("version", "version", nullable=True),
    _reference("requested_by", "person"),
    _timestamp("requested_at"),
    Column("options", JSON, nullable=False),
    *_enum("state", "requested", "proving", "opened", "failed", "cancelled"),
    _reference("round", "round", nullable=True),
    Column("failure", JSON(none_as_null=True), nullable=True),
    _reference("ended_by", "person", nullable=True),
    _timestamp("ended_at", nullable=True),
    Index(None, "document"),
)

draft_file = Table(
    "draft_file",
    metadata,
    _id(),
    _seq(),
    _reference("document", "document"),
    _reference("requested_by", "person"),
    _timestamp("requested_at"),
    Column("subject", JSON, nullable=False),
    _text("format"),
    Column("options", JSON, nullable=False),
    *_enum("state", "queued", "rendering", "ready", "failed"),
    _text("stage"),
    _timestamp("ended_at", nullable=True),
    _text("sha256", nullable=True),
    Column("size", BigInt, nullable=True),
    Column("failure", JSON(none_as_null=True), nullable=True),
    Index(None, "document"),
    Index(None, "requested_by"),
)

translation = Table(
    "translation",
    metadata,
    _reference("seal", "seal", primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _text("text"),
    _text("text_sha256"),
    _reference("added_by", "person"),
    _timestamp("added_at"),
)

publication = Table(
    "publication",
    metadata,
    _id(),
    Column("document", Text, ForeignKey("document.id"), nullable=False, unique=True),
    *_enum("state", "public", "withdrawn"),
    _timestamp("published_at"),
    _text("note"),
)

publication_revision = Table(
    "publication_revision",
    metadata,
    _reference("publication", "publication", primary_key=True),
    Column("number", Integer, primary_key=True),
    _reference("seal", "seal"),
    Column("content", LargeBinary, nullable=False),
    _reference("published_by", "person"),
    _timestamp("published_at"),
)

# Notices and jobs

notice = Table(
    "notice",
    metadata,
    _id(),
    _seq(),
    _reference("person", "person"),
    _text("kind"),
    Column("params", JSON, nullable=False),
    Column("effect_key", Text, nullable=False, unique=True),
    _timestamp("at"),
    _timestamp("read_at", nullable=True),
    _timestamp("mail_at", nullable=True),
    _text("mail", nullable=True),
    Column("pinned", Boolean, nullable=False, server_default=text("false")),
    Index(None, "person", "read_at"),
    Index(None, "person", "kind", "at"),
    Index(None, "mail_at"),
    Index(None, "mail"),
)

mail = Table(
    "mail",
    metadata,
    _id(),
    _seq(),
    _reference("person", "person", nullable=True),
    Column("address", Text, nullable=False, server_default=""),
    Column("lang", Text, nullable=False, server_default=""),
    _reference("invitation", "invitation", nullable=True),
    _text("subject"),
    _text("body"),
    *_enum("state", "waiting", "sent", "shown", "failed"),
    _timestamp("at"),
    _timestamp("ended_at", nullable=True),
    Column("code_of", Text, nullable=False, server_default=""),
    Column("code_ref", Text, nullable=False, server_default=""),
    _text("error", nullable=True),
    _timestamp("bounced_at", nullable=True),
    _text("bounce", nullable=True),
    Index(None, "code_ref"),
    Index(None, "person", "seq"),
    Index(None, "state"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _text("name"),
    _text("ref"),
    *_enum("state", "queued", "running", "done", "failed"),
    Column("attempts", Integer, nullable=False),
    Column("rings", Integer, nullable=False),
    _timestamp("tried_since", nullable=True),
    _timestamp("next_at"),
    _timestamp("lease_until", nullable=True),
    Column("effect_key", Text, nullable=False, unique=True),
    _text("error", nullable=True),
    _text("request", nullable=True),
    Index(None, "state", "next_at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("sha256"),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSON, nullable=False),
    _timestamp("at"),
)
