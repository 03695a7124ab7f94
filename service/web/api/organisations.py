"""API handlers of organisations: members, names, leaving and rejoining."""

from service.actions.authorization import or_not_found, require
from service.actions.membership import organisations
from service.domain.membership.people import Organisation
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.web.api.schemas.base import CreatedResponse
from service.web.api.schemas.membership import OrganisationNamesRequest, OrganisationPage, OrganisationResponse
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def members(call: ApiCall[None]) -> ApiResponse:
    """List the member organisations."""
    require(call.actor, "organisation.read")
    after, limit = page_window(call.query)
    found = organisations_store.list_members(call.tx, after=after, limit=limit)
    items = [_organisation_response(one) for _, one in found]
    return ApiResponse(OrganisationPage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def add(call: ApiCall[OrganisationNamesRequest]) -> ApiResponse:
    """Add an organisation."""
    id = organisations.add_organisation(call.tx, call.actor, names=call.body.names)
    return ApiResponse(CreatedResponse(id=id), 201)


def show(call: ApiCall[None]) -> ApiResponse:
    """Return a member or former member."""
    require(call.actor, "organisation.read")
    return ApiResponse(
        _organisation_response(or_not_found(organisations_store.get(call.tx, call.path["organisation"])))
    )


def rename(call: ApiCall[OrganisationNamesRequest]) -> ApiResponse:
    """Rename an organisation."""
    organisations.rename_organisation(
        call.tx, call.actor, organisation=call.path["organisation"], names=call.body.names
    )
    return _current_response(call.tx, call.path["organisation"])


def leave(call: ApiCall[None]) -> ApiResponse:
    """Record that an organisation has left."""
    organisations.mark_left(call.tx, call.actor, organisation=call.path["organisation"])
    return _current_response(call.tx, call.path["organisation"])


def rejoin(call: ApiCall[None]) -> ApiResponse:
    """Readmit an organisation."""
    organisations.readmit(call.tx, call.actor, organisation=call.path["organisation"])
    return _current_response(call.tx, call.path["organisation"])


def _current_response(tx: Tx, id: str) -> ApiResponse:
    return ApiResponse(_organisation_response(or_not_found(organisations_store.get(tx, id))))


def _organisation_response(one: Organisation) -> OrganisationResponse:
    return OrganisationResponse(id=one.id, names=dict(one.names), state=one.state, left_at=one.left_at)
