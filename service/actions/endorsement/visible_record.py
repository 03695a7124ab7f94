"""The record as an actor sees it: entries that would show a hidden answer have neither act nor time of day."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.actions.authorization import require
from service.domain.documents.document import Document
from service.domain.endorsement.naming import hides_answers
from service.domain.endorsement.round import Round
from service.domain.endorsement.terms import NAMED
from service.domain.membership.people import AUDITOR, SECRETARIAT, Actor
from service.domain.policy import MEMBER_ROLES
from service.domain.trust.leaf import Leaf
from service.store import record as record_store
from service.store.db import Tx
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store

ANSWER_ACTS = ("endorsement.", "round.close")
"""First characters of acts that say who answered what."""


@dataclass(frozen=True, slots=True)
class VisibleLeaf:
    """A row of the record. One that is hidden from the reader has its UTC `day` (ISO) instead of content and salt."""

    leaf: Leaf
    day: str | None


def list_record(tx: Tx, actor: Actor, *, after: int, limit: int) -> list[VisibleLeaf]:
    """Return the rows beyond seq `after` as the actor may see them.

    While a round hides its answers, every row since it opened is hidden from those who neither oversee it nor belong
    to the organisation that the row is about: an answer cannot be told from another act. Persons without a role of
    members never see who answered what, unless the round names it in public.
    """
    require(actor, "record.read")
    return _visible(tx, actor, record_store.list_leaves(tx, after=after, limit=limit))


def _visible(tx: Tx, actor: Actor, leaves: Sequence[Leaf]) -> list[VisibleLeaf]:
    if actor.has_role([SECRETARIAT, AUDITOR]):
        return [VisibleLeaf(one, None) for one in leaves]
    hidden_from = min((one.opens_seq for one in rounds_store.list_open(tx) if hides_answers(one)), default=None)
    contents = [_content(one) for one in leaves]
    public = {} if actor.has_role(MEMBER_ROLES) else _rounds_of(tx, contents)
    return [
        _hide(one)
        if _is_hidden(actor, one, content, hidden_from=hidden_from, public=public)
        else VisibleLeaf(one, None)
        for one, content in zip(leaves, contents, strict=True)
    ]


DOCUMENT_NOUNS = (
    "document", "edition", "draft", "version", "intake", "sending", "round", "endorsement", "publication",
    "translation", "suggestion", "role",
)  # fmt: skip
"""First parts of acts that belong to the record of a document. Comments are in no record."""


def list_document_record(tx: Tx, actor: Actor, document: Document) -> list[VisibleLeaf]:
    """Return the rows about a document and its rounds, in order, as the actor may see them; the document is authorised.

    They are hidden by the rules of `list_record`.
    """
    require(actor, "record.read")
    rounds = rounds_store.list_by_document(tx, document.id)
    publication = publications_store.get_by_document(tx, document.id)
    ids = [document.id, *(one.id for one in rounds), *([publication.id] if publication else [])]
    leaves = record_store.list_leaves_naming(tx, ids, nouns=DOCUMENT_NOUNS, since=document.opened_at)
    return _visible(tx, actor, leaves)


def _is_hidden(
    actor: Actor,
    leaf: Leaf,
    content: Mapping[str, Any],
    *,
    hidden_from: int | None,
    public: Mapping[str, Round],
) -> bool:
    """Return whether the row is hidden. `public`: rounds of which the actor sees only what is named in public."""
    facts = content.get("facts", {})
    if actor.organisation and facts.get("organisation") == actor.organisation:
        return False
    if hidden_from is not None and leaf.seq >= hidden_from:
        return True
    round_ = public.get(facts.get("round", ""))
    counts_only = round_ is not None and round_.terms is not None and round_.terms.named_in_public != NAMED
    return counts_only and str(content.get("act", "")).startswith(ANSWER_ACTS)


def _rounds_of(tx: Tx, contents: Sequence[Mapping[str, Any]]) -> dict[str, Round]:
    ids = {str(one["facts"]["round"]) for one in contents if "round" in one.get("facts", {})}
    return {id: found for id in ids if (found := rounds_store.get(tx, id))}


def _content(leaf: Leaf) -> Mapping[str, Any]:
    return dict(json.loads(leaf.content)) if leaf.content else {}


def _hide(leaf: Leaf) -> VisibleLeaf:
    at = _content(leaf).get("at")
    day = dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC).date().isoformat() if at else None
    return VisibleLeaf(replace(leaf, salt=None, content=None), day)
