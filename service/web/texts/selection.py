"""Selection of the text that a page shows: its language, and the draft or a version."""

from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.version import Version
from service.domain.errors import NotFound
from service.domain.policy import Resource
from service.domain.text.structure.numbering import NumberingScheme, numbering_scheme
from service.store.accounts import people as people_store
from service.store.drafts import journal as journal_store
from service.web.http.context import RequestContext
from service.web.texts.rendered_text import OutlineEntry, render_with_outline

MAX_SAVES = 6
"""Persons listed by `last_saves`."""


@dataclass(frozen=True)
class ShownText:
    """A rendered text; `html` is safe HTML.

    `version` is None for the draft, and for a translation added after the seal, at `translated_at` (µs UTC).
    `outline` are the headings of `html`. `broken_at` is the seq of the first journal row that cannot be read.
    """

    lang: str
    title: str
    html: str
    version: Version | None
    text: str = ""
    translated_at: int | None = None
    broken_at: int | None = None
    outline: tuple[OutlineEntry, ...] = ()


@dataclass(frozen=True)
class DraftSave:
    """A person who saved, and when (µs UTC)."""

    name: str
    at: int


def chosen_language(context: RequestContext, langs: list[str], *, authentic: tuple[str, ...]) -> str:
    """Return the language by `?lang`, else the page's, else an authentic one. Raises NotFound for an unknown `lang`."""
    requested = context.query_param("lang")
    if requested and requested not in langs:
        raise NotFound()
    preferred = (context.formatter.lang, *authentic, *langs)
    return requested or next(lang for lang in preferred if lang in langs)


def is_draft_shown(context: RequestContext, document: Document) -> bool:
    """Whether the page shows the draft: the document is in drafting and the user may read drafts."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state == DRAFTING and context.may("draft.read", resource)


def draft_text(context: RequestContext, document: Document, lang: str) -> ShownText:
    """Return the text of the draft, as far as its journal can be read."""
    draft = save.read_best_effort(context.tx, context.user, document_id=document.id, lang=lang)
    rendered = render_with_outline(
        draft.text, lang=lang, formatter=context.formatter, numbering=numbering_of(context, document, lang)
    )
    return ShownText(
        lang, draft.title, rendered.html, None, draft.text, broken_at=draft.broken_at, outline=rendered.outline
    )


def version_text(context: RequestContext, version: Version, lang: str) -> ShownText:
    """Return the text of a version."""
    edition = version.editions[lang]
    rendered = render_with_outline(
        edition.text, lang=lang, formatter=context.formatter, numbering=numbering_of(context, version, lang)
    )
    return ShownText(lang, edition.title, rendered.html, version, edition.text, outline=rendered.outline)


def numbering_of(context: RequestContext, text_of: Document | Version, lang: str) -> NumberingScheme | None:
    """Return the numbering scheme of the text in `lang`; None if numbers are typed."""
    return numbering_scheme(
        text_of.numbering, lang=lang, kind=text_of.kind, digits=context.formatter.digit_system_of(lang)
    )


def last_saves(context: RequestContext, document: Document, lang: str) -> list[DraftSave]:
    """Return the last saves of the draft, newest first, one per person."""
    return saves_since(context, document, lang, seq=0)[:MAX_SAVES]


def saves_since(
    context: RequestContext, document: Document, lang: str, *, seq: int, upto: int | None = None
) -> list[DraftSave]:
    """Return the same for journal rows after `seq` and before `upto`."""
    authorization.load_document(context.tx, context.user, "draft.read", document.id)
    draft = document.editions[lang].draft
    epoch = journal_store.get_head(context.tx, draft).epoch
    rows = journal_store.list_latest_by_person(context.tx, draft, epoch=epoch, after=seq, before=upto)
    return [DraftSave(person_name(context, row.actor), row.at) for row in rows]


def person_name(context: RequestContext, person_id: str) -> str:
    """Return the name of a person in the page's language; their id if they are unknown."""
    person = people_store.get(context.tx, person_id)
    return context.formatter.plain_name(person.names) if person else person_id
