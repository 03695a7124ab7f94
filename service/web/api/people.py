"""The coalition, its people, mandates, tokens, notices and record, over the API."""

from typing import Any

from service.actions import notifications
from service.actions.authorization import require, seen
from service.actions.membership import coalition, mandates, offboarding, people
from service.domain.errors import N_, Forbidden
from service.domain.membership.people import known_role
from service.i18n import Words
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.web.api import presenters, schemas
from service.web.http.api_handler import Answer, Call
from service.web.http.pagination import cursor, window


def me(call: Call[None]) -> Answer:
    actor = call.actor
    roles = sorted({grant.role for grant in actor.grants})
    return Answer(
        schemas.Me(
            id=actor.person,
            name=actor.name,
            names=dict(actor.names),
            organisation=actor.organisation,
            lang=actor.lang,
            roles=roles,
            scopes=sorted(actor.scopes),
        )
    )


def show_coalition(call: Call[None]) -> Answer:
    require(call.actor, "coalition.read")
    found = seen(organisations_store.the_coalition(call.tx))
    return Answer(
        schemas.CoalitionShown(
            id=found.id,
            origin=found.origin,
            sample=found.sample,
            settings=coalition.complete(found.settings),
            logo_sha256=found.logo_sha256,
        )
    )


def edit_coalition(call: Call[schemas.CoalitionChange]) -> Answer:
    coalition.edit(call.tx, call.actor, settings=call.body.model_dump(exclude_none=True))
    return show_coalition(_unbodied(call))


def set_logo(call: Call[bytes]) -> Answer:
    sha256 = coalition.set_logo(call.tx, call.actor, data=call.body, files=call.house.files)
    return Answer(schemas.LogoKept(sha256=sha256))


def list_people(call: Call[None]) -> Answer:
    after, limit = window(call.query)
    found = people.list_people(call.tx, call.actor, after=after, limit=limit)
    items = [
        schemas.PersonShown(
            id=one.id,
            name=one.name,
            names=dict(one.names),
            email=one.email,
            organisation=one.organisation,
            lang=one.lang,
        )
        for _, one in found
    ]
    return Answer(schemas.PersonPage(items=items, next=cursor([seq for seq, _ in found], limit)))


def add_person(call: Call[schemas.NewPerson]) -> Answer:
    body = call.body
    id = people.add_person(
        call.tx,
        call.actor,
        name=body.name,
        names=body.names,
        email=body.email,
        organisation=body.organisation,
        lang=body.lang,
        roles=tuple(body.roles),
    )
    return _created(id)


def grant_role(call: Call[schemas.NewRole]) -> Answer:
    person = call.path["person"]
    people.grant_role(call.tx, call.actor, person=person, role=call.body.role, document=call.body.document)
    return Answer()


def take_role(call: Call[None]) -> Answer:
    role, document = call.query.get("role", ""), call.query.get("document", "")
    offboarding.take_role(call.tx, call.actor, person=call.path["person"], role=known_role(role), document=document)
    return Answer()


def close_person(call: Call[None]) -> Answer:
    offboarding.close_person(call.tx, call.actor, person=call.path["person"])
    return Answer()


def list_their_tokens(call: Call[None]) -> Answer:
    require(call.actor, "token.others")
    return _tokens(call, seen(people_store.get(call.tx, call.path["person"])).id)


def revoke_their_token(call: Call[None]) -> Answer:
    offboarding.revoke_token(call.tx, call.actor, person=call.path["person"], token=call.path["token"])
    return Answer()


def list_mandates(call: Call[None]) -> Answer:
    require(call.actor, "mandate.read")
    after, limit = window(call.query)
    found = mandates_store.every(call.tx, after=after, limit=limit)
    items = [presenters.mandate(one) for _, one in found]
    return Answer(schemas.MandatePage(items=items, next=cursor([seq for seq, _ in found], limit)))


def grant_mandate(call: Call[schemas.NewMandate]) -> Answer:
    body = call.body
    id = mandates.grant(
        call.tx, call.actor, organisation=body.organisation, person=body.person, expires_at=body.expires_at
    )
    return _created(id)


def confirm_mandate(call: Call[None]) -> Answer:
    return Answer(presenters.mandate(mandates.confirm(call.tx, call.actor, mandate=call.path["mandate"])))


def revoke_mandate(call: Call[None]) -> Answer:
    mandates.revoke(call.tx, call.actor, mandate=call.path["mandate"])
    return Answer()


def list_tokens(call: Call[None]) -> Answer:
    require(call.actor, "token.own")
    return _tokens(call, call.actor.person)


def issue_token(call: Call[schemas.NewToken]) -> Answer:
    body = call.body
    key = people.issue_token(
        call.tx, call.actor, label=body.label, scopes=tuple(body.scopes), expires_at=body.expires_at
    )
    return Answer(schemas.TokenMade(id=key.id, token=key.token), 201)


def revoke_token(call: Call[None]) -> Answer:
    people.revoke_token(call.tx, call.actor, token=call.path["token"])
    return Answer()


def list_notices(call: Call[None]) -> Answer:
    require(call.actor, "notice.own")
    after, limit = window(call.query)
    found = notices_store.of_person(call.tx, call.actor.person, after=after, limit=limit)
    words, zone = Words(call.actor.lang), notifications.home_zone(call.tx)
    items = [
        schemas.NoticeShown(
            id=one.id,
            kind=one.kind,
            sentence=notifications.said(words, one, zone=zone),
            about=one.params["about"],
            at=one.at,
            read=one.read_at is not None,
        )
        for _, one in found
    ]
    return Answer(schemas.NoticePage(items=items, next=cursor([seq for seq, _ in found], limit)))


def list_mails(call: Call[None]) -> Answer:
    """The mails to the one who asks; in a sample they are shown here instead of being sent."""
    require(call.actor, "notice.own")
    if not call.house.settings.sample:
        raise Forbidden("not_a_sample", N_("Mails are shown here in a sample only; yours were sent."))
    after, limit = window(call.query)
    found = notices_store.mails(call.tx, after=after, limit=limit, person_id=call.actor.person)
    items = [
        schemas.MailShown(id=one.id, subject=one.subject, body=one.body, state=one.state, at=one.at) for _, one in found
    ]
    return Answer(schemas.MailPage(items=items, next=cursor([seq for seq, _ in found], limit)))


def list_record(call: Call[None]) -> Answer:
    require(call.actor, "record.read")
    after, limit = window(call.query)
    rows = record_store.rows(call.tx, after=after, limit=limit)
    items = [
        schemas.RecordRow(
            seq=row.seq,
            prev=row.prev,
            commitment=row.commitment,
            salt=row.salt.hex() if row.salt else None,
            content=row.content.decode() if row.content else None,
        )
        for row in rows
    ]
    return Answer(schemas.RecordPage(items=items, next=cursor([row.seq for row in rows], limit)))


def _tokens(call: Call[Any], person: str) -> Answer:
    found = people_store.tokens(call.tx, person)
    return Answer(schemas.TokenPage(items=[schemas.TokenShown(**one) for one in found]))


def _created(id: str) -> Answer:
    return Answer(schemas.Created(id=id), 201)


def _unbodied(call: Call[Any]) -> Call[None]:
    return Call(call.tx, call.actor, call.house, call.path, call.query, None, None)
