"""Exports, files and publications, over the API."""

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.publication import exports, publications, translations
from service.domain.errors import NotFound
from service.domain.publication.export import file_name, stored_format
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from service.web.api import presenters
from service.web.api.schemas.publication import (
    AddTranslationRequest,
    ExportPage,
    RequestExportRequest,
    TranslationPage,
    WithdrawPublicationRequest,
)
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.downloads import attachment_headers, open_export_file
from service.web.http.pagination import next_cursor, page_window


def list_exports(call: ApiCall[None]) -> ApiResponse:
    found = authorization.load_document(call.tx, call.actor, "export.read", call.path["document"])
    after, limit = page_window(call.query)
    made = exports_store.list_by_document(call.tx, found.id, after=after, limit=limit)
    items = [presenters.export(call.tx, one) for _, one in made]
    return ApiResponse(ExportPage(items=items, next=next_cursor([seq for seq, _ in made], limit)))


def request_export(call: ApiCall[RequestExportRequest]) -> ApiResponse:
    document = call.path["document"]
    id = exports.request_export(
        call.tx, call.actor, document_id=document, format_=call.body.format, lang=call.body.lang
    )
    return ApiResponse(presenters.export(call.tx, or_not_found(exports_store.get(call.tx, id))), 202)


def show_export(call: ApiCall[None]) -> ApiResponse:
    found = or_not_found(exports_store.get(call.tx, call.path["export"]))
    authorization.load_document(call.tx, call.actor, "export.read", found.document)
    return ApiResponse(presenters.export(call.tx, found))


def download(call: ApiCall[None]) -> ApiResponse:
    export, artefact, title = exports.get_file(call.tx, call.actor, export_id=call.path["export"])
    name = file_name(title, lang=export.lang, suffix=stored_format(export.format).suffix)
    headers = attachment_headers(name, media_type=artefact.media_type, sha256=artefact.sha256, size=artefact.size)
    return ApiResponse(headers=headers, stream=open_export_file(call.app_state, artefact.sha256))


def list_translations(call: ApiCall[None]) -> ApiResponse:
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    seal = seals_store.get_by_document(call.tx, found.id)
    made = translations_store.list_newest(call.tx, seal.id) if seal else {}
    return ApiResponse(TranslationPage(items=[presenters.translation(one) for one in made.values()], next=None))


def add_translation(call: ApiCall[AddTranslationRequest]) -> ApiResponse:
    body = call.body
    made = translations.add_translation(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=body.lang,
        title=body.title,
        text=body.text,
        after=body.after,
    )
    return ApiResponse(presenters.translation(made), 201)


def show_publication(call: ApiCall[None]) -> ApiResponse:
    found = authorization.load_document(call.tx, call.actor, "document.read", call.path["document"])
    return ApiResponse(presenters.publication(or_not_found(publications_store.get_by_document(call.tx, found.id))))


def publish(call: ApiCall[None]) -> ApiResponse:
    made = publications.publish(call.tx, call.actor, document_id=call.path["document"])
    return ApiResponse(presenters.publication(made), 201)


def withdraw(call: ApiCall[WithdrawPublicationRequest]) -> ApiResponse:
    found = publications.withdraw(call.tx, call.actor, document_id=call.path["document"], note=call.body.note)
    return ApiResponse(presenters.publication(found))


def published(call: ApiCall[None]) -> ApiResponse:
    """A publication, for everyone."""
    return ApiResponse(presenters.publication(or_not_found(publications_store.get(call.tx, call.path["publication"]))))


def published_file(call: ApiCall[None]) -> ApiResponse:
    """A file of a publication, for everyone: by its digest, while the publication is public."""
    found = or_not_found(publications_store.get(call.tx, call.path["publication"]))
    files = [file for revision in found.revisions for file in _published_files(revision.content)]
    wanted = next((file for file in files if file["sha256"] == call.path["sha256"]), None)
    if wanted is None or found.state != "public":
        raise NotFound()
    format_ = stored_format(str(wanted["format"]))
    name = f"{found.document}.{wanted['lang']}.{format_.suffix}"
    headers = attachment_headers(name, media_type=format_.media_type, sha256=wanted["sha256"], size=int(wanted["size"]))
    return ApiResponse(headers=headers, stream=open_export_file(call.app_state, wanted["sha256"]))


def _published_files(content: object) -> list[dict[str, str]]:
    assert isinstance(content, dict)
    return list(content["files"])
