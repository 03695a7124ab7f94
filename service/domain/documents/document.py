"""The document: kinds, states and their transitions, and the checks for new texts and translations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.text.structure.numbering import NUMBERINGS, TYPED

KINDS = ("statement", "letter", "position", "constitution")
ISSUERS = ("coalition", "signatories")

DRAFTING, REVIEW, ENDORSEMENT, APPROVED, PUBLISHED, WITHDRAWN = (
    "drafting",
    "review",
    "endorsement",
    "approved",
    "published",
    "withdrawn",
)
STATES = (DRAFTING, REVIEW, ENDORSEMENT, APPROVED, PUBLISHED, WITHDRAWN)

_TRANSITIONS = {
    DRAFTING: {REVIEW},
    REVIEW: {DRAFTING, ENDORSEMENT},
    ENDORSEMENT: {REVIEW, APPROVED},
    APPROVED: {PUBLISHED},
    PUBLISHED: set[str](),
    WITHDRAWN: set[str](),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """The document in one language; `draft` names its journal."""

    lang: str
    title: str
    draft: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document without its texts. Times in µs UTC.

    `rev` counts changes of this value and is its ETag. `front` holds place, addressees … by language. `shown_since` is
    when it first became visible to others than members (None: never). `numbering` of provisions is typed or automatic.
    """

    id: str
    kind: str
    state: str
    issued_by: str
    authentic: tuple[str, ...]
    front: Mapping[str, object]
    urgent: bool
    rev: int
    opened_by: str
    opened_at: int
    note: str | None
    editions: Mapping[str, Edition]
    shown_since: int | None = None
    numbering: str = TYPED

    @property
    def ever_shared(self) -> bool:
        """Whether it was ever visible to others than members."""
        return self.shown_since is not None


def check_transition(document: Document, target: str) -> None:
    """Check that `document` may move to state `target`. Raises Conflict `document_state`."""
    allowed = set(_TRANSITIONS[document.state])
    if document.urgent and document.state == DRAFTING:
        allowed.add(ENDORSEMENT)
    if document.state != WITHDRAWN:
        allowed.add(WITHDRAWN)
    if target not in allowed:
        raise wrong_state(document.state)


def check_document_state(document: Document, *states: str) -> None:
    """Raise Conflict `document_state` unless the document is in one of `states`."""
    if document.state not in states:
        raise wrong_state(document.state)


def wrong_state(state: str) -> Conflict:
    """Return the error for an act that this state does not allow."""
    return Conflict(
        "document_state",
        N_("You cannot do this at the document’s current stage. Nothing was changed."),
        extra={"state": state},
    )


def check_new_document(kind: str, issued_by: str, *, langs: Sequence[str], authentic: Sequence[str]) -> None:
    """Check the values for a new document.

    Raises InvalidInput `unknown_kind`, `unknown_issuer`, `no_edition`, `no_authentic_text`.
    """
    if kind not in KINDS:
        raise InvalidInput("unknown_kind", N_("There is no kind of document “{kind}”."), field="kind", kind=kind)
    if issued_by not in ISSUERS:
        raise InvalidInput(
            "unknown_issuer",
            N_("A document is issued either by the coalition or by the organisations that sign it."),
            field="issued_by",
        )
    if not langs:
        raise InvalidInput("no_edition", N_("A document needs a text in at least one language."))
    if not authentic or not set(authentic) <= set(langs):
        raise InvalidInput("no_authentic_text", N_("At least one of the texts must be an official text."))


def check_numbering(numbering: str) -> None:
    """Raise InvalidInput `unknown_numbering` unless it is one of NUMBERINGS."""
    if numbering not in NUMBERINGS:
        raise InvalidInput("unknown_numbering", N_("Numbers of articles are typed or automatic."), field="numbering")


def check_new_edition(document: Document, lang: str, *, authentic: bool) -> None:
    """Check that an edition in `lang` may be added: in drafting or review, an authentic one in drafting only.

    What is reviewed is what will be signed. Raises Conflict `edition_in_round`, `text_sealed`, `document_state`,
    `edition_exists`, `authentic_in_review`.
    """
    if document.state == ENDORSEMENT:
        raise Conflict(
            "edition_in_round",
            N_("A round is open on this document. You can add a language after it ends, in review or drafting."),
        )
    if document.state in (APPROVED, PUBLISHED):
        raise Conflict(
            "text_sealed",
            N_(
                "The signed text is sealed in its languages, and you cannot add another. You can add a translation "
                "on the document page."
            ),
        )
    check_document_state(document, DRAFTING, REVIEW)
    if lang in document.editions:
        raise Conflict("edition_exists", N_("The document already has a text in this language."), field="lang")
    if authentic and document.state == REVIEW:
        raise Conflict(
            "authentic_in_review",
            N_("An official text is part of what is signed. Move the document back to drafting, then add it."),
            field="kind",
        )


def check_translation(document: Document, lang: str, *, sealed: Collection[str]) -> None:
    """Check that a translation into `lang` may be added after the seal, whose own languages are `sealed`.

    Raises Conflict `not_approved`, `edition_sealed`.
    """
    if document.state not in (APPROVED, PUBLISHED):
        raise Conflict(
            "not_approved",
            N_("You can add a translation after the text is approved. Before that, add the language to the document."),
        )
    if lang in sealed:
        raise Conflict("edition_sealed", N_("The approved text is already in this language."))
