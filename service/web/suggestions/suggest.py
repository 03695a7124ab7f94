"""The page for suggesting a change: the text in a form field, and the reason."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save as save_actions
from service.actions.drafts import suggestions
from service.domain.documents.document import DRAFTING
from service.domain.policy import Resource
from service.web.drafts.editor_config import build_editor_config
from service.web.forms.handlers import form, page
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.forms.suggestions import SuggestForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.csp import csp
from service.web.http.form_state import submitted_values
from service.web.http.pages import render_page


@page
def show_form(context: RequestContext) -> Response:
    """Serve `/documents/{document}/texts/{lang}/suggest`: the form with the draft, or with the rejected input.

    A text that was sent after the session expired is shown to be copied.
    """
    sent, lang = submitted_values(context), context.path_param("lang")
    if context.actor is None and sent:
        return render_page(
            context, "drafts/unsent_words.html", text=sent.get("text", ""), lang=lang, back=context.request.url.path
        )
    document = authorization.load_document(context.tx, context.user, "suggestion.add", context.path_param("document"))
    draft = save_actions.read_best_effort(context.tx, context.user, document_id=document.id, lang=lang)
    editor_config = build_editor_config(context, document, lang)
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    response = render_page(
        context,
        "drafts/suggest.html",
        live=editor_config,
        writes=context.may("draft.save", resource),
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=lang,
        draft=draft,
        is_open=document.state == DRAFTING and not draft.frozen and draft.broken_at is None,
    )
    if editor_config:
        response.headers["content-security-policy"] = csp(nonce=editor_config.nonce)
    return response


@form(redisplay=show_form, max_bytes=MAX_TEXT_FORM_BYTES)
def send(context: RequestContext, form: Form) -> Response:
    """Send the suggestion and redirect to its page."""
    sent = SuggestForm.parse(form)
    found = suggestions.add_suggestion(
        context.tx,
        context.user,
        document_id=context.path_param("document"),
        lang=context.path_param("lang"),
        text=sent.text,
        reason=sent.reason,
        position=(sent.epoch, sent.seq),
    )
    context.tell("suggestion_sent")
    return redirect(f"/documents/{found.document}/suggestions/{found.id}")
