"""What one has seen of a document. No record tells of it, and nobody but the person is shown it."""

from service.actions import access
from service.domain.people import Actor
from service.domain.reading import looked
from service.store import readings, versions
from service.store.db import Tx


def look(tx: Tx, actor: Actor, *, document_id: str, version: int) -> None:
    """Note that the actor was shown `version` of a document. A number there is no version of is not kept."""
    document = access.document(tx, actor, "version.read", document_id)
    newest = versions.latest(tx, document.id)
    if newest is None or not 0 < version <= newest.number:
        return
    before = readings.get(tx, person=actor.person, document=document.id)
    after = looked(before, version=version, now=tx.now)
    if after != before:
        readings.put(tx, after, person=actor.person, document=document.id)
