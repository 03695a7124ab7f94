"""Documents, editions, versions and comparisons."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from service.web.api.schemas.base import (
    Lang,
    LocalizedText,
    Numbering,
    RequestModel,
    ResponseModel,
    ShortText,
)
from service.web.forms.steps import CutVersion


class EditionRequest(RequestModel):
    carries_texts: ClassVar[bool] = True

    title: ShortText
    text: str = ""


class AddEditionRequest(EditionRequest):
    lang: Lang
    authentic: bool = False


class FrontMatterRequest(RequestModel):
    """What is printed before and after the text. Empty fields are not printed."""

    place: LocalizedText = {}
    addressees: dict[Lang, Annotated[list[ShortText], Field(max_length=12)]] = {}
    reference: Annotated[ShortText, Field(description="Symbol or number of the document, up to 40 characters")] = ""
    numbered_paragraphs: Annotated[bool, Field(description="Number the paragraphs of the text in the files")] = False


class OpenDocumentRequest(RequestModel):
    carries_texts: ClassVar[bool] = True

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
    reference: ShortText | None = None
    numbered_paragraphs: bool | None = None


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


class OutsideChangeResponse(ResponseModel):
    """A fact outside the text that changed, in lines: title, kind, issuer, official texts, front matter or numbering.

    `lang` is empty for a value without a language.
    """

    fact: str
    lang: str
    old: list[str]
    new: list[str]


class ComparisonResponse(ResponseModel):
    """A comparison of two versions of an edition: `redline` as `mithaq redline --to json` prints it; `html` is the same
    for readers, as an HTML fragment. `outside` is what changed outside the text, as far as it is known; `other_texts`
    are the languages whose texts changed too."""

    lang: str
    old: int
    new: int
    redline: dict[str, Any]
    html: str
    outside: list[OutsideChangeResponse]
    other_texts: list[str]
