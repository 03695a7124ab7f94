"""Read markers: what a person has seen of a document. Private: neither recorded nor shown to anyone else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.save import get_edition
from service.domain.documents.document import Document
from service.domain.documents.last_seen import first_unseen_after, update_draft_seen, update_version_seen
from service.domain.membership.people import Actor
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts import last_seen as last_seen_store


@dataclass(frozen=True, slots=True)
class UnseenChanges:
    """Changes of a draft that are new to a person: rows after `since` up to `upto`, and their authors (person ids)."""

    lang: str
    since: int
    upto: int
    authors: tuple[str, ...]


def mark_version_seen(tx: Tx, actor: Actor, *, document_id: str, version: int) -> None:
    """Note that the actor was shown `version` of a document; ignored if there is no such version."""
    document = authorization.load_document(tx, actor, "version.read", document_id)
    newest = versions_store.get_latest(tx, document.id)
    if newest is None or not 0 < version <= newest.number:
        return
    previous = last_seen_store.get_version_seen(tx, person=actor.person, document=document.id)
    updated = update_version_seen(previous, version=version, now=tx.now)
    if updated != previous:
        last_seen_store.save_version_seen(tx, updated, person=actor.person, document=document.id)


def mark_draft_seen(tx: Tx, actor: Actor, *, document_id: str, lang: str, epoch: int, seq: int) -> None:
    """Note that the actor was shown the draft at (epoch, seq)."""
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    mark_draft_seen_by(tx, get_edition(document, lang).draft, [actor.person], epoch=epoch, seq=seq)


def mark_draft_seen_by(tx: Tx, draft: str, persons: Collection[str], *, epoch: int, seq: int) -> None:
    """Note the same for persons (ids) in a live editing room, except closed accounts."""
    for person in (one for one in persons if _is_active(tx, one)):
        previous = last_seen_store.list_drafts_seen(tx, person=person, drafts=[draft]).get(draft)
        last_seen_store.save_draft_seen(
            tx, update_draft_seen(previous, epoch=epoch, seq=seq, now=tx.now), person=person, draft=draft
        )


def list_unseen_changes(
    tx: Tx, actor: Actor, documents: Collection[Document]
) -> Mapping[str, tuple[UnseenChanges, ...]]:
    """Return what others wrote in the drafts of these documents since the actor last saw them, by document.

    Drafts never seen, or restarted since, are left out. The actor is authorised to read the drafts.
    """
    drafts = {edition.draft: (one.id, lang) for one in documents for lang, edition in sorted(one.editions.items())}
    drafts_seen = last_seen_store.list_drafts_seen(tx, person=actor.person, drafts=drafts)
    heads = journal_store.get_heads(tx, drafts_seen) if drafts_seen else {}
    found: dict[str, tuple[UnseenChanges, ...]] = {}
    for draft, (document, lang) in drafts.items():
        if draft not in drafts_seen or heads[draft].epoch != drafts_seen[draft].epoch:
            continue
        since = first_unseen_after(drafts_seen[draft], now=tx.now)
        authors = _list_other_authors(tx, draft, heads[draft], since, except_person=actor.person)
        if authors:
            found[document] = (*found.get(document, ()), UnseenChanges(lang, since, heads[draft].seq, authors))
    return found


def _list_other_authors(
    tx: Tx, draft: str, head: journal_store.Head, since: int, *, except_person: str
) -> tuple[str, ...]:
    if since >= head.seq:
        return ()
    return tuple(
        one
        for one in journal_history_store.list_changers(tx, draft, epoch=head.epoch, after=since)
        if one != except_person
    )


def _is_active(tx: Tx, person_id: str) -> bool:
    person = people_store.get(tx, person_id)
    return person is not None and person.state == "active"
