"""Summaries of the comments on a text for the pages of its document and versions."""

from service.domain.comments import comment
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.policy import Resource
from service.store.comments import comments as comments_store
from service.store.comments.comments import ThreadPosition
from service.web.http.context import RequestContext


def count_open_threads(context: RequestContext, document: Document, lang: str) -> int | None:
    """Return how many open threads of an edition the user may see; None if they may not read comments."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    if lang not in document.editions or not context.may("comment.read", resource):
        return None
    return comments_store.count_open_threads(context.tx, document.id, organisation=context.user.organisation).get(
        lang, 0
    )


def threads_of_version(
    context: RequestContext, document: Document, version: Version, lang: str
) -> list[tuple[comment.Thread, ThreadPosition]]:
    """Return the threads that were open when a version was created, with their positions in its text.

    Empty if the user may not read comments.
    """
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    if not context.may("comment.read", resource):
        return []
    return comments_store.list_positions(context.tx, version.id, lang=lang, organisation=context.user.organisation)
