"""Labels of codes on pages (kinds, states, positions, roles), as message ids to be translated by the page."""

from collections.abc import Mapping

from service.domain.documents.document import Document
from service.domain.errors import N_
from service.web.rendering.power_labels import APPROVED_ACTS as APPROVED_ACTS
from service.web.rendering.power_labels import MANDATE_MARKS as MANDATE_MARKS
from service.web.rendering.power_labels import PROTECTIVE_SETTINGS as PROTECTIVE_SETTINGS

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
"""The five steps of the progress bar, in order."""

TEXTS: Mapping[str, str] = {"ar": N_("Arabic text"), "en": N_("English text")}

POSITIONS: Mapping[str, str] = {
    "endorse": N_("Endorsed"),
    "endorse_with_reservation": N_("Endorsed with a reservation"),
    "abstain": N_("Abstained"),
    "decline": N_("Did not endorse"),
    "silent": N_("Has not answered yet"),
    "hidden": N_("Not shown"),
}
"""Positions of an organisation in a round; `silent` while it is open, `hidden` from this reader."""

UNANSWERED = N_("Did not answer")
"""Label of `silent` once the round is over."""

ASSURANCE: Mapping[str, str] = {
    "A": N_("with the signatory’s own passkey"),
    "B": N_("by an authenticator app"),
    "C": N_("by a code sent by email"),
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

DOCUMENT_ROLE_HINTS: Mapping[str, str] = {
    "drafter": N_("Can read and write the draft."),
    "communications": N_("From review on: can read, create files and publish."),
    "observer": N_("From review on: can read."),
    "auditor": N_("Can read everything, including drafts, but cannot change anything."),
}
"""Role for one document → what it permits."""

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
    "name": N_("The person’s name. A line without a name and email address adds only an organisation."),
    "name_ar": N_("Name in Arabic, if they have two."),
    "name_en": N_("Name in English, if they have two."),
    "email": N_("The person’s email address."),
    "lang": N_("ar or en: the language of our emails to them; ar if empty."),
    "roles": N_("Roles, separated by spaces. Can be empty."),
}
"""Columns of an import."""

MANDATE_STATES: Mapping[str, str] = {
    "granted": N_("Waiting for confirmation"),
    "confirmed": N_("Confirmed"),
    "expired": N_("Expired"),
    "revoked": N_("Revoked"),
}

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "Unauthenticated": (
        N_("Sign in first"),
        N_("This page is for members of the coalition. After you sign in, you return to it."),
    ),
    "NotFound": (
        N_("Page not found"),
        N_(
            "This page does not exist, or you are not allowed to see it. We do not say which, to protect other "
            "people’s work."
        ),
    ),
    "Forbidden": (
        N_("You do not have permission"),
        N_("Nothing was changed. If you should be able to do this, ask the secretariat."),
    ),
    "TooLarge": (N_("This is too large"), N_("Nothing was changed. Send less at a time.")),
    "RateLimited": (N_("Too many attempts"), N_("Nothing was changed. Wait, then try again.")),
    "Conflict": (
        N_("You cannot do this now"),
        N_("Nothing is lost. Reload the page to see the current state."),
    ),
    "InvalidInput": (
        N_("We could not understand the request"),
        N_("Nothing was changed. Check the web address, or go back and try again."),
    ),
    "OutcomeUnknown": (
        N_("We do not know if it was saved"),
        N_("Check if it is already there before you do it again. If you send the same form twice, it counts once."),
    ),
    "DomainError": (
        N_("Part of the service is not working"),
        N_("Nothing was changed. Try again in a minute. If it still fails, give your administrator the code below."),
    ),
}
"""Class name of a domain error → (heading, advice)."""


def titles(document: Document) -> dict[str, str]:
    """Return the working titles of a document by language."""
    return {lang: edition.title for lang, edition in document.editions.items()}


CHOICES: Mapping[str, str] = {
    "endorse": N_("We endorse"),
    "endorse_with_reservation": N_("We endorse, with a reservation"),
    "abstain": N_("We abstain"),
    "decline": N_("We do not endorse"),
}
"""Position → label of the choice."""

RECORDED: Mapping[str, str] = {
    "endorse": N_("Your endorsement is recorded"),
    "endorse_with_reservation": N_("Your endorsement with its reservation is recorded"),
    "abstain": N_("Your abstention is recorded"),
    "decline": N_("We recorded that your organisation does not endorse"),
}

LANGUAGES_IN: Mapping[str, str] = {"ar": N_("Arabic"), "en": N_("English")}

HINDRANCES: Mapping[str, str] = {
    "no_mandate": N_("You have no confirmed mandate to sign for this organisation."),
    "not_on_roll": N_("Your organisation is not in the list for this round."),
    "round_closed": N_("This round is closed."),
    "forbidden": N_("You can read this. Only people with a mandate can answer for their organisation."),
}

HINDRANCE_ADVICE: Mapping[str, str] = {
    "no_mandate": N_("The focal point of your organisation grants mandates, and the secretariat confirms them."),
    "not_on_roll": N_("The list was fixed when the round opened. Ask the secretariat why."),
    "round_closed": N_("The round page shows the result. Nothing has changed."),
    "forbidden": N_("Your organisation’s signatory answers for it, at this same address."),
}
"""Code of why a user cannot answer → advice; HINDRANCES has the reason."""

QUORUMS: Mapping[str, str] = {
    "half": N_("Half of all members"),
    "two_thirds": N_("Two thirds of all members"),
    "everyone": N_("All members"),
}

NEXT_STEPS: Mapping[str, tuple[str, str]] = {
    "stale_document": (N_("Reload the page"), "{back}"),
    "draft_restarted": (N_("Open the newest text in a new tab"), "/documents/{document}/texts/{lang}"),
    "title_changed": (N_("Open the newest text in a new tab"), "/documents/{document}/texts/{lang}"),
    "proof_needed": (N_("Confirm your identity"), "/confirm?next={back}"),
    "code_void": (N_("Back to your choice"), "/rounds/{round}/sign"),
    "wrong_code": (N_("Back to your choice"), "/rounds/{round}/sign"),
    "too_many_codes": (N_("Back to your choice"), "/rounds/{round}/sign"),
    "too_many_tries": (N_("Back to your choice"), "/rounds/{round}/sign"),
    "already_endorsed": (N_("View or change the answer"), "/rounds/{round}/sign"),
    "nothing_to_replace": (N_("Back to your choice"), "/rounds/{round}/sign"),
    "no_mandate": (N_("View the round"), "/rounds/{round}"),
    "not_on_roll": (N_("View the round"), "/rounds/{round}"),
    "round_closed": (N_("View the round"), "/rounds/{round}"),
    "nothing_new": (N_("Back to the files"), "/documents/{document}/files"),
    "files_not_ready": (N_("Back to the files"), "/documents/{document}/files"),
    "files_failed": (N_("Back to the files"), "/documents/{document}/files"),
    "not_sealed": (N_("Back to the document"), "/documents/{document}"),
    "stale_version": (N_("Back to the document"), "/documents/{document}"),
    "document_state": (N_("Back to the document"), "/documents/{document}"),
    "mandate_ended": (N_("Back to the mandates"), "/mandates"),
    "mandate_not_waiting": (N_("Back to the mandates"), "/mandates"),
    "own_mandate": (N_("Back to the mandates"), "/mandates"),
    "already_confirmed": (N_("Back to the mandates"), "/mandates"),
}
"""Error code → (label, path template) of the link on its page; placeholders are path parameters and `back`."""

DIGITS: Mapping[str, str] = {
    "": N_("Same as the coalition"),
    "arab": N_("As each language writes them"),
    "latn": N_("0–9 everywhere"),
}

SCOPES: Mapping[str, str] = {
    "read": N_("Read"),
    "write": N_("Write"),
    "sign": N_("Sign"),
    "publish": N_("Publish"),
    "admin": N_("Manage settings"),
}

INVITATIONS: Mapping[str, str] = {
    "waiting": N_("Not used yet"),
    "used": N_("Accepted"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Link expired"),
}
