"""Sealing: the content of a seal when a round has passed, in the format of the round, and who may open it."""

import secrets
from collections.abc import Mapping
from typing import Any

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.membership.coalition import letterhead
from service.actions.publication import exports
from service.domain.documents.document import Document
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.naming import SILENT, is_named_in_public
from service.domain.endorsement.round import Round
from service.domain.endorsement.rules import ABSTAIN, DECLINE
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.domain.publication.publication import seal_content, seal_sha256
from service.domain.publication.seal_v2 import SALT_BYTES, SealOpening, commit_to_unnamed, seal_content_v2
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import disputes as disputes_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.membership import organisations as organisations_store
from service.store.publication import proofs as proofs_store
from service.store.publication import seals as seals_store


def seal_document(tx: Tx, document: Document, round_: Round, *, outcome: Mapping[str, Any]) -> None:
    """Seal the document with its version, outcome and counted endorsements, and request its exports."""
    content, openings = _build_content(tx, document, round_, outcome=outcome)
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
    seals_store.add_openings(tx, id, openings)
    record_store.append(
        tx, act="document.seal", actor=None, facts={"document": document.id, "seal": id, "seal_sha256": sha256}
    )
    proofs_store.supersede(tx, document.id)
    exports.request_all_exports(tx, document, seal=id)


def _list_counted(tx: Tx, round_: Round, outcome: Mapping[str, Any]) -> list[Endorsement]:
    """Return the live endorsements that the outcome counts: those that are not disputed."""
    live = endorsements_store.list_by_round(tx, round_.id, live_only=True)
    return [one for one in live if one.organisation not in outcome.get("silent", ())]


def _list_events(tx: Tx, round_: Round, outcome: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the disputes in the round and how they were settled, of the organisations that the seal names."""
    unnamed = {one for one in outcome["silent"] if not is_named_in_public(round_.terms, position=SILENT)}
    for group, position in (("abstained", ABSTAIN), ("declined", DECLINE)):
        unnamed |= {one for one in outcome[group] if not is_named_in_public(round_.terms, position=position)}
    events: list[dict[str, object]] = []
    for status in disputes_store.list_by_round(tx, round_.id):
        made, settled = status.dispute, status.settled_by
        if made.organisation not in unnamed:
            events.append({"event": "disputed", "organisation": made.organisation, "at": made.at})
            if settled:
                ended = {"event": "settled", "organisation": made.organisation, "at": settled.at}
                events.append({**ended, "act": settled.act})
    return sorted(events, key=lambda one: (one["at"], one["event"]))


def list_openings(tx: Tx, actor: Actor, *, document_id: str) -> list[SealOpening]:
    """Return the openings of the commitments of a document's seal: all of them to the secretariat and auditors.

    Other members get the one of their organisation. Raises `NotFound` without a seal.
    """
    document = authorization.load_document(tx, actor, "opening.read", document_id)
    seal = or_not_found(seals_store.get_by_document(tx, document_id))
    if may(actor, "opening.read_all", Resource(document.id, document.state, document.ever_shared)):
        return seals_store.list_openings(tx, seal.id)
    return seals_store.list_openings(tx, seal.id, organisation=actor.organisation) if actor.organisation else []


def _build_content(
    tx: Tx, document: Document, round_: Round, *, outcome: Mapping[str, Any]
) -> tuple[dict[str, object], list[SealOpening]]:
    """Return the content of the seal, and the openings of its commitments."""
    version = or_not_found(versions_store.get(tx, round_.version))
    endorsements = _list_counted(tx, round_, outcome)
    if round_.terms is None:
        content = seal_content(
            document=document,
            version=version,
            round_=round_,
            outcome=outcome,
            endorsements=endorsements,
            letterhead=letterhead(or_not_found(organisations_store.get_coalition(tx))),
            sealed_at=tx.now,
        )
        return content, []
    salts = {organisation: secrets.token_bytes(SALT_BYTES) for organisation in round_.organisations}
    openings = commit_to_unnamed(round_, outcome, salts=salts)
    content = seal_content_v2(
        version=version,
        round_=round_,
        terms=round_.terms,
        outcome=outcome,
        endorsements=endorsements,
        commitments=[one.commitment for one in openings],
        sealed_at=tx.now,
        events=_list_events(tx, round_, outcome),
    )
    return content, openings
