"""`/documents`: the documents the user may read, in groups or narrowed by a filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.documents import search
from service.domain.documents.document import (
    APPROVED,
    DRAFTING,
    ENDORSEMENT,
    KINDS,
    PUBLISHED,
    REVIEW,
    WITHDRAWN,
    Document,
)
from service.domain.errors import N_
from service.domain.policy import Resource, scope
from service.store.documents import workbench as workbench_store
from service.store.documents.search import SearchWords
from service.store.documents.workbench import DocumentCriteria
from service.store.membership import organisations as organisations_store
from service.web.dashboard.cursor import before_cursor
from service.web.dashboard.document_lines import DocumentLine, document_lines
from service.web.dashboard.task import Task
from service.web.dashboard.tasks import list_tasks, list_visible
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.pages import render_page

PAGE_SIZE = 30
"""Documents per page of a narrowed list."""

MAX_QUERY = 200
"""Characters of a search; what is beyond is not looked for."""

GROUP_SIZE = 10
"""Documents of a group that are shown before its own list."""

NEEDS_YOU = "needs"
"""Code of the group of documents with a task of the user."""

GROUPS: Mapping[str, frozenset[str]] = {
    "endorsement": frozenset({ENDORSEMENT}),
    "drafting": frozenset({DRAFTING, REVIEW}),
    "done": frozenset({APPROVED, PUBLISHED}),
    "withdrawn": frozenset({WITHDRAWN}),
}
"""States of each group of documents, in the order of the page."""

GROUP_LABELS: Mapping[str, str] = {
    "endorsement": N_("Open for endorsement"),
    "drafting": N_("In drafting and review"),
    "done": N_("Approved and published"),
    "withdrawn": N_("Withdrawn"),
}


@dataclass(frozen=True)
class DocumentGroup:
    """Documents of the group `code`; `more` if only the newest are shown."""

    code: str
    label: str
    documents: list[DocumentLine]
    more: bool


@dataclass(frozen=True)
class DocumentQuery:
    """The parameters of the page; unknown values count as none."""

    text: str
    state: str
    kind: str
    organisation: str

    @property
    def is_narrowed(self) -> bool:
        """Whether any parameter narrows the list."""
        return bool(self.text or self.state or self.kind or self.organisation)

    def criteria(self, words: SearchWords | None) -> DocumentCriteria:
        """Return the criteria of the list, in which `words` are to be found."""
        return DocumentCriteria(GROUPS.get(self.state, frozenset()), self.kind, self.organisation, words=words)

    def address(self, **changed: str) -> str:
        """Return the address of the page with these parameters, `changed` ones replaced."""
        values = {"q": self.text, "state": self.state, "kind": self.kind, "organisation": self.organisation} | changed
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/documents?{query}" if query else "/documents"


@page
def show_documents(context: RequestContext) -> Response:
    """Serve `/documents`: groups of documents, or with a filter one list in pages (`before` is its cursor)."""
    organisations = _organisation_options(context)
    query = _parse_query(context, [id for id, _ in organisations])
    newest = list_visible(context)
    tasks = _tasks_by_document(context, newest)
    found, older = _narrowed_list(context, query, tasks) if query.is_narrowed else ([], None)
    return render_page(
        context,
        "dashboard/documents.html",
        query=query,
        found=found,
        older=older,
        groups=[] if query.is_narrowed else _groups(context, newest, tasks),
        states=GROUP_LABELS,
        organisations=organisations,
        opens=context.may("document.open", Resource()),
        now=context.tx.now,
    )


def _parse_query(context: RequestContext, organisations: Sequence[str]) -> DocumentQuery:
    state, kind, organisation = (context.query_param(name) for name in ("state", "kind", "organisation"))
    return DocumentQuery(
        context.query_param("q").strip()[:MAX_QUERY],
        state if state in GROUPS else "",
        kind if kind in KINDS else "",
        organisation if organisation in organisations else "",
    )


def _organisation_options(context: RequestContext) -> list[tuple[str, str]]:
    """Return (id, name) of each organisation, by name; none for a user who may not read them."""
    if not context.may("organisation.read", Resource()):
        return []
    names = {context.formatter.plain_name(one.names): one.id for one in organisations_store.list_all(context.tx)}
    return [(names[name], name) for name in context.formatter.translator.sort_names(list(names))]


def _tasks_by_document(context: RequestContext, newest: Sequence[Document]) -> dict[str, Task]:
    """Return the first task of the user about each document, most urgent first."""
    tasks: dict[str, Task] = {}
    for one in list_tasks(context, newest):
        if one.document:
            tasks.setdefault(one.document.id, one)
    return tasks


def _narrowed_list(
    context: RequestContext, query: DocumentQuery, tasks: Mapping[str, Task]
) -> tuple[list[DocumentLine], str | None]:
    """Return a page of the narrowed list and the address of the next one, None on the last."""
    words = search.parse_query(context.tx, context.user, query.text) if query.text else None
    visible, criteria = scope(context.user, "document.read"), query.criteria(words)
    found = workbench_store.list_matching(
        context.tx, visible, criteria, before=before_cursor(context), limit=PAGE_SIZE + 1
    )
    listed = [one for _, one in found[:PAGE_SIZE]]
    snippets = search.list_snippets(context.tx, context.user, words, listed) if words else {}
    older = query.address(before=str(found[PAGE_SIZE - 1][0])) if len(found) > PAGE_SIZE else None
    return list(document_lines(context, listed, tasks, snippets)), older


def _groups(context: RequestContext, newest: Sequence[Document], tasks: Mapping[str, Task]) -> list[DocumentGroup]:
    """Return the groups that have documents, those with a task of the user first and in no other group."""
    visible, excluded = scope(context.user, "document.read"), frozenset(tasks)
    members: dict[str, list[Document]] = {NEEDS_YOU: _documents_of(newest, tasks)}
    for code, states in GROUPS.items():
        criteria = DocumentCriteria(states, excluded=excluded)
        rows = workbench_store.list_matching(context.tx, visible, criteria, limit=GROUP_SIZE + 1)
        members[code] = [one for _, one in rows]
    shown = [one for code, group in members.items() for one in (group if code == NEEDS_YOU else group[:GROUP_SIZE])]
    lines = {line.id: line for line in document_lines(context, shown, tasks)}
    return [
        DocumentGroup(
            code,
            GROUP_LABELS.get(code, N_("Needs you")),
            [lines[one.id] for one in group if one.id in lines],
            more=code != NEEDS_YOU and len(group) > GROUP_SIZE,
        )
        for code, group in members.items()
        if group
    ]


def _documents_of(newest: Sequence[Document], tasks: Mapping[str, Task]) -> list[Document]:
    """Return the documents of the tasks, in their order."""
    known = {one.id: one for one in newest}
    found = (known.get(id, task.document) for id, task in tasks.items())
    return [one for one in found if one]
