"""Comments on a draft: made on a passage, answered, settled. What is said within an organisation stays there."""

from collections.abc import Collection, Sequence

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.comments import mentions as mentions_actions
from service.actions.drafts import save
from service.domain.comments import comment as comment_rules
from service.domain.comments.comment import OPEN, SETTLED, Thread
from service.domain.comments.comment_anchor import Hold, hold
from service.domain.documents.document import Document, check_state
from service.domain.errors import N_, Conflict, Forbidden
from service.domain.membership.people import Actor, Person
from service.store.comments import comments as comments_store
from service.store.db import Tx
from service.store.drafts import journal as journal_store


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
    plan: Hold | None = None,
) -> Thread:
    """Open a thread on the code points `start`–`end` of the draft as it stood at row `seq`, where `quote` must stand;
    `plan`: what `plan` gave for this passage.

    Raises what `check_passage`, `scoped`, `checked_body` and `check_room` raise, Conflict `draft_restarted`,
    `document_state`, Malformed `unknown_place`, `not_a_reader`."""
    document = authorization.document(tx, actor, "comment.add", document_id, lock=True)
    check_state(document, *comment_rules.SPOKEN_IN)
    draft = save.edition_of(document, lang).draft
    organisation, said = comment_rules.scoped(actor, scope), comment_rules.checked_body(body)
    _check_room(tx, actor, draft, organisation)
    if plan:
        save.check_place(journal_store.head(tx, draft), epoch=epoch, seq=seq)
    held = plan or _held(tx, draft, epoch=epoch, seq=seq, start=start, end=end, quote=quote)
    place = (document_id, lang, draft, epoch, seq)
    id, who = tx.new_id("cmt"), (actor.person, tx.now)
    new = Thread(id, *place, held, quote, organisation, OPEN, *who, None, None, 0)
    asked = mentions_actions.asked(tx, actor, document.id, organisation, mentions)
    comments_store.open_thread(tx, new)
    _say(tx, actor, new, id=id, body=said, asked=asked)
    return seen(comments_store.lock(tx, id))


def plan(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, epoch: int, seq: int, start: int, end: int, quote: str
) -> Hold:
    """What a thread would hold on to, worked out in a transaction that only reads: a long text takes long to be loaded,
    and what it said at a row never changes. Raises for the place and the passage as `make` does."""
    document = authorization.document(tx, actor, "comment.add", document_id)
    draft = save.edition_of(document, lang).draft
    return _held(tx, draft, epoch=epoch, seq=seq, start=start, end=end, quote=quote)


def choose(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, epoch: int, seq: int, part: tuple[int, int], words: str
) -> tuple[int, int, str]:
    """Where `words` stand in a part of the draft as it stood at row `seq`, with what stands there: what `make` takes.
    Raises what `find` raises, and for the place as `make` does."""
    document = authorization.document(tx, actor, "comment.add", document_id)
    draft = save.edition_of(document, lang).draft
    save.check_place(journal_store.head(tx, draft), epoch=epoch, seq=seq)
    text = save.load(tx, draft, epoch=epoch, upto=seq).text
    start, end = comment_rules.find(text, words, start=part[0], end=part[1])
    return start, end, text[start:end]


def reply(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str, body: str, mentions: Collection[str] = ()
) -> Thread:
    """Answer in an open thread. Raises Conflict `comment_settled` and as `make` does."""
    document, found = _thread(tx, actor, "comment.add", document_id, lang, thread)
    check_state(document, *comment_rules.SPOKEN_IN)
    comment_rules.check_state(found, OPEN)
    said = comment_rules.checked_body(body)
    _check_room(tx, actor, found.draft, found.organisation)
    asked = mentions_actions.asked(tx, actor, document.id, found.organisation, mentions)
    _say(tx, actor, found, id=tx.new_id("cmt"), body=said, asked=asked)
    return seen(comments_store.lock(tx, found.id))


def settle(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Thread:
    """Settle an open thread. Raises Forbidden, Conflict `comment_settled`, `document_state`."""
    document, found = _thread(tx, actor, "comment.settle", document_id, lang, thread)
    check_state(document, *comment_rules.TIDIED_IN)
    _check_settler(actor, found)
    comment_rules.check_state(found, OPEN)
    comments_store.settle(tx, found, by=actor.person)
    return seen(comments_store.lock(tx, found.id))


def reopen(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Thread:
    """Open a settled thread again. Raises Forbidden, Conflict `comment_open`, `document_state`."""
    document, found = _thread(tx, actor, "comment.settle", document_id, lang, thread)
    check_state(document, *comment_rules.SPOKEN_IN)
    _check_settler(actor, found)
    comment_rules.check_state(found, SETTLED)
    comments_store.settle(tx, found, by=None)
    return seen(comments_store.lock(tx, found.id))


def take_back(tx: Tx, actor: Actor, *, document_id: str, lang: str, comment: str) -> None:
    """Forget a comment of one's own after which nobody has spoken. Raises Forbidden, Conflict `comment_settled`,
    `comment_answered`."""
    thread = seen(comments_store.thread_of(tx, comment))
    document, found = _thread(tx, actor, "comment.add", document_id, lang, thread)
    check_state(document, *comment_rules.SPOKEN_IN)
    its = seen(next((one for one in found.comments if one.id == comment), None))
    if its.person != actor.person:
        raise Forbidden()
    comment_rules.check_state(found, OPEN)
    if not comment_rules.takes_back(actor, found, its):
        raise Conflict("comment_answered", N_("Somebody has answered, so this comment stays."))
    comments_store.take_back(tx, found, comment)


def _thread(tx: Tx, actor: Actor, verb: str, document_id: str, lang: str, thread: str) -> tuple[Document, Thread]:
    """The document and the thread, both locked. What somebody may not see is not there."""
    document = authorization.document(tx, actor, verb, document_id, lock=True)
    found = seen(comments_store.lock(tx, thread))
    here = (found.document, found.lang) == (document_id, lang) and found.state != comment_rules.WITHDRAWN
    return document, seen(found if here and comment_rules.sees(actor, found.organisation) else None)


def _check_room(tx: Tx, actor: Actor, draft: str, organisation: str | None) -> None:
    count = comments_store.count(tx, draft, organisation=organisation)
    comment_rules.check_room(organisation, count=count, own=comments_store.count_of(tx, draft, actor.person))


def _check_settler(actor: Actor, thread: Thread) -> None:
    if not comment_rules.settles(actor, thread):
        raise Forbidden()


def _say(tx: Tx, actor: Actor, thread: Thread, *, id: str, body: str, asked: Sequence[Person]) -> None:
    said = comments_store.say(tx, thread, id=id, person=actor.person, body=body, mentions=[one.id for one in asked])
    mentions_actions.tell(tx, thread, said)


def _held(tx: Tx, draft: str, *, epoch: int, seq: int, start: int, end: int, quote: str) -> Hold:
    save.check_place(journal_store.head(tx, draft), epoch=epoch, seq=seq)
    copy = save.load(tx, draft, epoch=epoch, upto=seq)
    comment_rules.check_passage(copy.text, start, end, quote=quote)
    return hold(copy, start, end)
