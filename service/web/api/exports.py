"""Exports, files and publications, over the API."""

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.publication import exports, publications, translations
from service.domain.errors import NotFound
from service.domain.publication.export import MEDIA_TYPES, file_name
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from service.web.api import presenters, schemas
from service.web.http.api_handler import Answer, Call
from service.web.http.downloads import file_headers, whole_file
from service.web.http.pagination import cursor, window


def list_exports(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "export.read", call.path["document"])
    after, limit = window(call.query)
    made = exports_store.of_document(call.tx, found.id, after=after, limit=limit)
    items = [presenters.export(call.tx, one) for _, one in made]
    return Answer(schemas.ExportPage(items=items, next=cursor([seq for seq, _ in made], limit)))


def request_export(call: Call[schemas.NewExport]) -> Answer:
    document = call.path["document"]
    id = exports.request(call.tx, call.actor, document_id=document, format_=call.body.format, lang=call.body.lang)
    return Answer(presenters.export(call.tx, seen(exports_store.get(call.tx, id))), 202)


def show_export(call: Call[None]) -> Answer:
    found = seen(exports_store.get(call.tx, call.path["export"]))
    authorization.document(call.tx, call.actor, "export.read", found.document)
    return Answer(presenters.export(call.tx, found))


def download(call: Call[None]) -> Answer:
    export, artefact, title = exports.file(call.tx, call.actor, export_id=call.path["export"])
    name = file_name(title, lang=export.lang, format_=export.format)
    headers = file_headers(name, media_type=artefact.media_type, sha256=artefact.sha256, size=artefact.size)
    return Answer(headers=headers, stream=whole_file(call.house, artefact.sha256))


def list_translations(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "version.read", call.path["document"])
    seal = seals_store.of_document(call.tx, found.id)
    made = translations_store.newest(call.tx, seal.id) if seal else {}
    return Answer(schemas.TranslationPage(items=[presenters.translation(one) for one in made.values()], next=None))


def add_translation(call: Call[schemas.NewTranslation]) -> Answer:
    body = call.body
    made = translations.add(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=body.lang,
        title=body.title,
        text=body.text,
        after=body.after,
    )
    return Answer(presenters.translation(made), 201)


def show_publication(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "document.read", call.path["document"])
    return Answer(presenters.publication(seen(publications_store.of_document(call.tx, found.id))))


def publish(call: Call[None]) -> Answer:
    made = publications.publish(call.tx, call.actor, document_id=call.path["document"])
    return Answer(presenters.publication(made), 201)


def withdraw(call: Call[schemas.Withdrawal]) -> Answer:
    found = publications.withdraw(call.tx, call.actor, document_id=call.path["document"], note=call.body.note)
    return Answer(presenters.publication(found))


def published(call: Call[None]) -> Answer:
    """A publication, for everyone."""
    return Answer(presenters.publication(seen(publications_store.get(call.tx, call.path["publication"]))))


def published_file(call: Call[None]) -> Answer:
    """A file of a publication, for everyone: by its digest, while the publication is public."""
    found = seen(publications_store.get(call.tx, call.path["publication"]))
    files = [file for revision in found.revisions for file in _files(revision.content)]
    wanted = next((file for file in files if file["sha256"] == call.path["sha256"]), None)
    if wanted is None or found.state != "public":
        raise NotFound()
    name = f"{found.document}.{wanted['lang']}.{wanted['format']}"
    media_type = MEDIA_TYPES[str(wanted["format"])]
    headers = file_headers(name, media_type=media_type, sha256=wanted["sha256"], size=int(wanted["size"]))
    return Answer(headers=headers, stream=whole_file(call.house, wanted["sha256"]))


def _files(content: object) -> list[dict[str, str]]:
    assert isinstance(content, dict)
    return list(content["files"])
