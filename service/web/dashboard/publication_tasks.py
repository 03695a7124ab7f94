"""Tasks about the files of approved documents and their publication."""

from collections.abc import Iterator, Sequence

from service.actions.publication import publications
from service.domain.documents.document import APPROVED, PUBLISHED, Document
from service.domain.errors import N_
from service.domain.policy import SEALED_STATES
from service.domain.publication.export import FORMATS
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.web.dashboard.task import Task, document_resource, document_titles
from service.web.http.context import RequestContext

_PUBLICATION_SENTENCES = {
    "first": N_("Ready to be published"),
    "revision": N_("A new revision is ready to be published"),
    "disputed": N_("It can be published when a disputed answer is resolved"),
}
"""Sentence of the task (message id) by publish status."""


def publication_tasks(context: RequestContext, found: Sequence[Document]) -> Iterator[Task]:
    """Yield a task for each document with a failed export, or whose exports are ready and can be published.

    For a published document, that is a new revision.
    """
    for document in _documents_with_files(context, found):
        resource = document_resource(document)
        failed, ready = _export_states(context, document)
        link = f"/documents/{document.id}/files"
        if failed:
            yield Task(
                "failed",
                N_("A file could not be created"),
                N_("See why"),
                link,
                document_titles(document),
                document=document,
            )
        elif ready and context.may("publication.publish", resource):
            status = publications.get_publish_status(context.tx, document)
            if status in _PUBLICATION_SENTENCES:
                yield Task(
                    "publish",
                    _PUBLICATION_SENTENCES[status],
                    N_("Review and publish"),
                    link,
                    document_titles(document),
                    document=document,
                )


def _documents_with_files(context: RequestContext, found: Sequence[Document]) -> list[Document]:
    """Return the documents whose exports the user may request: approved, or published and changed since."""
    mine = [
        one for one in found if one.state in SEALED_STATES and context.may("export.request", document_resource(one))
    ]
    published = [one.id for one in mine if one.state == PUBLISHED]
    changed_since = publications_store.list_changed(context.tx, published) if published else frozenset()
    return [one for one in mine if one.state == APPROVED or one.id in changed_since]


def _export_states(context: RequestContext, document: Document) -> tuple[bool, bool]:
    """Return (some standard export failed, all standard exports are ready) for the seal of a document."""
    seal = seals_store.get_by_document(context.tx, document.id)
    sealed_exports = [
        one for _, one in exports_store.list_by_document(context.tx, document.id) if seal and one.seal == seal.id
    ]
    newest = {(one.lang, one.format): one.state for one in sealed_exports}
    wanted = len(document.editions) * len(FORMATS)
    return "failed" in newest.values(), list(newest.values()).count("ready") >= wanted
