"""Access policy: one table of verbs, deny by default.

It decides by role and scope who may attempt an act. Further conditions (a live mandate, an open round) are checked by
the action.
"""

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

MEMBER_ROLES = frozenset({SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY, AUDITOR})
ALL_ROLES = MEMBER_ROLES | {COMMUNICATIONS, OBSERVER}
VISIBLE_STATES = frozenset(
    {document_rules.REVIEW, document_rules.ENDORSEMENT, document_rules.APPROVED, document_rules.PUBLISHED}
)
"""States in which communications and observers see a document."""

WITHDRAWN_STATES = frozenset({document_rules.WITHDRAWN})
"""States in which communications and observers see a document only if it was ever shared."""

SEALED_STATES = frozenset({document_rules.APPROVED, document_rules.PUBLISHED})
"""States of a document with a seal."""


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A row of the table: the `scope` a token needs and the `roles` of which the actor needs one.

    `own_organisation`: for the actor's own organisation only. `any_document`: a role for any single document suffices.
    `no_role_needed`: the act concerns the actor's own account. `person_needed`: never by an API token, nor in a
    session that one began.
    """

    scope: str
    roles: frozenset[str]
    own_organisation: bool = False
    any_document: bool = False
    no_role_needed: bool = False
    person_needed: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """The attributes of the object that the policy considers; empty ones do not apply.

    `ever_shared`: the document was once visible to others than members.
    """

    document: str | None = None
    state: str | None = None
    ever_shared: bool = False
    organisation: str | None = None
    person: str | None = None


def _rule(scope: str, *roles: str, own_organisation: bool = False) -> PolicyRule:
    return PolicyRule(scope, frozenset(roles), own_organisation)


def _person(scope: str, *roles: str, own_organisation: bool = False) -> PolicyRule:
    """Return the rule of an act of power, which no API token may do (trust-rules, section 7)."""
    return PolicyRule(scope, frozenset(roles), own_organisation, person_needed=True)


POLICY: dict[str, PolicyRule] = {
    "coalition.read": PolicyRule("read", ALL_ROLES, any_document=True),
    "coalition.edit": _rule("admin", SECRETARIAT),
    "coalition.protect": _person("admin", SECRETARIAT),
    "organisation.read": PolicyRule("read", ALL_ROLES, any_document=True),
    "organisation.add": _rule("admin", SECRETARIAT),
    "organisation.edit": _rule("admin", SECRETARIAT),
    "organisation.readmit": _person("admin", SECRETARIAT),
    "organisation.leave": _person("admin", SECRETARIAT),
    "person.read": _rule("read", SECRETARIAT, AUDITOR, FOCAL_POINT),
    "person.add": _rule("admin", SECRETARIAT),
    "person.invite": _rule("admin", SECRETARIAT, FOCAL_POINT),
    "person.appoint": _person("admin", SECRETARIAT, FOCAL_POINT),
    "person.close": _person("admin", SECRETARIAT),
    "role.grant": _person("admin", SECRETARIAT),
    "role.take": _person("admin", SECRETARIAT),
    "proposal.accept": _person("admin", FOCAL_POINT, SIGNATORY),
    "approval.read": PolicyRule("read", MEMBER_ROLES),
    "approval.give": _person("admin", SECRETARIAT, FOCAL_POINT),
    "address.change": _person("admin", FOCAL_POINT),
    "address.confirm": _person("admin", SECRETARIAT),
    "mandate.read": PolicyRule("read", MEMBER_ROLES),
    "mandate.grant": _person("admin", FOCAL_POINT, own_organisation=True),
    "mandate.revoke": _person("admin", FOCAL_POINT, SECRETARIAT),
    "mandate.confirm": _person("admin", SECRETARIAT),
    "account.own": PolicyRule("read", ALL_ROLES, any_document=True, no_role_needed=True),
    "account.secure": PolicyRule("read", ALL_ROLES, any_document=True, no_role_needed=True, person_needed=True),
    "factor.remove": _person("admin", SECRETARIAT, FOCAL_POINT),
    "token.own": PolicyRule("read", ALL_ROLES, any_document=True, no_role_needed=True),
    "token.others": _rule("admin", SECRETARIAT),
    "document.open": _rule("write", SECRETARIAT, DRAFTER),
    "document.read": PolicyRule("read", ALL_ROLES),
    "document.move": _rule("write", SECRETARIAT),
    "document.withdraw": _person("admin", SECRETARIAT),
    "front.edit": _rule("write", SECRETARIAT, DRAFTER),
    "edition.add": _rule("write", SECRETARIAT, DRAFTER),
    "draft.read": PolicyRule("read", MEMBER_ROLES),
    "draft.save": _rule("write", SECRETARIAT, DRAFTER),
    "draft.export": PolicyRule("read", ALL_ROLES),
    "comment.read": PolicyRule("read", MEMBER_ROLES),
    "comment.add": _rule("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "comment.settle": _rule("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "unsaved_change.keep": _rule("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "unsaved_change.read": _rule("read", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "suggestion.read": PolicyRule("read", MEMBER_ROLES),
    "suggestion.add": _rule("write", SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY),
    "suggestion.decide": _rule("write", SECRETARIAT, DRAFTER),
    "version.read": PolicyRule("read", ALL_ROLES),
    "version.cut": _rule("write", SECRETARIAT, DRAFTER),
    "proof.request": _rule("write", SECRETARIAT, DRAFTER),
    "proof.waive": _person("admin", SECRETARIAT),
    "round.read": PolicyRule("read", ALL_ROLES),
    "round.open": _person("admin", SECRETARIAT),
    "round.close": _person("admin", SECRETARIAT),
    "endorsement.cast": _person("sign", SIGNATORY, own_organisation=True),
    "endorsement.approve": _person("admin", FOCAL_POINT, SIGNATORY, own_organisation=True),
    "endorsement.withdraw": _person("sign", SIGNATORY, own_organisation=True),
    "dispute.make": _person("sign", FOCAL_POINT, SIGNATORY, own_organisation=True),
    "dispute.settle": _person("sign", FOCAL_POINT, SIGNATORY, own_organisation=True),
    "opening.read": PolicyRule("read", MEMBER_ROLES),
    "opening.read_all": PolicyRule("read", frozenset({SECRETARIAT, AUDITOR})),
    "export.read": PolicyRule("read", ALL_ROLES),
    "export.request": _rule("publish", COMMUNICATIONS, SECRETARIAT),
    "publication.publish": _person("publish", COMMUNICATIONS),
    "translation.add": _rule("write", SECRETARIAT, DRAFTER, COMMUNICATIONS),
    "publication.withdraw": _person("publish", COMMUNICATIONS, SECRETARIAT),
    "record.read": PolicyRule("read", MEMBER_ROLES | {COMMUNICATIONS}),
    "security.read": _rule("read", SECRETARIAT, AUDITOR),
    "notice.own": PolicyRule("read", ALL_ROLES, any_document=True, no_role_needed=True),
    "access.refuse": _person("admin", SECRETARIAT, FOCAL_POINT),
    "mail.read": _rule("admin", SECRETARIAT),
}
"""Verb → rule."""


def is_binding(verb: str) -> bool:
    """Return whether `verb` requires recent authentication: it signs or administers."""
    return verb in POLICY and POLICY[verb].scope in ("sign", "admin")


def needs_person(verb: str) -> bool:
    """Return whether no API token may `verb`."""
    return verb in POLICY and POLICY[verb].person_needed


RESTRICTED_EXCEPT = frozenset({"token.own"})
"""Verbs of scope `read` that a person whose access was recovered may not use yet."""

ONLY_SECRETARY_VERBS = frozenset({"round.close", "round.extend"})
"""Verbs of an only secretary whose access was recovered: to end or extend a round that is open already."""


def _is_restricted(actor: Actor, verb: str, rule: PolicyRule) -> bool:
    """Return whether the actor only reads for now, because access was recovered, and `verb` is more."""
    if actor.restricted_until is None or (actor.is_only_secretary and verb in ONLY_SECRETARY_VERBS):
        return False
    return rule.scope != "read" or verb in RESTRICTED_EXCEPT


def may(actor: Actor, verb: str, resource: Resource) -> bool:
    """Return whether `actor` may attempt `verb` on `resource`. Unknown verbs are denied."""
    rule = POLICY.get(verb)
    if rule is None or rule.scope not in actor.scopes or (rule.person_needed and actor.is_token):
        return False
    if _is_restricted(actor, verb, rule):
        return False
    if not rule.no_role_needed and not actor.has_role(
        rule.roles, document=resource.document, any_document=rule.any_document
    ):
        return False
    if rule.own_organisation and resource.organisation != actor.organisation:
        return False
    return resource.state is None or can_see_document(
        actor, document=resource.document, state=resource.state, ever_shared=resource.ever_shared
    )


def can_see_document(actor: Actor, *, document: str | None, state: str, ever_shared: bool) -> bool:
    """Return whether a document in `state` is visible to `actor`.

    Members see it always; communications and observers from review on, and once withdrawn only if `ever_shared`.
    """
    if actor.has_role(MEMBER_ROLES, document=document):
        return True
    open_now = state in VISIBLE_STATES or (ever_shared and state in WITHDRAWN_STATES)
    return open_now and actor.has_role((COMMUNICATIONS, OBSERVER), document=document)


@dataclass(frozen=True, slots=True)
class FilterClause:
    """Documents in `states` (None: any) with one of `ids` (None: all); with `ever_shared`, only those once shared."""

    states: frozenset[str] | None = None
    ids: frozenset[str] | None = None
    ever_shared: bool = False


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """The documents a list may show: those that match any clause."""

    clauses: tuple[FilterClause, ...]


def scope(actor: Actor, verb: str) -> DocumentFilter:
    """Return the documents `actor` may `verb`, as clauses of a WHERE joined by OR; no clauses: none."""
    rule = POLICY.get(verb)
    if rule is None or rule.scope not in actor.scopes or (rule.person_needed and actor.is_token):
        return DocumentFilter(())
    if _is_restricted(actor, verb, rule):
        return DocumentFilter(())
    actionable = frozenset({""}) if rule.any_document and actor.grants else _documents_with_role(actor, rule.roles)
    members, others = (
        _intersect(actionable, _documents_with_role(actor, group)) for group in (MEMBER_ROLES, ALL_ROLES - MEMBER_ROLES)
    )
    clauses = [FilterClause(None, ids) for ids in members]
    clauses += [
        FilterClause(states, ids, shown)
        for ids in others
        for states, shown in ((VISIBLE_STATES, False), (WITHDRAWN_STATES, True))
    ]
    return DocumentFilter(tuple(clauses))


def _documents_with_role(actor: Actor, roles: frozenset[str]) -> frozenset[str]:
    """Return the documents for which the actor has one of `roles`; "" means all."""
    return frozenset(grant.document for grant in actor.grants if grant.role in roles)


def _intersect(one: frozenset[str], other: frozenset[str]) -> list[frozenset[str] | None]:
    """Return the intersection as a list of at most one set: [] for none, [None] for all."""
    if "" in one and "" in other:
        return [None]
    both = other if "" in one else one if "" in other else one & other
    return [both] if both else []
