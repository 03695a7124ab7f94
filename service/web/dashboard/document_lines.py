"""Lines of the list of documents: state, last edit, deadline, and what is asked of the user."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.actions.documents.search import Snippet
from service.domain.documents.document import Document
from service.store.documents import workbench as workbench_store
from service.store.documents.workbench import LastEdit
from service.store.endorsement import rounds as rounds_store
from service.web.dashboard.task import Task, document_resource, document_titles
from service.web.http.context import RequestContext


@dataclass(frozen=True)
class DocumentLine:
    """A document in the list.

    `edit` is the last edit of its drafts, None if the user may not read them. `closes_at` is the deadline (µs UTC)
    of its open round. `task` is the first task of the user about it. `snippet` shows the words of a search in its text.
    """

    id: str
    titles: Mapping[str, str]
    kind: str
    state: str
    edit: LastEdit | None
    closes_at: int | None
    task: Task | None
    snippet: Snippet | None


def document_lines(
    context: RequestContext,
    documents: Sequence[Document],
    tasks: Mapping[str, Task],
    snippets: Mapping[str, Snippet] | None = None,
) -> Iterator[DocumentLine]:
    """Yield the line of each document, in two queries however many there are.

    `tasks` and `snippets` are by document id.
    """
    readable = [one for one in documents if context.may("draft.read", document_resource(one))]
    drafts = {edition.draft: one.id for one in readable for edition in one.editions.values()}
    edits: dict[str, LastEdit] = {}
    for draft, edit in workbench_store.list_last_edits(context.tx, drafts).items() if drafts else ():
        known = edits.get(drafts[draft])
        edits[drafts[draft]] = edit if known is None or edit.at > known.at else known
    rounds = rounds_store.list_newest(context.tx, [one.id for one in documents]) if documents else {}
    for one in documents:
        round_ = rounds.get(one.id)
        yield DocumentLine(
            id=one.id,
            titles=document_titles(one),
            kind=one.kind,
            state=one.state,
            edit=edits.get(one.id),
            closes_at=round_.closes_at if round_ and round_.state == "open" else None,
            task=tasks.get(one.id),
            snippet=(snippets or {}).get(one.id),
        )
