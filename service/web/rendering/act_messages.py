"""Messages that tell what an act did, by code, and the paths of the forms that undo it (message ids)."""

from collections.abc import Mapping

from service.domain.errors import N_

MESSAGES: Mapping[str, str] = {
    "comment_added": N_("Your comment was added."),
    "reply_added": N_("Your reply was added."),
    "comment_resolved": N_("The comment was resolved."),
    "comment_reopened": N_("The comment is open again."),
    "comment_deleted": N_("Your comment was deleted."),
    "version_created": N_("Version {number} was created."),
    "sent_to_review": N_("All members can now read “{title}” in review."),
    "back_to_drafting": N_("“{title}” is in drafting again."),
    "document_withdrawn": N_("“{title}” was withdrawn."),
    "round_opened": N_("The round is open. We told the people of the organisations."),
    "ending_requested": N_("Recorded. The round ends when another person of the secretariat confirms it."),
    "round_closed": N_("The round is closed."),
    "round_cancelled": N_("The round was cancelled."),
    "ending_withdrawn": N_("Your request to end the round was withdrawn."),
    "role_given": N_("{name} now has the role: {role}."),
    "role_proposed": N_("The role was proposed. {name} gets it when it is accepted: {role}."),
    "role_removed": N_("{name} no longer has the role: {role}."),
    "waits_for_second": N_("Recorded. It takes effect when a second person confirms it."),
    "person_added": N_("{name} was added."),
    "person_closed": N_("The account of {name} was closed."),
    "invitation_withdrawn": N_("The invitation was withdrawn."),
    "organisation_added": N_("{name} was added."),
    "organisation_renamed": N_("The names were saved."),
    "organisation_left": N_("{name} is no longer a member."),
    "organisation_returned": N_("{name} is a member again."),
    "request_approved": N_("Your confirmation was recorded."),
    "request_refused": N_("The request was refused."),
    "proposal_accepted": N_("The role was accepted."),
    "proposal_refused": N_("The role was refused."),
    "mandate_granted": N_("The mandate was granted. The secretariat must confirm it."),
    "mandate_confirmed": N_("Your confirmation of the mandate was recorded."),
    "mandate_revoked": N_("The mandate was revoked."),
    "saved": N_("Your changes were saved."),
    "language_added": N_("The language was added."),
    "text_restored": N_("The earlier text is in the draft again."),
    "suggestion_taken": N_("The change was added to the text."),
    "suggestion_dismissed": N_("The change was dismissed. It stays in the list."),
    "published": N_("“{title}” is published."),
    "publication_withdrawn": N_("The publication was withdrawn. Its page shows your note."),
    "files_requested": N_("We are creating the files. This takes a few seconds."),
    "translation_added": N_("The translation was added."),
    "answer_disputed": N_("The answer is disputed. We told the people of your organisation."),
    "dispute_settled": N_("Your answer to the dispute was recorded."),
    "organisation_asked": N_("We told the focal points of {name}."),
    "secretariat_asked": N_("We told the secretariat."),
    "sending_cancelled": N_("The document was not sent out."),
    "session_ended": N_("That device is signed out."),
    "key_ended": N_("The key no longer works."),
    "address_confirmed": N_("The address was confirmed."),
    "test_email_sent": N_("A test email to you is on its way."),
    "document_deleted": N_("The document was deleted."),
}

_COMMENT = r"/documents/\w+/comments/\w+"

UNDO: Mapping[str, str] = {
    "comment_resolved": _COMMENT + "/reopening",
    "comment_reopened": _COMMENT + "/settlement",
    "role_given": r"/documents/\w+/people/end|/people/\w+/roles/end",
    "role_removed": r"/documents/\w+/people|/people/\w+/roles",
    "sent_to_review": r"/documents/\w+/drafting",
}
"""Code → regular expression of the path that undoes it."""
