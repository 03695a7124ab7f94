"""Unsaved changes: texts that a draft did not take, stored for the drafters to apply or dismiss."""

from collections.abc import Sequence

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.drafts import save, suggestions
from service.actions.drafts.conflicts import draft_conflict
from service.actions.drafts.integrity import DraftRestarted
from service.actions.drafts.planned_row import (
    DraftPosition,
    PlannedRow,
    append_row,
    load_shared_text,
    plan_row,
    position_of,
)
from service.domain.documents.document import DRAFTING, Document, check_document_state
from service.domain.documents.unsaved_change import (
    KEPT,
    SET_ASIDE,
    STATES,
    SUGGESTED,
    TAKEN,
    UnsavedChange,
    UnsavedChangeSummary,
    check_has_changes,
    check_pending,
    check_reason,
    check_unsaved_change_limits,
    require_base,
)
from service.domain.errors import Conflict, NotFound
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.domain.suggestions.hunks import SuggestionHunk, split_hunks
from service.domain.suggestions.suggestion import Suggestion
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.parser import parse_markup
from service.domain.text.merge.merge import merge_texts
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.drafts import unsaved_changes as unsaved_changes_store


def add_unsaved_change(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    text: str,
    why: str,
    position: tuple[int, int] | None = None,
) -> UnsavedChange:
    """Store `text`, a whole text edited from the draft at `position` (epoch, seq); without a position, the text alone.

    The same text is stored once. Allowed in every state of the document, so that no input is lost when a text is
    closed.

    Raises `InvalidInput` `unknown_reason` and as `canonicalise` does, `Conflict` `draft_restarted` for a lost position,
    `nothing_new`, `too_many_unsaved_changes`, `unsaved_changes_full`.
    """
    document = authorization.load_document(tx, actor, "unsaved_change.keep", document_id, lock=True)
    draft = save.get_edition(document, lang).draft
    check_reason(why)
    proposed = tx.plan(("proposed", text), lambda _: canonicalise(text).text)
    duplicate = unsaved_changes_store.find_duplicate(tx, document_id, lang=lang, by=actor.person, text=proposed)
    if duplicate:
        return duplicate
    base, canonical_base = _plan_base(tx, draft, position) if position else (None, None)
    check_has_changes(canonical_base, proposed)
    waiting_count, total_count = (
        unsaved_changes_store.count(tx, document_id, by=actor.person, states=which) for which in ([KEPT], STATES)
    )
    check_unsaved_change_limits(waiting_count, total_count)
    id = tx.new_id("sug")
    epoch, seq = position or (None, None)
    unsaved_changes_store.add(
        tx,
        id=id,
        document=document_id,
        lang=lang,
        epoch=epoch,
        draft_seq=seq,
        base=base,
        text=proposed,
        why=why,
        by=actor.person,
    )
    _append_to_record(tx, actor, "suggestion.keep", or_not_found(unsaved_changes_store.get(tx, id)))
    return or_not_found(unsaved_changes_store.get(tx, id))


def get_unsaved_change(tx: Tx, actor: Actor, *, document_id: str, change_id: str) -> UnsavedChange:
    """Return an unsaved change to its author or to a drafter. Raises `NotFound`."""
    document = authorization.load_document(tx, actor, "unsaved_change.read", document_id)
    return _load_unsaved_change(tx, actor, document, change_id)


def list_unsaved_changes(
    tx: Tx, actor: Actor, *, document_id: str, after: int = 0, limit: int = 200
) -> Sequence[UnsavedChangeSummary]:
    """Return the unsaved changes that `get_unsaved_change` allows, without texts; below position `after` if given.

    Pending ones come first, each group newest first.
    """
    document = authorization.load_document(tx, actor, "unsaved_change.read", document_id)
    by = None if _can_draft(actor, document) else actor.person
    return unsaved_changes_store.list_by_document(tx, document_id, by=by, after=after, limit=limit)


def count_waiting(tx: Tx, actor: Actor, document: Document) -> int:
    """Return the number of pending ones; 0 for an actor who may see none."""
    if not may(actor, "unsaved_change.read", _resource(document)):
        return 0
    by = None if _can_draft(actor, document) else actor.person
    return unsaved_changes_store.count(tx, document.id, by=by, states=[KEPT])


def apply_unsaved_change(tx: Tx, actor: Actor, *, document_id: str, change_id: str) -> UnsavedChange:
    """Apply an unsaved change to the draft by a three-way merge from its base.

    Raises `Conflict` `unsaved_change_ended`, `words_alone`, `document_state`, `draft_frozen`, and `draft_conflict` with
    both texts if others changed the same words.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    found = _load_unsaved_change(tx, actor, document, change_id)
    check_pending(found.state)
    base = require_base(found)
    check_document_state(document, DRAFTING)
    draft = save.get_edition(document, found.lang).draft
    head = journal_store.lock_head(tx, draft)

    def plan(reading: Tx) -> PlannedRow:
        live = load_shared_text(reading, draft, epoch=head.epoch, upto=head.seq)
        result = merge_texts(base, live.text, found.text)
        if result.text is None:
            raise draft_conflict(base, live.text, found.text, result)
        parse_markup(result.text)
        return plan_row(live, position_of(head), new_text=result.text)

    row = tx.plan(("apply", found.id), plan, position=position_of(head), draft=draft)
    new_head = append_row(tx, draft, head, row, actor=found.by, origin=f"suggested:{found.id}")
    if new_head.seq != head.seq:
        documents_store.touch(tx, document_id)
    return _decide(tx, actor, found, state=TAKEN, act="suggestion.take")


def dismiss_unsaved_change(tx: Tx, actor: Actor, *, document_id: str, change_id: str) -> UnsavedChange:
    """Dismiss an unsaved change, which stays readable; for its author and drafters.

    Raises `Conflict` `unsaved_change_ended`.
    """
    document = authorization.load_document(tx, actor, "unsaved_change.keep", document_id, lock=True)
    found = _load_unsaved_change(tx, actor, document, change_id)
    check_pending(found.state)
    return _decide(tx, actor, found, state=SET_ASIDE, act="suggestion.set_aside")


def suggest_unsaved_change(tx: Tx, actor: Actor, *, document_id: str, change_id: str, reason: str) -> Suggestion:
    """Make an unsaved change a suggestion of its author; for the author and drafters.

    Raises `Conflict` `unsaved_change_ended`, `words_alone`, and as `add_suggestion` does.
    """
    document = authorization.load_document(tx, actor, "suggestion.add", document_id, lock=True)
    found = _load_unsaved_change(tx, actor, document, change_id)
    check_pending(found.state)
    base = require_base(found)
    check_document_state(document, DRAFTING)

    def plan(_: Tx) -> tuple[str, tuple[SuggestionHunk, ...]]:
        proposed = suggestions.with_author_edits(base, found.text)
        return proposed, split_hunks(base, proposed)

    proposed, hunks = tx.plan(("hunks", found.id), plan)
    suggestion = suggestions.add_hunks(
        tx,
        found.by,
        document,
        lang=found.lang,
        position=(found.epoch or 0, found.draft_seq or 0),
        base=base,
        proposed=proposed,
        hunks=hunks,
        reason=reason,
    )
    _decide(tx, actor, found, state=SUGGESTED, act="suggestion.from_unsaved")
    return suggestion


def _plan_base(tx: Tx, draft: str, position: DraftPosition) -> tuple[str, str]:
    """Return the text of the draft at a position, and its canonical form."""
    head = journal_store.get_head(tx, draft)
    epoch, seq = position
    if epoch > head.epoch or (epoch == head.epoch and seq > head.seq):
        raise DraftRestarted()

    def plan(reading: Tx) -> tuple[str, str]:
        base = load_shared_text(reading, draft, epoch=epoch, upto=seq).text
        return base, canonicalise(base).text

    return tx.plan(("base", draft), plan, position=position)


def _load_unsaved_change(tx: Tx, actor: Actor, document: Document, change_id: str) -> UnsavedChange:
    found = or_not_found(unsaved_changes_store.get(tx, change_id))
    if found.document != document.id or not (found.by == actor.person or _can_draft(actor, document)):
        raise NotFound()
    return found


def _can_draft(actor: Actor, document: Document) -> bool:
    return may(actor, "draft.save", _resource(document))


def _resource(document: Document) -> Resource:
    return Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)


def _decide(tx: Tx, actor: Actor, found: UnsavedChange, *, state: str, act: str) -> UnsavedChange:
    if not unsaved_changes_store.mark_decided(tx, found.id, state=state, by=actor.person):
        raise Conflict()
    _append_to_record(tx, actor, act, found)
    return or_not_found(unsaved_changes_store.get(tx, found.id))


def _append_to_record(tx: Tx, actor: Actor, act: str, found: UnsavedChange) -> None:
    facts = {"unsaved_change": found.id, "document": found.document, "lang": found.lang}
    record_store.append(tx, act=act, actor=actor.person, facts=facts)
