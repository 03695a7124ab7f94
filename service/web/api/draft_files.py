"""API handlers of the files of texts that are not approved."""

from service.actions.authorization import or_not_found
from service.actions.publication import draft_files
from service.domain.publication.draft_file import DraftFile
from service.domain.publication.export import file_name, stored_format
from service.store.publication import draft_files as draft_files_store
from service.web.api.schemas.publication import DraftFilePage, DraftFileRequest, DraftFileResponse
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.downloads import attachment_headers, open_proof_file


def list_files(call: ApiCall[None]) -> ApiResponse:
    """List one's own files of a document, newest first."""
    found = draft_files.list_own(call.tx, call.actor, document_id=call.path["document"])
    return ApiResponse(DraftFilePage(items=[_present(one) for one in found], next=None))


def request_file(call: ApiCall[DraftFileRequest]) -> ApiResponse:
    """Ask for a file, or for a comparison."""
    if call.body.older is not None:
        id = draft_files.request_comparison(
            call.tx,
            call.actor,
            document_id=call.path["document"],
            lang=call.body.lang,
            older=call.body.older,
            newer=or_not_found(call.body.version),
            format_=call.body.format,
            layout=call.body.layout,
        )
        return ApiResponse(_present(or_not_found(draft_files_store.get(call.tx, id))), 202)
    id = draft_files.request_file(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=call.body.lang,
        number=call.body.version,
        format_=call.body.format,
        line_numbers=call.body.line_numbers,
    )
    return ApiResponse(_present(or_not_found(draft_files_store.get(call.tx, id))), 202)


def download(call: ApiCall[None]) -> ApiResponse:
    """Return one's own file."""
    file = draft_files.get_file(call.tx, call.actor, file_id=call.path["file"])
    format_, sha256 = stored_format(file.format), str(file.sha256)
    name = file_name(f"draft {file.subject.title}", lang=file.subject.lang, suffix=format_.suffix)
    headers = attachment_headers(name, media_type=format_.media_type, sha256=sha256, size=file.size or 0)
    return ApiResponse(headers=headers, stream=open_proof_file(call.app_state, sha256))


def _present(file: DraftFile) -> DraftFileResponse:
    return DraftFileResponse(
        id=file.id,
        document=file.document,
        format=file.format,
        lang=file.subject.lang,
        version=file.subject.number,
        older=file.subject.older,
        layout=file.subject.layout,
        line_numbers=file.line_numbers,
        state=file.state,
        stage=file.stage,
        requested_at=file.requested_at,
        ended_at=file.ended_at,
        sha256=file.sha256,
        size=file.size,
        failure=dict(file.failure) if file.failure else None,
    )
