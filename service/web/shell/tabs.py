"""Tabs of the pages of a document: their addresses and counts, for those that the user may open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from service.domain.documents.document import APPROVED, ENDORSEMENT, PUBLISHED, Document
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.policy import Resource
from service.store.comments import comments as comments_store
from service.web.http.context import RequestContext
from service.web.shell.progress import DocumentProgress

TEXT, CHANGES, COMMENTS, ENDORSEMENTS, FILES, RECORD = "text", "changes", "comments", "endorsement", "files", "record"


@dataclass(frozen=True)
class Tab:
    """A tab: its name in code, its label (message id), its address, and a count; a count of 0 is not shown."""

    name: str
    label: str
    href: str
    count: int = 0


def document_tabs(
    context: RequestContext, document: Document, progress: DocumentProgress, *, lang: str = ""
) -> Sequence[Tab]:
    """Return the tabs of `document` in their order; their addresses keep `lang`, the language of the text shown."""
    return tuple(_tabs(context, document, progress, query=f"?{urlencode({'lang': lang})}" if lang else ""))


def change_views(context: RequestContext, document: Document, *, lang: str = "") -> Sequence[Tab]:
    """Return the views of the tab "Changes" that the user may open; those of the draft only in drafting."""
    path, query = f"/documents/{document.id}", f"?{urlencode({'lang': lang})}" if lang else ""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    views = [
        Tab("versions", N_("Versions"), f"{path}/versions{query}"),
        Tab("comparison", N_("Compare"), f"{path}/comparison{query}"),
    ]
    if context.may("draft.read", resource):
        views += [
            Tab("changes", N_("Since my last visit"), f"{path}/changes{query}"),
            Tab("history", N_("History"), f"{path}/history{query}"),
            Tab("authors", N_("Authors"), f"{path}/authors{query}"),
            Tab("suggestions", N_("Suggested changes"), f"{path}/suggestions"),
        ]
    return views


def _tabs(context: RequestContext, document: Document, progress: DocumentProgress, *, query: str) -> Iterator[Tab]:
    path = f"/documents/{document.id}"
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    yield Tab(TEXT, N_("Text"), path + query)
    yield Tab(CHANGES, N_("Changes"), f"{path}/versions{query}", progress.version.number if progress.version else 0)
    if context.may("comment.read", resource):
        yield Tab(COMMENTS, N_("Comments"), f"{path}/comments{query}", _open_threads(context, document))
    if progress.round or context.may("version.cut", resource):
        yield Tab(ENDORSEMENTS, N_("Endorsement"), _endorsement_path(path, document, progress.round))
    yield Tab(FILES, N_("Files"), f"{path}/files" if progress.seal else f"{path}/downloads{query}")
    if context.may("record.read", Resource()):
        yield Tab(RECORD, N_("Record"), f"{path}/record")


def _open_threads(context: RequestContext, document: Document) -> int:
    counts = comments_store.count_open_threads(context.tx, document.id, organisation=context.user.organisation)
    return sum(counts.values())


def _endorsement_path(path: str, document: Document, newest: Round | None) -> str:
    """Return the page of the newest round while it matters; in drafting and review, that of the next round."""
    has_current_round = document.state in (ENDORSEMENT, APPROVED, PUBLISHED)
    return f"/rounds/{newest.id}" if newest and has_current_round else f"{path}/endorsement"
