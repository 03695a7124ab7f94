"""Notices: the sentence of each kind. They contain no titles of drafts, because they are emailed."""

from collections.abc import Mapping
from typing import Any

from service.domain.errors import N_

SENTENCES = {
    "mandate.granted": N_("A mandate needs your confirmation."),
    "mandate.confirmed": N_("Your mandate to sign for your organisation is confirmed."),
    "mandate.asked": N_(
        "Your organisation has no person who can sign, and a text will soon need its signature. Grant a mandate to "
        "your signatory."
    ),
    "mandate.wanted": N_("A signatory cannot sign yet and asks you for a mandate, or for its confirmation."),
    "mandate.unconfirmed": N_("A text will soon need signatures, and a mandate still waits for your confirmation."),
    "document.ready": N_("A drafter says that a document is ready for its next step."),
    "role.granted": N_("You were given a role for one document."),
    "organisation.left": N_(
        "Your organisation has left the coalition. You can still read what was approved while it was a member."
    ),
    "round.opened": N_("A round of endorsement is open. Your organisation needs to answer."),
    "round.opened_unproved": N_(
        "A round of endorsement is open. Your organisation needs to answer. It was opened without all proofs of its "
        "files: read the reason before you sign."
    ),
    "round.reminder": N_("A round of endorsement closes on {moment}. Your organisation has not answered yet."),
    "round.passed": N_("A round of endorsement has closed: the text is approved."),
    "round.failed": N_("A round of endorsement ended without approval. The text is back in review."),
    "round.cancelled": N_("A round of endorsement was cancelled. The text is back in review."),
    "round.ending_requested": N_(
        "Someone in the secretariat asked to end a round of endorsement early. It ends if you confirm it."
    ),
    "round.ending_announced": N_(
        "The secretariat asked to end a round of endorsement early. It ends on {moment} unless the request is "
        "withdrawn."
    ),
    "round.ending_stopped": N_("A round of endorsement does not end early. The request was withdrawn."),
    "round.extended": N_("A round of endorsement now closes on {moment}: an organisation disputes an answer."),
    "round.dispute_made": N_(
        "An organisation disputes an answer given in its name. The answer does not count until the organisation "
        "resolves this."
    ),
    "round.dispute_settled": N_("An organisation resolved the dispute about its answer."),
    "endorsement.cast": N_(
        "Your organisation’s answer in a round of endorsement was recorded. If your organisation did not decide this, "
        "dispute the answer now."
    ),
    "endorsement.replaced": N_(
        "Your organisation’s answer in a round of endorsement was changed. If your organisation did not decide this, "
        "dispute the answer now."
    ),
    "endorsement.withdrawn": N_(
        "Your organisation’s answer in a round of endorsement was withdrawn. If your organisation did not decide this, "
        "dispute the withdrawal now."
    ),
    "dispute.made": N_(
        "Someone in your organisation disputes the answer given in its name. The answer does not count until this is "
        "resolved."
    ),
    "dispute.agreed": N_(
        "Someone in your organisation agrees with the disputed answer. One more person must agree before it counts."
    ),
    "dispute.settled": N_("The dispute about your organisation’s answer was resolved."),
    "sending.failed": N_(
        "An urgent statement could not be sent out. No round was opened, and the text can be changed again. See why."
    ),
    "sending.cancelled": N_("Sending out an urgent statement was cancelled. The text can be changed again."),
    "export.failed": N_("A file could not be created. See why on the document page."),
    "password.renewed": N_(
        "Your password was changed, with a code sent to your email. If this was not you, set another one now and "
        "tell your secretariat."
    ),
    "password.changed": N_(
        "Your password was changed. You are signed out on all other devices, and your keys have ended. If this was not "
        "you, set another password by email now and tell your secretariat."
    ),
    "device.new": N_(
        "Someone signed in to your account with a browser that was not used for it before. If this was not you, change "
        "your password now and tell your secretariat."
    ),
    "totp.set": N_("An authenticator app was set up for your account. If this was not you, tell your secretariat now."),
    "totp.removed": N_(
        "The authenticator app was removed from your account. If this was not you, change your password now and tell "
        "your secretariat."
    ),
    "totp.codes": N_("New recovery codes were made for your account. The earlier ones no longer work."),
    "totp.recovered": N_(
        "A recovery code was used instead of your authenticator app. If this was not you, change your password now and "
        "tell your secretariat."
    ),
    "colleague.asked": N_("Someone in your organisation prepared its answer and asks you to confirm that it is them."),
    "answer.confirmed": N_("Someone in your organisation confirmed your answer. You can sign now."),
    "key.made": N_(
        "A new key to your account was created. If this was not you, delete it on your account page, change your "
        "password and tell your secretariat."
    ),
    "key.sign_removed": N_(
        "A key of yours had the permission to sign. Keys can no longer sign for an organisation: sign in and do it "
        "yourself. Its other permissions are unchanged."
    ),
    "translation.added": N_(
        "A translation of an approved text was added. You can publish it when its files are ready."
    ),
    "published": N_("A document has been published."),
    "access.recovered": N_(
        "The administrator let someone in again. They can only read for now. If you do not know of it, refuse."
    ),
    "access.refused": N_("Someone refused that a person is let in again. The person can only read for now."),
    "approval.needed": N_("Someone asked for an act that needs a second person. You can confirm or refuse it."),
    "approval.alone": N_(
        "One person of the secretariat asked for an act that needs two, and no one else can confirm it. It takes "
        "effect on {moment} unless it is withdrawn. If you know of a reason against it, speak to the others now."
    ),
    "approval.done": N_("What you asked for was confirmed and is in effect."),
    "approval.refused": N_("What you asked for was refused. Nothing was changed."),
    "power.role_proposed": N_(
        "Someone was proposed as focal point or signatory of your organisation. Accept this only if you know that "
        "they work with you."
    ),
    "power.role_begun": N_("Your organisation has a new focal point or signatory. Check that you know them."),
    "power.role_taken": N_("Someone is no longer focal point or signatory of your organisation."),
    "power.requested": N_(
        "The secretariat asked for an act that changes who acts for your organisation. It is not in effect yet."
    ),
    "power.person_closed": N_("Someone in your organisation no longer has access."),
    "power.person_invited": N_("Someone was invited to act for your organisation. Check that you know them."),
    "power.organisation_rejoined": N_("The secretariat recorded that your organisation is in the coalition again."),
    "power.organisation_renamed": N_("The names of your organisation were changed. Check that they are right."),
    "power.organisation_namesake": N_(
        "Another organisation was given a name of your organisation. If this is wrong, tell your secretariat at once."
    ),
    "power.mandate_granted": N_("A mandate to sign for your organisation was granted. It is not confirmed yet."),
    "power.mandate_confirmed": N_("A mandate to sign for your organisation was confirmed."),
    "power.mandate_revoked": N_("A mandate to sign for your organisation was revoked."),
    "account.address_changed": N_(
        "Your email address was changed. If this was not you, tell your secretariat at once."
    ),
    "power.address_changing": N_(
        "The email address of someone in your organisation is being changed. This takes effect on {moment}. If it is "
        "wrong, stop it now."
    ),
    "power.address_changed": N_("The email address of someone in your organisation was changed."),
    "coalition.mandate_by_one": N_(
        "A mandate was confirmed by one person only, because no one else may confirm it. It starts on {moment}."
    ),
    "coalition.secretariat": N_("The secretariat has changed. See who is in it now."),
    "coalition.settings_lowered": N_("A setting that protects signatures was lowered."),
    "instance.moved": N_(
        "The public address of this service has changed. Make sure that this is true before you sign in there."
    ),
    "comment.mention": N_("Someone mentioned you in a comment."),
    "comment.reply": N_("Someone replied to a comment you are part of."),
}
"""Kind → sentence. `{moment}` is the end of the round, or when an act takes effect."""

EMAIL_BATCH_DELAY = 2 * 60 * 1_000_000
"""µs a notice waits, so that several are sent in one email."""

REMINDER_LEAD_TIME = 24 * 3600 * 1_000_000
"""µs before the end of a round at which organisations without an answer are reminded, once."""

CARRIES_HEAD = ("round.passed", "round.failed", "round.cancelled", "published", "endorsement.", "dispute.", "instance.")
"""Beginnings of the kinds whose email carries the head of the record: answers, closings, publications, a move."""


def notice_moment(params: Mapping[str, Any]) -> int | None:
    """Return the time (µs UTC) that fills `{moment}` in the sentence, if it has one."""
    found = params.get("closes_at") or params.get("moment")
    return int(found) if found else None


LINKS = {
    "account": "/account",
    "approval": "/approvals",
    "power": "/organisations/{organisation}",
    "organisation": "/organisations/{organisation}",
    "coalition": "/approvals",
    "password": "/account",
    "key": "/account#keys",
    "device": "/account#sessions",
    "totp": "/account/app",
    "answer": "/rounds/{round}/sign/{about}",
    "colleague": "/rounds/{round}/sign/{about}/approval",
    "access": "/recoveries",
    "mandate": "/mandates",
    "role": "/documents/{document}",
    "document": "/documents/{document}/steps",
    "round": "/rounds/{about}",
    "endorsement": "/rounds/{round}/dispute",
    "dispute": "/rounds/{round}/dispute",
    "export": "/documents/{document}",
    "sending": "/documents/{document}/sending",
    "translation": "/documents/{document}/files",
    "published": "/documents/{document}",
    "instance": "/notices",
    "comment": "/documents/{document}/comments?lang={lang}&state=all#{about}",
}
"""First part of the kind → path of the page to show."""
