"""Comments on a draft: made on a passage, answered, settled. What is said within an organisation stays there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from service.actions import access, drafts, talk
from service.actions.access import seen
from service.domain import comment as rules
from service.domain.comment import OPEN, SETTLED, Fate, Thread
from service.domain.document import Document, check_state
from service.domain.errors import N_, Conflict, Forbidden
from service.domain.holds import Stand, hold, stands
from service.domain.people import Actor, Person
from service.domain.policy import Thing, may
from service.domain.sharedtext import SharedText
from service.domain.version import Version
from service.store import comments, journal
from service.store.comments import Placed
from service.store.db import Tx


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
    document = access.document(tx, actor, "comment.read", document_id)
    draft = drafts.edition_of(document, lang).draft
    head = journal.head(tx, draft)
    copy = drafts.load(tx, draft, epoch=head.epoch, upto=head.seq)
    found = comments.of_draft(tx, draft, organisation=actor.organisation, states=states)
    here = sorted(_placed(copy, found), key=lambda one: (one.stand.start, one.stand.end))
    return Found(document, lang, head.epoch, head.seq, copy.text, tuple(here))


def document_of(tx: Tx, actor: Actor, thread: Thread) -> Document:
    """The document of a thread, for those who may read its comments."""
    return access.document(tx, actor, "comment.read", thread.document)


def rights(actor: Actor, document: Document, thread: Thread) -> Rights:
    """What `actor`, who sees it, may do with a thread of `document`."""
    adds = adds_to(actor, document)
    settles = may(actor, "comment.settle", _thing(actor, document)) and rules.settles(actor, thread)
    return Rights(
        reply=adds and thread.is_open,
        settle=settles and thread.is_open and document.state in rules.TIDIED_IN,
        reopen=settles and thread.state == SETTLED and document.state in rules.SPOKEN_IN,
    )


def adds_to(actor: Actor, document: Document) -> bool:
    """Whether `actor` may remark on `document` as it is now."""
    return document.state in rules.SPOKEN_IN and may(actor, "comment.add", _thing(actor, document))


def make(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    epoch: int,
    seq: int,
    start: int,
    end: int,
    quote: str,
    body: str,
    scope: str,
    mentions: Collection[str] = (),
) -> Placement:
    """Open a thread on the code points `start`–`end` of the draft as it stood at row `seq`, where `quote` must stand.

    Raises what `check_passage`, `scoped`, `checked_body` and `check_room` raise, Conflict `draft_restarted`,
    `document_state`, Malformed `unknown_place`, `not_a_reader`."""
    document = access.document(tx, actor, "comment.add", document_id, lock=True)
    check_state(document, *rules.SPOKEN_IN)
    draft = drafts.edition_of(document, lang).draft
    organisation, said = rules.scoped(actor, scope), rules.checked_body(body)
    drafts.check_place(journal.head(tx, draft), epoch=epoch, seq=seq)
    copy = drafts.load(tx, draft, epoch=epoch, upto=seq)
    rules.check_passage(copy.text, start, end, quote=quote)
    rules.check_room(comments.count(tx, draft))
    held, place = hold(copy, start, end), (document_id, lang, draft, epoch, seq)
    id, who = tx.new_id("cmt"), (actor.person, tx.now)
    new = Thread(id, *place, held, quote, organisation, OPEN, *who, None, None, 0)
    asked = talk.asked(tx, actor, document.id, organisation, mentions)
    comments.open_thread(tx, new)
    _say(tx, actor, new, id=id, body=said, asked=asked)
    return _now(tx, id)


def choose(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, epoch: int, seq: int, part: tuple[int, int], words: str
) -> tuple[int, int, str]:
    """Where `words` stand in a part of the draft as it stood at row `seq`, with what stands there: what `make` takes.
    Raises what `find` raises, and for the place as `make` does."""
    document = access.document(tx, actor, "comment.add", document_id)
    draft = drafts.edition_of(document, lang).draft
    drafts.check_place(journal.head(tx, draft), epoch=epoch, seq=seq)
    text = drafts.load(tx, draft, epoch=epoch, upto=seq).text
    start, end = rules.find(text, words, start=part[0], end=part[1])
    return start, end, text[start:end]


def reply(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str, body: str, mentions: Collection[str] = ()
) -> Placement:
    """Answer in an open thread. Raises Conflict `comment_settled` and as `make` does."""
    document, found = _thread(tx, actor, "comment.add", document_id, lang, thread)
    check_state(document, *rules.SPOKEN_IN)
    rules.check_state(found, OPEN)
    said = rules.checked_body(body)
    rules.check_room(comments.count(tx, found.draft))
    asked = talk.asked(tx, actor, document.id, found.organisation, mentions)
    _say(tx, actor, found, id=tx.new_id("cmt"), body=said, asked=asked)
    return _now(tx, found.id)


def settle(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Placement:
    """Settle an open thread. Raises Forbidden, Conflict `comment_settled`, `document_state`."""
    document, found = _thread(tx, actor, "comment.settle", document_id, lang, thread)
    check_state(document, *rules.TIDIED_IN)
    _check_settler(actor, found)
    rules.check_state(found, OPEN)
    comments.settle(tx, found, by=actor.person)
    return _now(tx, found.id)


def reopen(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Placement:
    """Open a settled thread again. Raises Forbidden, Conflict `comment_open`, `document_state`."""
    document, found = _thread(tx, actor, "comment.settle", document_id, lang, thread)
    check_state(document, *rules.SPOKEN_IN)
    _check_settler(actor, found)
    rules.check_state(found, SETTLED)
    comments.settle(tx, found, by=None)
    return _now(tx, found.id)


def take_back(tx: Tx, actor: Actor, *, document_id: str, lang: str, comment: str) -> None:
    """Forget a comment of one's own after which nobody has spoken. Raises Forbidden, Conflict `comment_settled`,
    `comment_answered`."""
    thread = seen(comments.thread_of(tx, comment))
    document, found = _thread(tx, actor, "comment.add", document_id, lang, thread)
    check_state(document, *rules.SPOKEN_IN)
    its = next(one for one in found.comments if one.id == comment)
    if its.person != actor.person:
        raise Forbidden()
    rules.check_state(found, OPEN)
    if not rules.takes_back(actor, found, its):
        raise Conflict("comment_answered", N_("Somebody has answered, so this comment stays."))
    comments.take_back(tx, found, comment)


def keep_places(tx: Tx, document: Document, version: Version) -> None:
    """Keep where every open thread stands in a version that was cut just now; later edits do not move these."""
    for lang, edition in version.editions.items():
        draft = document.editions[lang].draft
        found = comments.open_of_draft(tx, draft)
        if found:
            copy = drafts.load(tx, draft, epoch=edition.epoch, upto=edition.seq)
            comments.place(tx, version.id, [_kept(one) for one in _placed(copy, found)])


def _kept(one: Placement) -> Placed:
    return Placed(one.thread.id, one.stand.start, one.stand.end, one.fate)


def _placed(copy: SharedText, threads: Sequence[Thread]) -> Iterable[Placement]:
    text = copy.text
    for thread, stand in zip(threads, stands(copy, [one.held for one in threads]), strict=True):
        yield Placement(thread, stand, rules.fate(stand, text, quote=thread.quote))


def _now(tx: Tx, thread: str) -> Placement:
    """A thread as it stands after an act."""
    found = seen(comments.lock(tx, thread))
    (placement,) = _placed(drafts.load(tx, found.draft, epoch=journal.head(tx, found.draft).epoch), [found])
    return placement


def _thread(tx: Tx, actor: Actor, verb: str, document_id: str, lang: str, thread: str) -> tuple[Document, Thread]:
    """The document and the thread, both locked. What somebody may not see is not there."""
    document = access.document(tx, actor, verb, document_id, lock=True)
    found = seen(comments.lock(tx, thread))
    here = (found.document, found.lang) == (document_id, lang) and found.state != rules.WITHDRAWN
    return document, seen(found if here and rules.sees(actor, found.organisation) else None)


def _check_settler(actor: Actor, thread: Thread) -> None:
    if not rules.settles(actor, thread):
        raise Forbidden()


def _say(tx: Tx, actor: Actor, thread: Thread, *, id: str, body: str, asked: Sequence[Person]) -> None:
    said = comments.say(tx, thread, id=id, person=actor.person, body=body, mentions=[one.id for one in asked])
    talk.tell(tx, thread, said)


def _thing(actor: Actor, document: Document) -> Thing:
    return Thing(document=document.id, state=document.state, shown=document.shown, organisation=actor.organisation)
