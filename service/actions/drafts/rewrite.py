"""Texts that the service writes into a draft: the initial text, and the text with its numbering changed."""

from collections.abc import Callable, Hashable

from service.actions.drafts.numbering import strip_typed_numbers
from service.actions.drafts.planned_row import (
    PlannedRow,
    append_row,
    load_shared_text,
    new_shared_text,
    plan_row,
    position_of,
)
from service.domain.errors import at_field
from service.domain.text.markup.canonical import canonicalise, canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.structure.numbering import NumberingScheme
from service.store.db import Tx
from service.store.drafts import journal as journal_store


def add_seed(tx: Tx, draft: str, *, text: str, scheme: NumberingScheme | None, field: str, actor: str) -> None:
    """Append row 1 of a draft: its initial text, without typed numbers equal to those of `scheme`.

    An error names the form field `field`.
    """
    row = tx.plan(("seed", text, scheme, field), lambda _: _plan_seed(text, scheme, field=field))
    append_row(tx, draft, journal_store.lock_head(tx, draft), row, actor=actor, origin="seed")


def _plan_seed(text: str, scheme: NumberingScheme | None, *, field: str) -> PlannedRow:
    with at_field(field):
        canonicalised = canonicalise_entry(strip_typed_numbers(text, scheme)).text
        parse_markup(canonicalised)
    return plan_row(new_shared_text(), (1, 0), new_text=canonicalised)


def rewrite_text(tx: Tx, draft: str, *, key: Hashable, change: Callable[[str], str], actor: str, origin: str) -> None:
    """Apply `change`, which `key` names, to the canonical form of the live text, as minimal edits."""
    head = journal_store.lock_head(tx, draft)

    def plan(reading: Tx) -> PlannedRow:
        live = load_shared_text(reading, draft, epoch=head.epoch, upto=head.seq)
        return plan_row(live, position_of(head), new_text=canonicalise(change(canonicalise(live.text).text)).text)

    row = tx.plan(("rewrite", draft, key), plan, position=position_of(head), draft=draft)
    append_row(tx, draft, head, row, actor=actor, origin=origin)
