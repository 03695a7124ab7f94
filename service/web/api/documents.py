"""API handlers of documents, drafts, versions and comparisons."""

from dataclasses import asdict
from typing import Any, cast

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.documents import documents, editions, versions
from service.actions.drafts import authorship, restore, save
from service.domain.policy import scope
from service.domain.text.merge.overlapping_sentences import FlaggedPlaces
from service.i18n import Translator
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.api import presenters
from service.web.api.schemas.documents import (
    AddEditionRequest,
    CutVersionRequest,
    DocumentPage,
    MoveDocumentRequest,
    OpenDocumentRequest,
    SetNumberingRequest,
    SetTitleRequest,
    UpdateFrontMatterRequest,
    VersionPage,
)
from service.web.api.schemas.drafts import (
    DraftSavePage,
    DraftSaveResponse,
    EntryNoticeResponse,
    RestoreDraftRequest,
    ReviewFlagResponse,
    SavedDraftResponse,
    SaveDraftRequest,
)
from service.web.forms.fields import parse_version_number
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def list_documents(call: ApiCall[None]) -> ApiResponse:
    """List the documents the user may read."""
    after, limit = page_window(call.query)
    found = documents_store.list_in_scope(call.tx, scope(call.actor, "document.read"), after=after, limit=limit)
    items = [presenters.document(one) for _, one in found]
    return ApiResponse(DocumentPage(items=items, next=next_cursor([seq for seq, _ in found], limit)))


def open_document(call: ApiCall[OpenDocumentRequest]) -> ApiResponse:
    """Open a document."""
    body = call.body
    id = documents.open_document(
        call.tx,
        call.actor,
        kind=body.kind,
        issued_by=body.issued_by,
        authentic=body.authentic,
        editions={lang: documents.InitialText(first.title, first.text) for lang, first in body.editions.items()},
        front=body.front.model_dump(),
        urgent=body.urgent,
        numbering=body.numbering,
    )
    return _document_response(call, id, status=201)


def show_document(call: ApiCall[None]) -> ApiResponse:
    """Return a document with its ETag."""
    found = authorization.load_document(call.tx, call.actor, "document.read", call.path["document"])
    return ApiResponse(presenters.document(found), headers=presenters.etag(found))


def edit_front(call: ApiCall[UpdateFrontMatterRequest]) -> ApiResponse:
    """Update the front matter."""
    id = call.path["document"]
    documents.update_front_matter(
        call.tx, call.actor, document_id=id, front=call.body.model_dump(exclude_none=True), rev=call.rev
    )
    return _document_response(call, id)


def renumber(call: ApiCall[SetNumberingRequest]) -> ApiResponse:
    """Choose typed or automatic numbering."""
    id = call.path["document"]
    documents.set_numbering(call.tx, call.actor, document_id=id, numbering=call.body.numbering, rev=call.rev)
    return _document_response(call, id)


def move(call: ApiCall[MoveDocumentRequest]) -> ApiResponse:
    """Move a document to another state."""
    id = call.path["document"]
    documents.change_state(
        call.tx, call.actor, document_id=id, to_state=call.body.to, note=call.body.note, rev=call.rev
    )
    return _document_response(call, id)


def add_edition(call: ApiCall[AddEditionRequest]) -> ApiResponse:
    """Add a language."""
    id, body = call.path["document"], call.body
    first = documents.InitialText(body.title, body.text)
    editions.add(
        call.tx, call.actor, document_id=id, lang=body.lang, initial=first, authentic=body.authentic, rev=call.rev
    )
    return _document_response(call, id, status=201)


def retitle(call: ApiCall[SetTitleRequest]) -> ApiResponse:
    """Set the working title of an edition."""
    id, lang = call.path["document"], call.path["lang"]
    documents.set_title(call.tx, call.actor, document_id=id, lang=lang, title=call.body.title, rev=call.rev)
    return _document_response(call, id)


def show_draft(call: ApiCall[Any]) -> ApiResponse:
    """Return the draft of an edition."""
    found = save.read(call.tx, call.actor, document_id=call.path["document"], lang=call.path["lang"])
    return ApiResponse(presenters.draft(found))


def plan_draft(call: ApiCall[SaveDraftRequest]) -> save.SavePlan:
    """Compute the merge of a save before the write lock is taken."""
    return save.plan_save(call.tx, call.actor, **_save_args(call))


def save_draft(call: ApiCall[SaveDraftRequest]) -> ApiResponse:
    """Save the whole text of a draft."""
    saved = save.save(call.tx, call.actor, **_save_args(call), plan=cast(save.SavePlan | None, call.plan))
    translator = Translator(call.actor.lang)
    notices = [
        EntryNoticeResponse(code=one.code, count=one.count, sentence=translator.t(one.sentence, count=one.count))
        for one in saved.notices
    ]
    return ApiResponse(
        SavedDraftResponse(
            epoch=saved.epoch,
            seq=saved.seq,
            text=saved.text,
            merged=saved.merged,
            notices=notices,
            flags=_review_flags(saved),
        )
    )


def _review_flags(saved: save.SavedDraft) -> list[ReviewFlagResponse]:
    sentences = [FlaggedPlaces("both_changed", (one,), "") for one in saved.review]
    return [ReviewFlagResponse(**asdict(one)) for one in (*sentences, *saved.flags)]


def _save_args(call: ApiCall[SaveDraftRequest]) -> dict[str, Any]:
    place = {"document_id": call.path["document"], "lang": call.path["lang"]}
    return {**place, "text": call.body.text, "epoch": call.body.epoch, "seq": call.body.seq}


def restore_version(call: ApiCall[RestoreDraftRequest]) -> ApiResponse:
    """Restore the draft to a version, or to a row of its journal."""
    id, lang = call.path["document"], call.path["lang"]
    if call.body.seq is not None:
        found = restore.restore_position(call.tx, call.actor, document_id=id, lang=lang, seq=call.body.seq)
    else:
        found = restore.restore_version(call.tx, call.actor, document_id=id, lang=lang, number=call.body.number or 0)
    return ApiResponse(presenters.draft(found))


def list_hands(call: ApiCall[None]) -> ApiResponse:
    """List the latest rows of the draft's journal, newest first: who saved when."""
    found = authorization.load_document(call.tx, call.actor, "draft.read", call.path["document"])
    edition = save.get_edition(found, call.path["lang"])
    rows = journal_store.list_latest_updates(
        call.tx, edition.draft, epoch=journal_store.get_head(call.tx, edition.draft).epoch
    )
    items = [DraftSaveResponse(seq=row.seq, at=row.at, person=row.actor, origin=row.origin) for row in rows]
    return ApiResponse(DraftSavePage(items=items))


def list_authors(call: ApiCall[None]) -> ApiResponse:
    """List the authors of a draft, and which client ids are theirs."""
    id, lang = call.path["document"], call.path["lang"]
    found = authorship.list_authors(call.tx, call.actor, document_id=id, lang=lang)
    return ApiResponse(presenters.draft_authors(found, lang=call.actor.lang))


def list_versions(call: ApiCall[None]) -> ApiResponse:
    """List the versions of a document."""
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    after, limit = page_window(call.query)
    cut = versions_store.list_by_document(call.tx, found.id, after=after, limit=limit)
    items = [presenters.version_brief(one) for one in cut]
    return ApiResponse(VersionPage(items=items, next=next_cursor([one.number for one in cut], limit)))


def cut_version(call: ApiCall[CutVersionRequest]) -> ApiResponse:
    """Create a version."""
    id = call.path["document"]
    body = call.body
    new = versions.cut_version(call.tx, call.actor, document_id=id, note=body.note, seen_seqs=body.seen, rev=call.rev)
    return ApiResponse(presenters.version(new), 201)


def show_version(call: ApiCall[None]) -> ApiResponse:
    """Return a version with its texts."""
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    return ApiResponse(
        presenters.version(
            or_not_found(versions_store.get_by_number(call.tx, found.id, parse_version_number(call.path["number"])))
        )
    )


def _document_response(call: ApiCall[Any], id: str, *, status: int = 200) -> ApiResponse:
    found = or_not_found(documents_store.get(call.tx, id))
    return ApiResponse(presenters.document(found), status, presenters.etag(found))
