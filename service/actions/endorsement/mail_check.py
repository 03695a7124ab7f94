"""Whether codes can be mailed now: a round that nobody can answer should not be opened unawares."""

from dataclasses import dataclass

from service.actions import notifications
from service.actions.accounts import totp
from service.actions.authorization import or_not_found, require
from service.domain.accounts.rules import DAY
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor, Person
from service.i18n import Translator
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import deliveries as deliveries_store

FRESH = DAY
"""µs for which a delivered email shows that emails go out."""


@dataclass(frozen=True, slots=True)
class MailState:
    """Who could sign a round now if no email went out. `last_delivery` is in µs UTC, None: never.

    `is_needed`: the opener must confirm that they know.
    """

    last_delivery: int | None
    can_sign: tuple[Person, ...]
    cannot_sign: tuple[Person, ...]
    is_needed: bool


def load_state(tx: Tx) -> MailState:
    """Return whether an email was delivered within FRESH, and which mandate holders sign with an app.

    A sample mails nothing and needs no check.
    """
    coalition = organisations_store.get_coalition(tx)
    last = deliveries_store.get_last_delivery(tx)
    members = {one.id for _, one in organisations_store.list_members(tx)}
    mandates = [one for _, one in mandates_store.list_all(tx) if one.organisation in members]
    holders = dict.fromkeys(one.person for one in mandates if one.is_live(now=tx.now))
    people = [one for one in map(lambda id: people_store.get(tx, id), holders) if one and one.state == "active"]
    can_sign = tuple(one for one in people if totp.signs(tx, one.id))
    cannot_sign = tuple(one for one in people if one not in can_sign)
    is_fresh = last is not None and tx.now - last < FRESH
    is_sample = coalition is not None and coalition.sample
    return MailState(last, can_sign, cannot_sign, not is_sample and not is_fresh and (bool(cannot_sign) or not people))


def require_codes_go_out(tx: Tx, *, confirmed: bool) -> None:
    """Check that codes can be mailed, or need not be, or that the opener has `confirmed` to know who cannot sign.

    Raises `Conflict` `codes_not_mailed`, with the people of both kinds.
    """
    state = load_state(tx)
    if not state.is_needed or confirmed:
        return
    raise Conflict(
        "codes_not_mailed",
        N_(
            "No email was delivered in the last 24 hours, so codes may not arrive. Without them {can} can sign and "
            "{cannot} cannot. Send a test email, or confirm that you want to open the round anyway."
        ),
        field="without_codes",
        can=len(state.can_sign),
        cannot=len(state.cannot_sign),
        extra={"can_sign": [one.id for one in state.can_sign], "cannot_sign": [one.id for one in state.cannot_sign]},
    )


def send_test_email(tx: Tx, actor: Actor) -> None:
    """Send the actor an email that says nothing but that emails go out."""
    require(actor, "round.open")
    person = or_not_found(people_store.get(tx, actor.person))
    translator = Translator(person.lang)
    body = translator.t("This is a test. If you read it, codes by email arrive too.")
    notifications.send_email(tx, person, subject=translator.t("A test"), body=body)
