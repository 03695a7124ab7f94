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
