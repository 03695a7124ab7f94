"""Mentions in comments, and the notices about new comments. Threads of one organisation notify its own people only."""

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
"""Persons one comment may mention."""


def list_mentionable(tx: Tx, actor: Actor, document: str) -> list[Person]:
    """Return who may be mentioned: all who may read the draft, except the actor."""
    return [
        one for one in people_store.list_role_holders(tx, MEMBER_ROLES, document=document) if one.id != actor.person
    ]


def check_mentions(
    tx: Tx, actor: Actor, document: str, organisation: str | None, mentions: Collection[str]
) -> list[Person]:
    """Return the mentioned persons. Raises `InvalidInput` `not_a_reader` for one who could not see the comment."""
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
    """Notify the persons mentioned in a new comment of `thread`, then the earlier authors there.

    Nobody is notified who could not see the comment.
    """
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
    """Notify about a thread, except persons with an unread notice about it."""
    already_notified = notices_store.list_recipients_with_unread(
        tx, [one.id for one in persons], kinds=unless_unread, about=thread.id
    )
    recipients = [one for one in persons if one.id not in already_notified]
    params: Mapping[str, str] = {"document": thread.document, "lang": thread.lang}
    notifications.notify(tx, recipients, kind=kind, about=thread.id, params=params, by_email=True, repeat_key=comment)
