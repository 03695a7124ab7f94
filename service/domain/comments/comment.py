"""Comments on a passage of a draft, in threads that are open or resolved. They are not part of the record."""

from dataclasses import dataclass
from typing import Literal

from service.domain.comments.comment_anchor import Anchor, AnchorPosition
from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW
from service.domain.errors import N_, Conflict, InvalidInput, TooLarge, at_field
from service.domain.membership.people import DRAFTER, FOCAL_POINT, SECRETARIAT, Actor
from service.domain.text.markup.canonical import canonicalise

SCOPE_ALL, SCOPE_ORGANISATION = "all", "organisation"
"""Visible to all who may read the draft, or to the author's organisation only."""

OPEN, RESOLVED, WITHDRAWN = "open", "settled", "withdrawn"
"""States of a thread; `open` and `settled` are stored."""

COMMENTABLE_STATES = (DRAFTING, REVIEW)
"""States of a document in which comments can be added; later its text is fixed."""

RESOLVABLE_STATES = (*COMMENTABLE_STATES, ENDORSEMENT)
"""States of a document in which threads can be resolved and reopened."""

MAX_COMMENT_LENGTH = 4_000
"""Code points of a comment."""

MAX_PASSAGE_LENGTH = 5_000
"""Code points of a commented passage."""

MAX_PER_TEXT = 5_000
"""Comments on one text for everybody, and as many within each organisation."""

MAX_PER_PERSON = 1_000
"""Comments of one person on one text."""

PassageState = Literal["kept", "partial", "orphaned"]
"""kept: the passage is unchanged; partial: partly deleted or edited; orphaned: completely deleted."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: `thread` is the id of the first comment of its thread, `mentions` are persons; `at` in µs UTC."""

    id: str
    thread: str
    person: str
    body: str
    at: int
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A commented passage: its text (`quote`) at row `seq` of a draft, its anchor and its comments.

    `organisation` is None if everybody who may read the draft sees it. `rev` grows with every change of the thread.
    """

    id: str
    document: str
    lang: str
    draft: str
    epoch: int
    seq: int
    anchor: Anchor
    quote: str
    organisation: str | None
    state: str
    made_by: str
    made_at: int
    settled_by: str | None
    settled_at: int | None
    rev: int
    comments: tuple[Comment, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the thread is neither resolved nor withdrawn."""
        return self.state == OPEN

    @property
    def scope(self) -> str:
        """SCOPE_ALL or SCOPE_ORGANISATION."""
        return SCOPE_ALL if self.organisation is None else SCOPE_ORGANISATION


def can_see_thread(actor: Actor, organisation: str | None) -> bool:
    """Return whether `actor`, who may read the draft, sees comments for `organisation` (None: for everybody)."""
    return organisation is None or organisation == actor.organisation


def can_resolve(actor: Actor, thread: Thread) -> bool:
    """Return whether `actor`, who sees the thread, may resolve and reopen it.

    Its author, drafters and the secretariat may; within an organisation, its focal points too.
    """
    roles = {DRAFTER, SECRETARIAT} if thread.organisation is None else {DRAFTER, SECRETARIAT, FOCAL_POINT}
    return actor.person == thread.made_by or actor.has_role(roles, document=thread.document)


def involves(thread: Thread, person: str) -> bool:
    """Return whether `person` wrote or is mentioned in a thread; true for an empty `person` (no filter)."""
    return not person or any(person in (one.person, *one.mentions) for one in thread.comments)


def can_withdraw(actor: Actor, thread: Thread, comment: Comment) -> bool:
    """Return whether `comment` is the actor's own, the last of an open thread."""
    return thread.is_open and comment.person == actor.person and thread.comments[-1] == comment


def scope_organisation(actor: Actor, scope: str) -> str | None:
    """Return the organisation of `scope`. Raises InvalidInput `unknown_scope`, Conflict `no_organisation`."""
    if scope not in (SCOPE_ALL, SCOPE_ORGANISATION):
        raise InvalidInput(
            "unknown_scope", N_("A comment is for everyone who works on the text, or for your organisation only.")
        )
    if scope == SCOPE_ORGANISATION and actor.organisation is None:
        raise Conflict(
            "no_organisation", N_("You do not belong to an organisation, so your comments are for everyone.")
        )
    return actor.organisation if scope == SCOPE_ORGANISATION else None


def validate_body(body: str) -> str:
    """Return the comment in canonical form, without line breaks at its ends.

    Raises TooLarge `comment_too_long`, InvalidInput `empty_comment`, InvalidText.
    """
    with at_field("body"):
        text = canonicalise(body, limit=4 * MAX_COMMENT_LENGTH).text.strip("\n")
    if not text.strip():
        raise InvalidInput("empty_comment", N_("Write something first."), field="body")
    if len(text) > MAX_COMMENT_LENGTH:
        raise TooLarge(
            "comment_too_long",
            N_("A comment can have up to {limit} characters."),
            field="body",
            limit=MAX_COMMENT_LENGTH,
        )
    return text


def check_passage(text: str, start: int, end: int, *, quote: str) -> None:
    """Check that code points `start`–`end` of the text are `quote` and can be commented on.

    Raises InvalidInput `empty_passage`, TooLarge `passage_too_long`, Conflict `passage_moved`.
    """
    if start >= end or not quote.strip():
        raise InvalidInput("empty_passage", N_("Select the words you want to comment on."))
    if end - start > MAX_PASSAGE_LENGTH:
        raise TooLarge(
            "passage_too_long",
            N_("You can comment on up to {limit} characters of text."),
            field="words",
            limit=MAX_PASSAGE_LENGTH,
        )
    if text[start:end] != quote:
        raise Conflict("passage_moved", N_("These words are no longer there. Select them again."))


def check_thread_state(thread: Thread, state: str) -> None:
    """Raise Conflict `comment_settled` or `comment_open` unless the thread is in `state`."""
    if thread.state != state and state == OPEN:
        raise Conflict("comment_settled", N_("This comment is resolved. Reopen it to reply."))
    if thread.state != state:
        raise Conflict("comment_open", N_("This comment is open."))


def check_comment_limits(organisation: str | None, *, count: int, by_person: int) -> None:
    """Check the limits for one more comment for `organisation` (None: for everybody).

    The text has `count` such comments, and the person wrote `by_person` on it. Raises Conflict `too_many_comments`,
    `too_many_within`, `too_many_of_yours`.
    """
    if count >= MAX_PER_TEXT and organisation is None:
        raise Conflict(
            "too_many_comments", N_("This text already has {limit} comments, which is the limit."), limit=MAX_PER_TEXT
        )
    if count >= MAX_PER_TEXT:
        raise Conflict(
            "too_many_within",
            N_("Your organisation already has {limit} comments on this text, which is the limit."),
            limit=MAX_PER_TEXT,
        )
    if by_person >= MAX_PER_PERSON:
        raise Conflict(
            "too_many_of_yours",
            N_("You have written {limit} comments on this text, which is the limit for one person."),
            limit=MAX_PER_PERSON,
        )


def passage_state(position: AnchorPosition, text: str, *, quote: str) -> PassageState:
    """Return the state of a passage located at `position` in `text`."""
    if position.is_deleted:
        return "orphaned"
    return "kept" if text[position.start : position.end] == quote else "partial"


def find_passage(text: str, words: str, *, start: int, end: int) -> tuple[int, int]:
    """Locate `words` between code points `start` and `end` of a text; without words, the first line there.

    Raises InvalidInput `words_absent`, `words_twice`.
    """
    with at_field("words"):
        sought = canonicalise(words, limit=4 * MAX_PASSAGE_LENGTH).text.strip()
    if not sought:
        line = text[start:end].partition("\n")[0].rstrip()
        return start, start + len(line)
    offset = text.find(sought, start, end)
    if offset < 0:
        raise InvalidInput(
            "words_absent",
            N_("These words are not in this section. Copy them exactly as they are in the text."),
            field="words",
        )
    if text.find(sought, offset + 1, end) >= 0:
        raise InvalidInput(
            "words_twice",
            N_("These words appear more than once in this section. Select a few more words around them."),
            field="words",
        )
    return offset, offset + len(sought)
