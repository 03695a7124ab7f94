"""The step between the first factor and the second: a signed ticket that stands for the first one."""

import hashlib
import hmac
from dataclasses import dataclass

from service.domain.accounts.rules import CODE, MINUTE, PASSWORD
from service.domain.errors import N_, Forbidden
from service.store.db import Tx

TICKET_LIFETIME = 10 * MINUTE
"""µs in which the second factor must follow the first."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A proof that `method` was right for `person`; `text` is what the browser sends back."""

    person: str
    method: str
    text: str


def make_ticket(tx: Tx, person: str, *, method: str, secret: bytes) -> Ticket:
    """Return a ticket for a person whose password or mailed code was right."""
    facts = f"{person}.{method}.{tx.now + TICKET_LIFETIME}"
    return Ticket(person, method, f"{facts}.{_sign(facts, secret=secret)}")


def read_ticket(tx: Tx, text: str, *, secret: bytes) -> Ticket:
    """Return the ticket that `make_ticket` wrote. Raises `Forbidden` `ticket_void` if it is forged or too old."""
    facts, _, signature = text.rpartition(".")
    parts = facts.split(".")
    is_genuine = hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), _sign(facts, secret=secret).encode())
    if not is_genuine or len(parts) != 3 or parts[1] not in (PASSWORD, CODE) or int(parts[2]) <= tx.clock():
        raise Forbidden("ticket_void", N_("This took too long. Sign in again from the start."))
    return Ticket(parts[0], parts[1], text)


def _sign(facts: str, *, secret: bytes) -> str:
    message = f"mithaq.second-factor.v1\n{facts}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
