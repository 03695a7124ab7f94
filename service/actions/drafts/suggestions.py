"""Suggestions: sent for a draft, and read by all who may read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.drafts import save
from service.actions.drafts.integrity import DraftRestarted, load_readable_text
from service.actions.drafts.planned_row import DraftPosition, load_shared_text
from service.domain.documents.document import DRAFTING, Document, check_document_state
from service.domain.errors import NotFound, at_field
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.domain.suggestions.hunks import PENDING, SuggestionHunk, split_hunks
from service.domain.suggestions.placement import Placement, place_hunks
from service.domain.suggestions.suggestion import (
    Suggestion,
    SuggestionSummary,
    check_proposed,
    check_suggestion_quota,
    check_suggestion_reason,
)
from service.domain.text.markup.canonical import canonicalise, canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.merge.merge import merge_texts
from service.store import record as record_store
from service.store.db import Tx
from service.store.drafts import journal as journal_store
from service.store.drafts import suggestions as suggestions_store

MAX_PLACED = 50
"""Pending suggestions placed in the text at a time, oldest first."""


@dataclass(frozen=True, slots=True)
class PlacedSuggestion:
    """A suggestion and the places of its pending hunks in the draft at `position` (epoch, seq)."""

    suggestion: Suggestion
    placements: tuple[Placement, ...]
    position: DraftPosition


def add_suggestion(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, reason: str, position: DraftPosition
) -> Suggestion:
    """Add a suggestion: `text` is a whole text edited from the draft at `position` (epoch, seq).

    The same suggestion is stored once. Raises `InvalidInput` `reason_too_long` and as `canonicalise` does, `Conflict`
    `document_state`, `nothing_suggested`, `draft_restarted`, `too_many_suggestions`, `suggestions_full`.
    """
    document = authorization.load_document(tx, actor, "suggestion.add", document_id, lock=True)
    check_document_state(document, DRAFTING)
    draft = save.get_edition(document, lang).draft
    head = journal_store.get_head(tx, draft)
    if position[0] > head.epoch or (position[0] == head.epoch and position[1] > head.seq):
        raise DraftRestarted()
    with at_field("text"):
        base, proposed, hunks = tx.plan(
            ("suggest", draft, text), lambda reading: _plan(reading, draft, text, position), position=position
        )
    return add_hunks(
        tx,
        actor.person,
        document,
        lang=lang,
        position=position,
        base=base,
        hunks=hunks,
        proposed=proposed,
        reason=reason,
    )


def add_hunks(
    tx: Tx,
    author: str,
    document: Document,
    *,
    lang: str,
    position: DraftPosition,
    base: str,
    proposed: str,
    hunks: Sequence[SuggestionHunk],
    reason: str,
) -> Suggestion:
    """Add a suggestion whose hunks are known, to a locked document. Raises as `add_suggestion` does."""
    reason = check_suggestion_reason(reason)
    check_proposed(hunks)
    known = suggestions_store.find_duplicate(tx, document.id, lang=lang, by=author, base=base, proposed=proposed)
    if known:
        return or_not_found(suggestions_store.get(tx, known))
    pending = suggestions_store.count(tx, document.id, by=author, state=PENDING)
    check_suggestion_quota(pending, suggestions_store.count(tx, document.id, by=author))
    id = tx.new_id("sug")
    suggestions_store.add(
        tx,
        id=id,
        document=document.id,
        lang=lang,
        position=position,
        base=base,
        proposed=proposed,
        reason=reason,
        by=author,
        hunks=hunks,
    )
    facts = {"suggestion": id, "document": document.id, "lang": lang}
    record_store.append(tx, act="suggestion.add", actor=author, facts=facts)
    return or_not_found(suggestions_store.get(tx, id))


def get_suggestion(tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str) -> Suggestion:
    """Return a suggestion to anyone who may read the draft. Raises `NotFound`."""
    document = authorization.load_document(tx, actor, "suggestion.read", document_id)
    return load_suggestion(tx, document, suggestion_id)


def load_suggestion(tx: Tx, document: Document, suggestion_id: str) -> Suggestion:
    """Return a suggestion of a document. Raises `NotFound`."""
    found = or_not_found(suggestions_store.get(tx, suggestion_id))
    if found.document != document.id:
        raise NotFound()
    return found


def list_suggestions(
    tx: Tx, actor: Actor, *, document_id: str, after: int = 0, limit: int = 200
) -> Sequence[SuggestionSummary]:
    """Return the suggestions of a document without their texts, below position `after` if given.

    Pending ones come first, each group newest first.
    """
    authorization.load_document(tx, actor, "suggestion.read", document_id)
    return suggestions_store.list_by_document(tx, document_id, after=after, limit=limit)


def count_pending(tx: Tx, actor: Actor, document: Document) -> int:
    """Return the number of pending suggestions; 0 for an actor who may see none."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    if not may(actor, "suggestion.read", resource):
        return 0
    return suggestions_store.count(tx, document.id, state=PENDING)


def place_suggestion(tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str) -> PlacedSuggestion:
    """Return a suggestion with the places of its pending hunks in the draft. Raises `NotFound`."""
    document = authorization.load_document(tx, actor, "suggestion.read", document_id)
    found = load_suggestion(tx, document, suggestion_id)
    live, position = _live_text(tx, document, found.lang)
    return PlacedSuggestion(found, place_hunks(found.base, found.hunks, live), position)


def list_placed(
    tx: Tx, actor: Actor, *, document_id: str, lang: str
) -> tuple[DraftPosition, Sequence[PlacedSuggestion]]:
    """Return the position of the draft, and the pending suggestions for it with their places, oldest first.

    At most MAX_PLACED. Edits that break each other without overlapping are placed as clean.
    """
    document = authorization.load_document(tx, actor, "suggestion.read", document_id)
    live, position = _live_text(tx, document, lang)
    found = suggestions_store.list_pending(tx, document_id, lang=lang, limit=MAX_PLACED)
    return position, [
        PlacedSuggestion(one, place_hunks(one.base, one.hunks, live, validated=False), position) for one in found
    ]


def _live_text(tx: Tx, document: Document, lang: str) -> tuple[str, DraftPosition]:
    draft = save.get_edition(document, lang).draft
    head = journal_store.get_head(tx, draft)
    text, _ = load_readable_text(tx, draft, head)
    return text, (head.epoch, head.seq)


def _plan(tx: Tx, draft: str, text: str, position: DraftPosition) -> tuple[str, str, tuple[SuggestionHunk, ...]]:
    """Return the text at a position, the proposed text, and the hunks between them."""
    epoch, seq = position
    base = load_shared_text(tx, draft, epoch=epoch, upto=seq).text
    proposed = with_author_edits(base, canonicalise_entry(text).text)
    return base, proposed, split_hunks(base, proposed)


def with_author_edits(base: str, proposed: str) -> str:
    """Return the base with what the author changed, but without what made the proposed text canonical."""
    parse_markup(proposed)
    canonical_base = canonicalise(base).text
    if canonical_base == base:
        return proposed
    merged = merge_texts(canonical_base, base, proposed).text
    return proposed if merged is None else merged
