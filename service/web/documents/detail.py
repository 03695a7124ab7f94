"""The page of a document, and the download of its exported files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.drafts import suggestions, unsaved_changes
from service.actions.drafts.last_seen import UnseenChanges
from service.actions.publication import exports, publications
from service.domain.documents.document import APPROVED, DRAFTING, REVIEW, Document
from service.domain.documents.version import Version
from service.domain.endorsement.round import Round
from service.domain.policy import Resource
from service.domain.publication.export import file_name, stored_format
from service.domain.publication.publication import Translation
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication.translations import list_newest
from service.web.comments.summary import count_open_threads
from service.web.documents.participants import list_participants
from service.web.drafts.permissions import may_add_edition, may_read_draft, may_suggest
from service.web.drafts.writing_advice import ADVICE_QUESTIONS, advise_on
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.downloads import attachment_headers, open_export_file
from service.web.http.pages import render_page
from service.web.publication.export_list import ExportFiles, list_export_files
from service.web.publication.translation_texts import may_add_translation, translation_text, untranslated_languages
from service.web.rounds.proofs import summarise_proofs
from service.web.rounds.tally import RoundTally, headline, round_tally
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
from service.web.workflow.offered_steps import has_steps
from service.web.workflow.progress import DocumentProgress, progress_steps


@dataclass(frozen=True)
class RoundCard:
    """A round of endorsement as summarised on the page of its document."""

    round: Round
    headline: str
    tally: RoundTally


@page
def show_document(context: RequestContext) -> Response:
    """Serve `/documents/{document}`: progress, text, versions, rounds and files of a document."""
    found = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    document_rounds = rounds_store.list_by_document(context.tx, found.id)
    progress = _progress(context, found, document_rounds[-1] if document_rounds else None)
    later_translations = list_newest(context.tx, progress.seal.id) if progress.seal else {}
    langs = sorted({*found.editions, *later_translations})
    lang = chosen_language(context, langs, authentic=found.authentic)
    shows_live_draft = is_draft_shown(context, found)
    last = progress.version.number if progress.version else 0
    shown = _shown_text(context, found, progress.version, later_translations, lang, shows_live_draft=shows_live_draft)
    can_write = found.state == DRAFTING and context.may("draft.save", Resource(document=found.id, state=found.state))
    return render_page(
        context,
        "documents/document.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        way=progress_steps(found, progress, formatter=context.formatter),
        standing=progress,
        shown=shown,
        aids=advise_on(context, shown.text, lang=lang) if can_write and shown and shown.text else None,
        asks=ADVICE_QUESTIONS,
        lang=lang,
        since=last_seen_version(context, found, newest=last, shown=last),
        news=_unseen_changes(context, found, lang, shows_live_draft=shows_live_draft, can_write=can_write),
        hands=_last_saves(context, found, lang, shows_live_draft=shows_live_draft),
        versions=list(reversed(versions_store.list_cuts(context.tx, found.id))),
        cards=[_round_card(context, one) for one in reversed(document_rounds)],
        files=_export_files(context, found, progress),
        opens=_may_open_round(context, found),
        proofs=summarise_proofs(context, found) if found.state in (DRAFTING, REVIEW) else None,
        missing=may_add_edition(context, found),
        langs=langs,
        translates=may_add_translation(context, found)
        and bool(progress.seal and untranslated_languages(progress.seal)),
        publishes=_may_publish(context, found),
        can_publish=_may_publish(context, found) and publications.get_publish_status(context.tx, found) == "first",
        writes=can_write,
        reads=may_read_draft(context, found),
        steps=has_steps(context, found),
        unsaved=unsaved_changes.count_waiting(context.tx, context.user, found),
        pending_suggestions=suggestions.count_pending(context.tx, context.user, found),
        suggests=may_suggest(context, found) and lang in found.editions,
        circle=list_participants(context, found),
        talk=count_open_threads(context, found, lang),
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


def _progress(context: RequestContext, document: Document, last: Round | None) -> DocumentProgress:
    tx = context.tx
    return DocumentProgress(
        version=versions_store.get_latest(tx, document.id),
        round=last,
        seal=seals_store.get_by_document(tx, document.id),
        publication=publications_store.get_by_document(tx, document.id),
    )


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


def _round_card(context: RequestContext, round_: Round) -> RoundCard:
    tally = round_tally(context.tx, round_, reader=context.user, formatter=context.formatter)
    sentence = headline(tally, round_, formatter=context.formatter)
    return RoundCard(round_, sentence, tally)


def _export_files(context: RequestContext, document: Document, progress: DocumentProgress) -> ExportFiles:
    return list_export_files(context, document.id, seal=progress.seal.id if progress.seal else None)


def _may_publish(context: RequestContext, document: Document) -> bool:
    """Return whether the user is offered to publish; the action checks this again."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state == APPROVED and context.may("publication.publish", resource)


def _may_open_round(context: RequestContext, document: Document) -> bool:
    """Return whether the user is offered to open a round; the action checks this again."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state == REVIEW and context.may("round.open", resource)
