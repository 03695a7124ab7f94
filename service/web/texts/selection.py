"""Which text of a document is shown: the language asked for, the draft or a version."""

from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.version import Version
from service.domain.errors import NotFound
from service.domain.policy import Thing
from service.domain.text.structure.numbering import Scheme, scheme
from service.store.accounts import people as people_store
from service.store.drafts import journal as journal_store
from service.web.http.context import Visit
from service.web.http.pages import text_of

HANDS = 6


@dataclass(frozen=True)
class Shown:
    """A text on its sheet: `html` is safe; `version` is None for the draft and for a translation that followed the
    seal at `followed_at` (µs UTC). `broken_at`: the change from which on nobody can read the draft."""

    lang: str
    title: str
    html: str
    version: Version | None
    text: str = ""
    followed_at: int | None = None
    broken_at: int | None = None


@dataclass(frozen=True)
class Hand:
    """Who saved, when (µs UTC)."""

    name: str
    at: int


def chosen(visit: Visit, langs: list[str], *, authentic: tuple[str, ...]) -> str:
    """The language of the text: `?lang`, else the page's, else the authentic one. Raises NotFound where it has none."""
    asked = visit.query("lang")
    if asked and asked not in langs:
        raise NotFound()
    usual = (visit.voice.lang, *authentic, *langs)
    return asked or next(lang for lang in usual if lang in langs)


def shows_draft(visit: Visit, document: Document) -> bool:
    """Whether the reader is shown the draft: while it is written, to those who may read it."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    return document.state == DRAFTING and visit.may("draft.read", thing)


def draft_of(visit: Visit, document: Document, lang: str) -> Shown:
    """The live text."""
    opened = save.shown(visit.tx, visit.reader, document_id=document.id, lang=lang)
    html = text_of(opened.text, lang=lang, voice=visit.voice, by=numbers(visit, document, lang))
    return Shown(lang, opened.title, html, None, opened.text, broken_at=opened.broken_at)


def version_text(visit: Visit, version: Version, lang: str) -> Shown:
    """The text of a version."""
    edition = version.editions[lang]
    html = text_of(edition.text, lang=lang, voice=visit.voice, by=numbers(visit, version, lang))
    return Shown(lang, edition.title, html, version, edition.text)


def numbers(visit: Visit, its: Document | Version, lang: str) -> Scheme | None:
    """How the provisions of the text in `lang` are numbered; None where their numbers are typed."""
    return scheme(its.numbering, lang=lang, kind=its.kind, digits=visit.voice.digits_of(lang))


def hands(visit: Visit, document: Document, lang: str) -> list[Hand]:
    """Who wrote last in the draft, the newest first: each person once."""
    return hands_since(visit, document, lang, seq=0)[:HANDS]


def hands_since(visit: Visit, document: Document, lang: str, *, seq: int, upto: int | None = None) -> list[Hand]:
    """The same for what was written after row `seq` and before row `upto`."""
    authorization.document(visit.tx, visit.reader, "draft.read", document.id)
    draft = document.editions[lang].draft
    epoch = journal_store.head(visit.tx, draft).epoch
    rows = journal_store.writers(visit.tx, draft, epoch=epoch, after=seq, before=upto)
    return [Hand(person_name(visit, row.actor), row.at) for row in rows]


def person_name(visit: Visit, person_id: str) -> str:
    """The name of a person in the page's language, or the id of one who is not known."""
    person = people_store.get(visit.tx, person_id)
    return visit.voice.plain(person.names) if person else person_id
