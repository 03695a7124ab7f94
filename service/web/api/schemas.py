"""What the API takes and gives: the same models validate, present and describe (OpenAPI). Times: microseconds UTC."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Lang = Annotated[str, Field(max_length=16, examples=["ar", "en"])]
Id = Annotated[str, Field(max_length=64)]
Line = Annotated[str, Field(max_length=1000)]
Micros = Annotated[int, Field(ge=0, lt=2**53, description="Microseconds since 1970, UTC")]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Words = dict[Lang, Line]
Numbering = Annotated[Literal["typed", "automatic"], Field(description="Numbers of articles and other provisions")]
Position = Literal["endorse", "endorse_with_reservation", "abstain", "decline"]


class Taken(BaseModel):
    """Base of what is taken: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Given(BaseModel):
    """Base of what is given."""

    model_config = ConfigDict(populate_by_name=True)


class Problem(Given):
    """RFC 9457. `code` is stable; `detail` is in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    extra: dict[str, Any] | None = None


class Created(Given):
    id: str


# People


class Me(Given):
    """`name` is the one of `names` in the person's own language."""

    id: str
    name: str
    names: dict[str, str]
    organisation: str | None
    lang: str
    roles: list[str]
    scopes: list[str]


class Press(Taken):
    name: Words = {}
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class WordLists(Taken):
    """Words of the reading aids; each stands for all words that begin with it."""

    violations: list[str] = []
    actors: list[str] = []
    everybody: list[str] = []


class CoalitionChange(Taken):
    names: Words | None = None
    about: dict[Lang, Annotated[str, Field(max_length=4000)]] | None = None
    place: Words | None = None
    press: Press | None = None
    digits: dict[Lang, Literal["arab", "latn"]] | None = None
    langs: list[Lang] | None = None
    zone: Annotated[str, Field(max_length=64)] | None = None
    working_days: list[Literal["sat", "sun", "mon", "tue", "wed", "thu", "fri"]] | None = None
    mandate_confirmations: Annotated[int, Field(ge=1, le=5)] | None = None
    reading_aids: dict[Lang, WordLists] | None = None


class CoalitionShown(Given):
    id: str
    origin: str
    sample: bool
    settings: dict[str, Any]
    logo_sha256: str | None


class LogoKept(Given):
    sha256: str


class NewOrganisation(Taken):
    names: Words


class OrganisationShown(Given):
    id: str
    names: dict[str, str]
    state: str
    left_at: int | None


class OrganisationPage(Given):
    items: list[OrganisationShown]
    next: str | None


class NewPerson(Taken):
    """`name` is the name in `lang`; with `names` it may be left out."""

    name: Annotated[str, Field(max_length=1000)] = ""
    names: Words = {}
    email: Line
    organisation: Id | None = None
    lang: Lang
    roles: list[str] = []


class NewRole(Taken):
    role: Line
    document: Id = ""


class PersonShown(Given):
    id: str
    name: str
    names: dict[str, str]
    email: str
    organisation: str | None
    lang: str


class PersonPage(Given):
    items: list[PersonShown]
    next: str | None


class NewMandate(Taken):
    organisation: Id
    person: Id
    expires_at: Micros | None = None


class MandateShown(Given):
    id: str
    organisation: str
    person: str
    state: str
    granted_at: int
    expires_at: int | None
    confirmations: int


class MandatePage(Given):
    items: list[MandateShown]
    next: str | None


class NewToken(Taken):
    label: Line
    scopes: list[str]
    expires_at: Micros | None = None


class TokenMade(Given):
    """The token is shown here once and never again."""

    id: str
    token: str


class TokenShown(Given):
    id: str
    label: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    revoked_at: int | None


class TokenPage(Given):
    items: list[TokenShown]


# Documents


class NewEdition(Taken):
    title: Line
    text: str = ""


class AddedEdition(NewEdition):
    lang: Lang
    authentic: bool = False


class Front(Taken):
    """What stands round the text on paper; empty fields leave no trace."""

    place: Words = {}
    addressees: dict[Lang, Annotated[list[Line], Field(max_length=12)]] = {}


class NewDocument(Taken):
    kind: Line
    issued_by: Line = "coalition"
    authentic: list[Lang]
    editions: dict[Lang, NewEdition]
    front: Front = Front()
    urgent: bool = False
    numbering: Numbering = "typed"


class FrontChange(Taken):
    place: Words | None = None
    addressees: dict[Lang, Annotated[list[Line], Field(max_length=12)]] | None = None


class NumberingChange(Taken):
    numbering: Numbering


class Move(Taken):
    to: Line
    note: Line = ""


class Title(Taken):
    title: Line


class EditionShown(Given):
    title: str
    authentic: bool


class DocumentShown(Given):
    id: str
    kind: str
    state: str
    issued_by: str
    urgent: bool
    editions: dict[str, EditionShown]
    front: dict[str, Any]
    numbering: str
    rev: int
    opened_at: int
    note: str | None


class DocumentPage(Given):
    items: list[DocumentShown]
    next: str | None


class DraftShown(Given):
    """(epoch, seq) is the place to name when saving."""

    lang: str
    title: str
    text: str
    epoch: int
    seq: int
    frozen: bool


class Save(Taken):
    """A whole text, and the place (epoch, seq) it was edited from."""

    text: str
    epoch: Count
    seq: Count


class Restoration(Taken):
    """The text that comes back into the draft: that of version `number`, or what the draft said at row `seq`; one of
    both."""

    number: Count | None = None
    seq: Count | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Restoration":
        if (self.number is None) == (self.seq is None):
            raise ValueError("number or seq")
        return self


class Place(Taken):
    """A row of a draft."""

    epoch: Count
    seq: Count


class NewSuggestion(Taken):
    """What a draft did not take: the whole text as its writer would have it, and the place it was written from; without
    a place, their words alone. `why` is one of closed, frozen, role, restarted, diverged, old, refused."""

    text: str
    why: Line
    at: Place | None = None


class SuggestionListed(Given):
    """A suggested change without its texts. `state` is kept, taken or set_aside."""

    id: str
    document: str
    lang: str
    why: str
    state: str
    by: str
    at: int
    ended_by: str | None
    ended_at: int | None


class SuggestionShown(SuggestionListed):
    """A suggested change; `base` is the text it was written from, null for words alone."""

    base: str | None
    text: str


class SuggestionPage(Given):
    """What waits to be decided about, the newest first; then the others, the newest first."""

    items: list[SuggestionListed]
    next: str | None = None


class EntryNotice(Given):
    code: str
    count: int
    sentence: str


class SaveDone(Given):
    epoch: int
    seq: int
    text: str
    merged: bool
    notices: list[EntryNotice]


class Hand(Given):
    """Who saved when."""

    seq: int
    at: int
    person: str
    origin: str


class HandPage(Given):
    items: list[Hand]


class Author(Given):
    """Who wrote in a draft; `colour` is one of twelve, from 0, the one of their caret while they write. Names are in
    the reader's language where there is one in it."""

    id: str
    name: str
    organisation: str
    colour: int


class Authors(Given):
    """As the draft stands at (epoch, seq). `clients`: the person of each client id of the shared text."""

    epoch: int
    seq: int
    clients: dict[str, str]
    people: list[Author]


class Speaker(Given):
    """Names are in the reader's language where there is one in it."""

    person: str
    name: str
    organisation: str


class Reader(Given):
    """Who may be asked by name; `own`: of the reader's organisation, so that what is for it alone may ask them."""

    id: str
    name: str
    organisation: str
    own: bool


class UnitShown(Given):
    """A unit of the shared text, as Yjs names it."""

    client: int
    clock: int


class MayAnswer(Given):
    reply: bool
    settle: bool
    reopen: bool
    withdraw: bool


class MayComment(Given):
    add: bool


class CommentShown(Given):
    """`thread` is the id of its first comment. The passage reads from the unit `first` to the unit `last`, and stands
    at code points `start`–`end` of the draft at its head; `fate`: kept, partial (some of it is left, or others wrote
    into it) or orphaned (none is left: `start` is where it was). `quote` is how it read."""

    id: str
    thread: str
    state: str
    scope: str
    by: Speaker
    at: int
    body: str
    mentions: list[str]
    quote: str
    first: UnitShown
    last: UnitShown
    start: int
    end: int
    fate: str
    settled_by: Speaker | None = None
    settled_at: int | None = None
    may: MayAnswer


class CommentPage(Given):
    """In the order of the text of the draft at (epoch, seq); of a thread, its comments as they were made. `people` may
    be asked by name."""

    epoch: int
    seq: int
    may: MayComment
    comments: list[CommentShown]
    people: list[Reader]


class NewComment(Taken):
    """On the code points `start`–`end` of the draft as it stood at (epoch, seq), where `quote` stands. `scope`: for
    everybody who reads the draft, or for one's own organisation alone. `mentions`: ids of persons."""

    epoch: Count
    seq: Count
    start: Count
    end: Count
    quote: Annotated[str, Field(max_length=20_000)]
    body: Annotated[str, Field(max_length=20_000)]
    scope: Literal["all", "organisation"] = "all"
    mentions: Annotated[list[Id], Field(max_length=20)] = []


class Reply(Taken):
    body: Annotated[str, Field(max_length=20_000)]
    mentions: Annotated[list[Id], Field(max_length=20)] = []


class Cut(Taken):
    """`seen`: the seq of each draft as the person saw it; the cut is refused if one moved on."""

    note: Line = ""
    seen: dict[Lang, Count] = {}


class VersionEdition(Given):
    title: str
    text: str
    text_sha256: str


class VersionShown(Given):
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
    editions: dict[str, VersionEdition]


class VersionBrief(Given):
    id: str
    number: int
    version_sha256: str
    cut_by: str
    cut_at: int
    note: str


class VersionPage(Given):
    items: list[VersionBrief]
    next: str | None


class Comparison(Given):
    """A redline between two versions of an edition: `redline` as `mithaq redline --to json` prints it; `html` is the
    same for readers, a fragment."""

    lang: str
    old: int
    new: int
    redline: dict[str, Any]
    html: str


# Agreeing


class NewRound(Taken):
    """`rule` left out: the default of the document's kind."""

    version: Count
    closes_at: Micros
    rule: dict[str, Any] | None = None
    close_when_all_answered: bool = False


class RollEntry(Given):
    organisation: str
    names: dict[str, str]


class RoundShown(Given):
    """`tally` is what the round would come to if it closed now, or came to when it closed."""

    id: str
    document: str
    version: int
    version_sha256: str
    rule: dict[str, Any]
    rule_sha256: str
    rule_in_words: dict[str, str]
    roll: list[RollEntry]
    roll_sha256: str
    state: str
    accepts: bool
    opened_at: int
    closes_at: int
    closed_at: int | None
    close_when_all_answered: bool
    tally: dict[str, Any]


class RoundPage(Given):
    items: list[RoundShown]


class Prepare(Taken):
    """`replaces`: SHA-256 of the organisation's present statement, to change or withdraw its answer."""

    position: Literal["endorse", "endorse_with_reservation", "abstain", "decline", "withdraw"]
    reservation: dict[Lang, Annotated[str, Field(max_length=10_000)]] = {}
    lang: Lang
    replaces: Sha256 | None = None


class Prepared(Given):
    """`statement` is the exact text of what will be recorded; a code goes to the signatory by mail."""

    challenge: str
    sentence: str
    statement: str
    statement_sha256: str
    expires_at: int


class Confirm(Taken):
    challenge: Id
    code: Annotated[str, Field(max_length=64)]


class EndorsementShown(Given):
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


class EndorsementPage(Given):
    items: list[EndorsementShown]


class NewTranslation(NewEdition):
    """`after` is the number of the translation it corrects, 0 for the first."""

    lang: Lang
    after: int = 0


class TranslationShown(Given):
    lang: str
    number: int
    title: str
    text: str
    text_sha256: str
    added_at: int


class TranslationPage(Given):
    """The last translation into each language that followed the seal."""

    items: list[TranslationShown]
    next: str | None


class SealShown(Given):
    id: str
    seal_sha256: str
    sealed_at: int
    content: dict[str, Any]


# Files and publication


class NewExport(Taken):
    format: Line
    lang: Lang


class ExportShown(Given):
    """`stage` is the last thing the worker said; `sha256` and `size` are known once `state` is ready."""

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


class ExportPage(Given):
    items: list[ExportShown]
    next: str | None


class RevisionShown(Given):
    number: int
    seal: str
    content: dict[str, Any]
    published_at: int


class PublicationShown(Given):
    id: str
    document: str
    state: str
    published_at: int
    note: str
    revisions: list[RevisionShown]


class Withdrawal(Taken):
    note: Line


# The machine


class RecordRow(Given):
    seq: int
    prev: str
    commitment: str
    salt: str | None
    content: str | None


class RecordPage(Given):
    items: list[RecordRow]
    next: str | None


class NoticeShown(Given):
    id: str
    kind: str
    sentence: str
    about: str
    at: int
    read: bool


class NoticePage(Given):
    items: list[NoticeShown]
    next: str | None


class MailShown(Given):
    id: str
    subject: str
    body: str
    state: str
    at: int


class MailPage(Given):
    items: list[MailShown]
    next: str | None
