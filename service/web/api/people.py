"""The coalition, its people, mandates, tokens, notices and record, over the API."""

from typing import Any

from service.actions import notifications
from service.actions.authorization import or_not_found, require
from service.actions.membership import coalition, mandates, offboarding, people
from service.domain.errors import N_, Forbidden
from service.domain.membership.people import validate_role
from service.i18n import Translator
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.web.api import presenters
from service.web.api.schemas.accounts import (
    CreatedTokenResponse,
    CreateTokenRequest,
    CurrentUserResponse,
    TokenPage,
    TokenResponse,
)
from service.web.api.schemas.base import CreatedResponse
from service.web.api.schemas.membership import (
    AddPersonRequest,
    CoalitionResponse,
    GrantMandateRequest,
    GrantRoleRequest,
    LogoResponse,
    MandatePage,
    PersonPage,
    PersonResponse,
    UpdateCoalitionRequest,
)
from service.web.api.schemas.system import (
    EmailPage,
    EmailResponse,
    NoticePage,
    NoticeResponse,
    RecordPage,
    RecordRowResponse,
)
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def me(call: ApiCall[None]) -> ApiResponse:
    actor = call.actor
    roles = sorted({grant.role for grant in actor.grants})
    return ApiResponse(
        CurrentUserResponse(
            id=actor.person,
            name=actor.name,
            names=dict(actor.names),
            organisation=actor.organisation,
            lang=actor.lang,
            roles=roles,
            scopes=sorted(actor.scopes),
        )
    )


def show_coalition(call: ApiCall[None]) -> ApiResponse:
    require(call.actor, "coalition.read")
    found = or_not_found(organisations_store.get_coalition(call.tx))
    return ApiResponse(
        CoalitionResponse(
            id=found.id,
            origin=found.origin,
            sample=found.sample,
            settings=coalition.with_defaults(found.settings),
            logo_sha256=found.logo_sha256,
        )
    )


def edit_coalition(call: ApiCall[UpdateCoalitionRequest]) -> ApiResponse:
    coalition.update_settings(call.tx, call.actor, settings=call.body.model_dump(exclude_none=True))
    return show_coalition(_without_body(call))


def set_logo(call: ApiCall[bytes]) -> ApiResponse:
    sha256 = coalition.set_logo(call.tx, call.actor, data=call.body, files=call.app_state.files)
    return ApiResponse(LogoResponse(sha256=sha256))


def list_people(call: ApiCall[None]) -> ApiResponse:
    after, limit = page_window(call.query)
    found = people.list_people(call.tx, call.actor, after=after, limit=limit)
    items = [
        PersonResponse(
            id=one.id,
            name=one.name,
            names=dict(one.names),
            email=one.email,
            organisation=one.organisation,
            lang=one.lang,
        )
        for _, one in found
    ]
    return ApiResponse(PersonPage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def add_person(call: ApiCall[AddPersonRequest]) -> ApiResponse:
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
    return _created_response(id)


def grant_role(call: ApiCall[GrantRoleRequest]) -> ApiResponse:
    person = call.path["person"]
    people.grant_role(call.tx, call.actor, person=person, role=call.body.role, document=call.body.document)
    return ApiResponse()


def take_role(call: ApiCall[None]) -> ApiResponse:
    role, document = call.query.get("role", ""), call.query.get("document", "")
    offboarding.revoke_role(
        call.tx, call.actor, person=call.path["person"], role=validate_role(role), document=document
    )
    return ApiResponse()


def close_person(call: ApiCall[None]) -> ApiResponse:
    offboarding.close_person(call.tx, call.actor, person=call.path["person"])
    return ApiResponse()


def list_their_tokens(call: ApiCall[None]) -> ApiResponse:
    require(call.actor, "token.others")
    return _token_page(call, or_not_found(people_store.get(call.tx, call.path["person"])).id)


def revoke_their_token(call: ApiCall[None]) -> ApiResponse:
    offboarding.revoke_token_of_other(call.tx, call.actor, person=call.path["person"], token=call.path["token"])
    return ApiResponse()


def list_mandates(call: ApiCall[None]) -> ApiResponse:
    require(call.actor, "mandate.read")
    after, limit = page_window(call.query)
    found = mandates_store.list_all(call.tx, after=after, limit=limit)
    items = [presenters.mandate(one) for _, one in found]
    return ApiResponse(MandatePage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def grant_mandate(call: ApiCall[GrantMandateRequest]) -> ApiResponse:
    body = call.body
    id = mandates.grant_mandate(
        call.tx, call.actor, organisation=body.organisation, person=body.person, expires_at=body.expires_at
    )
    return _created_response(id)


def confirm_mandate(call: ApiCall[None]) -> ApiResponse:
    return ApiResponse(presenters.mandate(mandates.confirm_mandate(call.tx, call.actor, mandate=call.path["mandate"])))


def revoke_mandate(call: ApiCall[None]) -> ApiResponse:
    mandates.revoke_mandate(call.tx, call.actor, mandate=call.path["mandate"])
    return ApiResponse()


def list_tokens(call: ApiCall[None]) -> ApiResponse:
    require(call.actor, "token.own")
    return _token_page(call, call.actor.person)


def issue_token(call: ApiCall[CreateTokenRequest]) -> ApiResponse:
    body = call.body
    key = people.issue_token(
        call.tx, call.actor, label=body.label, scopes=tuple(body.scopes), expires_at=body.expires_at
    )
    return ApiResponse(CreatedTokenResponse(id=key.id, token=key.token), 201)


def revoke_token(call: ApiCall[None]) -> ApiResponse:
    people.revoke_token(call.tx, call.actor, token=call.path["token"])
    return ApiResponse()


def list_notices(call: ApiCall[None]) -> ApiResponse:
    require(call.actor, "notice.own")
    after, limit = page_window(call.query)
    found = notices_store.list_by_person(call.tx, call.actor.person, after=after, limit=limit)
    translator, zone = Translator(call.actor.lang), notifications.get_coalition_zone(call.tx)
    items = [
        NoticeResponse(
            id=one.id,
            kind=one.kind,
            sentence=notifications.render_notice(translator, one, zone=zone),
            about=one.params["about"],
            at=one.at,
            read=one.read_at is not None,
        )
        for _, one in found
    ]
    return ApiResponse(NoticePage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def list_mails(call: ApiCall[None]) -> ApiResponse:
    """The mails to the one who asks; in a sample they are shown here instead of being sent."""
    require(call.actor, "notice.own")
    if not call.app_state.settings.sample:
        raise Forbidden("not_a_sample", N_("Emails are shown here only in a demo. Yours were sent."))
    after, limit = page_window(call.query)
    found = notices_store.list_emails(call.tx, after=after, limit=limit, person_id=call.actor.person)
    items = [
        EmailResponse(id=one.id, subject=one.subject, body=one.body, state=one.state, at=one.at) for _, one in found
    ]
    return ApiResponse(EmailPage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def list_record(call: ApiCall[None]) -> ApiResponse:
    require(call.actor, "record.read")
    after, limit = page_window(call.query)
    rows = record_store.list_leaves(call.tx, after=after, limit=limit)
    items = [
        RecordRowResponse(
            seq=row.seq,
            prev=row.prev,
            commitment=row.commitment,
            salt=row.salt.hex() if row.salt else None,
            content=row.content.decode() if row.content else None,
        )
        for row in rows
    ]
    return ApiResponse(RecordPage(items=items, next=next_cursor([row.seq for row in rows], limit)))


def _token_page(call: ApiCall[Any], person: str) -> ApiResponse:
    found = people_store.list_tokens(call.tx, person)
    return ApiResponse(TokenPage(items=[TokenResponse(**one) for one in found]))


def _created_response(id: str) -> ApiResponse:
    return ApiResponse(CreatedResponse(id=id), 201)


def _without_body(call: ApiCall[Any]) -> ApiCall[None]:
    return ApiCall(call.tx, call.actor, call.app_state, call.path, call.query, None, None)
