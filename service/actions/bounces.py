"""Emails that came back after they were sent.

A bounce is not signed, and everyone who handled an email knows its id. So it changes nothing but a mark, which the
pages show beside an invitation or a code; a forged one makes somebody look, and sends nothing again.
"""

from service.domain.errors import NotFound
from service.store.db import Tx
from service.store.publication import deliveries as deliveries_store
from service.store.publication import notices as notices_store


def note_bounce(tx: Tx, *, email: str, status: str) -> bool:
    """Mark an email as come back, with its status code (RFC 3463); return False if it is marked already.

    Raises NotFound.
    """
    if notices_store.get_email(tx, email) is None:
        raise NotFound()
    return deliveries_store.mark_bounced(tx, email, status=status)
