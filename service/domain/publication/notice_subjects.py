"""Subjects of emails with one notice: what is asked, without naming the coalition, a document or a person."""

from collections.abc import Mapping

from service.domain.errors import N_
from service.domain.publication.notice_matters import (
    APPROVAL_KINDS,
    COLLEAGUE_KINDS,
    MANDATE_KINDS,
    PROPOSAL_KINDS,
    REQUEST_KINDS,
)

SUBJECTS: Mapping[str, str] = {
    **dict.fromkeys(("round.opened", "round.opened_unproved"), N_("Your organisation needs to answer")),
    "round.reminder": N_("Reminder: your organisation has not answered yet"),
    **dict.fromkeys((*MANDATE_KINDS, *APPROVAL_KINDS, "mandate.unconfirmed"), N_("Your confirmation is needed")),
    **dict.fromkeys((*REQUEST_KINDS, "mandate.asked"), N_("Someone needs a mandate")),
    **dict.fromkeys(PROPOSAL_KINDS, N_("Accept or refuse a proposed role")),
    **dict.fromkeys(COLLEAGUE_KINDS, N_("Confirm the answer of a colleague")),
    "answer.confirmed": N_("Your answer was confirmed: you can sign now"),
    **dict.fromkeys(
        ("endorsement.cast", "endorsement.replaced", "endorsement.withdrawn"),
        N_("Check what was recorded for your organisation"),
    ),
    "comment.mention": N_("Someone mentioned you in a comment"),
    "comment.reply": N_("Someone replied to a comment"),
}
"""Kind → subject; other kinds have a general one."""
