"""What codes are called on a page: kinds, states, positions, stages. Message ids, said by the page's words."""

from collections.abc import Mapping

from service.domain.errors import N_

KINDS: Mapping[str, str] = {
    "statement": N_("Joint statement"),
    "letter": N_("Open letter"),
    "position": N_("Position paper"),
    "constitution": N_("Constitutional proposal"),
}

STATES: Mapping[str, str] = {
    "drafting": N_("In drafting"),
    "review": N_("In review"),
    "endorsement": N_("In endorsement"),
    "approved": N_("Approved"),
    "published": N_("Published"),
    "withdrawn": N_("Withdrawn"),
}

WAY: Mapping[str, str] = {
    "drafting": N_("Drafting"),
    "review": N_("Review"),
    "endorsement": N_("Endorsement"),
    "approved": N_("Approval"),
    "published": N_("Publication"),
}
"""The five stones, in their order."""

TEXTS: Mapping[str, str] = {"ar": N_("Arabic text"), "en": N_("English text")}

POSITIONS: Mapping[str, str] = {
    "endorse": N_("Endorsed"),
    "endorse_with_reservation": N_("Endorsed with a reservation"),
    "abstain": N_("Abstained"),
    "decline": N_("Did not endorse"),
    "silent": N_("Not yet"),
}
"""Positions of an organisation in a round; `silent` while it is open."""

UNANSWERED = N_("Did not answer")
"""`silent` once the round is over."""

ASSURANCE: Mapping[str, str] = {
    "A": N_("by the representative’s own key"),
    "B": N_("by an authenticator’s code"),
    "C": N_("by a code sent by mail"),
}

ROUND_STATES: Mapping[str, str] = {
    "open": N_("Open"),
    "passed": N_("Approved"),
    "failed": N_("Not approved"),
    "cancelled": N_("Cancelled"),
}

EXPORT_STATES: Mapping[str, str] = {
    "queued": N_("Waiting for its turn"),
    "rendering": N_("Being made"),
    "ready": N_("Ready"),
    "failed": N_("Could not be made"),
}

FORMATS: Mapping[str, str] = {
    "pdf": N_("For publication and print"),
    "docx": N_("For the press and partners, in Word"),
}

ROLES: Mapping[str, str] = {
    "secretariat": N_("Secretariat"),
    "drafter": N_("Drafter"),
    "focal_point": N_("Focal point"),
    "signatory": N_("Signatory"),
    "communications": N_("Communications"),
    "observer": N_("Observer"),
    "auditor": N_("Auditor"),
}

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "Stranger": (
        N_("Sign in first"),
        N_("This page belongs to the members of the coalition. After signing in you come back to it."),
    ),
    "NotFound": (
        N_("There is nothing here to see"),
        N_(
            "There is no page at this address, or it is not yours to see. "
            "We do not say which, to protect those it belongs to."
        ),
    ),
    "Forbidden": (
        N_("This is not yours to do"),
        N_("Nothing was changed. If it should be yours, ask the secretariat."),
    ),
    "TooLarge": (N_("This is too large"), N_("Nothing was changed. Send less at once.")),
    "Conflict": (
        N_("It cannot be done as things stand"),
        N_("Nothing is lost. Look at the page again: it shows how things stand now."),
    ),
    "Malformed": (
        N_("This could not be understood"),
        N_("Nothing was changed. Check the address, or go back and try again."),
    ),
    "DomainError": (
        N_("Something is down on our side"),
        N_(
            "Nothing was changed. Try again in a minute; "
            "if it stays so, tell whoever runs this service, with the code below."
        ),
    ),
}
"""Branch of the error tree → heading, and what to do."""
