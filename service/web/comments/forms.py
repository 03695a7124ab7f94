"""What is said, answered, settled and taken back by the forms of the page of comments."""

from typing import Any, cast

from starlette.responses import Response

from service.actions.comments import comments
from service.domain.comments import comment
from service.domain.comments.comment_anchor import Anchor
from service.web.comments.thread_list import list_comments
from service.web.forms.fields import int_field
from service.web.forms.handlers import form
from service.web.http.context import Form, RequestContext, plan_before_write
from service.web.http.idempotency import run_once

MENTION_PREFIX = "ask_"
"""What the names of the fields begin with that ask a person."""


def plan_comment(context: RequestContext, form: Form) -> tuple[int, int, str, Anchor]:
    """Find the words in the text, and what a comment on them would hold on to."""
    position, words = _position_args(context, form), form.get("words", "")
    start, end, quote = comments.find_passage(
        context.tx, context.user, **position, search_range=_chosen_provision(form), phrase=words
    )
    anchor = comments.plan_anchor(context.tx, context.user, **position, start=start, end=end, quote=quote)
    return start, end, quote, anchor


@form(redisplay=list_comments, before_write=plan_before_write(plan_comment))
def add_comment(context: RequestContext, form: Form) -> Response:
    """POST: comment on a passage, or on a provision as a whole."""
    position: dict[str, Any] = _position_args(context, form)
    start, end, quote, anchor = cast(tuple[int, int, str, Anchor], context.request.state.plan)

    def action() -> str:
        thread = comments.open_thread(
            context.tx,
            context.user,
            **position,
            start=start,
            end=end,
            quote=quote,
            body=form.get("body", ""),
            scope=form.get("scope", comment.SCOPE_ALL),
            mentions=_mentions(form),
            planned_anchor=anchor,
        )
        return _redirect_path(context, form, thread.id)

    return run_once(context, form, action)


@form(redisplay=list_comments)
def reply(context: RequestContext, form: Form) -> Response:
    """POST: answer in a thread."""
    thread, body = context.path_param("comment"), form.get("body", "")

    def action() -> str:
        place = _edition_args(context, form)
        comments.reply(context.tx, context.user, **place, thread=thread, body=body, mentions=_mentions(form))
        return _redirect_path(context, form, thread)

    return run_once(context, form, action)


@form(redisplay=list_comments)
def resolve(context: RequestContext, form: Form) -> Response:
    """POST: settle a thread, and see what else is open."""
    return _change_thread(context, form, comments.resolve)


@form(redisplay=list_comments)
def reopen(context: RequestContext, form: Form) -> Response:
    """POST: open a thread again."""
    return _change_thread(context, form, comments.reopen)


@form(redisplay=list_comments)
def withdraw(context: RequestContext, form: Form) -> Response:
    """POST: take back a comment of one's own."""

    def action() -> str:
        comments.withdraw(
            context.tx, context.user, **_edition_args(context, form), comment=context.path_param("comment")
        )
        return _redirect_path(context, form, "")

    return run_once(context, form, action)


def _change_thread(context: RequestContext, form: Form, action: Any) -> Response:
    def run_action() -> str:
        action(context.tx, context.user, **_edition_args(context, form), thread=context.path_param("comment"))
        return _redirect_path(context, form, context.path_param("comment"))

    return run_once(context, form, run_action)


def _edition_args(context: RequestContext, form: Form) -> dict[str, str]:
    return {"document_id": context.path_param("document"), "lang": form.get("lang", "")}


def _position_args(context: RequestContext, form: Form) -> dict[str, Any]:
    """The text as the page showed it."""
    return {**_edition_args(context, form), "epoch": int_field(form, "epoch"), "seq": int_field(form, "seq")}


def _chosen_provision(form: Form) -> tuple[int, int]:
    """The provision that was chosen."""
    start, _, end = form.get("part", "").partition("-")
    return int_field({"start": start}, "start"), int_field({"end": end}, "end")


def _mentions(form: Form) -> list[str]:
    return [name.removeprefix(MENTION_PREFIX) for name in form if name.startswith(MENTION_PREFIX)]


def _redirect_path(context: RequestContext, form: Form, thread: str) -> str:
    """The page, at a thread if one is named."""
    page = f"/documents/{context.path_param('document')}/comments?lang={form.get('lang', '')}"
    return f"{page}&state=all#{thread}" if thread else page
