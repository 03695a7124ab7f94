"""Labels of acts of power, as message ids to be translated by the page. Pages find them in `labels`."""

from collections.abc import Mapping

from service.domain.errors import N_
from service.domain.membership.mandates import MARK_LABELS

APPROVED_ACTS: Mapping[str, str] = {
    "role.begin": N_("New focal points or signatories"),
    "role.grant": N_("Give someone a role in the secretariat"),
    "role.take": N_("Remove a role"),
    "person.close": N_("Remove someone’s access"),
    "organisation.leave": N_("Record that an organisation has left"),
    "organisation.rejoin": N_("Let an organisation rejoin"),
    "settings.lower": N_("Lower a setting that protects signatures"),
    "address.confirm": N_("Confirm who someone is, without email"),
    "proof.waive": N_("Open a round without all proofs"),
}
"""Acts that need a second person."""

PROTECTIVE_SETTINGS: Mapping[str, str] = {"mandate_confirmations": N_("Confirmations needed for a mandate")}
"""Settings that protect signatures."""

MANDATE_MARKS = MARK_LABELS
"""Marks of a mandate."""

ROLE_TASKS: Mapping[str, str] = {
    "secretariat": N_("Can move documents to the next stage, open and close rounds, and confirm mandates."),
    "drafter": N_("Can write texts and create versions."),
    "focal_point": N_("Can invite people from the organisation and grant mandates."),
    "signatory": N_("Can see what changed and sign for the organisation."),
    "communications": N_("Can create files and publish."),
    "observer": N_("Can read documents from review on."),
    "auditor": N_("Can read everything, including the record."),
}
"""What a person of this role can do (message ids)."""
