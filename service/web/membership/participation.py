"""Participation of an organisation: its mandates, its answers in rounds, and who of it could not be told."""

from dataclasses import dataclass

from service.actions.endorsement.visible_answers import view_answers
from service.actions.membership import directory
from service.domain.documents.document import Document
from service.domain.endorsement.masking import HIDDEN
from service.domain.endorsement.round import Round
from service.domain.membership.people import ORGANISATION_ROLES, Mandate
from service.domain.policy import Resource, scope
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.publication import notices as notices_store
from service.web.http.context import RequestContext

MAX_DOCUMENTS = 20
"""The newest documents whose rounds are listed."""


UNTOLD_PERIOD = 30 * 24 * 3600 * 1_000_000
"""µs for which an act of power that could not be emailed is listed to others of the organisation."""


@dataclass(frozen=True)
class OrganisationAnswer:
    """The answer of an organisation in a round; `position` is `silent` if there is none, or HIDDEN.

    `at` is in µs UTC.
    """

    document: Document
    round: Round
    position: str
    at: int | None


@dataclass(frozen=True)
class HeldMandate:
    """A mandate and its holder; `name` is empty if the user may not see people."""

    mandate: Mandate
    name: str
    live: bool


def list_held_mandates(context: RequestContext, organisation_id: str) -> list[HeldMandate]:
    """Return the mandates of an organisation, newest first."""
    found = [one for _, one in mandates_store.list_all(context.tx, organisation=organisation_id)]
    can_see_people = directory.can_see_people_of(context.user, organisation_id)
    return [_held_mandate(context, one, can_see_people=can_see_people) for one in reversed(found)]


def _held_mandate(context: RequestContext, one: Mandate, *, can_see_people: bool) -> HeldMandate:
    holder = people_store.get(context.tx, one.person) if can_see_people else None
    return HeldMandate(
        one, context.formatter.plain_name(holder.names) if holder else "", one.is_live(now=context.tx.now)
    )


def list_organisation_answers(context: RequestContext, organisation_id: str) -> list[OrganisationAnswer]:
    """Return the answers of an organisation in the rounds the user may read, newest documents first."""
    if not context.may("round.read", Resource()):
        return []
    found = documents_store.list_newest(context.tx, scope(context.user, "round.read"), limit=MAX_DOCUMENTS)
    return [
        _organisation_answer(context, document, round_, organisation_id)
        for _, document in found
        for round_ in reversed(rounds_store.list_by_document(context.tx, document.id))
        if organisation_id in round_.organisations
    ]


def _organisation_answer(
    context: RequestContext, document: Document, round_: Round, organisation_id: str
) -> OrganisationAnswer:
    if organisation_id not in view_answers(context.tx, context.user, round_).organisations:
        return OrganisationAnswer(document, round_, HIDDEN, None)
    live = endorsements_store.get_live(context.tx, round_id=round_.id, organisation=organisation_id)
    return OrganisationAnswer(document, round_, live.position if live else "silent", live.cast_at if live else None)


def list_untold(context: RequestContext) -> list[str]:
    """Return the names of colleagues whom an act of power over their organisation could not be emailed to."""
    own = context.user.organisation
    if own is None or not context.user.has_role(ORGANISATION_ROLES):
        return []
    since = context.tx.now - UNTOLD_PERIOD
    found = notices_store.list_undelivered_power(
        context.tx, organisation=own, except_person=context.user.person, since=since
    )
    persons = [people_store.get(context.tx, id) for id in dict.fromkeys(person for person, _ in found)]
    return [context.formatter.plain_name(one.names) for one in persons if one]
