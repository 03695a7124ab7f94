"""Search: the index of the words of drafts and newest versions, and what a reader finds in it.

Comments are never indexed. The sweep brings the index up to date, so that no keystroke waits for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.actions.drafts.integrity import load_readable_text
from service.domain.documents.document import Document
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may, scope
from service.domain.text.search_terms import Passage, cut_snippet, has_all, plain_words, query_terms, search_words
from service.store.db import Tx
from service.store.documents import search as search_store
from service.store.documents.search import DRAFT, IndexedText, SearchWords
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store

MAX_TEXTS = 50
"""Drafts, and versions, that are indexed at once."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a text in `lang` around the first word found."""

    lang: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A text to index, with its folded words, those of the title first, and the text without markup."""

    indexed: IndexedText
    words: str
    body: str


def parse_query(tx: Tx, actor: Actor, query: str) -> SearchWords | None:
    """Return what `query` looks for within what the actor may read; None if it has no word."""
    terms = query_terms(query)
    if not terms:
        return None
    named = [
        one.id
        for one in organisations_store.list_all(tx)
        if any(has_all(search_words(name), terms) for name in one.names.values())
    ]
    return SearchWords(terms, scope(actor, "draft.read"), scope(actor, "version.read"), frozenset(named))


def list_snippets(tx: Tx, actor: Actor, words: SearchWords, documents: Collection[Document]) -> Mapping[str, Snippet]:
    """Return a snippet by id of these documents, of the texts that the actor may read, if one has the words."""
    sources = {one.id: _source_for(actor, one) for one in documents}
    found: dict[str, Snippet] = {}
    for one in search_store.list_texts(tx, sources) if sources else ():
        if one.source != sources[one.document] or one.document in found:
            continue
        in_body = " ".join(one.words.split(" ")[len(search_words(one.title)) :])
        passages = cut_snippet(one.body, in_body, words.terms)
        if passages:
            found[one.document] = Snippet(one.lang, passages)
    return found


def list_outdated(tx: Tx, *, limit: int = MAX_TEXTS) -> list[IndexedText]:
    """Return texts that changed since they were indexed, or were not yet."""
    return search_store.list_outdated(tx, limit=limit)


def count_outdated(tx: Tx) -> int:
    """Return how many texts changed since they were indexed, or were not yet."""
    return search_store.count_outdated(tx)


def delete_all(tx: Tx) -> None:
    """Delete the index; `list_outdated` then has every text."""
    search_store.delete_all(tx)


def prepare(tx: Tx, indexed: IndexedText) -> SearchEntry:
    """Read a text and return what to store of it."""
    body = plain_words(_load_text(tx, indexed))
    return SearchEntry(indexed, " ".join([*search_words(indexed.title), *search_words(body)]), body)


def store(tx: Tx, entry: SearchEntry) -> None:
    """Store the words of a text in place of those that were indexed before."""
    search_store.replace(tx, entry.indexed, words=entry.words, body=entry.body)


def _source_for(actor: Actor, document: Document) -> str:
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return DRAFT if may(actor, "draft.read", resource) else search_store.VERSION


def _load_text(tx: Tx, indexed: IndexedText) -> str:
    """Return the text of a version, or of a draft as far as it can be read."""
    if indexed.source != DRAFT:
        return search_store.get_version_text(tx, indexed.origin, lang=indexed.lang)
    head = journal_store.Head(indexed.epoch, indexed.position, frozen=False)
    return load_readable_text(tx, indexed.origin, head)[0]
