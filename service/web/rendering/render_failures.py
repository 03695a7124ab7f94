"""How pages say why a file could not be created, where, who corrects it, and what can be done meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_
from service.domain.publication.render_failure import Cure, Part, RenderFailure, failure_from_json
from service.i18n import Translator

_INTERRUPTED = N_("The work was interrupted several times.")
_INTERNAL_ERROR = N_("Something went wrong on our side. Your administrator can find it in the log.")

CAUSES: Mapping[str, str] = {
    "interrupted": _INTERRUPTED,
    "render_interrupted": _INTERRUPTED,
    "worker_lost": _INTERRUPTED,
    "render_timeout": N_("It took too long, several times."),
    "render_memory": N_("The text needs more memory than one file may use."),
    "render_unprintable": N_("The text has a character that our fonts cannot print."),
    "table_too_wide": N_("A table is too wide for the page, even in small type."),
    "render_conformance": N_("The file was incomplete, so we did not accept it."),
    "render_differs": N_("The words in the file are not those of the text, so we did not accept it."),
    "render_failed": _INTERNAL_ERROR,
    "render_refused": N_("A part of the installation is missing."),
    "logo_lost": N_("The coalition’s logo cannot be read."),
    "bytes_differ": N_("The same text gave a different file than before, so we did not accept it."),
    "internal": _INTERNAL_ERROR,
}
"""Failure code → cause. An unknown code is one of the reader of texts: UNREADABLE."""

UNREADABLE = N_("The text has something that cannot be printed.")

_AFTER_UPDATE = N_(
    "Trying again does not help now, because the text is approved and stays as it is. Your administrator must update "
    "Mithaq; the file is then created by itself. Until then you can save and send the files that are ready."
)

SEALED_REMEDIES: Mapping[Cure, str] = {
    Cure.RETRY: N_("The text has not changed. You can try again."),
    Cure.LOGO: N_("The secretariat must upload the logo again. Then create the file again."),
    Cure.OPERATOR: N_(
        "Trying again helps only after your administrator has corrected this. Give them the code. Until then you can "
        "save and send the files that are ready."
    ),
    Cure.TEXT: _AFTER_UPDATE,
    Cure.UPDATE: _AFTER_UPDATE,
}
"""What ends the failure of a file of a sealed text."""

PROOF_REMEDIES: Mapping[Cure, str] = {
    Cure.RETRY: N_("The text has not changed. You can try again."),
    Cure.LOGO: N_("The secretariat must upload the logo again. Then the proof can be made again."),
    Cure.OPERATOR: N_("Your administrator must correct this first. Give them the code."),
    Cure.TEXT: N_("Change this in the draft, then create a new version."),
    Cure.UPDATE: N_(
        "This is an error in Mithaq, not in your text. Tell your administrator. Other words at this place may help: "
        "change them in the draft, then create a new version."
    ),
}
"""What ends the failure of a proof: the text can still be changed."""

PLACES: Mapping[Part, str] = {
    Part.TITLE: N_("In the title"),
    Part.RESERVATION: N_("In a reservation"),
    Part.NAMES: N_("In the names and addresses around the text"),
}
"""Part of a file → where it is; the lines of the text itself have numbers."""


@dataclass(frozen=True, slots=True)
class FailureView:
    """A failure in the reader's language.

    `cause` says what, `remedy` who ends it; `place` and `line` say where, and `line` counts the lines of the text.
    `words` and `found` quote it. `can_retry`: the same request may succeed.
    """

    code: str
    cause: str
    remedy: str
    place: str
    line: int | None
    page: int | None
    words: str
    found: str
    can_retry: bool


def present_sealed_failure(translator: Translator, stored: Mapping[str, object] | None) -> FailureView:
    """Present the failure of a file of a sealed text, as stored with its export."""
    failure = failure_from_json(stored)
    return _present(translator, failure, SEALED_REMEDIES, can_retry=failure.cure not in (Cure.TEXT, Cure.UPDATE))


def present_proof_failure(translator: Translator, stored: Mapping[str, object] | None) -> FailureView:
    """Present the failure of a proof, whose text can still be changed."""
    failure = failure_from_json(stored)
    return _present(translator, failure, PROOF_REMEDIES, can_retry=failure.cure is not Cure.TEXT)


def _present(
    translator: Translator, failure: RenderFailure, remedies: Mapping[Cure, str], *, can_retry: bool
) -> FailureView:
    return FailureView(
        code=failure.code,
        cause=translator.t(CAUSES.get(failure.code, UNREADABLE)),
        remedy=translator.t(remedies[failure.cure]),
        place=translator.t(PLACES[failure.part]) if failure.part in PLACES else "",
        line=failure.line if failure.part is Part.TEXT else None,
        page=failure.page,
        words=failure.words,
        found=failure.found,
        can_retry=can_retry,
    )
