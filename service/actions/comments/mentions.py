"""Whom a comment asks by name, and who is told of it. What is for one organisation is its own people's business."""

from collections.abc import Collection, Mapping, Sequence

from service.actions import notifications
from service.domain.comments.comment import Comment, Thread
from service.domain.errors import N_, Malformed
from service.domain.membership.people import Actor, Person
from service.domain.policy import MEMBERS
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.publication import notices as notices_store

MENTION, REPLY = "comment.mention", "comment.reply"
MOST_ASKED = 20
"""Persons one comment may ask."""


def readers(tx: Tx, actor: Actor, document: str) -> list[Person]:
    """Who may be asked by name: all who may read the draft, but oneself."""
    return [one for one in people_store.holders(tx, MEMBERS, document=document) if one.id != actor.person]


def asked(tx: Tx, actor: Actor, document: str, organisation: str | None, mentions: Collection[str]) -> list[Person]:
    """Those who are asked by name. Raises Malformed `not_a_reader` for one who could not see the comment."""
    wanted = set(mentions) - {actor.person}
    able = {one.id: one for one in readers(tx, actor, document) if organisation in (None, one.organisation)}
    if len(wanted) > MOST_ASKED or not wanted <= able.keys():
        raise Malformed("not_a_reader", N_("One of those you ask cannot see this comment. Nothing was written."))
    return [able[id] for id in sorted(wanted)]


def tell(tx: Tx, thread: Thread, said: Comment) -> None:
    """Tell those whom a new comment of `thread` asks, then those who spoke there before; nobody who could not see
    it."""
    able = people_store.holders(tx, MEMBERS, document=thread.document)
    able = [one for one in able if thread.organisation in (None, one.organisation)]
    spoke = {one.person for one in thread.comments} - {said.person, *said.mentions}
    _tell(
        tx, thread, [one for one in able if one.id in said.mentions], kind=MENTION, comment=said.id, unless=(MENTION,)
    )
    _tell(tx, thread, [one for one in able if one.id in spoke], kind=REPLY, comment=said.id, unless=(MENTION, REPLY))


def _tell(
    tx: Tx, thread: Thread, persons: Sequence[Person], *, kind: str, comment: str, unless: Collection[str]
) -> None:
    """One notice a thread at a time: whoever has not read the last one is told no more."""
    heard = notices_store.unread_about(tx, [one.id for one in persons], kinds=unless, about=thread.id)
    told = [one for one in persons if one.id not in heard]
    params: Mapping[str, str] = {"document": thread.document, "lang": thread.lang}
    notifications.tell(tx, told, kind=kind, about=thread.id, params=params, mail=True, again=comment)
