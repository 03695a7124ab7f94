"""The end of a pause: a restored or rehearsed instance becomes the one that people use."""

from service.domain.errors import N_, Conflict
from service.store import record as record_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def resume(tx: Tx) -> None:
    """Let the instance send email and close rounds again, for the administrator. Raises `Conflict` `not_paused`."""
    coalition = organisations_store.get_coalition(tx)
    if coalition is None or not organisations_store.resume(tx):
        raise Conflict("not_paused", N_("This service is not paused."))
    facts = {"coalition": coalition.id, "paused_at": coalition.paused_at}
    record_store.append(tx, act="instance.live", actor=None, facts=facts)
