"""What codes are called on a page: kinds, states, positions, stages. Message ids, said by the page's words."""

from collections.abc import Mapping

from service.domain.documents.document import Document
from service.domain.errors import N_

KINDS: Mapping[str, str] = {
    "statement": N_("Joint statement"),
    "letter": N_("Open letter"),
    "position": N_("Position paper"),
    "constitution": N_("Constitutional proposal"),
}

ARTICLE: Mapping[str, str] = {"ar": "المادة", "en": "Article"}
"""The name of an article, by the language of the text."""

STATES: Mapping[str, str] = {
    "drafting": N_("In drafting"),
    "review": N_("In review"),
    "endorsement": N_("In endorsement"),
    "approved": N_("Approved"),
    "published": N_("Published"),
    "withdrawn": N_("Withdrawn"),
}

PROGRESS_STEPS: Mapping[str, str] = {
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

DOCUMENT_ROLE_HINTS: Mapping[str, str] = {
    "drafter": N_("Reads the draft and writes it."),
    "communications": N_("From review on: reads, makes the files, publishes."),
    "observer": N_("From review on: reads."),
    "auditor": N_("Reads everything, the draft too, and changes nothing."),
}
"""What a role lets one do with the document it is held for."""

NAMES_IN: Mapping[str, str] = {"ar": N_("Name in Arabic"), "en": N_("Name in English")}

WEEKDAYS: Mapping[str, str] = {
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
}

IMPORT_COLUMNS: Mapping[str, str] = {
    "organisation_ar": N_("The organisation’s name in Arabic. One of the two names is enough."),
    "organisation_en": N_("The organisation’s name in English."),
    "name": N_("The person’s name. Without name and address the line is an organisation alone."),
    "name_ar": N_("Their name in Arabic, where they have two."),
    "name_en": N_("Their name in English, where they have two."),
    "email": N_("The person’s mail address."),
    "lang": N_("ar or en: the language we write to them in; ar if empty."),
    "roles": N_("Roles, with spaces between them; may be empty."),
}
"""Columns of an import."""

MANDATE_STATES: Mapping[str, str] = {
    "granted": N_("Waits for its confirmation"),
    "confirmed": N_("Confirmed"),
    "expired": N_("Past its day"),
    "revoked": N_("Revoked"),
}

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "Unauthenticated": (
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
    "RateLimited": (N_("That was tried too often"), N_("Nothing was changed. Wait an hour, then try again.")),
    "Conflict": (
        N_("It cannot be done as things stand"),
        N_("Nothing is lost. Look at the page again: it shows how things stand now."),
    ),
    "InvalidInput": (
        N_("This could not be understood"),
        N_("Nothing was changed. Check the address, or go back and try again."),
    ),
    "OutcomeUnknown": (
        N_("We cannot tell whether it was kept"),
        N_("Look whether it is there before you do it again. The same form sent again acts once, not twice."),
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


def titles(document: Document) -> dict[str, str]:
    """The working titles of a document by language."""
    return {lang: edition.title for lang, edition in document.editions.items()}


CHOICES: Mapping[str, tuple[str, str]] = {
    "endorse": (N_("We endorse"), ""),
    "endorse_with_reservation": (
        N_("We endorse, with a reservation"),
        N_("It counts as an endorsement; the reservation is published under the text."),
    ),
    "abstain": (N_("We abstain"), N_("We are listed as having abstained.")),
    "decline": (N_("We do not endorse"), ""),
}
"""Position → what a signatory chooses, and what it means."""

RECORDED: Mapping[str, str] = {
    "endorse": N_("Your endorsement is recorded"),
    "endorse_with_reservation": N_("Your endorsement with its reservation is recorded"),
    "abstain": N_("Your abstention is recorded"),
    "decline": N_("It is recorded that your organisation does not endorse"),
}

LANGUAGES_IN: Mapping[str, str] = {"ar": N_("Arabic"), "en": N_("English")}

HINDRANCES: Mapping[str, str] = {
    "no_mandate": N_("You hold no confirmed mandate to sign for this organisation."),
    "not_on_roll": N_("Your organisation is not on the roll of this round."),
    "round_closed": N_("This round is closed."),
    "forbidden": N_("You can read here; answering is for those who hold a mandate of their organisation."),
}

HINDRANCE_ADVICE: Mapping[str, str] = {
    "no_mandate": N_("The focal point of your organisation grants mandates, and the secretariat confirms them."),
    "not_on_roll": N_("The roll was fixed when the round opened. The secretariat can tell you why."),
    "round_closed": N_("Its page says how it ended. Nothing was changed."),
    "forbidden": N_("The signatory of your organisation answers for it, from this same address."),
}
"""Why somebody cannot answer → what is so, and whom to turn to."""

QUORUMS: Mapping[str, str] = {
    "half": N_("Half of all members"),
    "two_thirds": N_("Two thirds of all members"),
    "everyone": N_("All members"),
}

NEXT_STEPS: Mapping[str, tuple[str, str]] = {
    "stale_document": (N_("Open the page anew"), "{back}"),
    "proof_needed": (N_("Confirm that it is you"), "/confirm?next={back}"),
    "code_void": (N_("Back to the choice"), "/rounds/{round}/sign"),
    "wrong_code": (N_("Back to the choice"), "/rounds/{round}/sign"),
    "too_many_codes": (N_("Back to the choice"), "/rounds/{round}/sign"),
    "too_many_tries": (N_("Back to the choice"), "/rounds/{round}/sign"),
    "already_endorsed": (N_("See the answer, and change it"), "/rounds/{round}/sign"),
    "nothing_to_replace": (N_("Back to the choice"), "/rounds/{round}/sign"),
    "no_mandate": (N_("See where the round stands"), "/rounds/{round}"),
    "not_on_roll": (N_("See where the round stands"), "/rounds/{round}"),
    "round_closed": (N_("See where the round stands"), "/rounds/{round}"),
    "nothing_new": (N_("Back to the files"), "/documents/{document}/files"),
    "files_not_ready": (N_("Back to the files"), "/documents/{document}/files"),
    "not_sealed": (N_("Back to the document"), "/documents/{document}"),
    "stale_version": (N_("Back to the document"), "/documents/{document}"),
    "document_state": (N_("Back to the document"), "/documents/{document}"),
    "mandate_ended": (N_("Back to the mandates"), "/mandates"),
    "mandate_not_waiting": (N_("Back to the mandates"), "/mandates"),
    "own_mandate": (N_("Back to the mandates"), "/mandates"),
    "already_confirmed": (N_("Back to the mandates"), "/mandates"),
}
"""Stable code → the way on from its page, over the places of the address that was asked."""

DIGITS: Mapping[str, str] = {
    "": N_("As the coalition has them"),
    "arab": N_("As each language writes them"),
    "latn": N_("0–9 everywhere"),
}

SCOPES: Mapping[str, str] = {
    "read": N_("Read"),
    "write": N_("Write"),
    "sign": N_("Sign"),
    "publish": N_("Publish"),
    "admin": N_("Administer"),
}

INVITATIONS: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "used": N_("Accepted"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Too old"),
}
