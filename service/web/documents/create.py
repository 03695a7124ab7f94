"""A new document: its kind, its languages, and the text it begins with."""

from starlette.responses import Response

from service.actions.authorization import require
from service.actions.documents import documents
from service.actions.documents.documents import InitialText
from service.domain.documents.document import KINDS
from service.domain.text.structure.numbering import TYPED
from service.i18n import LANGUAGES
from service.web.documents.starter_texts import starter_text
from service.web.forms.front_matter import front_matter_from_form
from service.web.forms.handlers import form, page
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.forms.redisplay import typed
from service.web.http.context import Form, RequestContext, coalition_languages, redirect
from service.web.http.pages import render_page

STARTER, PASTED, WORD = "starter", "pasted", "word"
"""How its texts begin: with ours, with the person's, or empty until a Word file is brought in."""

AUTHENTIC, TRANSLATION = "authentic", "translation"


@page
def show_form(context: RequestContext) -> Response:
    """`/documents/new`: the form, or the form as it was sent where it was refused."""
    require(context.user, "document.open")
    return render_page(
        context,
        "documents/new_document.html",
        form=typed(context) or _blank_form(context),
        kinds=KINDS,
        written_in=offered_languages(context),
    )


@form(redisplay=show_form, max_bytes=MAX_TEXT_FORM_BYTES)
def open_document(context: RequestContext, form: Form) -> Response:
    """Open it, and go on to its first text."""
    langs = [lang for lang in LANGUAGES if form.get(f"edition_{lang}") in (AUTHENTIC, TRANSLATION)]
    id = documents.open_document(
        context.tx,
        context.user,
        kind=form.get("kind", ""),
        issued_by=form.get("issued_by", ""),
        authentic=[lang for lang in langs if form[f"edition_{lang}"] == AUTHENTIC],
        editions={
            lang: InitialText(form.get(f"title_{lang}", ""), _initial_text(context, form, lang)) for lang in langs
        },
        front=front_matter_from_form({name: value for name, value in form.items() if name.rpartition("_")[2] in langs}),
        urgent=form.get("urgent") == "yes",
        numbering=form.get("numbering", TYPED),
    )
    return redirect(f"/documents/{id}/texts/{langs[0]}")


def _initial_text(context: RequestContext, form: Form, lang: str) -> str:
    texts = {
        STARTER: starter_text(context.app_state.settings, kind=form.get("kind", ""), lang=lang),
        PASTED: form.get(f"text_{lang}", ""),
    }
    return texts.get(form.get("start", ""), "")


def offered_languages(context: RequestContext) -> list[str]:
    """The languages a document may begin in: those of the coalition, the reader's own first."""
    return sorted(coalition_languages(context.coalition), key=lambda lang: lang != context.formatter.lang)


def _blank_form(context: RequestContext) -> Form:
    first = offered_languages(context)[0]
    chosen = {f"edition_{lang}": AUTHENTIC if lang == first else "" for lang in offered_languages(context)}
    urgent = {"urgent": "yes"} if context.query_param("urgent") else {}
    return {"kind": "statement", "issued_by": "coalition", "start": STARTER, **urgent, **chosen}
