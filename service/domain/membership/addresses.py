"""Proof that a person reads their email address. Without one they may not grant, hold, accept or dispute."""

from service.domain.errors import N_, Forbidden
from service.domain.membership.people import Person

BY_MAIL, BY_CODE, BY_CHANNEL, SAMPLE = "mail", "code", "channel", "sample"
"""How an address was proved: by an invitation link that was delivered by email only; by a code sent to it; where no
email is sent, by another member of the secretariat who checked by another channel; or because the person is part of the
sample coalition."""


def is_address_proved(person: Person) -> bool:
    """Return whether the person's address is proved, or stood in for by a second person."""
    return person.address_proved_at is not None


def is_proved_by_channel_only(person: Person) -> bool:
    """Return whether what the person does is to be marked “address not proved”."""
    return person.address_proof == BY_CHANNEL


def check_address_proved(person: Person) -> None:
    """Raise Forbidden `address_not_proved` unless the person's address is proved."""
    if not is_address_proved(person):
        raise Forbidden(
            "address_not_proved",
            N_(
                "First prove that you read your email address: ask for a code on your account page. If no email is "
                "sent here, ask a member of the secretariat to confirm you."
            ),
        )
