"""What happened in a draft between two places of its journal, with the names of those who did it."""

from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.integrity import Restarted, readable, text_of
from service.actions.drafts.replay import Followed, follow
from service.actions.drafts.save import edition_of
from service.domain.errors import N_, Malformed
from service.domain.membership.people import Actor
from service.store.db import Tx
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store


@dataclass(frozen=True, slots=True)
class Way:
    """A draft from row `since` to row `upto`; `forgotten` says that somebody asked for more, and the rows before are
    not kept any more."""

    draft: str
    epoch: int
    since: int
    upto: int
    head: int
    earliest: int
    forgotten: bool = False


def way(tx: Tx, actor: Actor, *, document_id: str, lang: str, since: int, upto: int | None = None) -> Way:
    """The way from one place to another (None: to where the draft stands), for those who may read the draft; what is
    not known any more is left out. Raises NotFound, Malformed `unknown_place`."""
    document = authorization.document(tx, actor, "draft.read", document_id)
    draft = edition_of(document, lang).draft
    head = journal_store.head(tx, draft)
    last = head.seq if upto is None else upto
    if not 0 <= since <= last <= head.seq:
        raise Malformed("unknown_place", N_("This draft has no such place in its history."))
    first = journal_history_store.earliest(tx, draft, head)
    return Way(draft, head.epoch, max(since, first), max(last, first), head.seq, first, forgotten=since < first)


def read(tx: Tx, its: Way) -> Followed[str]:
    """Both texts, and whose (person ids) every change between them is. Raises Broken."""
    return follow(tx, its.draft, epoch=its.epoch, since=its.since, upto=its.upto, hand=lambda row: row.actor)


def text_at(tx: Tx, draft: str, *, epoch: int, seq: int) -> str:
    """What the draft said at a place. Raises Restarted where that is not known any more, Broken."""
    stored = journal_store.load(tx, draft, epoch=epoch, upto=seq)
    if stored.seq != seq:
        raise Restarted()
    with readable(draft):
        return text_of(stored)
