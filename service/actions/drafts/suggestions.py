"""Words that a draft did not take are kept as a suggested change, for those who draft to put in or set aside."""

from collections.abc import Sequence

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.drafts import save
from service.actions.drafts.conflicts import in_conflict
from service.actions.drafts.integrity import Restarted
from service.domain.documents.document import DRAFTING, Document, check_state
from service.domain.documents.suggestion import (
    KEPT,
    SET_ASIDE,
    STATES,
    TAKEN,
    Suggestion,
    Summary,
    check_news,
    check_open,
    check_reason,
    check_room,
    check_whole,
)
from service.domain.errors import Conflict, NotFound
from service.domain.membership.people import Actor
from service.domain.policy import Thing, may
from service.domain.text.markup.canonical import canonical
from service.domain.text.markup.parser import read as read_markup
from service.domain.text.merge.merge import merge
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.drafts import suggestions as suggestions_store


def keep(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    text: str,
    why: str,
    place: tuple[int, int] | None = None,
) -> Suggestion:
    """Keep `text`, the whole text as the person would have it, written from the draft at `place` (epoch, seq); without
    one, their words alone. Saying the same twice keeps it once. In every phase: a text that is closed takes no words,
    and loses none.

    Raises Malformed `unknown_reason`, as `canonical` does, Conflict `draft_restarted` for a place that is gone,
    `nothing_new`, `too_many_suggestions`, `suggestions_full`.
    """
    document = authorization.document(tx, actor, "suggestion.keep", document_id, lock=True)
    draft = save.edition_of(document, lang).draft
    check_reason(why)
    wanted = canonical(text).text
    known = suggestions_store.same(tx, document_id, lang=lang, by=actor.person, text=wanted)
    if known:
        return known
    base = _stood(tx, draft, place) if place else None
    check_news(base and canonical(base).text, wanted)
    kept, ever = (suggestions_store.count(tx, document_id, by=actor.person, states=which) for which in ([KEPT], STATES))
    check_room(kept, ever)
    id = tx.new_id("sug")
    epoch, seq = place or (None, None)
    suggestions_store.add(
        tx,
        id=id,
        document=document_id,
        lang=lang,
        epoch=epoch,
        draft_seq=seq,
        base=base,
        text=wanted,
        why=why,
        by=actor.person,
    )
    _note(tx, actor, "suggestion.keep", seen(suggestions_store.get(tx, id)))
    return seen(suggestions_store.get(tx, id))


def look(tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str) -> Suggestion:
    """A suggested change, for its writer and for those who draft. Raises NotFound."""
    document = authorization.document(tx, actor, "suggestion.read", document_id)
    return _found(tx, actor, document, suggestion_id)


def every(tx: Tx, actor: Actor, *, document_id: str, after: int = 0, limit: int = 200) -> Sequence[Summary]:
    """The suggested changes of a document that `look` shows, without their texts: what waits to be decided about first,
    then the others, the newest of each first; below place `after` if given."""
    document = authorization.document(tx, actor, "suggestion.read", document_id)
    by = None if _drafts(actor, document) else actor.person
    return suggestions_store.of_document(tx, document_id, by=by, after=after, limit=limit)


def waiting(tx: Tx, actor: Actor, document: Document) -> int:
    """How many of those wait to be decided about; none for whoever is shown none."""
    if not may(actor, "suggestion.read", _thing(document)):
        return 0
    by = None if _drafts(actor, document) else actor.person
    return suggestions_store.count(tx, document.id, by=by, states=[KEPT])


def take(tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str) -> Suggestion:
    """Put it into the draft as it stands, by a three-way merge from the text it was written from.

    Raises Conflict `suggestion_ended`, `words_alone`, `document_state`, `draft_frozen`, and `draft_conflict` with both
    texts where others changed the same words.
    """
    document = authorization.document(tx, actor, "draft.save", document_id, lock=True)
    found = _found(tx, actor, document, suggestion_id)
    check_open(found.state)
    base = check_whole(found)
    check_state(document, DRAFTING)
    draft = save.edition_of(document, found.lang).draft
    head = journal_store.lock(tx, draft)
    live = save.load(tx, draft, epoch=head.epoch)
    result = merge(base, live.text, found.text)
    if result.text is None:
        raise in_conflict(base, live.text, found.text, result)
    read_markup(result.text)
    changes = save.changes_to(live.text, result.text)
    after = save.append(tx, draft, head, live, changes=changes, actor=found.by, origin=f"suggested:{found.id}")
    if after.seq != head.seq:
        documents_store.touch(tx, document_id)
    return _ended(tx, actor, found, state=TAKEN, act="suggestion.take")


def set_aside(tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str) -> Suggestion:
    """Leave it out of the text; it stays to be read. Its writer may, and those who draft. Raises Conflict
    `suggestion_ended`."""
    document = authorization.document(tx, actor, "suggestion.keep", document_id, lock=True)
    found = _found(tx, actor, document, suggestion_id)
    check_open(found.state)
    return _ended(tx, actor, found, state=SET_ASIDE, act="suggestion.set_aside")


def _stood(tx: Tx, draft: str, place: tuple[int, int]) -> str:
    epoch, seq = place
    head = journal_store.head(tx, draft)
    if epoch > head.epoch or (epoch == head.epoch and seq > head.seq):
        raise Restarted()
    return save.load(tx, draft, epoch=epoch, upto=seq).text


def _found(tx: Tx, actor: Actor, document: Document, suggestion_id: str) -> Suggestion:
    found = seen(suggestions_store.get(tx, suggestion_id))
    if found.document != document.id or not (found.by == actor.person or _drafts(actor, document)):
        raise NotFound()
    return found


def _drafts(actor: Actor, document: Document) -> bool:
    return may(actor, "draft.save", _thing(document))


def _thing(document: Document) -> Thing:
    return Thing(document=document.id, state=document.state, shown=document.shown)


def _ended(tx: Tx, actor: Actor, found: Suggestion, *, state: str, act: str) -> Suggestion:
    if not suggestions_store.end(tx, found.id, state=state, by=actor.person):
        raise Conflict()
    _note(tx, actor, act, found)
    return seen(suggestions_store.get(tx, found.id))


def _note(tx: Tx, actor: Actor, act: str, found: Suggestion) -> None:
    facts = {"suggestion": found.id, "document": found.document, "lang": found.lang}
    record_store.append(tx, act=act, actor=actor.person, facts=facts)
