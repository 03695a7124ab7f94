"""Decisions on suggestions: accepting is one edit of the draft under the author's name; dismissing keeps the words."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.drafts import save
from service.actions.drafts.planned_row import (
    PlannedRow,
    append_row,
    load_shared_text,
    plan_row,
    position_of,
)
from service.actions.drafts.suggestions import load_suggestion
from service.domain.documents.document import DRAFTING, Document, check_document_state
from service.domain.errors import N_, Conflict, Forbidden, at_field
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.domain.suggestions.hunks import ACCEPTED, DISMISSED, PENDING, combined_state
from service.domain.suggestions.placement import AcceptedText, accept_hunks, place_hunks
from service.domain.suggestions.suggestion import (
    Suggestion,
    check_passage_unchanged,
    choose_hunks,
    resolved_passage,
    suggestion_conflict,
)
from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.drafts import suggestions as suggestions_store


@dataclass(frozen=True, slots=True)
class DecidedSuggestion:
    """A suggestion after a decision. `conflicts`: the chosen hunks that stay pending, as others changed their words."""

    suggestion: Suggestion
    conflicts: tuple[int, ...] = ()


def accept_suggestion(
    tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str, numbers: Collection[int] | None = None
) -> DecidedSuggestion:
    """Accept hunks by number (None: all pending ones) in one edit of the draft; hunks in conflict stay pending.

    Raises `NotFound`, `Conflict` `suggestion_ended`, `document_state`, `draft_frozen`, and `suggestion_conflict` if all
    of them are in conflict.
    """
    document, found = _lock_for_decision(tx, actor, document_id, suggestion_id)
    chosen = choose_hunks(found.hunks, numbers)
    states = tuple(hunk.state for hunk in found.hunks)

    def plan(live: str) -> AcceptedText:
        result = accept_hunks(found.base, found.hunks, live, chosen)
        if not result.accepted:
            raise suggestion_conflict()
        return result

    result = _edit_draft(tx, document, found, slot=("accept", found.id, chosen, states), plan=plan)
    decided = _decide(tx, actor, found, result.accepted, state=ACCEPTED)
    return DecidedSuggestion(decided, result.conflicts)


def resolve_conflict(
    tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str, number: int, seen: str, passage: str
) -> DecidedSuggestion:
    """Put `passage` where hunk `number` is in conflict with the draft, and accept all hunks of that conflict.

    `seen`: the SHA-256 of the passage of the draft that the drafter saw. If the words of `passage` are the same, the
    hunks are dismissed. Raises `NotFound`, `Conflict` `passage_changed`, and as `accept_suggestion` does.
    """
    document, found = _lock_for_decision(tx, actor, document_id, suggestion_id)
    choose_hunks(found.hunks, [number])
    states = tuple(hunk.state for hunk in found.hunks)

    def plan(live: str) -> AcceptedText:
        place = next(one for one in place_hunks(found.base, found.hunks, live) if number in one.numbers)
        check_passage_unchanged(place.live, seen=seen)
        words = resolved_passage(place.text, passage) if passage.strip() != place.live.strip() else place.live
        text = live[: place.start] + words + live[place.end :]
        with at_field("passage"):
            canonicalise_entry(text)
        return AcceptedText(text, place.numbers, (), is_changed=text != live)

    slot = ("resolve", found.id, number, states, seen, passage)
    result = _edit_draft(tx, document, found, slot=slot, plan=plan)
    if not result.is_changed:
        return DecidedSuggestion(_decide(tx, actor, found, result.accepted, state=DISMISSED))
    return DecidedSuggestion(_decide(tx, actor, found, result.accepted, state=ACCEPTED, applied=passage.strip()))


def dismiss_suggestion(
    tx: Tx, actor: Actor, *, document_id: str, suggestion_id: str, numbers: Collection[int] | None = None
) -> DecidedSuggestion:
    """Dismiss hunks by number (None: all pending ones), which stay readable; for drafters and the author.

    Raises `NotFound`, `Forbidden` `suggestion_of_another`, `Conflict` `suggestion_ended`.
    """
    document = authorization.load_document(tx, actor, "suggestion.add", document_id, lock=True)
    found = load_suggestion(tx, document, suggestion_id)
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    if found.by != actor.person and not may(actor, "suggestion.decide", resource):
        raise Forbidden(
            "suggestion_of_another", N_("Only the author of a suggested change and drafters can dismiss it.")
        )
    return DecidedSuggestion(_decide(tx, actor, found, choose_hunks(found.hunks, numbers), state=DISMISSED))


def _lock_for_decision(tx: Tx, actor: Actor, document_id: str, suggestion_id: str) -> tuple[Document, Suggestion]:
    document = authorization.load_document(tx, actor, "suggestion.decide", document_id, lock=True)
    found = load_suggestion(tx, document, suggestion_id)
    check_document_state(document, DRAFTING)
    return document, found


def _edit_draft(
    tx: Tx, document: Document, found: Suggestion, *, slot: tuple[object, ...], plan: Callable[[str], AcceptedText]
) -> AcceptedText:
    """Write the text that `plan` makes of the live text as one row of the journal, under the author's name."""
    draft = save.get_edition(document, found.lang).draft
    head = journal_store.lock_head(tx, draft)

    def compute(reading: Tx) -> tuple[AcceptedText, PlannedRow]:
        live = load_shared_text(reading, draft, epoch=head.epoch, upto=head.seq)
        result = plan(live.text)
        parse_markup(result.text)
        return result, plan_row(live, position_of(head), new_text=result.text)

    result, row = tx.plan(slot, compute, position=position_of(head), draft=draft)
    new_head = append_row(tx, draft, head, row, actor=found.by, origin=f"suggested:{found.id}")
    if new_head.seq != head.seq:
        documents_store.touch(tx, document.id)
    return result


def _decide(
    tx: Tx, actor: Actor, found: Suggestion, numbers: Collection[int], *, state: str, applied: str | None = None
) -> Suggestion:
    if not suggestions_store.decide_hunks(tx, found.id, numbers, state=state, by=actor.person, applied=applied):
        raise Conflict()
    decided = or_not_found(suggestions_store.get(tx, found.id))
    total = combined_state(decided.hunks)
    if total != PENDING:
        suggestions_store.set_state(tx, found.id, total)
    act = "suggestion.accept" if state == ACCEPTED else "suggestion.dismiss"
    facts = {"suggestion": found.id, "document": found.document, "lang": found.lang, "hunks": sorted(numbers)}
    record_store.append(tx, act=act, actor=actor.person, facts=facts)
    return or_not_found(suggestions_store.get(tx, found.id))
