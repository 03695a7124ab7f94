"""Suggestions: sent, read by all who read the draft, accepted hunk by hunk as edits of their author, dismissed."""

import json
from collections.abc import Callable

import pytest

from service.actions.drafts import save, suggestion_decisions, suggestions, unsaved_changes
from service.domain.documents.unsaved_change import SUGGESTED
from service.domain.errors import DomainError
from service.domain.suggestions import suggestion as rules
from service.domain.suggestions.hunks import ACCEPTED, DISMISSED, PARTLY, PENDING
from service.domain.suggestions.suggestion import Suggestion
from service.domain.text.markup.canonical import text_sha256
from service.store import record as record_store
from service.store.drafts import journal as journal_store
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_suggestion,
    create_unsaved_change,
    cut_version,
    move_to_review,
    reset_draft,
    save_text,
)

DATABASES = ("sqlite", "postgresql")
TEXT = "The first text.\n\nThe second text.\n\nThe third text.\n"
PROPOSED = "The best text.\n\nThe second text.\n\nThe third long text.\n"


def create_text(instance: SampleInstance, text: str = TEXT) -> str:
    return create_document(instance, texts={"en": text})


def suggest(instance: SampleInstance, document: str, text: str = PROPOSED, *, by: str = "yusuf") -> Suggestion:
    return create_suggestion(instance, document, text, by=by)


def decide(
    instance: SampleInstance,
    act: Callable[..., suggestion_decisions.DecidedSuggestion],
    found: Suggestion,
    *,
    by: str = "lama",
    **given: object,
) -> suggestion_decisions.DecidedSuggestion:
    with instance.write() as tx:
        return act(tx, instance.actor(tx, by), document_id=found.document, suggestion_id=found.id, **given)


def accept(instance: SampleInstance, found: Suggestion, *numbers: int, by: str = "lama") -> tuple[str, tuple[int, ...]]:
    done = decide(instance, suggestion_decisions.accept_suggestion, found, by=by, numbers=numbers or None)
    return done.suggestion.state, done.conflicts


def dismiss(instance: SampleInstance, found: Suggestion, *numbers: int, by: str = "lama") -> str:
    act = suggestion_decisions.dismiss_suggestion
    return decide(instance, act, found, by=by, numbers=numbers or None).suggestion.state


def draft_text(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        return save.read(tx, instance.actor(tx, "lama"), document_id=document, lang="en").text


def read(instance: SampleInstance, found: Suggestion, *, by: str) -> suggestions.PlacedSuggestion:
    with instance.read() as tx:
        actor = instance.actor(tx, by)
        return suggestions.place_suggestion(tx, actor, document_id=found.document, suggestion_id=found.id)


def refusal_code(act: Callable[..., object], *given: object, **named: object) -> str:
    with pytest.raises(DomainError) as error:
        act(*given, **named)
    return error.value.code


# Outsider, wrong role


def test_suggestions_are_for_those_who_read_the_draft(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    assert refusal_code(read, instance, found, by="reem") == "not_found"
    assert refusal_code(suggest, instance, document, by="reem") == "not_found"
    assert read(instance, found, by="huda").suggestion == found


def test_author_may_dismiss_but_only_drafters_accept(instance: SampleInstance) -> None:
    found = suggest(instance, create_text(instance))
    assert refusal_code(accept, instance, found, by="yusuf") == "forbidden"
    assert refusal_code(dismiss, instance, found, by="huda") == "suggestion_of_another"
    assert dismiss(instance, found, by="yusuf") == DISMISSED


# Not found, unreadable


def test_missing_suggestion_and_hunk_are_not_found(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    assert refusal_code(accept, instance, found, 1, 9) == "not_found"
    other = create_text(instance)
    with instance.read() as tx:
        actor, given = instance.actor(tx, "lama"), {"document_id": other, "suggestion_id": found.id}
        assert refusal_code(suggestions.get_suggestion, tx, actor, **given) == "not_found"


def test_suggestion_needs_a_change_a_short_reason_and_a_known_position(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert refusal_code(suggest, instance, document, TEXT) == "nothing_suggested"
    with instance.write() as tx:
        place = {"document_id": document, "lang": "en", "text": PROPOSED}
        actor, act = instance.actor(tx, "yusuf"), suggestions.add_suggestion
        too_long = "x" * (rules.MAX_REASON + 1)
        assert refusal_code(act, tx, actor, **place, reason=too_long, position=(1, 1)) == "reason_too_long"
        assert refusal_code(act, tx, actor, **place, reason="", position=(1, 99)) == "draft_restarted"


# Conflict


def test_suggestions_are_limited(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_text(instance)
    monkeypatch.setattr(rules, "MAX_PENDING_SUGGESTIONS", 1)
    monkeypatch.setattr(rules, "MAX_SUGGESTIONS", 2)
    first = suggest(instance, document)
    assert suggest(instance, document).id == first.id
    assert refusal_code(suggest, instance, document, f"{TEXT}More.\n") == "too_many_suggestions"
    dismiss(instance, first)
    suggest(instance, document, f"{TEXT}More.\n")
    assert refusal_code(suggest, instance, document, f"{TEXT}Most.\n") == "suggestions_full"
    assert suggest(instance, document, by="lama").state == PENDING


def test_closed_text_takes_no_suggestion_and_no_acceptance(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    cut_version(instance, document)
    move_to_review(instance, document)
    assert refusal_code(suggest, instance, document, f"{TEXT}More.\n") == "document_state"
    assert refusal_code(accept, instance, found) == "document_state"
    assert dismiss(instance, found) == DISMISSED


def test_hunk_is_decided_once(instance: SampleInstance) -> None:
    found = suggest(instance, create_text(instance))
    accept(instance, found, 1)
    assert refusal_code(accept, instance, found, 1) == "suggestion_ended"
    assert refusal_code(dismiss, instance, found, 1, 2) == "suggestion_ended"
    dismiss(instance, found)
    assert refusal_code(dismiss, instance, found) == "suggestion_ended"


def test_later_edit_of_the_same_words_is_resolved_by_a_drafter(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    save_text(instance, document, TEXT.replace("first", "very first"), lang="en", by="jihan")
    assert refusal_code(accept, instance, found, 1) == "suggestion_conflict"
    assert accept(instance, found) == (PENDING, (1,))
    [place] = read(instance, found, by="lama").placements
    assert (place.kind, place.live, place.text) == ("conflict", "very first", "best")
    resolve = suggestion_decisions.resolve_conflict
    stale = {"number": 1, "seen": text_sha256("first"), "passage": "very best"}
    assert refusal_code(decide, instance, resolve, found, **stale) == "passage_changed"
    done = decide(instance, resolve, found, number=1, seen=text_sha256(place.live), passage="very best").suggestion
    assert (done.state, done.hunks[0].applied) == (ACCEPTED, "very best")
    assert draft_text(instance, document) == PROPOSED.replace("best", "very best")


def test_conflict_resolved_for_the_text_as_it_is_dismisses_the_hunk(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    newer = TEXT.replace("first", "very first")
    save_text(instance, document, newer, lang="en", by="jihan")
    act = suggestion_decisions.resolve_conflict
    decide(instance, act, found, number=1, seen=text_sha256("very first"), passage="very first")
    assert accept(instance, found) == (PARTLY, ())
    assert draft_text(instance, document) == newer.replace("third", "third long")


# Success


def test_hunks_are_accepted_as_edits_of_the_author(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    assert [(hunk.text.strip(), hunk.state) for hunk in found.hunks] == [("best", PENDING), ("long", PENDING)]
    save_text(instance, document, f"Before.\n\n{TEXT}", lang="en", by="jihan")
    assert accept(instance, found, 2, by="salma") == (PENDING, ())
    assert draft_text(instance, document) == f"Before.\n\n{TEXT}".replace("third", "third long")
    assert dismiss(instance, found, 1, by="salma") == PARTLY
    people = instance.members.people
    with instance.read() as tx:
        row = journal_store.list_updates(tx, f"{document}.en", epoch=1, after=2)[0]
        leaves = [json.loads(one.content) for one in record_store.list_leaves(tx) if one.content]
    assert (row.actor, row.origin) == (people["yusuf"].id, f"suggested:{found.id}")
    acts = [(one["act"], one["facts"].get("hunks")) for one in leaves if one["act"].startswith("suggestion.")]
    assert acts == [("suggestion.add", None), ("suggestion.accept", [2]), ("suggestion.dismiss", [1])]


def test_accepting_all_yields_the_proposed_text_also_after_a_reset(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = suggest(instance, document)
    reset_draft(instance, f"{document}.en", f"Before.\n\n{TEXT}")
    assert accept(instance, found) == (ACCEPTED, ())
    assert draft_text(instance, document) == f"Before.\n\n{PROPOSED}"


def test_text_that_is_not_canonical_keeps_its_other_lines(instance: SampleInstance) -> None:
    document = create_text(instance)
    odd = "The first text.  \n\n\n\nThe second text."
    reset_draft(instance, f"{document}.en", odd)
    found = suggest(instance, document, "The first text.\n\n\n\nThe second new text.\n")
    accept(instance, found)
    assert draft_text(instance, document) == "The first text.  \n\n\n\nThe second new text."


def test_pending_ones_are_listed_first_and_placed_in_the_text(instance: SampleInstance) -> None:
    document = create_text(instance)
    ids = [suggest(instance, document, f"{TEXT}{word}\n").id for word in ("One.", "Two.", "Three.")]
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        suggestion_decisions.dismiss_suggestion(tx, actor, document_id=document, suggestion_id=ids[2])
    with instance.read() as tx:
        actor = instance.actor(tx, "huda")
        listed = suggestions.list_suggestions(tx, actor, document_id=document)
        rest = suggestions.list_suggestions(tx, actor, document_id=document, after=listed[0].sort_key, limit=1)
        position, placed = suggestions.list_placed(tx, actor, document_id=document, lang="en")
    assert [one.id for one in listed] == [ids[1], ids[0], ids[2]] and [one.id for one in rest] == [ids[0]]
    assert position == (1, 1) and [one.suggestion.id for one in placed] == ids[:2]
    assert {one.kind for each in placed for one in each.placements} == {"clean"}


def test_unsaved_change_becomes_a_suggestion_of_its_author(instance: SampleInstance) -> None:
    document = create_text(instance)
    kept = create_unsaved_change(instance, document, PROPOSED, by="yusuf", lang="en")
    with instance.write() as tx:
        found = unsaved_changes.suggest_unsaved_change(
            tx, instance.actor(tx, "lama"), document_id=document, change_id=kept.id, reason="Written offline."
        )
    assert (found.by, found.reason, len(found.hunks)) == (instance.members.people["yusuf"].id, "Written offline.", 2)
    with instance.read() as tx:
        actor = instance.actor(tx, "yusuf")
        after = unsaved_changes.get_unsaved_change(tx, actor, document_id=document, change_id=kept.id)
    assert after.state == SUGGESTED
    accept(instance, found)
    assert draft_text(instance, document) == PROPOSED
