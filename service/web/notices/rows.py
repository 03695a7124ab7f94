"""Notices as rows of a page: sentence, titles and link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.actions import notice_details, notice_matters
from service.actions.notice_matters import Matter
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.publication.notice import LINKS, SENTENCES, notice_moment
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.web.http.context import RequestContext
from service.web.rounds.tally import ORGANISATION_COLOURS
from service.web.texts.selection import person_name


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the user sees it; unlike in an email, the document has its titles.

    `details` are the lines below the sentence; `at` is in µs UTC. `who` is the person it is about, `organisation` the
    names of the organisation and `colour` its colour. `is_done`: what it asked for is settled.
    """

    id: str
    sentence: str
    details: Sequence[str]
    titles: Mapping[str, str]
    link: str
    at: int
    read: bool
    who: str
    organisation: Mapping[str, str]
    colour: int
    is_done: bool


def latest_notices(context: RequestContext, *, limit: int) -> list[NoticeRow]:
    """Return the newest notices of the user, newest first."""
    found = notices_store.list_newest(context.tx, context.user.person, limit=limit)
    matters = [notice_matters.load_matter(context.tx, context.user, one) for one in found]
    organisations = _organisations(context) if any(one.organisation for one in matters) else {}
    return [_notice_row(context, notice, matter, organisations) for notice, matter in zip(found, matters, strict=True)]


def _organisations(context: RequestContext) -> dict[str, tuple[Mapping[str, str], int]]:
    """Return (names, colour) of every organisation by id."""
    numbered = enumerate(organisations_store.list_all(context.tx))
    return {one.id: (one.names, place % ORGANISATION_COLOURS + 1) for place, one in numbered}


def _notice_row(
    context: RequestContext,
    notice: notices_store.Notice,
    matter: Matter,
    organisations: Mapping[str, tuple[Mapping[str, str], int]],
) -> NoticeRow:
    names, colour = organisations.get(matter.organisation or "", ({}, 0))
    link = LINKS.get(notice.kind.partition(".")[0], "").format_map({"document": "", **notice.params})
    return NoticeRow(
        notice.id,
        _sentence(context, notice),
        _details(context, notice),
        _titles(context, context.tx, str(notice.params.get("document", ""))),
        link,
        notice.at,
        notice.read_at is not None,
        person_name(context, matter.person) if matter.person else "",
        names,
        colour,
        matter.is_settled,
    )


def _sentence(context: RequestContext, notice: notices_store.Notice) -> Markup:
    moment = notice_moment(notice.params)
    params = {"moment": context.formatter.format_moment(moment)} if moment else {}
    return context.formatter.translate(SENTENCES.get(notice.kind, N_("You have a new notice.")), **params)


def _details(context: RequestContext, notice: notices_store.Notice) -> list[str]:
    formatter = context.formatter
    return notice_details.list_details(context.tx, formatter.translator, notice, zone=formatter.user_zone)


def _titles(context: RequestContext, tx: Tx, document_id: str) -> Mapping[str, str]:
    """Return the titles of a document; empty if the user may no longer read it."""
    found = documents_store.get(tx, document_id) if document_id else None
    if found is None:
        return {}
    resource = Resource(document=found.id, state=found.state, ever_shared=found.ever_shared)
    return {lang: one.title for lang, one in found.editions.items()} if context.may("document.read", resource) else {}
