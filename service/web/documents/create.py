"""A new document: its kind, its languages, and the text it begins with."""

from starlette.responses import Response

from service.actions.authorization import require
from service.actions.documents import documents
from service.actions.documents.documents import First
from service.domain.documents.document import KINDS
from service.domain.text.structure.numbering import TYPED
from service.i18n import LANGUAGES
from service.web.documents.starter_texts import starter
from service.web.forms.front_matter import front_of
from service.web.forms.redisplay import typed
from service.web.http.context import Form, Visit, languages, onward
from service.web.http.pages import show

STARTER, PASTED, WORD = "starter", "pasted", "word"
"""How its texts begin: with ours, with the person's, or empty until a Word file is brought in."""

AUTHENTIC, TRANSLATION = "authentic", "translation"


def ask(visit: Visit) -> Response:
    """`/documents/new`: the form, or the form as it was sent where it was refused."""
    require(visit.reader, "document.open")
    return show(
        visit,
        "documents/new_document.html",
        form=typed(visit) or _blank(visit),
        kinds=KINDS,
        written_in=written_in(visit),
    )


def open_(visit: Visit, form: Form) -> Response:
    """Open it, and go on to its first text."""
    langs = [lang for lang in LANGUAGES if form.get(f"edition_{lang}") in (AUTHENTIC, TRANSLATION)]
    id = documents.open_document(
        visit.tx,
        visit.reader,
        kind=form.get("kind", ""),
        issued_by=form.get("issued_by", ""),
        authentic=[lang for lang in langs if form[f"edition_{lang}"] == AUTHENTIC],
        editions={lang: First(form.get(f"title_{lang}", ""), _text(visit, form, lang)) for lang in langs},
        front=front_of({name: value for name, value in form.items() if name.rpartition("_")[2] in langs}),
        urgent=form.get("urgent") == "yes",
        numbering=form.get("numbering", TYPED),
    )
    return onward(f"/documents/{id}/texts/{langs[0]}")


def _text(visit: Visit, form: Form, lang: str) -> str:
    texts = {
        STARTER: starter(visit.house.settings, kind=form.get("kind", ""), lang=lang),
        PASTED: form.get(f"text_{lang}", ""),
    }
    return texts.get(form.get("start", ""), "")


def written_in(visit: Visit) -> list[str]:
    """The languages a document may begin in: those of the coalition, the reader's own first."""
    return sorted(languages(visit.coalition), key=lambda lang: lang != visit.voice.lang)


def _blank(visit: Visit) -> Form:
    first = written_in(visit)[0]
    chosen = {f"edition_{lang}": AUTHENTIC if lang == first else "" for lang in written_in(visit)}
    urgent = {"urgent": "yes"} if visit.query("urgent") else {}
    return {"kind": "statement", "issued_by": "coalition", "start": STARTER, **urgent, **chosen}
