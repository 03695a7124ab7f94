"""Restore an earlier text as an ordinary edit of the current draft."""

from collections.abc import Callable, Mapping

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.drafts import changes as changes_actions
from service.actions.drafts import save
from service.actions.drafts.integrity import check_position
from service.actions.drafts.planned_row import PlannedRow, append_row, load_shared_text, plan_row, position_of
from service.domain.documents.document import DRAFTING, Document, check_document_state
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store


def restore_version(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int) -> save.DraftView:
    """Change the draft to the text of version `number` with minimal edits, as one row of the journal.

    Others who are editing see it happen, carets stay with their text, and the text before stays in the history. If the
    draft has that text already, nothing is written: the action is idempotent.

    Raises `NotFound` for a missing version or language, `Conflict` `document_state`, `draft_frozen`.
    """
    document = _lock_for_writing(tx, actor, document_id)
    draft = save.get_edition(document, lang).draft
    text = or_not_found(or_not_found(versions_store.get_by_number(tx, document_id, number)).editions.get(lang)).text
    head = journal_store.lock_head(tx, draft)
    return _restore_text(
        tx,
        actor,
        document,
        lang,
        head,
        load_text=lambda _: text,
        origin=f"restored:{number}",
        source_facts={"number": number},
    )


def restore_position(tx: Tx, actor: Actor, *, document_id: str, lang: str, seq: int) -> save.DraftView:
    """Change the draft to its own text at row `seq`, as `restore_version` does.

    Raises also `InvalidInput` `unknown_place`, `Conflict` `draft_restarted` if that text is no longer known.
    """
    document = _lock_for_writing(tx, actor, document_id)
    draft = save.get_edition(document, lang).draft
    head = journal_store.lock_head(tx, draft)
    check_position(head, epoch=head.epoch, seq=seq)
    return _restore_text(
        tx,
        actor,
        document,
        lang,
        head,
        load_text=lambda reading: changes_actions.load_text_at(reading, draft, epoch=head.epoch, seq=seq),
        origin=f"restored:@{seq}",
        source_facts={"place": seq},
    )


def _lock_for_writing(tx: Tx, actor: Actor, document_id: str) -> Document:
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    check_document_state(document, DRAFTING)
    return document


def _restore_text(
    tx: Tx,
    actor: Actor,
    document: Document,
    lang: str,
    head: journal_store.Head,
    *,
    load_text: Callable[[Tx], str],
    origin: str,
    source_facts: Mapping[str, int],
) -> save.DraftView:
    edition = save.get_edition(document, lang)
    draft = edition.draft

    def plan(reading: Tx) -> PlannedRow:
        live = load_shared_text(reading, draft, epoch=head.epoch, upto=head.seq)
        return plan_row(live, position_of(head), new_text=load_text(reading))

    row = tx.plan(("restore", draft, origin), plan, position=position_of(head), draft=draft)
    new_head = append_row(tx, draft, head, row, actor=actor.person, origin=origin)
    if new_head.seq != head.seq:
        documents_store.touch(tx, document.id)
        facts = {"document": document.id, "lang": lang, **source_facts, "seq": new_head.seq}
        record_store.append(tx, act="draft.restore", actor=actor.person, facts=facts)
    return save.DraftView(lang, edition.title, row.text, new_head.epoch, new_head.seq, new_head.frozen)
