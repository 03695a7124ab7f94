"""What an actor sees of the answers in a round; pages, API and lists all read answers through here."""

from dataclasses import dataclass

from service.actions.endorsement.tally import tally
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.masking import (
    Reader,
    counting_time,
    counts_delayed,
    is_countable,
    mask_outcome,
    visible_organisations,
    with_counts_of,
)
from service.domain.endorsement.round import Round
from service.domain.endorsement.rules import Outcome
from service.domain.membership.people import AUDITOR, SECRETARIAT, Actor
from service.domain.policy import MEMBER_ROLES
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store


@dataclass(frozen=True, slots=True)
class VisibleAnswers:
    """The answers in a round as one reader sees them.

    `outcome` names only `organisations`; its counts are as of `counted_at` (µs UTC), None for now. With `too_few`
    answers it has no counts yet: they are all zero.
    """

    outcome: Outcome
    organisations: frozenset[str]
    counted_at: int | None
    too_few: bool


def view_answers(tx: Tx, actor: Actor, round_: Round) -> VisibleAnswers:
    """Return what the actor sees of the answers in a round that they may read."""
    reader, current = get_reader(actor, document=round_.document), tally(tx, round_)
    organisations = visible_organisations(round_, current, reader=reader)
    if not counts_delayed(round_, reader=reader):
        return VisibleAnswers(mask_outcome(current, visible=organisations), organisations, None, too_few=False)
    counted_at = counting_time(round_, now=tx.now)
    counted = tally(tx, round_, at=counted_at)
    too_few = not is_countable(counted)
    if too_few:
        counted = tally(tx, round_, at=round_.opened_at - 1)
    return VisibleAnswers(
        with_counts_of(
            mask_outcome(counted, visible=()), organisations_of=mask_outcome(current, visible=organisations)
        ),
        organisations,
        counted_at,
        too_few,
    )


def list_visible_endorsements(tx: Tx, actor: Actor, round_: Round) -> list[Endorsement]:
    """Return the endorsements of the round that the actor may see, oldest first.

    Members also see replaced and withdrawn ones.
    """
    reader = get_reader(actor, document=round_.document)
    visible = visible_organisations(round_, tally(tx, round_), reader=reader)
    found = [one for one in endorsements_store.list_by_round(tx, round_.id) if one.organisation in visible]
    if reader.oversees or reader.is_member or round_.terms is None:
        return found
    return [one for one in found if one.state == "cast" or one.organisation == reader.organisation]


def get_reader(actor: Actor, *, document: str) -> Reader:
    """Return how far the actor's roles let them see the answers in a round of `document`."""
    return Reader(
        actor.organisation,
        oversees=actor.has_role([SECRETARIAT, AUDITOR], document=document),
        is_member=actor.has_role(MEMBER_ROLES, document=document),
    )
