"""A form that could not be taken is shown again, with what was typed and what to mend: one way for every form."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

from starlette.responses import HTMLResponse, Response

from service.domain.errors import DomainError, InvalidText, TooLarge
from service.domain.text.markup.canonical import canonical_name as one_line
from service.domain.text.markup.canonical import canonicalise
from service.web.forms.form_error import Told
from service.web.http.context import Form, RequestContext
from service.web.http.form_state import form_state
from service.web.http.pages import render_fragment

Page = Callable[[RequestContext], Response]

BLAMED: Mapping[str, tuple[str, ...]] = {
    "bad_email": ("email", "press_email"),
    "email_taken": ("email",),
    "no_name": ("name", "names"),
    "about_too_long": ("about",),
    "unknown_zone": ("zone",),
    "note_needed": ("note",),
    "note_too_long": ("note",),
    "hours_out_of_range": ("hours",),
    "rule_out_of_reach": ("at_least",),
    "nobody_to_confirm": ("person",),
    "unread_deadline": ("until", "date"),
    "edition_exists": ("lang",),
    "authentic_in_review": ("kind",),
    "broken_reference": ("text",),
    "empty_text": ("text",),
    "csv_unreadable": ("text",),
    "csv_columns": ("text",),
    "csv_too_large": ("text",),
    "csv_too_long": ("text",),
    "logo_not_an_image": ("logo",),
    "logo_too_large": ("logo",),
    "word_file_missing": ("file",),
    "word_file_type": ("file",),
    "word_file_too_large": ("file",),
    "word_file_protected": ("file",),
    "text_too_long": ("text",),
    "text_too_deep": ("text",),
    "table_too_large": ("text",),
    "words_absent": ("words",),
    "words_twice": ("words",),
    "passage_too_long": ("words",),
    "empty_comment": ("body",),
    "comment_too_long": ("body",),
}
"""Code → the fields it may be about: by their names, or by the first part of names that end with a language."""

LONGEST = 1_000_000
"""Code points: no value of a form is longer, so that only what a value holds is tried, not its length."""


def refused(visit: RequestContext) -> DomainError | None:
    """Why the form could not be taken; None on a first visit."""
    return cast(DomainError | None, getattr(visit.request.state, "refused", None))


def typed(visit: RequestContext) -> Form:
    """What was typed into the form that could not be taken; empty on a first visit."""
    return cast(Form, getattr(visit.request.state, "form", {}))


def render_refused(render: Page, visit: RequestContext) -> Response:
    """`page`, its form filled with what was typed and told what to mend."""
    response, error = render(visit), refused(visit)
    if error is None or not isinstance(response, HTMLResponse) or form_state(visit.request).is_shown:
        return response
    told = Told(
        banner=render_fragment(visit, "components/error_banner.html", form=form_state(visit.request).rejected),
        line=render_fragment(visit, "components/field_error.html", error=error),
        blamed=partial(_blamed, error, typed(visit)),
    )
    html = bytes(response.body).decode()
    refilled = importlib.import_module("service.web.forms.refill").refilled  # with a reader of HTML of four megabytes
    filled = refilled(html, action=visit.request.url.path, form=typed(visit), told=told)
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return HTMLResponse(filled, response.status_code, headers)


def _blamed(error: DomainError, form: Form, names: Sequence[str], words: Sequence[str]) -> str:
    """The field that is to be mended: one the code is about, and among several the one whose words are refused when
    they are tried again; those of the language that the error names come first."""
    about = BLAMED.get(error.code, ())
    likely = [one for one in names if one in about or one.rpartition("_")[0] in about]
    if likely or not isinstance(error, InvalidText | TooLarge):
        return likely[0] if likely else ""
    lang = f"_{error.extra.get('lang')}"
    sent = sorted((one for one in words if one in form), key=lambda one: not one.endswith(lang))
    if isinstance(error, TooLarge):
        return max(sent, key=lambda one: len(form[one]), default="")
    return next((one for one in sent if _breaks(error.code, form[one])), "")


def _breaks(code: str, value: str) -> bool:
    try:
        (one_line(value, limit=LONGEST) if code.startswith("name_") else canonicalise(value))
    except DomainError as error:
        return error.code == code
    return False
