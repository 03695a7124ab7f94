"""Comments on a draft: open a thread on a passage, reply, resolve, reopen, withdraw.

Threads of one organisation are visible to that organisation only.
"""

from collections.abc import Collection, Sequence

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.comments import mentions as mentions_actions
from service.actions.drafts import planned_row, save
from service.actions.drafts.integrity import check_position
from service.domain.comments import comment as comment_rules
from service.domain.comments.comment import OPEN, RESOLVED, Thread
from service.domain.comments.comment_anchor import Anchor, create_anchor
from service.domain.documents.document import Document, check_document_state
from service.domain.errors import N_, Conflict, Forbidden
from service.domain.membership.people import Actor, Person
from service.store.comments import comments as comments_store
from service.store.db import Tx
from service.store.drafts import journal as journal_store


def open_thread(
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
    planned_anchor: Anchor | None = None,
) -> Thread:
    """Open a thread on the code points `start`–`end` of the draft at row `seq`, where `quote` must be the text.

    `planned_anchor` is what `plan_anchor` returned for this passage. Raises what `check_passage`, `scope_organisation`,
    `validate_body` and `check_comment_limits` raise, `Conflict` `draft_restarted`, `document_state`, `InvalidInput`
    `unknown_place`, `not_a_reader`.
    """
    document = authorization.load_document(tx, actor, "comment.add", document_id, lock=True)
    check_document_state(document, *comment_rules.COMMENTABLE_STATES)
    draft = save.get_edition(document, lang).draft
    organisation, validated_body = comment_rules.scope_organisation(actor, scope), comment_rules.validate_body(body)
    _check_limits(tx, actor, draft, organisation)
    if planned_anchor:
        check_position(journal_store.get_head(tx, draft), epoch=epoch, seq=seq)
    thread_anchor = planned_anchor or _load_anchor(tx, draft, epoch=epoch, seq=seq, start=start, end=end, quote=quote)
    position = (document_id, lang, draft, epoch, seq)
    id, author = tx.new_id("cmt"), (actor.person, tx.now)
    new = Thread(id, *position, thread_anchor, quote, organisation, OPEN, *author, None, None, 0)
    mentioned = mentions_actions.check_mentions(tx, actor, document.id, organisation, mentions)
    comments_store.open_thread(tx, new)
    _add_comment(tx, actor, new, id=id, body=validated_body, mentioned=mentioned)
    return or_not_found(comments_store.lock_thread(tx, id))


def plan_anchor(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, epoch: int, seq: int, start: int, end: int, quote: str
) -> Anchor:
    """Return the anchor of a new thread, computed in a read transaction.

    A long text takes long to load, and the text at a row never changes. Raises for position and passage as
    `open_thread` does.
    """
    document = authorization.load_document(tx, actor, "comment.add", document_id)
    draft = save.get_edition(document, lang).draft
    return _load_anchor(tx, draft, epoch=epoch, seq=seq, start=start, end=end, quote=quote)


def find_passage(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    lang: str,
    epoch: int,
    seq: int,
    search_range: tuple[int, int],
    phrase: str,
) -> tuple[int, int, str]:
    """Find `phrase` in a range of the draft at row `seq`.

    Returns (start, end, text there), as `open_thread` takes them. Raises what the domain's `find_passage` raises, and
    for the position as `open_thread` does.
    """
    document = authorization.load_document(tx, actor, "comment.add", document_id)
    draft = save.get_edition(document, lang).draft
    check_position(journal_store.get_head(tx, draft), epoch=epoch, seq=seq)
    text = planned_row.load_shared_text(tx, draft, epoch=epoch, upto=seq).text
    start, end = comment_rules.find_passage(text, phrase, start=search_range[0], end=search_range[1])
    return start, end, text[start:end]


def reply(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str, body: str, mentions: Collection[str] = ()
) -> Thread:
    """Reply in an open thread. Raises `Conflict` `comment_settled` and as `open_thread` does."""
    document, found = _lock_thread(tx, actor, "comment.add", document_id, lang, thread)
    check_document_state(document, *comment_rules.COMMENTABLE_STATES)
    comment_rules.check_thread_state(found, OPEN)
    validated_body = comment_rules.validate_body(body)
    _check_limits(tx, actor, found.draft, found.organisation)
    mentioned = mentions_actions.check_mentions(tx, actor, document.id, found.organisation, mentions)
    _add_comment(tx, actor, found, id=tx.new_id("cmt"), body=validated_body, mentioned=mentioned)
    return or_not_found(comments_store.lock_thread(tx, found.id))


def resolve(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Thread:
    """Resolve an open thread. Raises `Forbidden`, `Conflict` `comment_settled`, `document_state`."""
    document, found = _lock_thread(tx, actor, "comment.settle", document_id, lang, thread)
    check_document_state(document, *comment_rules.RESOLVABLE_STATES)
    _check_may_resolve(actor, found)
    comment_rules.check_thread_state(found, OPEN)
    comments_store.set_resolved(tx, found, by=actor.person)
    return or_not_found(comments_store.lock_thread(tx, found.id))


def reopen(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> Thread:
    """Reopen a resolved thread. Raises `Forbidden`, `Conflict` `comment_open`, `document_state`."""
    document, found = _lock_thread(tx, actor, "comment.settle", document_id, lang, thread)
    check_document_state(document, *comment_rules.COMMENTABLE_STATES)
    _check_may_resolve(actor, found)
    comment_rules.check_thread_state(found, RESOLVED)
    comments_store.set_resolved(tx, found, by=None)
    return or_not_found(comments_store.lock_thread(tx, found.id))


def withdraw(tx: Tx, actor: Actor, *, document_id: str, lang: str, comment: str) -> None:
    """Withdraw the actor's own comment if no comment follows it.

    Raises `Forbidden`, `Conflict` `comment_settled`, `comment_answered`.
    """
    thread = or_not_found(comments_store.get_thread_id(tx, comment))
    document, found = _lock_thread(tx, actor, "comment.add", document_id, lang, thread)
    check_document_state(document, *comment_rules.COMMENTABLE_STATES)
    own_comment = or_not_found(next((one for one in found.comments if one.id == comment), None))
    if own_comment.person != actor.person:
        raise Forbidden()
    comment_rules.check_thread_state(found, OPEN)
    if not comment_rules.can_withdraw(actor, found, own_comment):
        raise Conflict("comment_answered", N_("Someone has replied, so you cannot delete this comment."))
    comments_store.withdraw_comment(tx, found, comment)


def _lock_thread(tx: Tx, actor: Actor, verb: str, document_id: str, lang: str, thread: str) -> tuple[Document, Thread]:
    """Return the document and the thread, both locked. Raises `NotFound` for a thread the actor may not see."""
    document = authorization.load_document(tx, actor, verb, document_id, lock=True)
    found = or_not_found(comments_store.lock_thread(tx, thread))
    is_here = (found.document, found.lang) == (document_id, lang) and found.state != comment_rules.WITHDRAWN
    return document, or_not_found(
        found if is_here and comment_rules.can_see_thread(actor, found.organisation) else None
    )


def _check_limits(tx: Tx, actor: Actor, draft: str, organisation: str | None) -> None:
    count = comments_store.count_comments(tx, draft, organisation=organisation)
    comment_rules.check_comment_limits(
        organisation, count=count, by_person=comments_store.count_comments_by(tx, draft, actor.person)
    )


def _check_may_resolve(actor: Actor, thread: Thread) -> None:
    if not comment_rules.can_resolve(actor, thread):
        raise Forbidden()


def _add_comment(tx: Tx, actor: Actor, thread: Thread, *, id: str, body: str, mentioned: Sequence[Person]) -> None:
    added = comments_store.add_comment(
        tx, thread, id=id, person=actor.person, body=body, mentions=[one.id for one in mentioned]
    )
    mentions_actions.notify_new_comment(tx, thread, added)


def _load_anchor(tx: Tx, draft: str, *, epoch: int, seq: int, start: int, end: int, quote: str) -> Anchor:
    check_position(journal_store.get_head(tx, draft), epoch=epoch, seq=seq)

    def plan(reading: Tx) -> Anchor:
        replica = planned_row.load_shared_text(reading, draft, epoch=epoch, upto=seq)
        comment_rules.check_passage(replica.text, start, end, quote=quote)
        return create_anchor(replica, start, end)

    return tx.plan(("anchor", draft, start, end, quote), plan, position=(epoch, seq))
