"""API handlers of the coalition, its people, mandates, tokens, notices, emails and record.

They share a module because its name is part of their operationIds.
"""

from typing import Any

from service.actions import notifications, quotas
from service.actions.accounts import code_mail
from service.actions.authorization import or_not_found, require
from service.actions.endorsement import visible_record
from service.actions.membership import coalition, mandates, offboarding, people
from service.domain.errors import N_, Forbidden
from service.domain.membership.people import validate_role
from service.i18n import Translator
from service.store.accounts import people as people_store
from service.store.membership import former_origins as former_origins_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.web.api import people_presenters
from service.web.api.schemas.accounts import CreatedTokenResponse, CreateTokenRequest, TokenPage, TokenResponse
from service.web.api.schemas.base import CreatedResponse
from service.web.api.schemas.membership import (
    AddPersonRequest,
    GrantMandateRequest,
    GrantRoleRequest,
    LogoResponse,
    MandatePage,
    PersonPage,
    UpdateCoalitionRequest,
)
from service.web.api.schemas.system import EmailPage, NoticePage, RecordPage
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def me(call: ApiCall[None]) -> ApiResponse:
    """Return the authenticated user."""
    return ApiResponse(people_presenters.current_user(call.actor, quotas.list_usage(call.tx, call.actor)))


def show_coalition(call: ApiCall[None]) -> ApiResponse:
    """Return the coalition."""
    require(call.actor, "coalition.read")
    found = or_not_found(organisations_store.get_coalition(call.tx))
    return ApiResponse(people_presenters.coalition(found, former_origins_store.list_all(call.tx)))


def edit_coalition(call: ApiCall[UpdateCoalitionRequest]) -> ApiResponse:
    """Update settings of the coalition."""
    coalition.update_settings(call.tx, call.actor, settings=call.body.model_dump(exclude_none=True))
    return show_coalition(_without_body(call))


def set_logo(call: ApiCall[bytes]) -> ApiResponse:
    """Set the logo."""
    sha256 = coalition.set_logo(call.tx, call.actor, data=call.body, files=call.app_state.files)
    return ApiResponse(LogoResponse(sha256=sha256))


def list_people(call: ApiCall[None]) -> ApiResponse:
    """List people."""
    after, limit = page_window(call.query)
    found = people.list_people(call.tx, call.actor, after=after, limit=limit)
    items = [people_presenters.person(one) for _, one in found]
    return ApiResponse(PersonPage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def add_person(call: ApiCall[AddPersonRequest]) -> ApiResponse:
    """Add a person."""
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
    """Grant a role."""
    person = call.path["person"]
    is_done = people.grant_role(call.tx, call.actor, person=person, role=call.body.role, document=call.body.document)
    return _done_or_waiting(is_done)


def take_role(call: ApiCall[None]) -> ApiResponse:
    """Revoke a role (`?role`, `?document`)."""
    role, document = call.query.get("role", ""), call.query.get("document", "")
    is_done = offboarding.revoke_role(
        call.tx, call.actor, person=call.path["person"], role=validate_role(role), document=document
    )
    return _done_or_waiting(is_done)


def close_person(call: ApiCall[None]) -> ApiResponse:
    """Close a person's account: their tokens end."""
    return _done_or_waiting(offboarding.close_person(call.tx, call.actor, person=call.path["person"]))


def list_their_tokens(call: ApiCall[None]) -> ApiResponse:
    """List the tokens of a person."""
    require(call.actor, "token.others")
    return _token_page(call, or_not_found(people_store.get(call.tx, call.path["person"])).id)


def revoke_their_token(call: ApiCall[None]) -> ApiResponse:
    """Revoke a token of a person."""
    offboarding.revoke_token_of_other(call.tx, call.actor, person=call.path["person"], token=call.path["token"])
    return ApiResponse()


def list_mandates(call: ApiCall[None]) -> ApiResponse:
    """List mandates."""
    require(call.actor, "mandate.read")
    after, limit = page_window(call.query)
    found = mandates_store.list_all(call.tx, after=after, limit=limit)
    items = [people_presenters.mandate(one) for _, one in found]
    return ApiResponse(MandatePage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def grant_mandate(call: ApiCall[GrantMandateRequest]) -> ApiResponse:
    """Grant a mandate."""
    body = call.body
    id = mandates.grant_mandate(
        call.tx, call.actor, organisation=body.organisation, person=body.person, expires_at=body.expires_at
    )
    return _created_response(id)


def confirm_mandate(call: ApiCall[None]) -> ApiResponse:
    """Confirm a mandate."""
    confirmed = mandates.confirm_mandate(call.tx, call.actor, mandate=call.path["mandate"])
    return ApiResponse(people_presenters.mandate(confirmed))


def revoke_mandate(call: ApiCall[None]) -> ApiResponse:
    """Revoke a mandate."""
    mandates.revoke_mandate(call.tx, call.actor, mandate=call.path["mandate"])
    return ApiResponse()


def list_tokens(call: ApiCall[None]) -> ApiResponse:
    """List the user's own tokens."""
    require(call.actor, "token.own")
    return _token_page(call, call.actor.person)


def issue_token(call: ApiCall[CreateTokenRequest]) -> ApiResponse:
    """Create a token; its secret is returned once."""
    body = call.body
    issued = people.issue_token(
        call.tx, call.actor, label=body.label, scopes=tuple(body.scopes), expires_at=body.expires_at
    )
    return ApiResponse(CreatedTokenResponse(id=issued.id, token=issued.token), 201)


def revoke_token(call: ApiCall[None]) -> ApiResponse:
    """Revoke one of the user's own tokens."""
    people.revoke_token(call.tx, call.actor, token=call.path["token"])
    return ApiResponse()


def list_notices(call: ApiCall[None]) -> ApiResponse:
    """List the user's notices, as sentences in their language."""
    require(call.actor, "notice.own")
    after, limit = page_window(call.query)
    found = notices_store.list_by_person(call.tx, call.actor.person, after=after, limit=limit)
    translator, zone = Translator(call.actor.lang), notifications.get_coalition_zone(call.tx)
    items = [people_presenters.notice(one, translator=translator, zone=zone) for _, one in found]
    return ApiResponse(NoticePage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def list_mails(call: ApiCall[None]) -> ApiResponse:
    """List the emails to the user; a sample shows them here instead of sending them."""
    require(call.actor, "notice.own")
    if not call.app_state.settings.sample:
        raise Forbidden("not_a_sample", N_("Emails are shown here only in a demo. Yours were sent."))
    after, limit = page_window(call.query)
    found = notices_store.list_emails(call.tx, after=after, limit=limit, person_id=call.actor.person)
    items = [
        people_presenters.email(code_mail.fill_in_code(call.tx, one, secret=call.app_state.secret)) for _, one in found
    ]
    return ApiResponse(EmailPage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def list_record(call: ApiCall[None]) -> ApiResponse:
    """List the leaves of the record."""
    after, limit = page_window(call.query)
    rows = visible_record.list_record(call.tx, call.actor, after=after, limit=limit)
    items = [people_presenters.record_row(row) for row in rows]
    return ApiResponse(RecordPage(items=items, next=next_cursor([row.leaf.seq for row in rows], limit)))


def _token_page(call: ApiCall[Any], person: str) -> ApiResponse:
    found = people_store.list_tokens(call.tx, person)
    return ApiResponse(TokenPage(items=[TokenResponse(**one) for one in found]))


def _done_or_waiting(is_done: bool) -> ApiResponse:
    """Return 204, or 202 if the act waits for a second person."""
    return ApiResponse(status=200 if is_done else 202)


def _created_response(id: str) -> ApiResponse:
    return ApiResponse(CreatedResponse(id=id), 201)


def _without_body(call: ApiCall[Any]) -> ApiCall[None]:
    return ApiCall(call.tx, call.actor, call.app_state, call.path, call.query, None, None)
