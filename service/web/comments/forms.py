"""Form handlers of the comments page: add, reply, resolve, reopen and withdraw."""

from typing import Any, cast

from starlette.responses import Response

from service.actions.comments import comments
from service.domain.comments.comment_anchor import Anchor
from service.web.comments.thread_list import list_comments
from service.web.forms.comments import AddCommentForm, ReplyForm, ThreadForm
from service.web.forms.handlers import form
from service.web.http.context import Form, RequestContext, plan_before_write
from service.web.http.idempotency import run_once
from service.web.rendering.act_results import Undo


def plan_comment(context: RequestContext, form: Form) -> tuple[int, int, str, Anchor]:
    """Find the passage in the text and plan the anchor of a comment on it, before the write transaction.

    Returns start and end (code points), the quote and the anchor.
    """
    fields = AddCommentForm.parse(form)
    position = _position_args(context, fields)
    start, end, quote = comments.find_passage(
        context.tx, context.user, **position, search_range=fields.part, phrase=fields.words
    )
    anchor = comments.plan_anchor(context.tx, context.user, **position, start=start, end=end, quote=quote)
    return start, end, quote, anchor


@form(redisplay=list_comments, before_write=plan_before_write(plan_comment))
def add_comment(context: RequestContext, form: Form) -> Response:
    """Comment on a passage or on a whole provision."""
    fields = AddCommentForm.parse(form)
    start, end, quote, anchor = cast(tuple[int, int, str, Anchor], context.request.state.plan)

    def action() -> str:
        thread = comments.open_thread(
            context.tx,
            context.user,
            **_position_args(context, fields),
            start=start,
            end=end,
            quote=quote,
            body=fields.body,
            scope=fields.scope,
            mentions=list(fields.mentions),
            planned_anchor=anchor,
        )
        context.tell("comment_added")
        return _redirect_path(context, fields, thread.id)

    return run_once(context, form, action)


@form(redisplay=list_comments)
def reply(context: RequestContext, form: Form) -> Response:
    """Reply in a thread."""
    thread, fields = context.path_param("comment"), ReplyForm.parse(form)

    def action() -> str:
        comments.reply(
            context.tx,
            context.user,
            **_edition_args(context, fields),
            thread=thread,
            body=fields.body,
            mentions=list(fields.mentions),
        )
        context.tell("reply_added")
        return _redirect_path(context, fields, thread)

    return run_once(context, form, action)


@form(redisplay=list_comments)
def resolve(context: RequestContext, form: Form) -> Response:
    """Resolve a thread."""
    return _change_thread(context, form, comments.resolve, result="comment_resolved", undone_by="reopening")


@form(redisplay=list_comments)
def reopen(context: RequestContext, form: Form) -> Response:
    """Reopen a resolved thread."""
    return _change_thread(context, form, comments.reopen, result="comment_reopened", undone_by="settlement")


@form(redisplay=list_comments)
def withdraw(context: RequestContext, form: Form) -> Response:
    """Withdraw a comment of the user."""
    fields = ThreadForm.parse(form)

    def action() -> str:
        comments.withdraw(
            context.tx, context.user, **_edition_args(context, fields), comment=context.path_param("comment")
        )
        context.tell("comment_deleted")
        return _redirect_path(context, fields, "")

    return run_once(context, form, action)


def _change_thread(context: RequestContext, form: Form, action: Any, *, result: str, undone_by: str) -> Response:
    """Change the state of a thread by `action`, and offer the form that undoes it."""
    fields = ThreadForm.parse(form)
    path = f"/documents/{context.path_param('document')}/comments/{context.path_param('comment')}/{undone_by}"

    def run_action() -> str:
        action(context.tx, context.user, **_edition_args(context, fields), thread=context.path_param("comment"))
        context.tell(result, undo=Undo(path, {"lang": fields.lang}))
        return _redirect_path(context, fields, context.path_param("comment"))

    return run_once(context, form, run_action)


def _edition_args(context: RequestContext, fields: ThreadForm) -> dict[str, str]:
    return {"document_id": context.path_param("document"), "lang": fields.lang}


def _position_args(context: RequestContext, fields: AddCommentForm) -> dict[str, Any]:
    """Return the arguments that name the text as the page showed it: edition, epoch and seq."""
    return {**_edition_args(context, fields), "epoch": fields.epoch, "seq": fields.seq}


def _redirect_path(context: RequestContext, fields: ThreadForm, thread: str) -> str:
    """Return the path of the comments page; with `thread`, of that thread and with all states shown."""
    page = f"/documents/{context.path_param('document')}/comments?lang={fields.lang}"
    return f"{page}&state=all#{thread}" if thread else page
