"""Comments and their threads."""

from typing import Annotated, Literal

from pydantic import Field

from service.web.api.schemas.base import Id, NonNegativeInt, RequestModel, ResponseModel


class CommentAuthorResponse(ResponseModel):
    """The author of a comment. Names are in the reader's language if there is one."""

    person: str
    name: str
    organisation: str


class MentionablePersonResponse(ResponseModel):
    """A person who can be mentioned. `own`: in the reader's organisation, so that a comment for it only can mention
    them. `names`: in every language, so that the person is found by each of them."""

    id: str
    name: str
    names: list[str]
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
    `people` can be mentioned; `own_names`: the names of the user in every language."""

    epoch: int
    seq: int
    may: CommentPermissionsResponse
    comments: list[CommentResponse]
    people: list[MentionablePersonResponse]
    own_names: list[str]


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
