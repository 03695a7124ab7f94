"""Translations after approval, exports and publications."""

from typing import Any

from service.web.api.schemas.base import Lang, NonNegativeInt, RequestModel, ResponseModel, ShortText
from service.web.api.schemas.documents import EditionRequest
from service.web.forms.publication import RequestExport


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


class RequestExportRequest(RequestExport, RequestModel):
    pass


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


class DraftFileRequest(RequestModel):
    """A file of a version, or of the draft as it is now if `version` is left out, as "pdf" or "docx".

    With `older`, the comparison of that version with `version`, as "pdf", in the layout "inline" or "side".
    """

    format: ShortText
    lang: Lang
    version: NonNegativeInt | None = None
    older: NonNegativeInt | None = None
    layout: ShortText = "inline"
    line_numbers: bool = False


class DraftFileResponse(ResponseModel):
    """A file of a text that is not approved, deleted 7 days after `requested_at`. `version` is null for the draft.

    A comparison has its `older` version and its `layout`.
    """

    id: str
    document: str
    format: str
    lang: str
    version: int | None
    older: int | None
    layout: str
    line_numbers: bool
    state: str
    stage: str
    requested_at: int
    ended_at: int | None
    sha256: str | None
    size: int | None
    failure: dict[str, Any] | None


class DraftFilePage(ResponseModel):
    items: list[DraftFileResponse]
    next: str | None


class ProofResponse(ResponseModel):
    """A proof: a file as it would be approved. `stage` is the last stage that the worker reported; `sha256` and `size`
    are known once `state` is whole."""

    id: str
    document: str
    version: int
    format: str
    lang: str
    state: str
    stage: str
    requested_at: int
    ended_at: int | None
    sha256: str | None
    size: int | None
    failure: dict[str, Any] | None


class ProofPage(ResponseModel):
    """The proofs of the latest `version`. `whole`: a round can open on them; a file that is missing must be made again,
    because something has changed."""

    items: list[ProofResponse]
    next: str | None
    version: int
    whole: bool


class RemakeProofsRequest(RequestModel):
    version: NonNegativeInt


class ProofWaiverRequest(RequestModel):
    """Why a round must open without whole proofs of this version; everyone who signs reads it."""

    version: NonNegativeInt
    reason: ShortText


class ProofWaiverResponse(ResponseModel):
    """`approval` is the request that waits for a second person; none if the waiver is in force."""

    approval: str | None


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
