"""What each act in the record of a document was, as message ids."""

from collections.abc import Mapping

from service.domain.errors import N_

RECORD_ACTS: Mapping[str, str] = {
    "document.open": N_("Document created"),
    "document.front": N_("Reference, place or addressees changed"),
    "document.numbering": N_("Numbers of articles changed"),
    "document.title": N_("Title changed"),
    "document.review": N_("Sent to review"),
    "document.drafting": N_("Sent back to drafting"),
    "document.endorsement": N_("Sent to endorsement"),
    "document.seal": N_("Approved and sealed"),
    "document.withdrawn": N_("Document withdrawn"),
    "edition.add": N_("Language added"),
    "draft.restore": N_("Earlier text restored"),
    "version.cut": N_("Version {number} created"),
    "intake.bring": N_("Word file uploaded"),
    "intake.accept": N_("Word file imported"),
    "sending.request": N_("Sending out requested"),
    "sending.cancel": N_("Sending out cancelled"),
    "sending.fail": N_("Sending out failed"),
    "sending.open": N_("Round opened after sending out"),
    "round.open": N_("Round opened"),
    "round.close": N_("Round closed"),
    "round.cancel": N_("Round cancelled"),
    "round.extend": N_("Round extended"),
    "round.close.agree": N_("End of the round requested or confirmed"),
    "round.cancel.agree": N_("Cancellation of the round requested or confirmed"),
    "round.close.withdraw": N_("Request to end the round withdrawn"),
    "round.cancel.withdraw": N_("Request to cancel the round withdrawn"),
    "endorsement.cast": N_("Answer given"),
    "endorsement.approve": N_("Answer confirmed by a colleague"),
    "endorsement.withdraw": N_("Answer withdrawn"),
    "endorsement.dispute": N_("Answer disputed"),
    "endorsement.settle": N_("Answer to a dispute"),
    "publication.publish": N_("Published"),
    "publication.withdraw": N_("Publication withdrawn"),
    "translation.add": N_("Translation added"),
    "suggestion.keep": N_("Suggested change stored"),
    "suggestion.take": N_("Suggested change added to the text"),
    "suggestion.set_aside": N_("Suggested change dismissed"),
    "role.grant": N_("Role given for this document"),
    "role.take": N_("Role for this document removed"),
}
"""Act → label. Its placeholders are facts of the act."""
