"""What an earlier version said comes back into the draft, under the hands of whoever writes there."""

from service.actions import access, drafts
from service.actions.access import seen
from service.domain.document import DRAFTING, check_state
from service.domain.people import Actor
from service.store import documents, journal, record, versions
from service.store.db import Tx


def restore(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int) -> journal.Head:
    """Make the draft say what version `number` said, by the fewest edits, as one row of the journal: whoever writes
    sees it happen, carets stay with their words, and what the draft said before stays in its history. Where the draft
    says so already, nothing is written: to ask twice is to ask once.

    Raises NotFound for a version or a language of it that is not there, Conflict `document_state`, `draft_frozen`.
    """
    document = access.document(tx, actor, "draft.save", document_id, lock=True)
    check_state(document, DRAFTING)
    draft = drafts.edition_of(document, lang).draft
    text = seen(seen(versions.numbered(tx, document_id, number)).editions.get(lang)).text
    head = journal.lock(tx, draft)
    live = drafts.load(tx, draft, epoch=head.epoch)
    changes = drafts.changes_to(live.text, text)
    after = drafts.append(tx, draft, head, live, changes=changes, actor=actor.person, origin=f"restored:{number}")
    if after.seq != head.seq:
        documents.touch(tx, document_id)
        facts = {"document": document_id, "lang": lang, "number": number, "seq": after.seq}
        record.append(tx, act="draft.restore", actor=actor.person, facts=facts)
    return after
