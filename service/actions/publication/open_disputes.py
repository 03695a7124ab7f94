"""Open disputes of answers: those that have an effect now, and those that stop publishing."""

from service.domain.endorsement.dispute import DisputeStatus, blocks_publication, concerns
from service.domain.endorsement.round import Round
from service.domain.errors import N_, Conflict
from service.store.db import Tx
from service.store.endorsement import disputes as disputes_store
from service.store.endorsement import endorsements as endorsements_store


def list_effective(tx: Tx, round_: Round) -> list[DisputeStatus]:
    """Return the open disputes that concern the present answer of an organisation, or its withdrawal."""
    return [
        one
        for one in disputes_store.list_by_round(tx, round_.id)
        if one.is_open
        and concerns(one, endorsements_store.get_last(tx, round_id=round_.id, organisation=one.dispute.organisation))
    ]


def list_blocking(tx: Tx, round_: Round) -> list[DisputeStatus]:
    """Return the open disputes that stop publishing what this round approved."""
    return [one for one in list_effective(tx, round_) if blocks_publication(one, round_)]


def check_nothing_disputed(tx: Tx, round_: Round) -> None:
    """Raise `Conflict` `answer_disputed_after_seal` while a dispute stops publishing."""
    blocking = list_blocking(tx, round_)
    if blocking:
        names = {entry.organisation: entry.names for entry in round_.roll}
        organisations = sorted({one.dispute.organisation for one in blocking})
        raise Conflict(
            "answer_disputed_after_seal",
            N_(
                "An organisation disputes the answer given in its name. The text cannot be published before the "
                "organisation resolves this."
            ),
            extra={"organisations": {one: dict(names[one]) for one in organisations}},
        )
