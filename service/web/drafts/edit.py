"""The page on which an edition is written by hand: a plain form, what was changed on entry, and what others changed."""

from typing import cast

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import save_texts
from service.actions.drafts import last_seen
from service.actions.drafts import save as save_actions
from service.domain.documents.document import Document
from service.domain.text.markup.canonical import entry
from service.web.drafts.edit_form import Desk, Told, page
from service.web.drafts.writing_advice import aids_beside
from service.web.forms.fields import number
from service.web.forms.redisplay import typed
from service.web.http.context import MOST_FIELDS, Form, Visit
from service.web.http.pages import show, text_of
from service.web.texts.last_seen import seen
from service.web.texts.selection import hands_since, numbers


def write(visit: Visit) -> Response:
    """`/documents/{document}/texts/{lang}`: the form as the draft stands, or as it was sent where it was refused."""
    if visit.actor is None and typed(visit):
        return show(
            visit,
            "drafts/unsent_words.html",
            text=typed(visit).get("text", ""),
            lang=visit.path("lang"),
            back=visit.request.url.path,
        )
    document = authorization.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    if "text" in typed(visit):
        return page(visit, document, visit.path("lang"), _sent(typed(visit)), Told())
    desk = _opened(visit, document)
    seen(visit, document, visit.path("lang"), epoch=int(desk.epoch), seq=int(desk.seq))
    return page(visit, document, visit.path("lang"), desk, Told())


def plan(visit: Visit, form: Form) -> save_actions.Plan:
    """Work the save out, before anybody has to wait for it."""
    return save_actions.plan(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        lang=visit.path("lang"),
        text=form.get("text", ""),
        epoch=number(form, "epoch"),
        seq=number(form, "seq"),
    )


def save(visit: Visit, form: Form) -> Response:
    """Save the whole text; the same page says what came of it."""
    at = number(form, "seq")
    saved = save_texts.save(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        lang=visit.path("lang"),
        title=form.get("title", ""),
        title_was=form.get("title_was", ""),
        text=form.get("text", ""),
        epoch=number(form, "epoch"),
        seq=at,
        plan=cast(save_actions.Plan, visit.request.state.plan),
    )
    document = authorization.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    others = hands_since(visit, document, visit.path("lang"), seq=at, upto=saved.seq) if saved.merged else []
    told = Told("saved", saved.notices, others, saved.review, saved.unread)
    last_seen.stay(
        visit.tx,
        visit.reader,
        document_id=document.id,
        lang=visit.path("lang"),
        epoch=saved.epoch,
        seq=saved.seq,
    )
    return page(visit, document, visit.path("lang"), _opened(visit, document), told)


def preview(visit: Visit, form: Form) -> Response:
    """Show the text as it would read; nothing is saved."""
    document = authorization.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    lang = save_actions.edition_of(document, visit.path("lang")).lang
    entered = entry(form.get("text", ""))
    html = text_of(entered.text, lang=lang, voice=visit.voice, by=numbers(visit, document, lang))
    told = Told("preview", entered.notices, preview=html, aids=aids_beside(visit, document, entered.text, lang=lang))
    return page(visit, document, visit.path("lang"), _sent(form), told)


def settle(visit: Visit, form: Form) -> Response:
    """Put two texts together as the writer chose, to be read once more before it is saved."""
    moved = [int(place) for place in form.get("moved", "").split() if place.isascii() and place.isdigit()]
    offer = [number(form, "offer")] if "offer" in form else []
    choices = [form.get(f"choice_{place}", "") for place in range(min(number(form, "passages"), MOST_FIELDS))]
    made = save_texts.settle(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        lang=visit.path("lang"),
        text=form.get("text", ""),
        epoch=number(form, "epoch"),
        seq=number(form, "seq"),
        choices=[] if offer else choices,
        moved=[*moved, *offer][:MOST_FIELDS],
    )
    document = authorization.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    title, was = form.get("title", ""), form.get("title_was", "")
    desk = Desk(title, was, made.text, str(made.epoch), str(made.seq))
    return page(visit, document, visit.path("lang"), desk, Told("settled"))


def _opened(visit: Visit, document: Document) -> Desk:
    its = save_actions.shown(visit.tx, visit.reader, document_id=document.id, lang=visit.path("lang"))
    return Desk(its.title, its.title, its.text, str(its.epoch), str(its.seq), its.broken_at)


def _sent(form: Form) -> Desk:
    title, title_was, text, epoch, seq = (form.get(name, "") for name in ("title", "title_was", "text", "epoch", "seq"))
    return Desk(title, title_was, text, epoch, seq)
