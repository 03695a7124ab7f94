"""Who wrote what of an edition: read from the journal, which keeps every row with the person who appended it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts import save
from service.actions.drafts.replay import follow
from service.domain.errors import NotFound
from service.domain.membership.people import Actor, Names
from service.domain.text.attribution.blame import Passage, standing
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class Hand:
    """`person` is None where the journal does not say any more; `version`: the first that has the words, None where
    only the draft has them."""

    person: str | None
    version: int | None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote in a draft; one who is not known any more has no names. `organisation`: its names, if any."""

    id: str
    names: Names
    organisation: Names
    colour: int


@dataclass(frozen=True, slots=True)
class Writers:
    """Whose (person id) the units of a shared text are, by the client id they were written under, as the draft stands
    at (epoch, seq)."""

    epoch: int
    seq: int
    clients: Mapping[int, str]
    people: tuple[Author, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A text of an edition: the draft at row `seq`, or a version cut from it there. `cuts`: the rows after which
    versions were cut, with their numbers."""

    draft: str
    epoch: int
    seq: int
    cuts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its passages, which tile it."""

    text: str
    passages: tuple[Passage[Hand], ...]


def place(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int | None) -> Place:
    """Where the draft (`number` None) or a version of it stands in the journal, for those who may read the draft.
    Raises NotFound, for a version too that was cut before the draft was begun anew."""
    document = authorization.document(tx, actor, "draft.read", document_id)
    draft = save.edition_of(document, lang).draft
    head = journal_store.head(tx, draft)
    cuts = versions_store.places(tx, document_id, lang=lang, epoch=head.epoch)
    if number is None:
        return Place(draft, head.epoch, head.seq, tuple(cuts))
    at = next((seq for seq, cut in cuts if cut == number), None)
    if at is None:
        raise NotFound()
    return Place(draft, head.epoch, at, tuple(cut for cut in cuts if cut[0] <= at))


def read(tx: Tx, at: Place) -> Written:
    """Follow the journal to that row. What was there before its first row, and before more turns than are told apart,
    is nobody's."""
    before = journal_history_store.earliest(tx, at.draft, journal_store.Head(at.epoch, at.seq, frozen=False))
    followed = follow(tx, at.draft, epoch=at.epoch, since=before, upto=at.seq, hand=lambda row: _hand(row, at.cuts))
    nobody = Hand(None, _version(before, at.cuts))
    return Written(followed.after, tuple(standing(followed.bits, nobody)))


def writers(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> Writers:
    """Everybody who ever wrote in the draft, by whatever way, for those who may read it. Raises NotFound, Forbidden."""
    document = authorization.document(tx, actor, "draft.read", document_id)
    draft = save.edition_of(document, lang).draft
    head = journal_store.head(tx, draft)
    clients = journal_store.every_author(tx, draft)
    return Writers(head.epoch, head.seq, clients, tuple(author(tx, one) for one in sorted(set(clients.values()))))


def author(tx: Tx, person_id: str) -> Author:
    """A person as others know them."""
    person = people_store.get(tx, person_id)
    its = organisations_store.get(tx, person.organisation) if person and person.organisation else None
    colour = person.colour if person else 0
    return Author(person_id, person.names if person else {}, its.names if its else {}, colour)


def _hand(row: journal_store.Update, cuts: Sequence[tuple[int, int]]) -> Hand:
    return Hand(row.actor, _version(row.seq, cuts))


def _version(seq: int, cuts: Sequence[tuple[int, int]]) -> int | None:
    """The first version that was cut at row `seq` or later."""
    return next((number for at, number in cuts if seq <= at), None)
