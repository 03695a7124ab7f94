"""Comments: remarks on a passage of a draft, in threads that are open or settled. They are talk, not acts of record."""

from dataclasses import dataclass
from typing import Literal

from service.domain.comments.comment_anchor import Anchor, AnchorPosition
from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW
from service.domain.errors import N_, Conflict, InvalidInput, TooLarge, at_field
from service.domain.membership.people import DRAFTER, FOCAL_POINT, SECRETARIAT, Actor
from service.domain.text.markup.canonical import canonicalise

SCOPE_ALL, SCOPE_ORGANISATION = "all", "organisation"
"""For all who may read the draft, or for one's own organisation alone."""

OPEN, RESOLVED, WITHDRAWN = "open", "settled", "withdrawn"
COMMENTABLE_STATES = (DRAFTING, REVIEW)
"""While a text is written or read it is remarked on; later its words stand."""
RESOLVABLE_STATES = (*COMMENTABLE_STATES, ENDORSEMENT)

MAX_COMMENT_LENGTH = 4_000
"""Code points of a comment."""
MAX_PASSAGE_LENGTH = 5_000
MAX_PER_TEXT = 5_000
"""Comments on one text that are for everybody, and as many within each organisation."""
MAX_PER_PERSON = 1_000
"""Of one person's on one text."""

PassageState = Literal["kept", "partial", "orphaned"]
"""kept: the passage reads as it did; partial: some of it is left, or others wrote into it; orphaned: none is left."""


@dataclass(frozen=True, slots=True)
class Comment:
    """`thread` is the id of the first comment of its thread; `mentions` are persons."""

    id: str
    thread: str
    person: str
    body: str
    at: int
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A passage that was remarked on, as it read (`quote`) at row `seq` of a draft, and what it holds on to.
    `organisation` is None where everybody who reads the draft may see it. `rev` grows with everything said or done."""

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
        return self.state == OPEN

    @property
    def scope(self) -> str:
        return SCOPE_ALL if self.organisation is None else SCOPE_ORGANISATION


def can_see_thread(actor: Actor, organisation: str | None) -> bool:
    """Whether `actor`, who may read the draft, is shown what is for `organisation` (None: for everybody)."""
    return organisation is None or organisation == actor.organisation


def can_resolve(actor: Actor, thread: Thread) -> bool:
    """Whether `actor`, who sees the thread, is among those who settle and reopen it: whoever made it, drafters, the
    secretariat; what is said within an organisation, its focal points too."""
    roles = {DRAFTER, SECRETARIAT} if thread.organisation is None else {DRAFTER, SECRETARIAT, FOCAL_POINT}
    return actor.person == thread.made_by or actor.has_role(roles, document=thread.document)


def involves(thread: Thread, person: str) -> bool:
    """Whether `person` speaks in a thread or is asked there; an empty one: whoever it may be."""
    return not person or any(person in (one.person, *one.mentions) for one in thread.comments)


def can_withdraw(actor: Actor, thread: Thread, comment: Comment) -> bool:
    """Whether `comment` is the actor's own and nobody has spoken after it."""
    return thread.is_open and comment.person == actor.person and thread.comments[-1] == comment


def scope_organisation(actor: Actor, scope: str) -> str | None:
    """The organisation a comment of `scope` is for. Raises Malformed `unknown_scope`, Conflict `no_organisation`."""
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
    """What is said, in canonical form without its last line break. Raises TooLarge `comment_too_long`, Malformed
    `empty_comment`, TextRefused."""
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
    """Raises Malformed `empty_passage`, TooLarge `passage_too_long`, Conflict `passage_moved` where other words than
    `quote` stand at `start`–`end`."""
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
    """Raises Conflict `comment_settled`, `comment_open`."""
    if thread.state != state and state == OPEN:
        raise Conflict("comment_settled", N_("This comment is resolved. Reopen it to reply."))
    if thread.state != state:
        raise Conflict("comment_open", N_("This comment is open."))


def check_comment_limits(organisation: str | None, *, count: int, by_person: int) -> None:
    """Whether a text has room for one more comment that is for `organisation` (None: for everybody) beside `count` of
    those, by a person who has made `own`. Raises Conflict `too_many_comments`, `too_many_within`, `too_many_of_yours`.
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
    """What became of a passage."""
    if position.is_deleted:
        return "orphaned"
    return "kept" if text[position.start : position.end] == quote else "partial"


def find_passage(text: str, words: str, *, start: int, end: int) -> tuple[int, int]:
    """Where `words` stand between code points `start` and `end` of a text; without words, the first line there. Raises
    Malformed `words_absent`, `words_twice`."""
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
