"""What a notice says below its sentence, and in the subject of its email.

For an opened round, who can sign for the organisation of its recipient; for a new public address, both addresses.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service.domain.errors import N_
from service.domain.membership.mandates import MARK_LABELS
from service.domain.publication.notice_subjects import SUBJECTS
from service.i18n import Translator
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.publication.notices import Notice

_FSI, _PDI = "\u2068", "\u2069"
"""Around names: their direction is independent of the line."""


def email_subject(translator: Translator, found: Sequence[Notice]) -> str:
    """Return what is asked, of one notice; else how many messages there are."""
    subject = SUBJECTS.get(found[0].kind) if len(found) == 1 else None
    if subject:
        return translator.t(subject)
    return translator.n("A message from your coalition", "{count} messages from your coalition", len(found))


def list_details(tx: Tx, translator: Translator, notice: Notice, *, zone: str) -> list[str]:
    """Return the lines below the sentence of a notice, with times in `zone`; none for most notices.

    Names are those of now; the list and the marks are those of when the round opened.
    """
    if notice.kind == "instance.moved":
        return _list_addresses(translator, notice)
    found: Sequence[Mapping[str, Any]] | None = notice.params.get("signatories")
    if found is None:
        return []
    now = [one for one in found if one["starts_at"] is None]
    later = [one for one in found if one["starts_at"] is not None]
    lines = [
        translator.t(N_("These people could sign for your organisation when the round opened:"))
        if now
        else translator.t(N_("Nobody could sign for your organisation when the round opened."))
    ]
    lines += [_signatory_line(tx, translator, one) for one in now]
    lines += [
        translator.t(
            N_("{person} can sign from {moment}."),
            person=_signatory_line(tx, translator, one),
            moment=translator.format_moment(one["starts_at"], zone=zone),
        )
        for one in later
    ]
    return [*lines, translator.t(_advice(has_signatories=bool(found)))]


def _list_addresses(translator: Translator, notice: Notice) -> list[str]:
    """Return both addresses, and how to find out whether they are right.

    Neither is a line of its own, which an email shows as a link: the earlier one may be in foreign hands.
    """
    return [
        translator.t(N_("The earlier address: {origin}"), origin=notice.params["from"]),
        translator.t(N_("The new address: {origin}"), origin=notice.params["to"]),
        translator.t(
            N_(
                "You are signed out everywhere. Your email address, password and authenticator app stay the same: sign "
                "in again at the new address."
            )
        ),
        translator.t(
            N_(
                "To make sure, ask someone of your secretariat whom you know, by telephone or in person. If you still "
                "reach the earlier address, it takes you to the new one by itself. Never enter your password anywhere "
                "else."
            )
        ),
    ]


def _advice(*, has_signatories: bool) -> str:
    """Return what to do, as a message id."""
    if has_signatories:
        return N_("If one of them must not sign, a focal point ends the mandate on the page “Mandates”.")
    return N_(
        "A focal point of your organisation grants a mandate on the page “Mandates”, and the secretariat confirms it. "
        "If you have no focal point, ask the secretariat."
    )


def _signatory_line(tx: Tx, translator: Translator, signatory: Mapping[str, Any]) -> str:
    person = people_store.get(tx, signatory["person"])
    names = person.names if person else {}
    name = names.get(translator.language.code) or next(iter(names.values()), signatory["person"])
    marks = [translator.t(MARK_LABELS[mark]) for mark in signatory["marks"] if mark in MARK_LABELS]
    isolated = f"{_FSI}{name}{_PDI}"
    if not marks:
        return isolated
    return translator.t(N_("{person} (mandate: {marks})"), person=isolated, marks=tuple(marks))
