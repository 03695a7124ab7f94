"""Types and base classes that all schemas share."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.web.forms.models import Id as Id
from service.web.forms.models import Lang as Lang
from service.web.forms.models import LocalizedText as LocalizedText
from service.web.forms.models import NonNegativeInt as NonNegativeInt
from service.web.forms.models import ShortText as ShortText

Timestamp = Annotated[int, Field(ge=0, lt=2**53, description="Microseconds since 1970, UTC")]


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


Numbering = Annotated[Literal["typed", "automatic"], Field(description="Numbers of articles and other provisions")]


Position = Literal["endorse", "endorse_with_reservation", "abstain", "decline"]


class RequestModel(BaseModel):
    """Base of the requests: unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid", strict=True)

    carries_texts: ClassVar[bool] = False


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
    request: str | None = None


class CreatedResponse(ResponseModel):
    id: str
