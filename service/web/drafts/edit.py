"""The edit page of a draft: a plain form with save, preview and resolution of conflicts."""

from functools import partial
from typing import cast

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import save_texts
from service.actions.drafts import last_seen
from service.actions.drafts import save as save_actions
from service.domain.documents.document import Document
from service.domain.errors import at_field
from service.domain.text.markup.canonical import canonicalise_entry
from service.web.drafts.edit_form import EditForm, SaveResult, render_editor
from service.web.drafts.writing_advice import advice_with_differences
from service.web.forms.drafts import EditionTextForm, ResolveConflictForm, SaveEditionForm
from service.web.forms.handlers import form, page, preview_form
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.http.context import AfterCommit, Form, RequestContext, plan_before_write
from service.web.http.form_state import submitted_values
from service.web.http.pages import render_page
from service.web.texts.last_seen import mark_draft_seen
from service.web.texts.rendered_text import render_text
from service.web.texts.selection import numbering_of, saves_since


@page
def show_editor(context: RequestContext) -> Response:
    """Serve `/documents/{document}/texts/{lang}`: the form with the draft, or with the input of a rejected form.

    A text that was sent after the session expired is shown to be copied.
    """
    if context.actor is None and submitted_values(context):
        return render_page(
            context,
            "drafts/unsent_words.html",
            text=submitted_values(context).get("text", ""),
            lang=context.path_param("lang"),
            back=context.request.url.path,
        )
    document = authorization.load_document(context.tx, context.user, "draft.save", context.path_param("document"))
    if "text" in submitted_values(context):
        return render_editor(
            context, document, context.path_param("lang"), _form_as_sent(submitted_values(context)), SaveResult()
        )
    edit_form = _form_from_draft(context, document)
    mark_draft_seen(context, document, context.path_param("lang"), epoch=int(edit_form.epoch), seq=int(edit_form.seq))
    return render_editor(context, document, context.path_param("lang"), edit_form, SaveResult())


def plan_save(context: RequestContext, form: Form) -> save_actions.SavePlan:
    """Compute the save before the write lock is taken."""
    sent = SaveEditionForm.parse(form)
    return save_actions.plan_save(
        context.tx,
        context.user,
        document_id=context.path_param("document"),
        lang=context.path_param("lang"),
        text=sent.text,
        epoch=sent.epoch,
        seq=sent.seq,
    )


@form(redisplay=show_editor, max_bytes=MAX_TEXT_FORM_BYTES, before_write=plan_before_write(plan_save))
def save(context: RequestContext, form: Form) -> Response:
    """Save title and text, merged with what others saved since; redisplay the page with the result."""
    sent = SaveEditionForm.parse(form)
    saved = save_texts.save_edition(
        context.tx,
        context.user,
        document_id=context.path_param("document"),
        lang=context.path_param("lang"),
        title=sent.title,
        base_title=sent.title_was,
        text=sent.text,
        epoch=sent.epoch,
        seq=sent.seq,
        plan=cast(save_actions.SavePlan, context.request.state.plan),
    )
    last_seen.mark_draft_seen(
        context.tx,
        context.user,
        document_id=context.path_param("document"),
        lang=context.path_param("lang"),
        epoch=saved.epoch,
        seq=saved.seq,
    )
    return AfterCommit(partial(_show_saved, sent=sent, saved=saved))


def _show_saved(context: RequestContext, *, sent: SaveEditionForm, saved: save_actions.SavedDraft) -> Response:
    document = authorization.load_document(context.tx, context.user, "draft.read", context.path_param("document"))
    lang = context.path_param("lang")
    other_saves = saves_since(context, document, lang, seq=sent.seq, upto=saved.seq) if saved.merged else []
    result = SaveResult("saved", saved.notices, other_saves, saved.review, saved.flags, saved.unchecked)
    return render_editor(context, document, lang, _form_from_draft(context, document), result)


@preview_form(redisplay=show_editor, max_bytes=MAX_TEXT_FORM_BYTES)
def preview(context: RequestContext, form: Form) -> Response:
    """Render the submitted text with writing advice, without saving it."""
    document = authorization.load_document(context.tx, context.user, "draft.save", context.path_param("document"))
    lang = save_actions.get_edition(document, context.path_param("lang")).lang
    with at_field("text"):
        entered_text = canonicalise_entry(EditionTextForm.parse(form).text)
    html = render_text(
        entered_text.text, lang=lang, formatter=context.formatter, numbering=numbering_of(context, document, lang)
    )
    result = SaveResult(
        "preview",
        entered_text.notices,
        preview=html,
        advice=advice_with_differences(context, document, entered_text.text, lang=lang),
    )
    return render_editor(context, document, context.path_param("lang"), _form_as_sent(form), result)


@preview_form(redisplay=show_editor, max_bytes=MAX_TEXT_FORM_BYTES)
def resolve_conflict(context: RequestContext, form: Form) -> Response:
    """Merge both texts of a conflict by the submitted choices and redisplay the form, without saving."""
    sent = ResolveConflictForm.parse(form)
    merged = save_texts.resolve_conflicts(
        context.tx,
        context.user,
        document_id=context.path_param("document"),
        lang=context.path_param("lang"),
        text=sent.text,
        epoch=sent.epoch,
        seq=sent.seq,
        choices=sent.ordered_choices,
        accepted_moves=sent.accepted_moves,
    )
    document = authorization.load_document(context.tx, context.user, "draft.save", context.path_param("document"))
    edit_form = EditForm(sent.title, sent.title_was, merged.text, str(merged.epoch), str(merged.seq))
    return render_editor(context, document, context.path_param("lang"), edit_form, SaveResult("settled"))


def _form_from_draft(context: RequestContext, document: Document) -> EditForm:
    draft = save_actions.read_best_effort(
        context.tx, context.user, document_id=document.id, lang=context.path_param("lang")
    )
    return EditForm(draft.title, draft.title, draft.text, str(draft.epoch), str(draft.seq), draft.broken_at)


def _form_as_sent(form: Form) -> EditForm:
    title, title_was, text, epoch, seq = (form.get(name, "") for name in ("title", "title_was", "text", "epoch", "seq"))
    return EditForm(title, title_was, text, epoch, seq)
