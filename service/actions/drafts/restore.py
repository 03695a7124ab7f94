"""What an earlier text said comes back into the draft, under the hands of whoever writes there."""

from collections.abc import Mapping

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.drafts import changes as changes_actions
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING, Document, check_state
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store


def restore(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int) -> journal_store.Head:
    """Make the draft say what version `number` said, by the fewest edits, as one row of the journal: whoever writes
    sees it happen, carets stay with their words, and what the draft said before stays in its history. Where the draft
    says so already, nothing is written: to ask twice is to ask once.

    Raises NotFound for a version or a language of it that is not there, Conflict `document_state`, `draft_frozen`.
    """
    document = _writable(tx, actor, document_id)
    draft = save.edition_of(document, lang).draft
    text = seen(seen(versions_store.numbered(tx, document_id, number)).editions.get(lang)).text
    head = journal_store.lock(tx, draft)
    return _put_back(tx, actor, document, lang, head, text=text, origin=f"restored:{number}", told={"number": number})


def restore_place(tx: Tx, actor: Actor, *, document_id: str, lang: str, seq: int) -> journal_store.Head:
    """The same with what the draft itself said at row `seq`. Raises Malformed `unknown_place`, Conflict
    `draft_restarted` where that is not known any more, and what `restore` raises."""
    document = _writable(tx, actor, document_id)
    draft = save.edition_of(document, lang).draft
    head = journal_store.lock(tx, draft)
    save.check_place(head, epoch=head.epoch, seq=seq)
    text = changes_actions.text_at(tx, draft, epoch=head.epoch, seq=seq)
    return _put_back(tx, actor, document, lang, head, text=text, origin=f"restored:@{seq}", told={"place": seq})


def _writable(tx: Tx, actor: Actor, document_id: str) -> Document:
    document = authorization.document(tx, actor, "draft.save", document_id, lock=True)
    check_state(document, DRAFTING)
    return document


def _put_back(
    tx: Tx,
    actor: Actor,
    document: Document,
    lang: str,
    head: journal_store.Head,
    *,
    text: str,
    origin: str,
    told: Mapping[str, int],
) -> journal_store.Head:
    draft = save.edition_of(document, lang).draft
    live = save.load(tx, draft, epoch=head.epoch)
    changes = save.changes_to(live.text, text)
    after = save.append(tx, draft, head, live, changes=changes, actor=actor.person, origin=origin)
    if after.seq != head.seq:
        documents_store.touch(tx, document.id)
        facts = {"document": document.id, "lang": lang, **told, "seq": after.seq}
        record_store.append(tx, act="draft.restore", actor=actor.person, facts=facts)
    return after
