"""Texts that the service writes into a draft: the initial text, and the text with its numbering changed."""

from collections.abc import Callable

from service.actions.drafts.save import append_edits, compute_edits, load_shared_text
from service.domain.crdt.client_ids import new_client_id
from service.domain.crdt.shared_text import SharedText
from service.domain.text.markup.canonical import canonicalise, canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.store.db import Tx
from service.store.drafts import journal as journal_store


def add_seed(tx: Tx, draft: str, *, text: str, actor: str, client_bits: int) -> None:
    """Append row 1 of a draft: its initial text."""
    canonicalised = canonicalise_entry(text).text
    parse_markup(canonicalised)
    shared_text = SharedText.new(client_id=new_client_id(client_bits))
    head = journal_store.lock_head(tx, draft)
    append_edits(tx, draft, head, shared_text, changes=compute_edits("", canonicalised), actor=actor, origin="seed")


def rewrite_text(tx: Tx, draft: str, *, change: Callable[[str], str], actor: str, origin: str) -> None:
    """Apply `change` to the canonical form of the live text, as minimal edits."""
    head = journal_store.lock_head(tx, draft)
    live = load_shared_text(tx, draft, epoch=head.epoch)
    rewritten = canonicalise(change(canonicalise(live.text).text)).text
    append_edits(tx, draft, head, live, changes=compute_edits(live.text, rewritten), actor=actor, origin=origin)
