"""The whole schema. Times are integer microseconds UTC; ids are prefixed random text; order comes from `seq` columns.

Rows of versions, snapshots, seals, record, artefacts and publication revisions are only ever added, and of an
endorsement only its end may change: on SQLite triggers see to it, on PostgreSQL grants.
JSON columns hold objects that carry a `v`.
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

Big: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _seq() -> Column[int]:
    return Column("seq", Big, nullable=False, unique=True)


def _to(name: str, target: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(f"{target}.id"), nullable=null, primary_key=key)


def _at(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, Big, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _state(name: str, *states: str) -> tuple[Column[str], CheckConstraint]:
    allowed = ", ".join(f"'{state}'" for state in states)
    return Column(name, Text, nullable=False), CheckConstraint(f"{name} IN ({allowed})", name=name)


# Who

coalition = Table(
    "coalition",
    metadata,
    _id(),
    _text("origin"),
    Column("sample", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    _text("logo_sha256", null=True),
    _at("created_at"),
)

organisation = Table(
    "organisation",
    metadata,
    _id(),
    _seq(),
    Column("names", JSON, nullable=False),
    *_state("state", "member", "left"),
    _at("joined_at"),
    _at("left_at", null=True),
)

person = Table(
    "person",
    metadata,
    _id(),
    _seq(),
    _text("name"),
    Column("names", JSON, nullable=False, server_default="{}"),
    Column("email", Text, nullable=False, unique=True),
    _to("organisation", "organisation", null=True),
    _text("lang"),
    *_state("state", "active", "closed"),
    _at("joined_at"),
    Column("zone", Text, nullable=False, server_default=""),
    Column("digits", Text, nullable=False, server_default=""),
)

role_grant = Table(
    "role_grant",
    metadata,
    _to("person", "person", key=True),
    Column("role", Text, primary_key=True),
    Column("document", Text, primary_key=True, server_default=""),
    _text("granted_by", null=True),
    _at("granted_at"),
)

mandate = Table(
    "mandate",
    metadata,
    _id(),
    _seq(),
    _to("organisation", "organisation"),
    _to("person", "person"),
    _to("granted_by", "person"),
    _at("granted_at"),
    _at("expires_at", null=True),
    *_state("state", "granted", "confirmed", "revoked"),
    _at("confirmed_at", null=True),
    _at("revoked_at", null=True),
    Index(None, "organisation"),
)

mandate_confirmation = Table(
    "mandate_confirmation",
    metadata,
    _to("mandate", "mandate", key=True),
    _to("person", "person", key=True),
    _at("at"),
)

token = Table(
    "token",
    metadata,
    _id(),
    _to("person", "person"),
    Column("sha256", Text, nullable=False, unique=True),
    _text("label"),
    Column("scopes", JSON, nullable=False),
    _at("created_at"),
    _at("expires_at", null=True),
    _at("revoked_at", null=True),
    _to("made_with", "token", null=True),
    Index(None, "made_with"),
)

session = Table(
    "session",
    metadata,
    Column("sha256", Text, primary_key=True),
    _to("person", "person"),
    _to("token", "token", null=True),
    Column("scopes", JSON, nullable=False),
    _at("created_at"),
    _at("ended_at", null=True),
    Column("device", Text, nullable=False, server_default=""),
    Column("own_device", Boolean, nullable=False, server_default=text("false")),
    Column("seen_at", Big, nullable=False, server_default="0"),
    Column("proved_at", Big, nullable=False, server_default="0"),
)

password = Table(
    "password",
    metadata,
    _to("person", "person", key=True),
    _text("hash"),
    _at("changed_at"),
)

proof_try = Table(
    "proof_try",
    metadata,
    _id(),
    _text("address"),
    *_state("kind", "password", "code"),
    _text("origin"),
    Column("known", Boolean, nullable=False),
    _at("at"),
    Index(None, "address", "at"),
)

mailed_code = Table(
    "mailed_code",
    metadata,
    _id(),
    _text("address"),
    _text("origin"),
    _to("person", "person", null=True),
    _text("code_hmac"),
    Column("tries", Integer, nullable=False),
    _at("asked_at"),
    _at("expires_at"),
    _at("used_at", null=True),
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
    _to("organisation", "organisation", null=True),
    Column("roles", JSON, nullable=False),
    _to("person", "person", null=True),
    _to("invited_by", "person", null=True),
    _at("at"),
    _at("expires_at"),
    _at("used_at", null=True),
    _at("withdrawn_at", null=True),
    Index(None, "email"),
)

# What

document = Table(
    "document",
    metadata,
    _id(),
    _seq(),
    *_state("kind", "statement", "letter", "position", "constitution"),
    *_state("state", "drafting", "review", "endorsement", "approved", "published", "withdrawn"),
    *_state("issued_by", "coalition", "signatories"),
    Column("authentic", JSON, nullable=False),
    Column("front", JSON, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("rev", Big, nullable=False),
    _to("opened_by", "person"),
    _at("opened_at"),
    _text("note", null=True),
    _at("shown_since", null=True),
    Column("numbering", Text, nullable=False, server_default="typed"),
)

edition = Table(
    "edition",
    metadata,
    _to("document", "document", key=True),
    Column("lang", Text, primary_key=True),
    _text("title"),
    Column("draft", Text, nullable=False, unique=True),
)

draft = Table(
    "draft",
    metadata,
    _id(),
    Column("epoch", Integer, nullable=False),
    Column("head", Big, nullable=False),
    _at("frozen_at", null=True),
    postgresql_with={"fillfactor": 50},
)

draft_update = Table(
    "draft_update",
    metadata,
    _to("draft", "draft", key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seq", Big, primary_key=True),
    _at("at"),
    _text("actor"),
    _text("origin"),
    Column("data", LargeBinary, nullable=False),
    Index(None, "draft", "actor", "seq"),
    sqlite_with_rowid=False,
)

draft_snapshot = Table(
    "draft_snapshot",
    metadata,
    _to("draft", "draft", key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seq", Big, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    _text("text_sha256"),
)

draft_author = Table(
    "draft_author",
    metadata,
    _to("draft", "draft", key=True),
    Column("client", Big, primary_key=True),
    _text("actor"),
)

intake = Table(
    "intake",
    metadata,
    _id(),
    _to("document", "document"),
    _text("lang"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", Big, nullable=False),
    Column("file", LargeBinary, nullable=True),
    *_state("state", "waiting", "ready", "failed", "accepted"),
    _text("text", null=True),
    Column("found", JSON, nullable=True),
    Column("failure", JSON, nullable=True),
    _to("brought_by", "person"),
    _at("brought_at"),
    _at("ended_at", null=True),
    Index(None, "document"),
)

suggestion = Table(
    "suggestion",
    metadata,
    _id(),
    _seq(),
    _to("document", "document"),
    _text("lang"),
    Column("epoch", Integer, nullable=True),
    Column("draft_seq", Big, nullable=True),
    _text("base", null=True),
    _text("text"),
    _text("why"),
    *_state("state", "kept", "taken", "set_aside"),
    _to("by", "person"),
    _at("at"),
    _to("ended_by", "person", null=True),
    _at("ended_at", null=True),
    Index(None, "document", "state"),
)

version = Table(
    "version",
    metadata,
    _id(),
    _seq(),
    _to("document", "document"),
    Column("number", Integer, nullable=False),
    _text("parent_sha256", null=True),
    Column("version_sha256", Text, nullable=False, unique=True),
    _text("kind"),
    _text("issued_by"),
    Column("authentic", JSON, nullable=False),
    _to("cut_by", "person"),
    _at("cut_at"),
    _text("note"),
    Column("numbering", Text, nullable=False, server_default="typed"),
    UniqueConstraint("document", "number"),
)

version_edition = Table(
    "version_edition",
    metadata,
    _to("version", "version", key=True),
    Column("lang", Text, primary_key=True),
    _text("title"),
    _text("text"),
    _text("text_sha256"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", Big, nullable=False),
)

version_index = Table(
    "version_index",
    metadata,
    _to("version", "version", key=True),
    Column("lang", Text, primary_key=True),
    Column("text_sha256", Text, nullable=False, index=True),
    _text("engine"),
    Column("body", LargeBinary, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    _to("person", "person", key=True),
    _to("document", "document", key=True),
    Column("version", Integer, nullable=False),
    _at("at"),
    Column("before", Integer, nullable=False),
)

draft_reading = Table(
    "draft_reading",
    metadata,
    _to("person", "person", key=True),
    _to("draft", "draft", key=True),
    Column("epoch", Integer, nullable=False),
    Column("seq", Big, nullable=False),
    _at("at"),
    Column("before", Big, nullable=False),
)

comment_thread = Table(
    "comment_thread",
    metadata,
    _id(),
    _seq(),
    _to("document", "document"),
    _text("lang"),
    _to("draft", "draft"),
    Column("epoch", Integer, nullable=False),
    Column("draft_seq", Big, nullable=False),
    Column("units", JSON, nullable=False),
    _text("quote"),
    _to("organisation", "organisation", null=True),
    *_state("state", "open", "settled", "withdrawn"),
    _to("made_by", "person"),
    _at("made_at"),
    _to("settled_by", "person", null=True),
    _at("settled_at", null=True),
    Column("rev", Integer, nullable=False),
    Index(None, "draft"),
    Index(None, "document"),
)

comment = Table(
    "comment",
    metadata,
    _id(),
    _seq(),
    _to("thread", "comment_thread"),
    _to("person", "person"),
    _text("body"),
    _at("at"),
    Index(None, "thread"),
)

comment_mention = Table(
    "comment_mention",
    metadata,
    _to("comment", "comment", key=True),
    _to("person", "person", key=True),
    Index(None, "person"),
)

comment_place = Table(
    "comment_place",
    metadata,
    _to("version", "version", key=True),
    _to("thread", "comment_thread", key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _text("fate"),
)

# Agreeing

round_ = Table(
    "round",
    metadata,
    _id(),
    _seq(),
    _to("document", "document"),
    _to("version", "version"),
    Column("rule", JSON, nullable=False),
    _text("rule_sha256"),
    Column("roll", JSON, nullable=False),
    _text("roll_sha256"),
    *_state("state", "open", "passed", "failed", "cancelled"),
    Column("close_when_all_answered", Boolean, nullable=False),
    _to("opened_by", "person"),
    _at("opened_at"),
    Column("opens_seq", Big, nullable=False),
    _at("closes_at"),
    _at("closed_at", null=True),
    Column("outcome", JSON, nullable=True),
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
    _to("round", "round", key=True),
    _to("person", "person", key=True),
    Column("act", Text, primary_key=True),
    _at("at"),
)

challenge = Table(
    "challenge",
    metadata,
    _id(),
    _to("person", "person"),
    _to("round", "round"),
    _to("organisation", "organisation"),
    _to("mandate", "mandate"),
    _text("position"),
    Column("reservation", JSON, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    _text("sentence"),
    _text("salt"),
    _text("code_hmac"),
    Column("tries", Integer, nullable=False),
    _at("expires_at"),
    _at("used_at", null=True),
)

endorsement = Table(
    "endorsement",
    metadata,
    _id(),
    _seq(),
    _to("round", "round"),
    _to("organisation", "organisation"),
    _to("person", "person"),
    _to("mandate", "mandate"),
    *_state("position", "endorse", "endorse_with_reservation", "abstain", "decline"),
    Column("reservation", JSON, nullable=False),
    *_state("state", "cast", "replaced", "withdrawn"),
    Column("statement", LargeBinary, nullable=False),
    _text("statement_sha256"),
    _text("sentence"),
    _text("salt"),
    _text("assurance"),
    _at("cast_at"),
    _at("ended_at", null=True),
    Column("ended_statement", LargeBinary, nullable=True),
    _text("ended_salt", null=True),
    Index(
        "uq_endorsement_live",
        "round",
        "organisation",
        unique=True,
        sqlite_where=text("state = 'cast'"),
        postgresql_where=text("state = 'cast'"),
    ),
)

seal = Table(
    "seal",
    metadata,
    _id(),
    _seq(),
    Column("document", Text, ForeignKey("document.id"), nullable=False),
    Column("round", Text, ForeignKey("round.id"), nullable=False, unique=True),
    _to("version", "version"),
    Column("content", LargeBinary, nullable=False),
    Column("seal_sha256", Text, nullable=False, unique=True),
    _at("sealed_at"),
)

record = Table(
    "record",
    metadata,
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("prev", Text, nullable=False, unique=True),
    Column("salt", LargeBinary, nullable=True),
    Column("content", LargeBinary, nullable=True),
    Column("commitment", Text, nullable=False, unique=True),
    _at("at"),
)

# Publishing

artefact = Table(
    "artefact",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _text("sha256"),
    Column("size", Big, nullable=False),
    _text("media_type"),
    _at("made_at"),
)

export = Table(
    "export",
    metadata,
    _id(),
    _seq(),
    _to("document", "document"),
    _to("seal", "seal"),
    _text("format"),
    _text("lang"),
    Column("translation", Integer, nullable=True),
    *_state("state", "queued", "rendering", "ready", "failed"),
    _text("stage"),
    _text("requested_by", null=True),
    _at("requested_at"),
    _at("ended_at", null=True),
    _to("artefact", "artefact", null=True),
    Column("failure", JSON, nullable=True),
    Index(None, "document"),
)

translation = Table(
    "translation",
    metadata,
    _to("seal", "seal", key=True),
    Column("lang", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _text("text"),
    _text("text_sha256"),
    _to("added_by", "person"),
    _at("added_at"),
)

publication = Table(
    "publication",
    metadata,
    _id(),
    Column("document", Text, ForeignKey("document.id"), nullable=False, unique=True),
    *_state("state", "public", "withdrawn"),
    _at("published_at"),
    _text("note"),
)

publication_revision = Table(
    "publication_revision",
    metadata,
    _to("publication", "publication", key=True),
    Column("number", Integer, primary_key=True),
    _to("seal", "seal"),
    Column("content", LargeBinary, nullable=False),
    _to("published_by", "person"),
    _at("published_at"),
)

# The machine

notice = Table(
    "notice",
    metadata,
    _id(),
    _seq(),
    _to("person", "person"),
    _text("kind"),
    Column("params", JSON, nullable=False),
    Column("effect_key", Text, nullable=False, unique=True),
    _at("at"),
    _at("read_at", null=True),
    _at("mail_at", null=True),
    Index(None, "person", "read_at"),
    Index(None, "mail_at"),
)

mail = Table(
    "mail",
    metadata,
    _id(),
    _seq(),
    _to("person", "person", null=True),
    Column("address", Text, nullable=False, server_default=""),
    Column("lang", Text, nullable=False, server_default=""),
    _to("invitation", "invitation", null=True),
    _text("subject"),
    _text("body"),
    *_state("state", "waiting", "sent", "shown", "failed"),
    _at("at"),
    _at("ended_at", null=True),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _text("name"),
    _text("ref"),
    *_state("state", "queued", "running", "done", "failed"),
    Column("attempts", Integer, nullable=False),
    Column("rings", Integer, nullable=False),
    _at("tried_since", null=True),
    _at("next_at"),
    _at("lease_until", null=True),
    Column("effect_key", Text, nullable=False, unique=True),
    _text("error", null=True),
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
    _at("at"),
)
