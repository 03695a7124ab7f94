"""The page of a document: its text with outline, comments and settings; and the download of its exported files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.drafts import suggestions, unsaved_changes
from service.actions.drafts.last_seen import UnseenChanges
from service.actions.publication import exports
from service.domain.comments.comment import OPEN, Thread
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.publication.export import file_name, stored_format
from service.domain.publication.publication import Translation
from service.store.comments import comments as comments_store
from service.store.drafts import journal as journal_store
from service.store.publication.translations import list_newest
from service.web.documents.participants import list_participants
from service.web.drafts.permissions import may_add_edition, may_read_draft, may_suggest
from service.web.drafts.writing_advice import ADVICE_QUESTIONS, advise_on
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.downloads import attachment_headers, open_export_file
from service.web.publication.translation_texts import may_add_translation, translation_text, untranslated_languages
from service.web.shell.document_page import load_progress, render_document_page
from service.web.shell.progress import DocumentProgress
from service.web.shell.tabs import TEXT
from service.web.texts.last_seen import last_seen_version, list_unseen_changes, mark_draft_seen
from service.web.texts.selection import (
    DraftSave,
    ShownText,
    chosen_language,
    draft_text,
    is_draft_shown,
    last_saves,
    version_text,
)

MAX_MARGIN_THREADS = 8
"""Open threads listed beside the text; the tab of comments has all."""


@dataclass(frozen=True)
class SettingLink:
    """A link to what is set for the document: its label (message id) and address."""

    label: str
    href: str


@page
def show_document(context: RequestContext) -> Response:
    """Serve `/documents/{document}`: the text of a document in one language, the draft for those who may read it."""
    found = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    progress = load_progress(context, found)
    later_translations = list_newest(context.tx, progress.seal.id) if progress.seal else {}
    langs = sorted({*found.editions, *later_translations})
    lang = chosen_language(context, langs, authentic=found.authentic)
    shows_live_draft = is_draft_shown(context, found)
    last = progress.version.number if progress.version else 0
    shown = _shown_text(context, found, progress.version, later_translations, lang, shows_live_draft=shows_live_draft)
    can_write = found.state == DRAFTING and context.may("draft.save", _resource(found))
    return render_document_page(
        context,
        found,
        "documents/document.html",
        tab=TEXT,
        lang=lang,
        progress=progress,
        standing=progress,
        shown=shown,
        aids=advise_on(context, shown.text, lang=lang) if can_write and shown and shown.text else None,
        asks=ADVICE_QUESTIONS,
        since=last_seen_version(context, found, newest=last, shown=last),
        news=_unseen_changes(context, found, lang, shows_live_draft=shows_live_draft, can_write=can_write),
        saves=_last_saves(context, found, lang, shows_live_draft=shows_live_draft),
        langs=langs,
        settings=list(_setting_links(context, found, progress, langs, can_write=can_write)),
        reads=may_read_draft(context, found),
        unsaved=unsaved_changes.count_waiting(context.tx, context.user, found),
        pending_suggestions=suggestions.count_pending(context.tx, context.user, found),
        suggests=may_suggest(context, found) and lang in found.editions,
        circle=list_participants(context, found),
        threads=_open_threads(context, found, lang),
        max_threads=MAX_MARGIN_THREADS,
        writes=can_write,
        now=context.tx.now,
    )


@page
def download_file(context: RequestContext) -> Response:
    """Serve `/documents/{document}/exports/{export}`: the file of a finished export, as an attachment."""
    export, artefact, title = exports.get_file(context.tx, context.user, export_id=context.path_param("export"))
    authorization.or_not_found(export if export.document == context.path_param("document") else None)
    name = file_name(title, lang=export.lang, suffix=stored_format(export.format).suffix)
    headers = attachment_headers(name, media_type=artefact.media_type, sha256=artefact.sha256, size=artefact.size)
    return StreamingResponse(open_export_file(context.app_state, artefact.sha256), headers=headers)


def _resource(document: Document) -> Resource:
    return Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)


def _shown_text(
    context: RequestContext,
    document: Document,
    version: Version | None,
    later_translations: Mapping[str, Translation],
    lang: str,
    *,
    shows_live_draft: bool,
) -> ShownText | None:
    """Return the live draft if it is shown, else the newest version or a later translation of it, else None."""
    if shows_live_draft:
        return draft_text(context, document, lang)
    if version and lang in later_translations:
        return translation_text(context, later_translations[lang], version)
    return version_text(context, version, lang) if version and lang in version.editions else None


def _last_saves(context: RequestContext, document: Document, lang: str, *, shows_live_draft: bool) -> list[DraftSave]:
    return last_saves(context, document, lang) if shows_live_draft else []


def _unseen_changes(
    context: RequestContext, document: Document, lang: str, *, shows_live_draft: bool, can_write: bool
) -> Sequence[UnseenChanges]:
    """Return what others wrote since the user last saw the draft.

    Users who cannot write see the draft on this page, which therefore marks it as seen; for writers the edit page does.
    """
    if shows_live_draft and not can_write:
        head = journal_store.get_head(context.tx, document.editions[lang].draft)
        mark_draft_seen(context, document, lang, epoch=head.epoch, seq=head.seq)
    return list_unseen_changes(context, [document]).get(document.id, ())


def _open_threads(context: RequestContext, document: Document, lang: str) -> list[Thread]:
    """Return the open threads of an edition that the user may read."""
    if lang not in document.editions or not context.may("comment.read", _resource(document)):
        return []
    return comments_store.list_threads(
        context.tx, document.editions[lang].draft, organisation=context.user.organisation, states=[OPEN]
    )


def _setting_links(
    context: RequestContext, document: Document, progress: DocumentProgress, langs: Sequence[str], *, can_write: bool
) -> Iterator[SettingLink]:
    path = f"/documents/{document.id}"
    if can_write:
        yield SettingLink(N_("Reference, place and addressees"), f"{path}/front")
        yield SettingLink(N_("Numbers of articles"), f"{path}/numbering")
    if may_add_edition(context, document):
        yield SettingLink(N_("Add a language"), f"{path}/editions")
    if may_add_translation(context, document) and progress.seal and untranslated_languages(progress.seal):
        corrects = len(langs) > len(document.editions)
        label = N_("Correct the translation") if corrects else N_("Add a translation")
        yield SettingLink(label, f"{path}/translations")
    if context.may("role.grant", Resource()):
        yield SettingLink(N_("People on this document"), f"{path}/people")
