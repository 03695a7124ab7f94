"""Rendering of a page of a document: one header with phase, main act and tabs on every one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.domain.documents.document import Document
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.web.http.context import RequestContext
from service.web.http.pages import render_page
from service.web.rendering import labels
from service.web.shell.main_act import MainAct, main_act
from service.web.shell.offered_steps import has_steps
from service.web.shell.progress import DocumentProgress, ProgressStep, progress_steps
from service.web.shell.tabs import CHANGES, Tab, change_views, document_tabs


@dataclass(frozen=True)
class DocumentHeader:
    """The header of a document.

    `tab` is the name of the current tab, or `steps`. `is_start`: this is the page of the document itself, whose heading
    is the title. `change_view` is the name of the current one of `change_views`, which only the tab of changes has.
    """

    document: Document
    titles: Mapping[str, str]
    way: Sequence[ProgressStep]
    tabs: Sequence[Tab]
    tab: str
    is_start: bool
    act: MainAct | None
    has_steps: bool
    change_views: Sequence[Tab]
    change_view: str


def render_document_page(
    context: RequestContext,
    document: Document,
    template: str,
    *,
    tab: str,
    lang: str = "",
    progress: DocumentProgress | None = None,
    status: int = 200,
    **values: object,
) -> Response:
    """Render `template`, which extends `shell/document.html`, as a page of `document` under its tab.

    `lang` is the language of the text shown; other pages leave it empty. `progress` is loaded if it is not given.
    """
    header = document_header(context, document, tab=tab, lang=lang, progress=progress)
    return render_page(
        context,
        template,
        status=status,
        document=document,
        header=header,
        **({"titles": header.titles} | ({"lang": lang} if lang else {}) | values),
    )


def document_header(
    context: RequestContext, document: Document, *, tab: str, lang: str = "", progress: DocumentProgress | None = None
) -> DocumentHeader:
    """Return the header of `document` for the current user."""
    found = progress or load_progress(context, document)
    act = main_act(context, document, found, lang=lang or _first_language(context, document))
    asked = act.asked if act else ""
    return DocumentHeader(
        document=document,
        titles=labels.titles(document),
        way=progress_steps(document, found, formatter=context.formatter, now=context.tx.now, asked=asked),
        tabs=document_tabs(context, document, found, lang=lang),
        tab=tab,
        is_start=context.request.url.path == f"/documents/{document.id}",
        act=act,
        has_steps=has_steps(context, document),
        change_views=change_views(context, document, lang=lang) if tab == CHANGES else (),
        change_view=context.request.url.path.removeprefix(f"/documents/{document.id}/").partition("/")[0],
    )


def load_progress(context: RequestContext, document: Document) -> DocumentProgress:
    """Load what the progress of a document follows from."""
    return DocumentProgress(
        version=versions_store.get_latest(context.tx, document.id),
        round=rounds_store.list_newest(context.tx, [document.id]).get(document.id),
        seal=seals_store.get_by_document(context.tx, document.id),
        publication=publications_store.get_by_document(context.tx, document.id),
    )


def _first_language(context: RequestContext, document: Document) -> str:
    preferred = (context.formatter.lang, *document.authentic, *document.editions)
    return next(lang for lang in preferred if lang in document.editions)
