"""Drafts, saves, authors and unsaved changes."""

from typing import ClassVar

from pydantic import model_validator

from service.web.api.schemas.base import NonNegativeInt, RequestModel, ResponseModel, ShortText
from service.web.forms.drafts import SaveDraft


class DraftResponse(ResponseModel):
    """The current draft. (epoch, seq) is the position to send when saving."""

    lang: str
    title: str
    text: str
    epoch: int
    seq: int
    frozen: bool


class SaveDraftRequest(SaveDraft, RequestModel):
    """A whole text, and the position (epoch, seq) it was edited from."""

    carries_texts: ClassVar[bool] = True


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


class KeepUnsavedChangeRequest(RequestModel):
    """Text that a draft did not accept: the author's whole text, and the position it was written from; without a
    position, only the added words. `why` is one of closed, frozen, role, restarted, diverged, old, refused."""

    carries_texts: ClassVar[bool] = True

    text: str
    why: ShortText
    at: DraftPositionRequest | None = None


class UnsavedChangeSummaryResponse(ResponseModel):
    """An unsaved change without its texts. `state` is kept (waiting for a decision), taken (added to the text) or
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


class UnsavedChangeResponse(UnsavedChangeSummaryResponse):
    """An unsaved change. `base` is the text it was written from; null if only the words are known."""

    base: str | None
    text: str


class UnsavedChangePage(ResponseModel):
    """Unsaved changes waiting for a decision, newest first; then the others, newest first."""

    items: list[UnsavedChangeSummaryResponse]
    next: str | None = None


class EntryNoticeResponse(ResponseModel):
    code: str
    count: int
    sentence: str


class FlaggedPlaceResponse(ResponseModel):
    """Words of the saved text, and their first line, from 1."""

    line: int
    words: str


class ReviewFlagResponse(ResponseModel):
    """What to read again after a merge: `both_changed`, `number_twice`, `stale_reference`, `added_twice`."""

    kind: str
    subject: str
    places: list[FlaggedPlaceResponse]


class SavedDraftResponse(ResponseModel):
    epoch: int
    seq: int
    text: str
    merged: bool
    notices: list[EntryNoticeResponse]
    flags: list[ReviewFlagResponse]


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
