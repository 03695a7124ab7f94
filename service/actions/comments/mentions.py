"""Whom a comment asks by name, and who is told of it. What is for one organisation is its own people's business."""

from collections.abc import Collection, Mapping, Sequence

from service.actions import notifications
from service.domain.comments.comment import Comment, Thread
from service.domain.errors import N_, InvalidInput
from service.domain.membership.people import Actor, Person
from service.domain.policy import MEMBER_ROLES
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.publication import notices as notices_store

MENTION_NOTICE, REPLY_NOTICE = "comment.mention", "comment.reply"
MAX_MENTIONS = 20
"""Persons one comment may ask."""


def list_mentionable(tx: Tx, actor: Actor, document: str) -> list[Person]:
    """Who may be asked by name: all who may read the draft, but oneself."""
    return [
        one for one in people_store.list_role_holders(tx, MEMBER_ROLES, document=document) if one.id != actor.person
    ]


def check_mentions(
    tx: Tx, actor: Actor, document: str, organisation: str | None, mentions: Collection[str]
) -> list[Person]:
    """Those who are asked by name. Raises Malformed `not_a_reader` for one who could not see the comment."""
    mentioned = set(mentions) - {actor.person}
    mentionable = {
        one.id: one for one in list_mentionable(tx, actor, document) if organisation in (None, one.organisation)
    }
    if len(mentioned) > MAX_MENTIONS or not mentioned <= mentionable.keys():
        raise InvalidInput(
            "not_a_reader", N_("One of the people you mentioned cannot see this comment. It was not saved.")
        )
    return [mentionable[id] for id in sorted(mentioned)]


def notify_new_comment(tx: Tx, thread: Thread, new_comment: Comment) -> None:
    """Tell those whom a new comment of `thread` asks, then those who spoke there before; nobody who could not see
    it."""
    readers_of_thread = people_store.list_role_holders(tx, MEMBER_ROLES, document=thread.document)
    readers_of_thread = [one for one in readers_of_thread if thread.organisation in (None, one.organisation)]
    earlier_authors = {one.person for one in thread.comments} - {new_comment.person, *new_comment.mentions}
    _notify(
        tx,
        thread,
        [one for one in readers_of_thread if one.id in new_comment.mentions],
        kind=MENTION_NOTICE,
        comment=new_comment.id,
        unless_unread=(MENTION_NOTICE,),
    )
    _notify(
        tx,
        thread,
        [one for one in readers_of_thread if one.id in earlier_authors],
        kind=REPLY_NOTICE,
        comment=new_comment.id,
        unless_unread=(MENTION_NOTICE, REPLY_NOTICE),
    )


def _notify(
    tx: Tx, thread: Thread, persons: Sequence[Person], *, kind: str, comment: str, unless_unread: Collection[str]
) -> None:
    """One notice a thread at a time: whoever has not read the last one is told no more."""
    already_notified = notices_store.list_recipients_with_unread(
        tx, [one.id for one in persons], kinds=unless_unread, about=thread.id
    )
    recipients = [one for one in persons if one.id not in already_notified]
    params: Mapping[str, str] = {"document": thread.document, "lang": thread.lang}
    notifications.notify(tx, recipients, kind=kind, about=thread.id, params=params, by_email=True, repeat_key=comment)
