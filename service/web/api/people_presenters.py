"""Presenters: response models of the coalition, its people, mandates, notices, emails and record."""

from collections.abc import Mapping, Sequence

from service.actions import notifications
from service.actions.endorsement.visible_record import VisibleLeaf
from service.actions.membership.coalition import with_defaults
from service.domain.membership.people import Actor, Mandate, Person
from service.domain.quotas import Usage
from service.i18n import Translator
from service.store.membership.former_origins import FormerOrigin
from service.store.membership.organisations import Coalition
from service.store.publication.notices import Email, Notice
from service.web.api.schemas.accounts import CurrentUserResponse, QuotaResponse
from service.web.api.schemas.membership import CoalitionResponse, FormerOriginResponse, MandateResponse, PersonResponse
from service.web.api.schemas.system import EmailResponse, NoticeResponse, RecordRowResponse


def current_user(actor: Actor, usage: Mapping[str, Usage]) -> CurrentUserResponse:
    """Present the authenticated user, and what is left of their quotas."""
    return CurrentUserResponse(
        id=actor.person,
        name=actor.name,
        names=dict(actor.names),
        organisation=actor.organisation,
        lang=actor.lang,
        roles=sorted({grant.role for grant in actor.grants}),
        scopes=sorted(actor.scopes),
        quotas={
            name: QuotaResponse(limit=one.limit, left=one.limit - min(one.limit, one.used))
            for name, one in usage.items()
            if one.limit is not None
        },
    )


def coalition(found: Coalition, former_origins: Sequence[FormerOrigin]) -> CoalitionResponse:
    """Present the coalition with its earlier public addresses, and with defaults for settings that are not set."""
    return CoalitionResponse(
        id=found.id,
        origin=found.origin,
        former_origins=[FormerOriginResponse(origin=one.origin, moved_at=one.moved_at) for one in former_origins],
        sample=found.sample,
        settings=with_defaults(found.settings),
        logo_sha256=found.logo_sha256,
    )


def person(found: Person) -> PersonResponse:
    """Present a person."""
    return PersonResponse(
        id=found.id,
        name=found.name,
        names=dict(found.names),
        email=found.email,
        organisation=found.organisation,
        lang=found.lang,
        address_proof=found.address_proof,
    )


def mandate(found: Mandate) -> MandateResponse:
    """Present a mandate with the number of its confirmations."""
    return MandateResponse(
        id=found.id,
        organisation=found.organisation,
        person=found.person,
        state=found.state,
        granted_at=found.granted_at,
        expires_at=found.expires_at,
        confirmations=len(found.confirmations),
        starts_at=found.starts_at,
        marks=list(found.marks),
    )


def notice(found: Notice, *, translator: Translator, zone: str) -> NoticeResponse:
    """Present a notice as a translated sentence, with times in `zone`."""
    return NoticeResponse(
        id=found.id,
        kind=found.kind,
        sentence=notifications.render_notice(translator, found, zone=zone),
        about=found.params["about"],
        at=found.at,
        read=found.read_at is not None,
    )


def email(found: Email) -> EmailResponse:
    """Present an email of the outbox."""
    return EmailResponse(id=found.id, subject=found.subject, body=found.body, state=found.state, at=found.at)


def record_row(row: VisibleLeaf) -> RecordRowResponse:
    """Present a leaf of the record: its salt in hex, and its content unless that was erased or is hidden."""
    leaf = row.leaf
    return RecordRowResponse(
        seq=leaf.seq,
        prev=leaf.prev,
        commitment=leaf.commitment,
        salt=leaf.salt.hex() if leaf.salt else None,
        content=leaf.content.decode() if leaf.content else None,
        day=row.day,
    )
