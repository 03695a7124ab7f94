"""Sealing: the content of a seal when a round has passed."""

from collections.abc import Mapping
from typing import Any

from service.actions.authorization import or_not_found
from service.actions.membership.coalition import letterhead
from service.actions.publication import exports
from service.domain.documents.document import Document
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round
from service.domain.publication.publication import seal_content, seal_sha256
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.membership import organisations as organisations_store
from service.store.publication import seals as seals_store


def seal_document(tx: Tx, document: Document, round_: Round, *, outcome: Mapping[str, Any]) -> None:
    """Seal the document with its version, outcome and counted endorsements, and request its exports."""
    content = seal_content(
        document=document,
        version=or_not_found(versions_store.get(tx, round_.version)),
        round_=round_,
        outcome=outcome,
        endorsements=_list_counted(tx, round_, outcome),
        letterhead=letterhead(or_not_found(organisations_store.get_coalition(tx))),
        sealed_at=tx.now,
    )
    id, sha256 = tx.new_id("sea"), seal_sha256(content)
    seals_store.add(
        tx,
        id=id,
        document=document.id,
        round_id=round_.id,
        version=round_.version,
        content=content,
        seal_sha256=sha256,
    )
    record_store.append(
        tx, act="document.seal", actor=None, facts={"document": document.id, "seal": id, "seal_sha256": sha256}
    )
    exports.request_all_exports(tx, document, seal=id)


def _list_counted(tx: Tx, round_: Round, outcome: Mapping[str, Any]) -> list[Endorsement]:
    """Return the live endorsements that the outcome counts: those that are not disputed."""
    live = endorsements_store.list_by_round(tx, round_.id, live_only=True)
    return [one for one in live if one.organisation not in outcome.get("silent", ())]
