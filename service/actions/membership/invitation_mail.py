"""Invitations by mail.

The link is the house secret's digest of the invitation's id: nothing that is stored can be read back into it, neither
the invitation, which keeps its SHA-256, nor the mail, which waits with an empty place where the link will stand and is
filled in at the moment it goes (or, in a sample, is looked at). What is no longer good by then does not go.
"""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import replace

from service import jobs
from service.actions import notifications
from service.actions.validation import key_sha256
from service.domain.accounts.rules import Invitation
from service.domain.errors import N_
from service.domain.membership.people import Person
from service.i18n import Words
from service.store import jobs as jobs_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.publication import notices as notices_store
from service.store.publication.notices import Mail

PLACE = "{link}"
"""Where the link will stand."""

INVITED = N_(
    "You are invited to write and decide with others.\n\nThe link opens once, until {moment}:\n\n{link}\n\n"
    "Whoever invited you can tell you what it is about. If you expect no invitation, let it lie: nothing happens."
)

HERE_ALREADY = N_(
    "Somebody invited this address into another organisation, but you are here already, and one address belongs to one "
    "organisation. Nothing has changed. If you want to move, tell the secretariat; if not, let it lie."
)


def link_of(invitation: str, *, secret: bytes) -> str:
    """The secret end of an invitation's address: 256 bits, to be had only with the house secret; letters and digits
    alone, for programs that make links of texts leave out a dash at the end."""
    digest = hmac.new(secret, f"mithaq.invitation.v1\n{invitation}".encode(), hashlib.sha256).digest()
    return b32encode(digest).decode().rstrip("=").lower()


def address_of(tx: Tx, link: str) -> str:
    """The whole address of a link."""
    return f"{notifications.origin(tx)}/join/{link}"


def invite(tx: Tx, invitation: Invitation, *, known: Person | None) -> None:
    """Write the mail of an invitation, once; to somebody `known` one that only tells them so."""
    if known:
        words = Words(known.lang)
        notifications.send(tx, known, subject=words.t("An invitation"), body=words.t(HERE_ALREADY))
        return
    words, id = Words(invitation.lang), tx.new_id("mail")
    moment = words.moment(invitation.expires_at, zone=notifications.home_zone(tx))
    notices_store.add_mail(
        tx,
        id=id,
        person_id=None,
        subject=words.t("An invitation"),
        body=words.t(INVITED, moment=moment),
        address=invitation.email,
        lang=invitation.lang,
        invitation=invitation.id,
    )
    jobs_store.enqueue(tx, jobs.DELIVER_MAIL, ref=id, effect_key=f"{jobs.DELIVER_MAIL}:{invitation.id}")


def ready(tx: Tx, letter: Mail, *, secret: bytes) -> Mail | None:
    """The mail as it goes out, or is shown; None where it goes nowhere: it was written to nobody, its invitation waits
    no longer, or the house secret has changed since."""
    if letter.invitation is None:
        return letter if letter.person else None
    found, link = invitations_store.get(tx, letter.invitation), link_of(letter.invitation, secret=secret)
    if found is None or found.state(now=tx.clock()) != "waiting":
        return None
    if invitations_store.by_link(tx, key_sha256(link)) != found:
        return None
    return replace(letter, body=letter.body.replace(PLACE, address_of(tx, link)))
