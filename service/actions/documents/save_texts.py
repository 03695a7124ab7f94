"""Saving by form: an edition's title and text together, and conflicts resolved passage by passage."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.documents import documents
from service.actions.drafts import planned_row
from service.actions.drafts import save as save_actions
from service.actions.drafts.conflicts import draft_conflict
from service.actions.drafts.integrity import check_position
from service.actions.validation import validate_title
from service.domain.documents.document import DRAFTING, check_document_state
from service.domain.errors import N_, Conflict, InvalidInput, at_field
from service.domain.membership.people import Actor
from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.merge.diff3 import CleanPart, MergeConflict
from service.domain.text.merge.merge import MergeResult, merge_texts
from service.domain.text.merge.relocation import accept_relocation
from service.store.db import Tx
from service.store.drafts import journal as journal_store

OTHERS, MINE, BOTH = "others", "mine", "both"
CHOICES = (OTHERS, MINE, BOTH)
"""Whose text to keep where two people changed the same words; `both`: both changes, where the merge offers that."""


@dataclass(frozen=True, slots=True)
class ResolvedText:
    """A merged text, not saved yet, and the position of the draft it may be saved from."""

    text: str
    epoch: int
    seq: int


def save_edition(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    title: str,
    base_title: str,
    text: str,
    epoch: int,
    seq: int,
    plan: save_actions.SavePlan | None = None,
) -> save_actions.SavedDraft:
    """Save a whole text as `drafts.save` does, and the title if the person changed it from `base_title`.

    The document is locked and authorised once. Raises `Conflict` `title_changed` if someone else changed the title,
    with nothing saved.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    saved = save_actions.save_text(tx, actor, document, lang=lang, text=text, epoch=epoch, seq=seq, plan=plan)
    edition = save_actions.get_edition(document, lang)
    with at_field("title"):
        validated_title = validate_title(title)
    if validated_title == base_title or validated_title == edition.title:
        return saved
    if edition.title != base_title:
        raise Conflict(
            "title_changed",
            N_("Someone changed the title of this text while you were writing: “{title}”. Nothing is saved yet."),
            extra={"title": edition.title},
            title=edition.title,
        )
    documents.write_title(tx, actor, document, lang=lang, title=validated_title)
    return saved


def resolve_conflicts(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    text: str,
    epoch: int,
    seq: int,
    choices: Sequence[str],
    accepted_moves: Sequence[int] = (),
) -> ResolvedText:
    """Merge `text`, edited from (epoch, seq), with the current draft, resolving conflicts by `choices`.

    `choices` say whose words each conflict keeps, in order. `accepted_moves` are the relocations to apply first, each
    an index into the list that is left after those before it. Nothing is written: the person reads the result, then
    saves it.

    Raises `Conflict` `draft_conflict` with both texts if a conflict has no choice, `InvalidInput` `unknown_offer`.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id)
    check_document_state(document, DRAFTING)
    edition = save_actions.get_edition(document, lang)
    head = journal_store.get_head(tx, edition.draft)
    check_position(head, epoch=epoch, seq=seq)
    live = planned_row.load_shared_text(tx, edition.draft, epoch=epoch).text
    base = planned_row.load_shared_text(tx, edition.draft, epoch=epoch, upto=seq).text
    with at_field("text"):
        proposed = canonicalise_entry(text).text
    result = _merge_with_moves(base, live, proposed, accepted_moves)
    if not _are_offered(choices, result.conflicts):
        raise draft_conflict(base, live, proposed, result, accepted_moves=accepted_moves)
    chosen = iter(choices)
    parts = (part.text if isinstance(part, CleanPart) else _chosen_text(part, next(chosen)) for part in result.parts)
    return ResolvedText("".join(parts), head.epoch, head.seq)


def _merge_with_moves(base: str, live: str, proposed: str, accepted_moves: Sequence[int]) -> MergeResult:
    """Return the merge after the accepted relocations."""
    sides, result = (live, proposed), merge_texts(base, live, proposed)
    for index in accepted_moves:
        if not 0 <= index < len(result.relocations):
            raise InvalidInput("unknown_offer", N_("This option is no longer available. Nothing is saved yet."))
        sides = accept_relocation(base, *sides, result.relocations[index])
        result = merge_texts(base, *sides)
    return result


def _are_offered(choices: Sequence[str], conflicts: Sequence[MergeConflict]) -> bool:
    if len(choices) != len(conflicts) or not set(choices) <= set(CHOICES):
        return False
    return all(choice != BOTH or one.both is not None for choice, one in zip(choices, conflicts, strict=True))


def _chosen_text(conflict: MergeConflict, choice: str) -> str:
    return {OTHERS: conflict.ours, MINE: conflict.theirs, BOTH: conflict.both or ""}[choice]
