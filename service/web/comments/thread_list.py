"""Comments page that works without JavaScript: threads in text order, grouped by provision, with their forms."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from starlette.responses import Response

from service.actions import authorization
from service.actions.comments import mentions, placement
from service.actions.comments.placement import LocatedThread, LocatedThreads, ThreadPermissions
from service.domain.comments import comment as comment_rules
from service.domain.comments.comment import Comment
from service.domain.errors import N_
from service.domain.membership.people import Person
from service.domain.text.markup.parser import parse_markup
from service.domain.text.structure.numbering import NumberingScheme, number_text
from service.domain.text.structure.outline import build_outline
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.form_state import submitted_values
from service.web.http.idempotency import new_idempotency_key
from service.web.shell.document_page import render_document_page
from service.web.texts.selection import chosen_language, numbering_of

STATE_FILTERS: Mapping[str, tuple[str, ...]] = {
    comment_rules.OPEN: (comment_rules.OPEN,),
    comment_rules.RESOLVED: (comment_rules.RESOLVED,),
    "all": (comment_rules.OPEN, comment_rules.RESOLVED),
}
STATE_LABELS: Mapping[str, str] = {
    comment_rules.OPEN: N_("Open"),
    comment_rules.RESOLVED: N_("Resolved"),
    "all": N_("All"),
}
SCOPE_LABELS: Mapping[str, str] = {
    "": N_("All"),
    comment_rules.SCOPE_ALL: N_("For everyone who works on the text"),
    comment_rules.SCOPE_ORGANISATION: N_("For your organisation only"),
}

_HEADING_MARKS = re.compile(r"^#{1,6} +| *\{#[^}\s]*\} *$", re.MULTILINE)


@dataclass(frozen=True)
class ProvisionSpan:
    """A provision of the text, from its heading to the next.

    `start` and `end` are offsets in code points. `title` is empty for the text before the first heading.
    """

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class CommentAuthor:
    """Names of a person and of their organisation, by language."""

    names: Mapping[str, str]
    organisation: Mapping[str, str]


@dataclass(frozen=True)
class CommentView:
    """A comment with its author; `can_withdraw`: the user may withdraw it."""

    comment: Comment
    author: CommentAuthor
    mentioned: tuple[CommentAuthor, ...]
    can_withdraw: bool


@dataclass(frozen=True)
class ThreadView:
    """A thread as the page shows it, with what the user may do."""

    located_thread: LocatedThread
    comments: tuple[CommentView, ...]
    permissions: ThreadPermissions
    resolved_by: CommentAuthor | None

    @property
    def quote(self) -> str:
        """The passage commented on, without heading marks and ids."""
        return _HEADING_MARKS.sub("", self.located_thread.thread.quote)


@dataclass
class _AuthorLookup:
    context: RequestContext
    known: dict[str, CommentAuthor] = field(default_factory=dict)

    def get(self, id: str) -> CommentAuthor:
        if id not in self.known:
            person = people_store.get(self.context.tx, id)
            self.known[id] = self.from_person(person) if person else CommentAuthor({"": id}, {})
        return self.known[id]

    def from_person(self, person: Person) -> CommentAuthor:
        organisation = organisations_store.get(self.context.tx, person.organisation) if person.organisation else None
        return CommentAuthor(person.names, organisation.names if organisation else {})


@page
def list_comments(context: RequestContext) -> Response:
    """`/documents/{document}/comments?lang&state&scope&person`: list the threads of an edition, filtered."""
    document = authorization.load_document(context.tx, context.user, "comment.read", context.path_param("document"))
    langs = sorted(document.editions)
    lang = _submitted_lang(context, langs) or chosen_language(context, langs, authentic=document.authentic)
    state, scope, person = _filters(context)
    found = placement.list_threads(
        context.tx, context.user, document_id=document.id, lang=lang, states=STATE_FILTERS[state]
    )
    spans = provision_spans(found.text, numbering_of(context, document, lang))
    author_lookup = _AuthorLookup(context)
    matching = [one for one in found.threads if _matches_filters(one, scope, person)]
    translate = context.formatter.translate
    readers = mentions.list_mentionable(context.tx, context.user, document.id)
    return render_document_page(
        context,
        document,
        "comments/comments.html",
        tab="comments",
        lang=lang,
        found=found,
        parts_of_text=spans,
        part_options=[(f"{one.start}-{one.end}", one.title or translate(N_("the start of the text"))) for one in spans],
        groups=_group_by_provision([_thread_view(context, found, one, author_lookup) for one in matching], spans),
        count=len(matching),
        filters={"state": state, "scope": scope, "person": person},
        state_options=[(code, translate(label)) for code, label in STATE_LABELS.items()],
        scope_options=[(code, translate(label)) for code, label in SCOPE_LABELS.items()],
        person_options=[
            ("", translate(N_("Anyone"))),
            (context.user.person, translate(N_("You"))),
            *((one.id, context.formatter.plain_name(one.names)) for one in readers),
        ],
        readers=[(one, author_lookup.from_person(one)) for one in readers],
        organisation_readers=[
            (one, author_lookup.from_person(one))
            for one in readers
            if context.user.organisation and one.organisation == context.user.organisation
        ],
        adds=placement.can_comment(context.user, document),
        key=new_idempotency_key(),
    )


def provision_spans(text: str, numbering: NumberingScheme | None) -> list[ProvisionSpan]:
    """Return the provisions of a text; their titles have the numbers of the `numbering` scheme.

    A span before the first heading is included if it has text.
    """
    starts = [one.span[0] for one in build_outline(parse_markup(text)).provisions]
    titles = [one.title for one in build_outline(parse_markup(number_text(text, numbering))).provisions]
    edges = [0, *starts, len(text)]
    found = [ProvisionSpan(title, *edges[at : at + 2]) for at, title in enumerate(["", *titles])]
    return [one for one in found if one.title or text[one.start : one.end].strip()]


def _group_by_provision(
    threads: Sequence[ThreadView], spans: Sequence[ProvisionSpan]
) -> Iterator[tuple[str, list[ThreadView]]]:
    starts = [part.start for part in spans]
    by_index = ((max(0, bisect_right(starts, one.located_thread.position.start) - 1), one) for one in threads)
    for at, its in groupby(by_index, key=lambda pair: pair[0]):
        yield spans[at].title if spans else "", [one for _, one in its]


def _thread_view(
    context: RequestContext, found: LocatedThreads, one: LocatedThread, author_lookup: _AuthorLookup
) -> ThreadView:
    thread, permissions = one.thread, placement.get_permissions(context.user, found.document, one.thread)
    comment_views = tuple(
        CommentView(
            its,
            author_lookup.get(its.person),
            tuple(author_lookup.get(person) for person in its.mentions),
            permissions.reply and comment_rules.can_withdraw(context.user, thread, its),
        )
        for its in thread.comments
    )
    return ThreadView(
        one, comment_views, permissions, author_lookup.get(thread.settled_by) if thread.settled_by else None
    )


def _matches_filters(one: LocatedThread, scope: str, person: str) -> bool:
    return scope in ("", one.thread.scope) and comment_rules.involves(one.thread, person)


def _filters(context: RequestContext) -> tuple[str, str, str]:
    """Return (state, scope, person) of the query.

    The default is open threads, and all states after a rejected form.
    """
    state, scope = context.query_param("state"), context.query_param("scope")
    usual = "all" if submitted_values(context) else comment_rules.OPEN
    return (
        state if state in STATE_FILTERS else usual,
        scope if scope in SCOPE_LABELS else "",
        context.query_param("person"),
    )


def _submitted_lang(context: RequestContext, langs: Sequence[str]) -> str:
    lang = submitted_values(context).get("lang", "")
    return lang if lang in langs else ""
