"""Authorship of an edition, computed from the journal, which stores the person who appended each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts import save
from service.actions.drafts.replay import replay
from service.domain.errors import NotFound
from service.domain.membership.people import Actor, Names
from service.domain.text.attribution.blame import AttributedSpan, attributed_spans
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class PassageAuthor:
    """The author of a passage, and the first version that contains it.

    `person` is None if the journal no longer says; `version` is None if only the draft contains the passage.
    """

    person: str | None
    version: int | None


@dataclass(frozen=True, slots=True)
class Author:
    """A person who wrote in a draft; `organisation` has its names, if any. An unknown person has no names."""

    id: str
    names: Names
    organisation: Names
    colour: int


@dataclass(frozen=True, slots=True)
class DraftAuthors:
    """The owner (person id) of each CRDT client id of a shared text, for the draft at (epoch, seq)."""

    epoch: int
    seq: int
    clients: Mapping[int, str]
    people: tuple[Author, ...]


@dataclass(frozen=True, slots=True)
class TextPosition:
    """A text of an edition: the draft at row `seq`, or a version cut there.

    `cuts` are the rows after which versions were cut, with their numbers.
    """

    draft: str
    epoch: int
    seq: int
    cuts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class AttributedText:
    """A text and its passages, which cover it without overlap."""

    text: str
    passages: tuple[AttributedSpan[PassageAuthor], ...]


def locate_text(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int | None) -> TextPosition:
    """Return the position of the draft (`number` None) or of a version in the journal, for readers of the draft.

    Raises `NotFound`, also for a version that was cut before the draft was restarted.
    """
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    draft = save.get_edition(document, lang).draft
    head = journal_store.get_head(tx, draft)
    cuts = versions_store.list_cut_seqs(tx, document_id, lang=lang, epoch=head.epoch)
    if number is None:
        return TextPosition(draft, head.epoch, head.seq, tuple(cuts))
    cut_seq = next((seq for seq, cut in cuts if cut == number), None)
    if cut_seq is None:
        raise NotFound()
    return TextPosition(draft, head.epoch, cut_seq, tuple(cut for cut in cuts if cut[0] <= cut_seq))


def load_attributed_text(tx: Tx, position: TextPosition) -> AttributedText:
    """Return the text at a position with its authors, by replaying the journal.

    Text from before the journal's first row, or from before the last MAX_TURNS turns, has no known author.
    """
    earliest_seq = journal_history_store.get_earliest_seq(
        tx, position.draft, journal_store.Head(position.epoch, position.seq, frozen=False)
    )
    replayed = replay(
        tx,
        position.draft,
        epoch=position.epoch,
        since=earliest_seq,
        upto=position.seq,
        author_of=lambda row: _passage_author(row, position.cuts),
    )
    unknown_author = PassageAuthor(None, _first_version_with(earliest_seq, position.cuts))
    return AttributedText(replayed.after, tuple(attributed_spans(replayed.segments, unknown_author)))


def list_authors(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> DraftAuthors:
    """Return all who ever wrote in the draft, for those who may read it. Raises `NotFound`, `Forbidden`."""
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    draft = save.get_edition(document, lang).draft
    head = journal_store.get_head(tx, draft)
    clients = journal_store.list_client_owners(tx, draft)
    return DraftAuthors(
        head.epoch, head.seq, clients, tuple(load_author(tx, one) for one in sorted(set(clients.values())))
    )


def load_author(tx: Tx, person_id: str) -> Author:
    """Return a person as shown to others."""
    person = people_store.get(tx, person_id)
    organisation = organisations_store.get(tx, person.organisation) if person and person.organisation else None
    colour = person.colour if person else 0
    return Author(person_id, person.names if person else {}, organisation.names if organisation else {}, colour)


def _passage_author(row: journal_store.Update, cuts: Sequence[tuple[int, int]]) -> PassageAuthor:
    return PassageAuthor(row.actor, _first_version_with(row.seq, cuts))


def _first_version_with(seq: int, cuts: Sequence[tuple[int, int]]) -> int | None:
    """Return the first version that was cut at row `seq` or later."""
    return next((number for at, number in cuts if seq <= at), None)
