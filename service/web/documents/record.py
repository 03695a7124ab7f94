"""The tab "Record": what was done to a document, when and by whom, with the number and digest of each entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.endorsement.visible_record import VisibleLeaf, list_document_record
from service.domain.documents.document import Document
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.rendering import labels
from service.web.rendering.record_labels import RECORD_ACTS
from service.web.shell.document_page import render_document_page
from service.web.shell.tabs import RECORD


@dataclass(frozen=True)
class RecordRow:
    """An entry of the record; `at` is in µs UTC. A hidden one has only its `day` (ISO) and digest."""

    seq: int
    commitment: str
    act: Markup
    at: int
    actor: Mapping[str, str]
    organisation: Mapping[str, str]
    details: str
    day: str | None


@page
def show_record(context: RequestContext) -> Response:
    """Serve `/documents/{document}/record`: the entries about a document, newest first."""
    found = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    authorization.require(context.user, "record.read")
    lookup = _NameLookup(context)
    leaves = reversed(list_document_record(context.tx, context.user, found))
    rows = [row for row in (_row(context, one, found, lookup) for one in leaves) if row]
    return render_document_page(context, found, "documents/record.html", tab=RECORD, rows=rows)


class _NameLookup:
    """Names of people and organisations, each loaded once."""

    def __init__(self, context: RequestContext) -> None:
        self._tx = context.tx
        self._people: dict[str, Mapping[str, str]] = {}
        self._organisations = {one.id: one.names for one in organisations_store.list_all(context.tx)}

    def person(self, id: str) -> Mapping[str, str]:
        if id not in self._people:
            found = people_store.get(self._tx, id)
            self._people[id] = found.names if found else {}
        return self._people[id]

    def organisation(self, id: str) -> Mapping[str, str]:
        return self._organisations.get(id, {})


def _row(context: RequestContext, one: VisibleLeaf, document: Document, lookup: _NameLookup) -> RecordRow | None:
    """Return the row of an entry; None for an act on a person that only names the document."""
    leaf, formatter = one.leaf, context.formatter
    if one.day:
        return RecordRow(leaf.seq, leaf.commitment, Markup(), 0, {}, {}, "", one.day)
    content: Mapping[str, Any] = json.loads(leaf.content) if leaf.content else {}
    act, facts = str(content.get("act", "")), content.get("facts", {})
    if act not in RECORD_ACTS:
        return None
    values = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    return RecordRow(
        seq=leaf.seq,
        commitment=leaf.commitment,
        act=formatter.translate(RECORD_ACTS[act], **values),
        at=int(content.get("at", 0)),
        actor=lookup.person(str(content["actor"])) if content.get("actor") else {},
        organisation=lookup.organisation(str(facts.get("organisation", ""))),
        details=_details(context, facts, lookup),
        day=None,
    )


def _details(context: RequestContext, facts: Mapping[str, Any], lookup: _NameLookup) -> str:
    """Return what else the facts say: language, role and person, note. Answers are on the page of the round."""
    formatter = context.formatter
    parts = [
        formatter.translate(labels.TEXTS[facts["lang"]]) if facts.get("lang") in labels.TEXTS else "",
        formatter.translate(labels.ROLES[facts["role"]]) if facts.get("role") in labels.ROLES else "",
        formatter.plain_name(lookup.person(str(facts["person"]))) if facts.get("person") else "",
        str(facts.get("note") or ""),
    ]
    return formatter.join_facts(*parts)
