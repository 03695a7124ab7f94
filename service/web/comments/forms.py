"""What is said, answered, settled and taken back by the forms of the page of comments."""

from typing import Any, cast

from starlette.responses import Response

from service.actions.comments import comments
from service.domain.comments import comment
from service.domain.comments.comment_anchor import Hold
from service.web.forms.fields import number
from service.web.http.context import Form, Visit
from service.web.http.idempotency import once

ASKS = "ask_"
"""What the names of the fields begin with that ask a person."""


def plan(visit: Visit, form: Form) -> tuple[int, int, str, Hold]:
    """Find the words in the text, and what a comment on them would hold on to."""
    place, words = _row(visit, form), form.get("words", "")
    start, end, quote = comments.choose(visit.tx, visit.reader, **place, part=_part(form), words=words)
    held = comments.plan(visit.tx, visit.reader, **place, start=start, end=end, quote=quote)
    return start, end, quote, held


def make(visit: Visit, form: Form) -> Response:
    """POST: comment on a passage, or on a provision as a whole."""
    place: dict[str, Any] = _row(visit, form)
    start, end, quote, held = cast(tuple[int, int, str, Hold], visit.request.state.plan)

    def act() -> str:
        made = comments.make(
            visit.tx,
            visit.reader,
            **place,
            start=start,
            end=end,
            quote=quote,
            body=form.get("body", ""),
            scope=form.get("scope", comment.EVERYBODY),
            mentions=_asked(form),
            plan=held,
        )
        return _address(visit, form, made.id)

    return once(visit, form, act)


def reply(visit: Visit, form: Form) -> Response:
    """POST: answer in a thread."""
    thread, body = visit.path("comment"), form.get("body", "")

    def act() -> str:
        place = _place(visit, form)
        comments.reply(visit.tx, visit.reader, **place, thread=thread, body=body, mentions=_asked(form))
        return _address(visit, form, thread)

    return once(visit, form, act)


def settle(visit: Visit, form: Form) -> Response:
    """POST: settle a thread, and see what else is open."""
    return _done(visit, form, comments.settle)


def reopen(visit: Visit, form: Form) -> Response:
    """POST: open a thread again."""
    return _done(visit, form, comments.reopen)


def take_back(visit: Visit, form: Form) -> Response:
    """POST: take back a comment of one's own."""

    def act() -> str:
        comments.take_back(visit.tx, visit.reader, **_place(visit, form), comment=visit.path("comment"))
        return _address(visit, form, "")

    return once(visit, form, act)


def _done(visit: Visit, form: Form, act: Any) -> Response:
    def once_done() -> str:
        act(visit.tx, visit.reader, **_place(visit, form), thread=visit.path("comment"))
        return _address(visit, form, visit.path("comment"))

    return once(visit, form, once_done)


def _place(visit: Visit, form: Form) -> dict[str, str]:
    return {"document_id": visit.path("document"), "lang": form.get("lang", "")}


def _row(visit: Visit, form: Form) -> dict[str, Any]:
    """The text as the page showed it."""
    return {**_place(visit, form), "epoch": number(form, "epoch"), "seq": number(form, "seq")}


def _part(form: Form) -> tuple[int, int]:
    """The provision that was chosen."""
    start, _, end = form.get("part", "").partition("-")
    return number({"start": start}, "start"), number({"end": end}, "end")


def _asked(form: Form) -> list[str]:
    return [name.removeprefix(ASKS) for name in form if name.startswith(ASKS)]


def _address(visit: Visit, form: Form, thread: str) -> str:
    """The page, at a thread if one is named."""
    page = f"/documents/{visit.path('document')}/comments?lang={form.get('lang', '')}"
    return f"{page}&state=all#{thread}" if thread else page
