"""Suggested changes: a base, a proposed text, and parts of their difference that are decided one by one."""

from typing import Annotated, ClassVar

from pydantic import Field

from service.domain.suggestions.hunks import MAX_HUNKS
from service.web.api.schemas.base import NonNegativeInt, RequestModel, ResponseModel, ShortText
from service.web.api.schemas.drafts import DraftPositionRequest

HunkNumbers = Annotated[list[NonNegativeInt], Field(max_length=MAX_HUNKS)]


class SuggestUnsavedChangeRequest(RequestModel):
    """Why the author suggests the change; may be empty."""

    reason: ShortText = ""


class AddSuggestionRequest(SuggestUnsavedChangeRequest):
    """A whole text, the position of the draft it was edited from, and why; the reason may be empty."""

    carries_texts: ClassVar[bool] = True

    text: str
    at: DraftPositionRequest


class DecideSuggestionRequest(RequestModel):
    """The numbers of the parts to decide on; without them, all that are pending."""

    hunks: HunkNumbers | None = None


class ResolveSuggestionRequest(RequestModel):
    """What the text should say where part `hunk` is in conflict. `seen` is the SHA-256 of the passage of the draft that
    was shown (`live` of its place)."""

    carries_texts: ClassVar[bool] = True

    hunk: NonNegativeInt
    seen: ShortText
    passage: str


class HunkResponse(ResponseModel):
    """A part: code points `start` to `end` of the base become `text`. `state` is pending, accepted or dismissed;
    `applied` is what a drafter wrote instead."""

    number: int
    start: int
    end: int
    text: str
    state: str
    applied: str | None
    ended_by: str | None
    ended_at: int | None


class SuggestionSummaryResponse(ResponseModel):
    """A suggested change without its texts. `state` is pending, accepted, dismissed or partly (accepted)."""

    id: str
    document: str
    lang: str
    reason: str
    state: str
    by: str
    at: int
    ended_at: int | None
    hunks: list[HunkResponse]


class SuggestionResponse(SuggestionSummaryResponse):
    """A suggested change. `base` was the draft at (epoch, draft_seq)."""

    epoch: int
    draft_seq: int
    base: str
    proposed: str


class SuggestionPage(ResponseModel):
    """Suggested changes waiting for a decision, newest first; then the others, newest first."""

    items: list[SuggestionSummaryResponse]
    next: str | None = None


class HunkPlaceResponse(ResponseModel):
    """Code points `start` to `end` of the draft, now `live`, would become `text`. `kind` is clean, present (the draft
    says it already) or conflict (others changed the words; `numbers` may be several parts)."""

    kind: str
    numbers: list[int]
    start: int
    end: int
    text: str
    live: str


class SuggestionAuthorResponse(ResponseModel):
    """The author: names by language, the names of the organisation, and the number of their colour."""

    id: str
    names: dict[str, str]
    organisation: dict[str, str]
    colour: int


class PlacedSuggestionResponse(ResponseModel):
    """A pending suggested change and the places of its pending parts, in the order of the text."""

    id: str
    reason: str
    by: SuggestionAuthorResponse
    at: int
    is_own: bool
    places: list[HunkPlaceResponse]


class PlacedSuggestionsResponse(ResponseModel):
    """Pending suggested changes in the draft at (epoch, seq), oldest first. `can_decide`: you may accept them."""

    epoch: int
    seq: int
    can_decide: bool
    items: list[PlacedSuggestionResponse]


class DecidedSuggestionResponse(ResponseModel):
    """A suggested change after a decision; the parts in `conflicts` stay pending, as others changed their words."""

    suggestion: SuggestionResponse
    conflicts: list[int]
