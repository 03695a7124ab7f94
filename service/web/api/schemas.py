"""Schemas of the API: the same models validate, present and describe (OpenAPI). Times: microseconds UTC."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.web.forms.models import Id, Lang, LocalizedText, NonNegativeInt, ShortText
from service.web.forms.organisations import OrganisationNames
from service.web.forms.people import GrantRole
from service.web.forms.steps import CutVersion

Timestamp = Annotated[int, Field(ge=0, lt=2**53, description="Microseconds since 1970, UTC")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Numbering = Annotated[Literal["typed", "automatic"], Field(description="Numbers of articles and other provisions")]
Position = Literal["endorse", "endorse_with_reservation", "abstain", "decline"]


class RequestModel(BaseModel):
    """Base of the requests: unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResponseModel(BaseModel):
    """Base of the responses."""

    model_config = ConfigDict(populate_by_name=True)


class ProblemResponse(ResponseModel):
    """Problem details (RFC 9457). `code` is stable; `detail` is in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    extra: dict[str, Any] | None = None


class CreatedResponse(ResponseModel):
    id: str


# People


class CurrentUserResponse(ResponseModel):
    """The signed-in person. `name` is the one of `names` in the person's own language."""

    id: str
    name: str
    names: dict[str, str]
    organisation: str | None
    lang: str
    roles: list[str]
    scopes: list[str]


class PressContactRequest(RequestModel):
    name: LocalizedText = {}
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class WordListsRequest(RequestModel):
    """Word lists of the automatic advice. Each entry also covers longer words that start with it."""

    violations: list[str] = []
    actors: list[str] = []
    everybody: list[str] = []


class UpdateCoalitionRequest(RequestModel):
    names: LocalizedText | None = None
    about: dict[Lang, Annotated[str, Field(max_length=4000)]] | None = None
    place: LocalizedText | None = None
    press: PressContactRequest | None = None
    digits: dict[Lang, Literal["arab", "latn"]] | None = None
    langs: list[Lang] | None = None
    zone: Annotated[str, Field(max_length=64)] | None = None
    working_days: list[Literal["sat", "sun", "mon", "tue", "wed", "thu", "fri"]] | None = None
    mandate_confirmations: Annotated[int, Field(ge=1, le=5)] | None = None
    reading_aids: dict[Lang, WordListsRequest] | None = None


class CoalitionResponse(ResponseModel):
    id: str
    origin: str
    sample: bool
    settings: dict[str, Any]
    logo_sha256: str | None


class LogoResponse(ResponseModel):
    sha256: str


class OrganisationNamesRequest(OrganisationNames, RequestModel):
    pass


class OrganisationResponse(ResponseModel):
    id: str
    names: dict[str, str]
    state: str
    left_at: int | None


class OrganisationPage(ResponseModel):
    items: list[OrganisationResponse]
    next: str | None


class AddPersonRequest(RequestModel):
    """A person to add. `name` is the name in `lang`; it can be left out if `names` is given."""

    name: Annotated[str, Field(max_length=1000)] = ""
    names: LocalizedText = {}
    email: ShortText
    organisation: Id | None = None
    lang: Lang
    roles: list[str] = []


class GrantRoleRequest(GrantRole, RequestModel):
    pass


class PersonResponse(ResponseModel):
    id: str
    name: str
    names: dict[str, str]
    email: str
    organisation: str | None
    lang: str


class PersonPage(ResponseModel):
    items: list[PersonResponse]
    next: str | None


class GrantMandateRequest(RequestModel):
    organisation: Id
    person: Id
    expires_at: Timestamp | None = None


class MandateResponse(ResponseModel):
    id: str
    organisation: str
    person: str
    state: str
    granted_at: int
    expires_at: int | None
    confirmations: int


class MandatePage(ResponseModel):
    items: list[MandateResponse]
    next: str | None


class CreateTokenRequest(RequestModel):
    label: ShortText
    scopes: list[str]
    expires_at: Timestamp | None = None


class CreatedTokenResponse(ResponseModel):
    """A created token. It is shown only once."""

    id: str
    token: str


class TokenResponse(ResponseModel):
    id: str
    label: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    revoked_at: int | None


class TokenPage(ResponseModel):
    items: list[TokenResponse]


# Documents


class EditionRequest(RequestModel):
    title: ShortText
    text: str = ""


class AddEditionRequest(EditionRequest):
    lang: Lang
    authentic: bool = False


class FrontMatterRequest(RequestModel):
    """What is printed before and after the text. Empty fields are not printed."""

    place: LocalizedText = {}
    addressees: dict[Lang, Annotated[list[ShortText], Field(max_length=12)]] = {}


class OpenDocumentRequest(RequestModel):
    kind: ShortText
    issued_by: ShortText = "coalition"
    authentic: list[Lang]
    editions: dict[Lang, EditionRequest]
    front: FrontMatterRequest = FrontMatterRequest()
    urgent: bool = False
    numbering: Numbering = "typed"


class UpdateFrontMatterRequest(RequestModel):
    place: LocalizedText | None = None
    addressees: dict[Lang, Annotated[list[ShortText], Field(max_length=12)]] | None = None


class SetNumberingRequest(RequestModel):
    numbering: Numbering


class MoveDocumentRequest(RequestModel):
    to: ShortText
    note: ShortText = ""


class SetTitleRequest(RequestModel):
    title: ShortText


class EditionResponse(ResponseModel):
    title: str
    authentic: bool


class DocumentResponse(ResponseModel):
    id: str
    kind: str
    state: str
    issued_by: str
    urgent: bool
    editions: dict[str, EditionResponse]
    front: dict[str, Any]
    numbering: str
    rev: int
    opened_at: int
    note: str | None


class DocumentPage(ResponseModel):
    items: list[DocumentResponse]
    next: str | None


class DraftResponse(ResponseModel):
    """The current draft. (epoch, seq) is the position to send when saving."""

    lang: str
    title: str
    text: str
    epoch: int
    seq: int
    frozen: bool


class SaveDraftRequest(RequestModel):
    """A whole text, and the position (epoch, seq) it was edited from."""

    text: str
    epoch: NonNegativeInt
    seq: NonNegativeInt


class RestoreDraftRequest(RequestModel):
    """The text to restore to the draft: that of version `number`, or that of the draft at row `seq`. Exactly one of the
    two is given."""

    number: NonNegativeInt | None = None
    seq: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _require_exactly_one(self) -> "RestoreDraftRequest":
        if (self.number is None) == (self.seq is None):
            raise ValueError("number or seq")
        return self


class DraftPositionRequest(RequestModel):
    """A row of the journal of a draft."""

    epoch: NonNegativeInt
    seq: NonNegativeInt


class AddSuggestionRequest(RequestModel):
    """Text that a draft did not accept: the author's whole text, and the position it was written from; without a
    position, only the added words. `why` is one of closed, frozen, role, restarted, diverged, old, refused."""

    text: str
    why: ShortText
    at: DraftPositionRequest | None = None


class SuggestionSummaryResponse(ResponseModel):
    """A suggested change without its texts. `state` is kept (waiting for a decision), taken (added to the text) or
    set_aside (dismissed)."""

    id: str
    document: str
    lang: str
    why: str
    state: str
    by: str
    at: int
    ended_by: str | None
    ended_at: int | None


class SuggestionResponse(SuggestionSummaryResponse):
    """A suggested change. `base` is the text it was written from; null if only the words are known."""

    base: str | None
    text: str


class SuggestionPage(ResponseModel):
    """Suggested changes waiting for a decision, newest first; then the others, newest first."""

    items: list[SuggestionSummaryResponse]
    next: str | None = None


class EntryNoticeResponse(ResponseModel):
    code: str
    count: int
    sentence: str


class SavedDraftResponse(ResponseModel):
    epoch: int
    seq: int
    text: str
    merged: bool
    notices: list[EntryNoticeResponse]


class DraftSaveResponse(ResponseModel):
    """One save of the draft: who and when."""

    seq: int
    at: int
    person: str
    origin: str


class DraftSavePage(ResponseModel):
    items: list[DraftSaveResponse]


class DraftAuthorResponse(ResponseModel):
    """A person who wrote in a draft. `colour` is a number from 0 to 11, the same as that of their caret. Names are in
    the reader's language if there is one."""

    id: str
    name: str
    organisation: str
    colour: int


class DraftAuthorsResponse(ResponseModel):
    """The authors of the draft at (epoch, seq). `clients`: the person of each client id of the shared text."""

    epoch: int
    seq: int
    clients: dict[str, str]
    people: list[DraftAuthorResponse]


class CommentAuthorResponse(ResponseModel):
    """The author of a comment. Names are in the reader's language if there is one."""

    person: str
    name: str
    organisation: str


class MentionablePersonResponse(ResponseModel):
    """A person who can be mentioned. `own`: in the reader's organisation, so that a comment for it only can mention
    them."""

    id: str
    name: str
    organisation: str
    own: bool


class TextUnitResponse(ResponseModel):
    """A unit of the shared text, identified as in Yjs."""

    client: int
    clock: int


class ThreadPermissionsResponse(ResponseModel):
    reply: bool
    settle: bool
    reopen: bool
    withdraw: bool


class CommentPermissionsResponse(ResponseModel):
    add: bool


class CommentResponse(ResponseModel):
    """A comment. `thread` is the id of the first comment of its thread. The passage runs from the unit `first` to the
    unit `last`, and is at code points `start`–`end` of the current draft. `fate`: kept, partial (some of it is left, or
    others wrote into it) or orphaned (none is left: `start` is where it was). `quote` is its original text."""

    id: str
    thread: str
    state: str
    scope: str
    by: CommentAuthorResponse
    at: int
    body: str
    mentions: list[str]
    quote: str
    first: TextUnitResponse
    last: TextUnitResponse
    start: int
    end: int
    fate: str
    settled_by: CommentAuthorResponse | None = None
    settled_at: int | None = None
    may: ThreadPermissionsResponse


class CommentPage(ResponseModel):
    """Comments in the order of the text of the draft at (epoch, seq); within a thread, in the order they were written.
    `people` can be mentioned."""

    epoch: int
    seq: int
    may: CommentPermissionsResponse
    comments: list[CommentResponse]
    people: list[MentionablePersonResponse]


class AddCommentRequest(RequestModel):
    """A comment on the code points `start`–`end` of the draft at (epoch, seq), which contain `quote`. `scope`: for
    everyone who can read the draft, or for one's own organisation only. `mentions`: ids of people."""

    epoch: NonNegativeInt
    seq: NonNegativeInt
    start: NonNegativeInt
    end: NonNegativeInt
    quote: Annotated[str, Field(max_length=20_000)]
    body: Annotated[str, Field(max_length=20_000)]
    scope: Literal["all", "organisation"] = "all"
    mentions: Annotated[list[Id], Field(max_length=20)] = []


class ReplyRequest(RequestModel):
    body: Annotated[str, Field(max_length=20_000)]
    mentions: Annotated[list[Id], Field(max_length=20)] = []


class CutVersionRequest(CutVersion, RequestModel):
    """A version to create. `seen`: the seq of each draft as the person saw it; the request is rejected if a draft has
    changed since."""


class VersionEditionResponse(ResponseModel):
    title: str
    text: str
    text_sha256: str


class VersionResponse(ResponseModel):
    id: str
    document: str
    number: int
    parent_sha256: str | None
    version_sha256: str
    kind: str
    issued_by: str
    authentic: list[str]
    cut_by: str
    cut_at: int
    note: str
    numbering: str
    editions: dict[str, VersionEditionResponse]


class VersionSummaryResponse(ResponseModel):
    id: str
    number: int
    version_sha256: str
    cut_by: str
    cut_at: int
    note: str


class VersionPage(ResponseModel):
    items: list[VersionSummaryResponse]
    next: str | None


class ComparisonResponse(ResponseModel):
    """A comparison of two versions of an edition: `redline` as `mithaq redline --to json` prints it; `html` is the same
    for readers, as an HTML fragment."""

    lang: str
    old: int
    new: int
    redline: dict[str, Any]
    html: str


# Agreeing


class OpenRoundRequest(RequestModel):
    """A round to open. Without `rule`, the usual rule of the kind of document applies."""

    version: NonNegativeInt
    closes_at: Timestamp
    rule: dict[str, Any] | None = None
    close_when_all_answered: bool = False


class RollEntryResponse(ResponseModel):
    organisation: str
    names: dict[str, str]


class RoundResponse(ResponseModel):
    """A round. `tally` is its result: if it closed now, or as it closed."""

    id: str
    document: str
    version: int
    version_sha256: str
    rule: dict[str, Any]
    rule_sha256: str
    rule_in_words: dict[str, str]
    roll: list[RollEntryResponse]
    roll_sha256: str
    state: str
    accepts: bool
    opened_at: int
    closes_at: int
    closed_at: int | None
    close_when_all_answered: bool
    tally: dict[str, Any]


class RoundPage(ResponseModel):
    items: list[RoundResponse]


class PrepareEndorsementRequest(RequestModel):
    """An answer to prepare. `replaces`: SHA-256 of the organisation's current statement, to change or withdraw its
    answer."""

    position: Literal["endorse", "endorse_with_reservation", "abstain", "decline", "withdraw"]
    reservation: dict[Lang, Annotated[str, Field(max_length=10_000)]] = {}
    lang: Lang
    replaces: Sha256 | None = None


class PreparedEndorsementResponse(ResponseModel):
    """A prepared answer. `statement` is the exact text that will be recorded. A code is emailed to the signatory."""

    challenge: str
    sentence: str
    statement: str
    statement_sha256: str
    expires_at: int


class ConfirmEndorsementRequest(RequestModel):
    challenge: Id
    code: Annotated[str, Field(max_length=64)]


class EndorsementResponse(ResponseModel):
    id: str
    organisation: str
    position: str
    reservation: dict[str, str]
    state: str
    sentence: str
    statement: str
    statement_sha256: str
    assurance: str
    cast_at: int
    ended_at: int | None
    withdrawal: str | None


class EndorsementPage(ResponseModel):
    items: list[EndorsementResponse]


class AddTranslationRequest(EditionRequest):
    """A translation to add. `after` is the number of the translation it corrects; 0 for the first."""

    lang: Lang
    after: int = 0


class TranslationResponse(ResponseModel):
    lang: str
    number: int
    title: str
    text: str
    text_sha256: str
    added_at: int


class TranslationPage(ResponseModel):
    """The latest translation into each language that was added after approval."""

    items: list[TranslationResponse]
    next: str | None


class SealResponse(ResponseModel):
    id: str
    seal_sha256: str
    sealed_at: int
    content: dict[str, Any]


# Files and publication


class RequestExportRequest(RequestModel):
    format: ShortText
    lang: Lang


class ExportResponse(ResponseModel):
    """A file to create. `stage` is the last stage that the worker reported; `sha256` and `size` are known once `state`
    is ready."""

    id: str
    document: str
    format: str
    lang: str
    state: str
    stage: str
    requested_at: int
    ended_at: int | None
    sha256: str | None
    size: int | None
    failure: dict[str, Any] | None


class ExportPage(ResponseModel):
    items: list[ExportResponse]
    next: str | None


class PublicationRevisionResponse(ResponseModel):
    number: int
    seal: str
    content: dict[str, Any]
    published_at: int


class PublicationResponse(ResponseModel):
    id: str
    document: str
    state: str
    published_at: int
    note: str
    revisions: list[PublicationRevisionResponse]


class WithdrawPublicationRequest(RequestModel):
    note: ShortText


# The machine


class RecordRowResponse(ResponseModel):
    seq: int
    prev: str
    commitment: str
    salt: str | None
    content: str | None


class RecordPage(ResponseModel):
    items: list[RecordRowResponse]
    next: str | None


class NoticeResponse(ResponseModel):
    id: str
    kind: str
    sentence: str
    about: str
    at: int
    read: bool


class NoticePage(ResponseModel):
    items: list[NoticeResponse]
    next: str | None


class EmailResponse(ResponseModel):
    id: str
    subject: str
    body: str
    state: str
    at: int


class EmailPage(ResponseModel):
    items: list[EmailResponse]
    next: str | None
