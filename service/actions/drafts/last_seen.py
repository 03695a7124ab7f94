"""What one has seen of a document. No record tells of it, and nobody but the person is shown it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.save import edition_of
from service.domain.documents.document import Document
from service.domain.documents.last_seen import looked, stayed, unseen_since
from service.domain.membership.people import Actor
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts import last_seen as last_seen_store


@dataclass(frozen=True, slots=True)
class News:
    """What is new of a draft to one person: the rows after `since`, as far as `upto`, and who (person ids) wrote them
    besides that person."""

    lang: str
    since: int
    upto: int
    by: tuple[str, ...]


def look(tx: Tx, actor: Actor, *, document_id: str, version: int) -> None:
    """Note that the actor was shown `version` of a document. A number there is no version of is not kept."""
    document = authorization.document(tx, actor, "version.read", document_id)
    newest = versions_store.latest(tx, document.id)
    if newest is None or not 0 < version <= newest.number:
        return
    before = last_seen_store.get(tx, person=actor.person, document=document.id)
    after = looked(before, version=version, now=tx.now)
    if after != before:
        last_seen_store.put(tx, after, person=actor.person, document=document.id)


def stay(tx: Tx, actor: Actor, *, document_id: str, lang: str, epoch: int, seq: int) -> None:
    """Note that the actor was shown the draft as it stood at (epoch, seq)."""
    document = authorization.document(tx, actor, "draft.read", document_id)
    stays(tx, edition_of(document, lang).draft, [actor.person], epoch=epoch, seq=seq)


def stays(tx: Tx, draft: str, persons: Collection[str], *, epoch: int, seq: int) -> None:
    """The same of people (ids) who sit before the draft and see all that happens in it; of those who have left the
    coalition nothing is kept."""
    for person in (one for one in persons if _is_active(tx, one)):
        before = last_seen_store.stays(tx, person=person, drafts=[draft]).get(draft)
        last_seen_store.put_stay(tx, stayed(before, epoch=epoch, seq=seq, now=tx.now), person=person, draft=draft)


def news(tx: Tx, actor: Actor, documents: Collection[Document]) -> Mapping[str, tuple[News, ...]]:
    """What others wrote in the drafts of these documents since the actor was there, by document; nothing of drafts they
    never saw, or that were begun anew since. The actor may read the drafts."""
    drafts = {edition.draft: (one.id, lang) for one in documents for lang, edition in sorted(one.editions.items())}
    known = last_seen_store.stays(tx, person=actor.person, drafts=drafts)
    heads = journal_store.heads(tx, known) if known else {}
    found: dict[str, tuple[News, ...]] = {}
    for draft, (document, lang) in drafts.items():
        if draft not in known or heads[draft].epoch != known[draft].epoch:
            continue
        since = unseen_since(known[draft], now=tx.now)
        by = _others(tx, draft, heads[draft], since, but=actor.person)
        if by:
            found[document] = (*found.get(document, ()), News(lang, since, heads[draft].seq, by))
    return found


def _others(tx: Tx, draft: str, head: journal_store.Head, since: int, *, but: str) -> tuple[str, ...]:
    if since >= head.seq:
        return ()
    return tuple(one for one in journal_history_store.changers(tx, draft, epoch=head.epoch, after=since) if one != but)


def _is_active(tx: Tx, person_id: str) -> bool:
    person = people_store.get(tx, person_id)
    return person is not None and person.state == "active"
