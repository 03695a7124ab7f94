"""What people are told: the sentence of each kind of notice. Titles of drafts are never in them (they go by mail)."""

from service.domain.errors import N_

SENTENCES = {
    "mandate.granted": N_("A mandate waits for your confirmation."),
    "mandate.confirmed": N_("Your mandate to sign for your organisation is confirmed."),
    "role.granted": N_("You were given a role for one document."),
    "organisation.left": N_(
        "Your organisation has left the coalition. What was approved while it was a member stays open to you."
    ),
    "round.opened": N_("A round of endorsement is open. Your organisation is asked for its answer."),
    "round.reminder": N_("A round of endorsement closes on {moment}, and your organisation has not answered yet."),
    "round.passed": N_("A round of endorsement has closed: the text is approved."),
    "round.failed": N_("A round of endorsement has closed without approval. The text is back in review."),
    "round.cancelled": N_("A round of endorsement was cancelled. The text is back in review."),
    "export.failed": N_("A file could not be made. The page of the document says why."),
    "password.renewed": N_(
        "Your password was set anew, with a code from your mail. "
        "If it was not you, set another and tell your secretariat."
    ),
    "translation.added": N_(
        "A translation of an approved text was added. Once its files are made, it can be published."
    ),
    "published": N_("A document has been published."),
    "comment.mention": N_("Somebody asks you in a comment."),
    "comment.reply": N_("A comment you take part in was answered."),
}
"""Kind → sentence. `{moment}` is when what it is about ends."""

EMAIL_BATCH_DELAY = 2 * 60 * 1_000_000
"""µs a notice waits for others before they go in one mail."""

REMINDER_LEAD_TIME = 24 * 3600 * 1_000_000
"""µs before the end of a round, at which those who have not answered are reminded, once."""

LINKS = {
    "password": "/account",
    "mandate": "/mandates",
    "role": "/documents/{document}",
    "round": "/rounds/{about}",
    "export": "/documents/{document}",
    "translation": "/documents/{document}/files",
    "published": "/documents/{document}",
    "comment": "/documents/{document}/comments?lang={lang}&state=all#{about}",
}
"""First part of the kind → the page to look at."""
