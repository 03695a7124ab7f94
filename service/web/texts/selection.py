"""Which text of a document is shown: the language asked for, the draft or a version."""

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
from service.web.http.pages import render_text

MAX_SAVES = 6


@dataclass(frozen=True)
class ShownText:
    """A text on its sheet: `html` is safe; `version` is None for the draft and for a translation that followed the
    seal at `followed_at` (µs UTC). `broken_at`: the change from which on nobody can read the draft."""

    lang: str
    title: str
    html: str
    version: Version | None
    text: str = ""
    translated_at: int | None = None
    broken_at: int | None = None


@dataclass(frozen=True)
class DraftSave:
    """Who saved, when (µs UTC)."""

    name: str
    at: int


def chosen_language(context: RequestContext, langs: list[str], *, authentic: tuple[str, ...]) -> str:
    """The language of the text: `?lang`, else the page's, else the authentic one. Raises NotFound where it has none."""
    requested = context.query_param("lang")
    if requested and requested not in langs:
        raise NotFound()
    preferred = (context.formatter.lang, *authentic, *langs)
    return requested or next(lang for lang in preferred if lang in langs)


def is_draft_shown(context: RequestContext, document: Document) -> bool:
    """Whether the reader is shown the draft: while it is written, to those who may read it."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state == DRAFTING and context.may("draft.read", resource)


def draft_text(context: RequestContext, document: Document, lang: str) -> ShownText:
    """The live text."""
    draft = save.read_best_effort(context.tx, context.user, document_id=document.id, lang=lang)
    html = render_text(
        draft.text, lang=lang, formatter=context.formatter, numbering=numbering_of(context, document, lang)
    )
    return ShownText(lang, draft.title, html, None, draft.text, broken_at=draft.broken_at)


def version_text(context: RequestContext, version: Version, lang: str) -> ShownText:
    """The text of a version."""
    edition = version.editions[lang]
    html = render_text(
        edition.text, lang=lang, formatter=context.formatter, numbering=numbering_of(context, version, lang)
    )
    return ShownText(lang, edition.title, html, version, edition.text)


def numbering_of(context: RequestContext, text_of: Document | Version, lang: str) -> NumberingScheme | None:
    """How the provisions of the text in `lang` are numbered; None where their numbers are typed."""
    return numbering_scheme(
        text_of.numbering, lang=lang, kind=text_of.kind, digits=context.formatter.digit_system_of(lang)
    )


def last_saves(context: RequestContext, document: Document, lang: str) -> list[DraftSave]:
    """Who wrote last in the draft, the newest first: each person once."""
    return saves_since(context, document, lang, seq=0)[:MAX_SAVES]


def saves_since(
    context: RequestContext, document: Document, lang: str, *, seq: int, upto: int | None = None
) -> list[DraftSave]:
    """The same for what was written after row `seq` and before row `upto`."""
    authorization.load_document(context.tx, context.user, "draft.read", document.id)
    draft = document.editions[lang].draft
    epoch = journal_store.get_head(context.tx, draft).epoch
    rows = journal_store.list_latest_by_person(context.tx, draft, epoch=epoch, after=seq, before=upto)
    return [DraftSave(person_name(context, row.actor), row.at) for row in rows]


def person_name(context: RequestContext, person_id: str) -> str:
    """The name of a person in the page's language, or the id of one who is not known."""
    person = people_store.get(context.tx, person_id)
    return context.formatter.plain_name(person.names) if person else person_id
