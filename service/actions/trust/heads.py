"""The head of the record that is given away: with receipts, and with emails about an answer, a close, a publication."""

from service.actions.authorization import or_not_found
from service.domain.endorsement.terms import OWN
from service.domain.trust.record_head import RecordHead
from service.store import record as record_store
from service.store.db import Tx
from service.store.endorsement import rounds as rounds_store

HOUR = 3600 * 1_000_000
"""µs."""


def current_head(tx: Tx, *, hides_names: bool) -> RecordHead:
    """Return the newest entry; while a round hides who answered, that of the last full hour: it tells no moment."""
    return record_store.get_head(tx, until=tx.now - tx.now % HOUR if hides_names else None)


def mail_head(tx: Tx) -> RecordHead:
    """Return the head for an email, of the last full hour while any open round hides who answered."""
    return current_head(tx, hides_names=any(one.visible_while_open == OWN for one in rounds_store.list_open_terms(tx)))


def receipt_head(tx: Tx, statement_sha256: str) -> RecordHead:
    """Return the entry by which a statement was cast, or withdrawn. Raises `NotFound`."""
    named = record_store.list_leaves_naming(tx, [statement_sha256], nouns=["endorsement"])
    first = or_not_found(named[0] if named else None)
    return RecordHead(first.seq, first.commitment)
