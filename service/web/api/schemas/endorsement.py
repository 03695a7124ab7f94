"""Rounds, endorsements and seals."""

from typing import Annotated, Any, Literal

from pydantic import Field

from service.domain.endorsement.terms import MINUTE, RoundOptions
from service.web.api.schemas.base import Id, Lang, NonNegativeInt, RequestModel, ResponseModel, Sha256, Timestamp


class RoundOptionsModel(RequestModel):
    """The options of a round."""

    close_after_all_minutes: Annotated[int, Field(ge=0, le=60)] = 10
    dated_on: Annotated[str, Field(max_length=10)] = "approval"
    visible_while_open: Literal["all", "own"] = "all"
    named_in_public: Literal["counted", "named"] = "counted"
    proof: Literal["person", "mail"] = "person"

    @property
    def options(self) -> RoundOptions:
        """The options as the domain knows them."""
        return RoundOptions(
            date=self.dated_on,
            close_after_all_us=self.close_after_all_minutes * MINUTE,
            visible_while_open=self.visible_while_open,
            named_in_public=self.named_in_public,
            proof=self.proof,
        )


class OpenRoundRequest(RoundOptionsModel):
    """A round to open. Without `rule`, the usual rule of the kind of document applies.

    `dated_on` is the date that the text bears: an ISO date, or "approval" for the day of approval.
    `close_after_all_minutes` has an effect with `close_when_all_answered` only.
    """

    version: NonNegativeInt
    closes_at: Timestamp
    rule: dict[str, Any] | None = None
    close_when_all_answered: bool = False
    without_codes: bool = False


class SendOutRequest(RoundOptionsModel):
    """An urgent statement to send out. Its round is open for `hours` from its opening, which follows by itself.

    `seen`: the seq of each draft as the person saw it, by language; the other options are those of a round.
    """

    hours: Annotated[int, Field(ge=1, le=168)]
    at_least: NonNegativeInt
    seen: dict[Lang, NonNegativeInt] = {}
    without_codes: bool = False


class SendingResponse(ResponseModel):
    """An urgent statement that is sent out. `state` is requested, proving, opened, failed or cancelled.

    It ends without a round at `gives_up_at`. `failure` is {code, message, params}, with the `proof` that failed, if one
    did.
    """

    id: str
    document: str
    version: int
    state: str
    hours: int
    at_least: int
    requested_at: int
    gives_up_at: int
    ended_at: int | None
    round: str | None
    failure: dict[str, Any] | None


class SendingPage(ResponseModel):
    items: list[SendingResponse]


class RollEntryResponse(ResponseModel):
    organisation: str
    names: dict[str, str]


class RoundResponse(ResponseModel):
    """A round. `tally` is its result: if it closed now, or as it closed. `closes_answered_at` is when it closes because
    all have answered, `extended_at` when a dispute moved its deadline. Rounds of format 1 have no `terms`."""

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
    closes_answered_at: int | None
    extended_at: int | None
    close_when_all_answered: bool
    format: int
    wording: int
    terms: dict[str, Any] | None
    round_sha256: str | None
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
    proof: str
    marks: list[str]
    cast_at: int
    ended_at: int | None
    withdrawal: str | None


class EndorsementPage(ResponseModel):
    items: list[EndorsementResponse]


class DisputeRequest(RequestModel):
    """A dispute of the present answer of the user's organisation, by its id, or of its withdrawal."""

    endorsement: Id
    reason: Annotated[str, Field(max_length=10_000)]


class DisputeResponse(ResponseModel):
    """A dispute. `reason` is for its organisation only, null for others. `settled_at`: null while it is open."""

    id: str
    endorsement: str
    organisation: str
    subject: str
    at: int
    settled_at: int | None
    reason: str | None


class DisputePage(ResponseModel):
    items: list[DisputeResponse]


class WithdrawEndingRequest(RequestModel):
    """One's own request to end a round early: `close` or `cancel`."""

    act: Literal["close", "cancel"]


class SealOpeningResponse(ResponseModel):
    """The opening of a commitment: SHA-256 of `mithaq.position.v1`, a line feed, the salt and the canonical JSON of
    organisation and position."""

    commitment: str
    organisation: str
    position: str
    salt: str


class SealOpeningPage(ResponseModel):
    items: list[SealOpeningResponse]


class SealResponse(ResponseModel):
    id: str
    seal_sha256: str
    sealed_at: int
    content: dict[str, Any]
