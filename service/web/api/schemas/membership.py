"""Coalition, organisations, people, roles and mandates."""

from typing import Annotated, Any, Literal

from pydantic import Field

from service.web.api.schemas.base import Id, Lang, LocalizedText, RequestModel, ResponseModel, ShortText, Timestamp
from service.web.forms.organisations import OrganisationNames
from service.web.forms.people import Approve, GrantRole


class PressContactRequest(RequestModel):
    name: LocalizedText = {}
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class WordListsRequest(RequestModel):
    """Word lists of the automatic advice. Each entry also covers longer words that start with it."""

    violations: list[str] = []
    actors: list[str] = []
    everybody: list[str] = []


class MailSettingsRequest(RequestModel):
    """Settings of all emails: whether sender and subject name the coalition, whether a code is also in the subject,
    and the address for answers."""

    names_coalition: bool = True
    code_in_subject: bool = False
    reply_to: Annotated[str, Field(max_length=254)] = ""


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
    mail: MailSettingsRequest | None = None


class FormerOriginResponse(ResponseModel):
    """An earlier public address, and until when (µs UTC) it was that."""

    origin: str
    moved_at: int


class CoalitionResponse(ResponseModel):
    """The coalition. `former_origins` are its earlier public addresses, the first one first."""

    id: str
    origin: str
    former_origins: list[FormerOriginResponse]
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
    address_proof: str


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
    starts_at: int | None
    marks: list[str]


class MandatePage(ResponseModel):
    items: list[MandateResponse]
    next: str | None


class ApproveRequest(Approve, RequestModel):
    pass


class ApprovalResponse(ResponseModel):
    """An act that waits for `needed` more persons; at `due_at` it takes effect anyway."""

    id: str
    act: str
    subject: str
    organisation: str | None
    requested_by: str
    requested_at: int
    due_at: int | None
    state: str
    confirmations: int
    needed: int


class ApprovalPage(ResponseModel):
    items: list[ApprovalResponse]
    next: str | None


class ProposalResponse(ResponseModel):
    """A person proposed as focal point or signatory."""

    id: str
    person: str
    organisation: str
    role: str
    proposed_by: str | None
    proposed_at: int


class ProposalPage(ResponseModel):
    items: list[ProposalResponse]
    next: str | None
