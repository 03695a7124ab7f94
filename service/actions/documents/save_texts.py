"""Writing by hand: an edition's title and text are kept together, and a conflict is settled passage by passage."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.documents import documents
from service.actions.drafts import save as save_actions
from service.actions.drafts.conflicts import in_conflict
from service.actions.validation import checked_title
from service.domain.documents.document import DRAFTING, check_state
from service.domain.errors import N_, Conflict, Malformed
from service.domain.membership.people import Actor
from service.domain.text.markup.canonical import entry
from service.domain.text.merge.diff3 import Clean
from service.domain.text.merge.diff3 import Conflict as Clash
from service.domain.text.merge.merge import Merge, merge
from service.domain.text.merge.relocation import accepted
from service.store.db import Tx
from service.store.drafts import journal as journal_store

OTHERS, MINE, BOTH = "others", "mine", "both"
CHOICES = (OTHERS, MINE, BOTH)
"""Whose words stand where two people changed the same ones; `both`: the others' first."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A text put together, not saved yet, and the place of the draft it may be saved from."""

    text: str
    epoch: int
    seq: int


def save(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    title: str,
    title_was: str,
    text: str,
    epoch: int,
    seq: int,
    plan: save_actions.Plan | None = None,
) -> save_actions.Saved:
    """Save a whole text as `drafts.save` does, and the title where the person changed it from `title_was`.

    Raises Conflict `title_changed` where someone else gave it another title meanwhile; then nothing is saved.
    """
    saved = save_actions.save(tx, actor, document_id=document_id, lang=lang, text=text, epoch=epoch, seq=seq, plan=plan)
    edition = save_actions.edition_of(authorization.document(tx, actor, "draft.save", document_id), lang)
    wanted = checked_title(title)
    if wanted == title_was or wanted == edition.title:
        return saved
    if edition.title != title_was:
        raise Conflict(
            "title_changed",
            N_("Someone gave this text another title while you were writing: “{title}”. Nothing was saved yet."),
            extra={"title": edition.title},
            title=edition.title,
        )
    documents.retitle(tx, actor, document_id=document_id, lang=lang, title=wanted)
    return saved


def settle(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    text: str,
    epoch: int,
    seq: int,
    choices: Sequence[str],
    moved: Sequence[int] = (),
) -> Settled:
    """Put `text`, edited from (epoch, seq), together with the draft as it stands: `choices` say whose words stand in
    each passage that both changed, in order; `moved` are the offers of a new place that the person takes first, each a
    place in the offers that are left after those before it. Nothing is written; the person reads the result, then saves
    it.

    Raises Conflict `draft_conflict` with both texts where a passage has no choice, Malformed `unknown_offer`.
    """
    document = authorization.document(tx, actor, "draft.save", document_id)
    check_state(document, DRAFTING)
    edition = save_actions.edition_of(document, lang)
    head = journal_store.head(tx, edition.draft)
    save_actions.check_place(head, epoch=epoch, seq=seq)
    live = save_actions.load(tx, edition.draft, epoch=epoch).text
    base = save_actions.load(tx, edition.draft, epoch=epoch, upto=seq).text
    wanted = entry(text).text
    result = _with_moves(base, live, wanted, moved)
    if len(choices) != len(result.conflicts) or not set(choices) <= set(CHOICES):
        raise in_conflict(base, live, wanted, result, moved=moved)
    chosen = iter(choices)
    parts = (part.text if isinstance(part, Clean) else _words(part, next(chosen)) for part in result.parts)
    return Settled("".join(parts), head.epoch, head.seq)


def _with_moves(base: str, live: str, wanted: str, moved: Sequence[int]) -> Merge:
    """The merge after offers of a new place were taken."""
    sides, result = (live, wanted), merge(base, live, wanted)
    for place in moved:
        if not 0 <= place < len(result.relocations):
            raise Malformed("unknown_offer", N_("This offer does not stand any more. Nothing was saved yet."))
        sides = accepted(base, *sides, result.relocations[place])
        result = merge(base, *sides)
    return result


def _words(clash: Clash, choice: str) -> str:
    return {OTHERS: clash.ours, MINE: clash.theirs, BOTH: clash.ours + clash.theirs}[choice]
