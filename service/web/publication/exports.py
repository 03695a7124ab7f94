"""Page and forms for the exports of an approved document: request, download, publish and withdraw."""

from collections.abc import Mapping
from hashlib import sha256

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.publication import exports, publications
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.publication.description import check_description, describe_text
from service.domain.publication.export import READY, file_name
from service.domain.publication.publication import Publication, Seal
from service.domain.publication.sealed_facts import read_seal
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication.translations import list_newest
from service.web.forms.handlers import Confirmation, form, page
from service.web.forms.publication import PublishForm, RequestExportForm, WithdrawPublicationForm
from service.web.http.context import Form, RequestContext
from service.web.http.downloads import attachment_headers
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.publication.export_list import list_export_files
from service.web.publication.link_preview import PUBLIC, share_publication
from service.web.publication.translation_texts import may_add_translation, untranslated_languages
from service.web.publication.zip_archive import MEDIA_TYPE, build_zip
from service.web.rendering import labels
from service.web.shell.document_page import render_document_page


@page
def list_files(context: RequestContext) -> Response:
    """Render `/documents/{document}/files`: each export with its progress, and the forms of publication."""
    found = authorization.load_document(context.tx, context.user, "export.read", context.path_param("document"))
    seal = authorization.or_not_found(seals_store.get_by_document(context.tx, found.id))
    publication = publications_store.get_by_document(context.tx, found.id)
    resource = Resource(document=found.id, state=found.state, ever_shared=found.ever_shared)
    is_public = publication is not None and publication.state == PUBLIC
    withdrawn = publication is not None and not is_public
    facts = read_seal(seal.content)
    titles = _titles(context, seal)
    return render_document_page(
        context,
        found,
        "publication/files.html",
        tab="files",
        followed=len(titles) > len(found.editions),
        seal=seal,
        version_page=f"/documents/{found.id}/versions/{seal.content['version']['number']}",
        endorsed=facts.endorsed,
        reserved=facts.reserved,
        base=facts.members,
        files=list_export_files(context, found.id, seal=seal.id, titles=titles),
        publication=publication,
        is_public=is_public,
        shared=share_publication(context, publication, titles) if publication and is_public else None,
        news=publications.get_publish_status(context.tx, found)
        if context.may("publication.publish", resource)
        else None,
        requests=context.may("export.request", resource),
        titles_of=titles,
        descriptions={} if withdrawn else _descriptions(context, seal) | _written(publication),
        withdraws=is_public and context.may("publication.withdraw", resource),
        translates=may_add_translation(context, found) and bool(untranslated_languages(seal)),
        key=new_idempotency_key(),
    )


@page
def download_archive(context: RequestContext) -> Response:
    """Return `/documents/{document}/files.zip`: the exports that are ready, in one archive."""
    found = authorization.load_document(context.tx, context.user, "export.read", context.path_param("document"))
    seal = authorization.or_not_found(seals_store.get_by_document(context.tx, found.id))
    titles = _titles(context, seal)
    export_files = [
        one
        for those in list_export_files(context, found.id, seal=seal.id, titles=titles).by_lang.values()
        for one in those
    ]
    ready = sorted((one for one in export_files if one.state == READY), key=lambda one: one.name)
    authorization.or_not_found(ready or None)
    size, body = build_zip(context.app_state, ready)
    name = file_name(next(iter(titles.values())), lang=seal.seal_sha256[:8], suffix="zip")
    digests = "".join(one.sha256 for one in ready).encode()
    headers = attachment_headers(name, media_type=MEDIA_TYPE, sha256=sha256(digests).hexdigest(), size=size)
    return StreamingResponse(body, headers=headers)


def _titles(context: RequestContext, seal: Seal) -> dict[str, str]:
    """Return titles by language: of the sealed editions, and of translations added after approval."""
    sealed = {code: edition["title"] for code, edition in seal.content["version"]["editions"].items()}
    return sealed | {code: one.title for code, one in list_newest(context.tx, seal.id).items()}


def _written(publication: Publication | None) -> dict[str, str]:
    """Return the descriptions that were written by a person for the last revision."""
    return dict(publication.revisions[-1].content.get(publications.DESCRIPTIONS, {})) if publication else {}


def _descriptions(context: RequestContext, seal: Seal) -> dict[str, str]:
    """Return the description of the link preview by language: of the sealed editions, and of later translations."""
    editions = authorization.or_not_found(versions_store.get(context.tx, seal.version)).editions
    sealed = {code: describe_text(one.text) for code, one in editions.items()}
    return sealed | {code: describe_text(one.text) for code, one in list_newest(context.tx, seal.id).items()}


@form()
def request_export(context: RequestContext, form: Form) -> Response:
    """Request an export, or request it again after it failed."""

    def action() -> str:
        document, sent = context.path_param("document"), RequestExportForm.parse(form)
        exports.request_export(context.tx, context.user, document_id=document, format_=sent.format, lang=sent.lang)
        context.tell("files_requested")
        return f"/documents/{document}/files"

    return run_once(context, form, action)


def _describe_publishing(context: RequestContext, form: Form) -> Confirmation:
    document = authorization.load_document(
        context.tx, context.user, "publication.publish", context.path_param("document")
    )
    for written in PublishForm.parse(form).descriptions.values():
        check_description(written)
    t = context.formatter.translate
    return Confirmation(
        question=t(N_("Publish this document?")),
        title=context.formatter.plain_name(labels.titles(document)),
        lines=[
            t(N_("The text, signatories, reservations and files become public at one address.")),
            t(N_("Published files are never replaced.")),
        ],
        verb=t(N_("Publish")),
        back=f"/documents/{document.id}/files",
    )


@form(redisplay=list_files, codes=(), confirm=_describe_publishing)
def publish(context: RequestContext, form: Form) -> Response:
    """Publish the document, or a new revision of its publication, then redirect to the public page."""

    def action() -> str:
        document = context.path_param("document")
        written = _changed_descriptions(context, document, PublishForm.parse(form).descriptions)
        made = publications.publish(context.tx, context.user, document_id=document, descriptions=written)
        _tell_titled(context, "published")
        return f"/documents/{made.document}/files"

    return run_once(context, form, action)


def _changed_descriptions(context: RequestContext, document: str, sent: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return the descriptions that differ from those made from the text; None if the form had no such fields."""
    seal = seals_store.get_by_document(context.tx, document)
    if not sent or seal is None:
        return None
    made = _descriptions(context, seal)
    return {lang: one for lang, one in sent.items() if " ".join(one.split()) != made.get(lang)}


def _tell_titled(context: RequestContext, code: str) -> None:
    document = authorization.or_not_found(documents_store.get(context.tx, context.path_param("document")))
    context.tell(code, title=context.formatter.plain_name(labels.titles(document)))


def _describe_withdrawal(context: RequestContext, form: Form) -> Confirmation | None:
    document = authorization.load_document(
        context.tx, context.user, "publication.withdraw", context.path_param("document")
    )
    if not WithdrawPublicationForm.parse(form).note.strip():
        return None
    t = context.formatter.translate
    return Confirmation(
        question=t(N_("Withdraw this publication?")),
        title=context.formatter.plain_name(labels.titles(document)),
        lines=[
            t(N_("The public page shows your note instead of the text. Copies that others saved stay with them.")),
            t(N_("This cannot be undone.")),
        ],
        verb=t(N_("Withdraw the publication")),
        back=f"/documents/{document.id}/files",
        is_grave=True,
    )


@form(redisplay=list_files, confirm=_describe_withdrawal)
def withdraw(context: RequestContext, form: Form) -> Response:
    """Withdraw the publication with a public note, then redirect to the public page."""

    def action() -> str:
        document, note = context.path_param("document"), WithdrawPublicationForm.parse(form).note
        made = publications.withdraw(context.tx, context.user, document_id=document, note=note)
        context.tell("publication_withdrawn")
        return f"/p/{made.id}"

    return run_once(context, form, action)
