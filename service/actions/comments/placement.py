"""Where what is said about a draft stands in it, and who may do what with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.drafts import save
from service.actions.drafts.integrity import readable
from service.domain.comments import comment
from service.domain.comments.comment import OPEN, SETTLED, Fate, Thread, fate
from service.domain.comments.comment_anchor import Stand, standing
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.membership.people import Actor
from service.domain.policy import Thing, may
from service.store.comments import comments as comments_store
from service.store.comments.comments import Placed
from service.store.db import Tx
from service.store.drafts import journal as journal_store


@dataclass(frozen=True, slots=True)
class Placement:
    """A thread, where it stands in the text, and what became of its passage."""

    thread: Thread
    stand: Stand
    fate: Fate


@dataclass(frozen=True, slots=True)
class Found:
    """The threads a reader is shown, in the order of the text of the draft as it stands at row `seq`."""

    document: Document
    lang: str
    epoch: int
    seq: int
    text: str
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reader may do with a thread."""

    reply: bool
    settle: bool
    reopen: bool


def read(tx: Tx, actor: Actor, *, document_id: str, lang: str, states: Collection[str] = (OPEN, SETTLED)) -> Found:
    """The threads of an edition that `actor` may see, among those in `states`."""
    document = authorization.document(tx, actor, "comment.read", document_id)
    draft = save.edition_of(document, lang).draft
    head = journal_store.head(tx, draft)
    found = comments_store.of_draft(tx, draft, organisation=actor.organisation, states=states)
    text, here = _standing(tx, draft, (head.epoch, head.seq), found)
    placements = sorted(here, key=lambda one: (one.stand.start, one.stand.end))
    return Found(document, lang, head.epoch, head.seq, text, tuple(placements))


def placed(tx: Tx, thread: Thread) -> Placement:
    """Where a thread stands now, for somebody who sees it."""
    head = journal_store.head(tx, thread.draft)
    _, (placement,) = _standing(tx, thread.draft, (head.epoch, head.seq), [thread])
    return placement


def look(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Placement:
    """A thread where it stands now. Raises NotFound."""
    document = authorization.document(tx, actor, "comment.read", document_id)
    found = comments_store.of_draft(
        tx, save.edition_of(document, lang).draft, organisation=actor.organisation, states=(OPEN, SETTLED)
    )
    return placed(tx, seen(next((one for one in found if one.id == thread), None)))


def document_of(tx: Tx, actor: Actor, thread: Thread) -> Document:
    """The document of a thread, for those who may read its comments."""
    return authorization.document(tx, actor, "comment.read", thread.document)


def rights(actor: Actor, document: Document, thread: Thread) -> Rights:
    """What `actor`, who sees it, may do with a thread of `document`."""
    adds = adds_to(actor, document)
    settles = may(actor, "comment.settle", _thing(actor, document)) and comment.settles(actor, thread)
    return Rights(
        reply=adds and thread.is_open,
        settle=settles and thread.is_open and document.state in comment.TIDIED_IN,
        reopen=settles and thread.state == SETTLED and document.state in comment.SPOKEN_IN,
    )


def adds_to(actor: Actor, document: Document) -> bool:
    """Whether `actor` may remark on `document` as it is now."""
    return document.state in comment.SPOKEN_IN and may(actor, "comment.add", _thing(actor, document))


def keep_places(tx: Tx, document: Document, version: Version) -> None:
    """Keep where every open thread stands in a version that was cut just now; later edits do not move these."""
    for lang, edition in version.editions.items():
        draft = document.editions[lang].draft
        found = comments_store.open_of_draft(tx, draft)
        if found:
            _, here = _standing(tx, draft, (edition.epoch, edition.seq), found)
            places = [Placed(one.thread.id, one.stand.start, one.stand.end, one.fate) for one in here]
            comments_store.place(tx, version.id, places)


def _standing(tx: Tx, draft: str, place: tuple[int, int], threads: Sequence[Thread]) -> tuple[str, list[Placement]]:
    """The text of a draft at (epoch, seq), and where threads stand in it."""
    stored = journal_store.load(tx, draft, epoch=place[0], upto=place[1])
    with readable(draft):
        held = tuple(one.held for one in threads)
        text, found = standing(stored.state, stored.rows, held, sha256=stored.sha256)
    pairs = zip(threads, found, strict=True)
    return text, [Placement(one, stand, fate(stand, text, quote=one.quote)) for one, stand in pairs]


def _thing(actor: Actor, document: Document) -> Thing:
    return Thing(document=document.id, state=document.state, shown=document.shown, organisation=actor.organisation)
