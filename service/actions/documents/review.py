"""Sending a document to review: a version of its current texts, if they changed, and the change of state."""

from collections.abc import Mapping

from service.actions import authorization
from service.actions.documents import documents, versions
from service.domain.documents.document import REVIEW, check_transition
from service.domain.documents.version import Version
from service.domain.membership.people import Actor
from service.store.db import Tx


def send_to_review(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    note: str = "",
    seen_seqs: Mapping[str, int] | None = None,
    rev: int | None = None,
) -> Version:
    """Send a document to review with its current texts, and return their version; `note` is that of a new version.

    The latest version is used if nothing changed since. Raises as `versions.cut_version` and `documents.change_state`
    do, except `nothing_new` and `no_version`.
    """
    document = authorization.load_document(tx, actor, "document.move", document_id, lock=True)
    documents.check_rev(document, rev)
    check_transition(document, REVIEW)
    version = versions.cut_if_changed(tx, actor, document, note=note, seen_seqs=seen_seqs, rev=rev)
    documents.change_state(tx, actor, document_id=document_id, to_state=REVIEW)
    return version
