"""Who may do what: one table, deny by default. Which facts a verb needs besides (a live mandate, an open round) is the
business of its action; who may even try is decided here."""

from dataclasses import dataclass

from service.domain.documents import document as document_rules
from service.domain.membership.people import (
    AUDITOR,
    COMMUNICATIONS,
    DRAFTER,
    FOCAL_POINT,
    OBSERVER,
    SECRETARIAT,
    SIGNATORY,
    Actor,
)

MEMBERS = frozenset({SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY, AUDITOR})
EVERYONE = MEMBERS | {COMMUNICATIONS, OBSERVER}
LATER = frozenset(
    {document_rules.REVIEW, document_rules.ENDORSEMENT, document_rules.APPROVED, document_rules.PUBLISHED}
)
GONE = frozenset({document_rules.WITHDRAWN})
SEALED = frozenset({document_rules.APPROVED, document_rules.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: `roles` of which one is held, `scope` of the key; `own`: for their own organisation only;
    `anywhere`: a role for one document is enough; `bare`: it is about oneself and needs no role at all."""

    scope: str
    roles: frozenset[str]
    own: bool = False
    anywhere: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """What is acted on, as far as the policy cares. Empty fields do not apply. `shown`: the document was once open to
    others than members."""

    document: str | None = None
    state: str | None = None
    shown: bool = False
    organisation: str | None = None
    person: str | None = None


def _line(scope: str, *roles: str, own: bool = False) -> Line:
    return Line(scope, frozenset(roles), own)


TABLE: dict[str, Line] = {
    "coalition.read": Line("read", EVERYONE, anywhere=True),
    "coalition.edit": _line("admin", SECRETARIAT),
    "organisation.read": Line("read", EVERYONE, anywhere=True),
    "organisation.add": _line("admin", SECRETARIAT),
    "organisation.edit": _line("admin", SECRETARIAT),
    "organisation.leave": _line("admin", SECRETARIAT),
    "person.read": _line("read", SECRETARIAT, AUDITOR, FOCAL_POINT),
    "person.add": _line("admin", SECRETARIAT),
    "person.invite": _line("admin", SECRETARIAT, FOCAL_POINT),
    "person.close": _line("admin", SECRETARIAT),
    "role.grant": _line("admin", SECRETARIAT),
    "role.take": _line("admin", SECRETARIAT),
    "mandate.read": Line("read", MEMBERS),
    "mandate.grant": _line("admin", FOCAL_POINT, own=True),
    "mandate.revoke": _line("admin", FOCAL_POINT, SECRETARIAT),
    "mandate.confirm": _line("admin", SECRETARIAT),
    "account.own": Line("read", EVERYONE, anywhere=True, bare=True),
    "token.own": Line("read", EVERYONE, anywhere=True, bare=True),
    "token.others": _line("admin", SECRETARIAT),
    "document.open": _line("write", SECRETARIAT, DRAFTER),
    "document.read": Line("read", EVERYONE),
    "document.move": _line("write", SECRETARIAT),
    "document.withdraw": _line("admin", SECRETARIAT),
    "front.edit": _line("write", SECRETARIAT, DRAFTER),
    "edition.add": _line("write", SECRETARIAT, DRAFTER),
    "draft.read": Line("read", MEMBERS),
    "draft.save": _line("write", SECRETARIAT, DRAFTER),
    "comment.read": Line("read", MEMBERS),
    "comment.add": _line("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "comment.settle": _line("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "suggestion.keep": _line("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "suggestion.read": _line("read", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "version.read": Line("read", EVERYONE),
    "version.cut": _line("write", SECRETARIAT, DRAFTER),
    "round.read": Line("read", EVERYONE),
    "round.open": _line("admin", SECRETARIAT),
    "round.close": _line("admin", SECRETARIAT),
    "endorsement.cast": _line("sign", SIGNATORY, own=True),
    "endorsement.withdraw": _line("sign", SIGNATORY, own=True),
    "export.read": Line("read", EVERYONE),
    "export.request": _line("publish", COMMUNICATIONS, SECRETARIAT),
    "publication.publish": _line("publish", COMMUNICATIONS),
    "translation.add": _line("write", SECRETARIAT, DRAFTER, COMMUNICATIONS),
    "publication.withdraw": _line("publish", COMMUNICATIONS, SECRETARIAT),
    "record.read": Line("read", MEMBERS | {COMMUNICATIONS}),
    "notice.own": Line("read", EVERYONE, anywhere=True, bare=True),
    "mail.read": _line("admin", SECRETARIAT),
}


BINDING = frozenset({"sign", "admin"})
"""Scopes of acts for which a password, code or key must have been given lately."""


def is_binding(verb: str) -> bool:
    """Whether `verb` signs or administers."""
    return verb in TABLE and TABLE[verb].scope in BINDING


def may(actor: Actor, verb: str, thing: Thing) -> bool:
    """Whether `actor` may try `verb` on `thing`. Unknown verbs are refused."""
    line = TABLE.get(verb)
    if line is None or line.scope not in actor.scopes:
        return False
    if not line.bare and not actor.holds(line.roles, document=thing.document, anywhere=line.anywhere):
        return False
    if line.own and thing.organisation != actor.organisation:
        return False
    return thing.state is None or sees(actor, document=thing.document, state=thing.state, shown=thing.shown)


def sees(actor: Actor, *, document: str | None, state: str, shown: bool) -> bool:
    """Whether a document in `state` is visible to `actor` at all: members always, communications and observers from
    review on; once withdrawn, only if it was `shown` before."""
    if actor.holds(MEMBERS, document=document):
        return True
    open_now = state in LATER or (shown and state in GONE)
    return open_now and actor.holds((COMMUNICATIONS, OBSERVER), document=document)


@dataclass(frozen=True, slots=True)
class Part:
    """Documents of `states` (None: any) that are among `ids` (None: all); with `shown`, of those once shown only."""

    states: frozenset[str] | None = None
    ids: frozenset[str] | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a list may show: those of any of its parts."""

    parts: tuple[Part, ...]


def scope(actor: Actor, verb: str) -> Scope:
    """The documents `actor` may `verb`, as parts of a WHERE that are joined by OR; no parts: nothing."""
    line = TABLE.get(verb)
    if line is None or line.scope not in actor.scopes:
        return Scope(())
    acts = frozenset({""}) if line.anywhere and actor.grants else _held(actor, line.roles)
    members, others = (_both(acts, _held(actor, group)) for group in (MEMBERS, EVERYONE - MEMBERS))
    parts = [Part(None, ids) for ids in members]
    parts += [Part(states, ids, shown) for ids in others for states, shown in ((LATER, False), (GONE, True))]
    return Scope(tuple(parts))


def _held(actor: Actor, roles: frozenset[str]) -> frozenset[str]:
    """The documents one of `roles` is held for; "" stands for all of them."""
    return frozenset(grant.document for grant in actor.grants if grant.role in roles)


def _both(one: frozenset[str], other: frozenset[str]) -> list[frozenset[str] | None]:
    """The documents in both: [] none, [None] all."""
    if "" in one and "" in other:
        return [None]
    both = other if "" in one else one if "" in other else one & other
    return [both] if both else []
