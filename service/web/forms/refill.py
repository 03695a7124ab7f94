"""Refills the rejected form of a rendered page, and marks the invalid field (`aria-invalid`)."""

from collections.abc import Iterator, Mapping

from lxml import html

from service.web.forms.form_error import Told

Form = Mapping[str, str]

UNTOUCHED = frozenset({"hidden", "password", "file", "submit", "button"})
"""Input types that are not refilled: hidden ones may be fresh, secrets are not sent back."""

CHOSEN = frozenset({"checkbox", "radio"})

REASON = "refused-line"
"""Element id of the field error."""


def refilled(page: str, *, action: str, form: Form, told: Told) -> str:
    """Refill the form with this `action`; no banner is added to a page that already has an alert."""
    document = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    (main,) = document.iter("main")
    place = next((one for one in main.iter("form") if _goes_to(one, action)), None)
    tells_itself = bool(main.xpath(".//*[@role='alert']"))
    if place is not None:
        _fill(place, form, told)
        _unfold(place)
    if not tells_itself:
        (main if place is None else place).insert(0, _piece(told.banner))
    return str(html.tostring(document, doctype="<!doctype html>", encoding="unicode"))


def _goes_to(form: html.HtmlElement, action: str) -> bool:
    """Whether the form is sent to `action`; a form without `action` is sent to its own page."""
    return (form.get("method"), form.get("action", action)) == ("post", action)


def _fill(place: html.HtmlElement, form: Form, told: Told) -> None:
    marked = bool(place.xpath(".//*[@aria-invalid='true']"))
    blamed = "" if marked else told.blamed(*_names(place))
    for field in _fields(place):
        _filled(field, form.get(field.get("name"), ""))
    faulty = next((one for one in _fields(place) if blamed and one.get("name") == blamed), None)
    if faulty is not None:
        _blame(faulty, told.line)


def _fields(place: html.HtmlElement) -> Iterator[html.HtmlElement]:
    return (one for one in place.iter("input", "textarea", "select") if one.get("name"))


def _names(place: html.HtmlElement) -> tuple[list[str], list[str]]:
    """Return the names of the visible fields of a form, and of its text fields."""
    shown = [one for one in _fields(place) if _kind(one) != "hidden"]
    words = [one for one in shown if one.tag != "select" and _kind(one) not in UNTOUCHED | CHOSEN]
    return [one.get("name") for one in shown], [one.get("name") for one in words]


def _kind(field: html.HtmlElement) -> str:
    return str(field.get("type", "text"))


def _filled(field: html.HtmlElement, typed: str) -> None:
    if field.tag == "textarea":
        field.text = f"\n{typed}"  # HTML parsers drop the first line break of a textarea
    elif field.tag == "select":
        for option in field.iter("option"):
            _mark(option, "selected", option.get("value", option.text) == typed)
    elif _kind(field) in CHOSEN:
        _mark(field, "checked", field.get("value", "on") == typed)
    elif _kind(field) not in UNTOUCHED:
        field.set("value", typed)


def _mark(element: html.HtmlElement, name: str, on: bool) -> None:
    element.attrib.pop(name, None)
    if on:
        element.set(name, name)


def _blame(field: html.HtmlElement, line: str) -> None:
    """Mark the field as invalid, described by the error below it."""
    field.set("aria-invalid", "true")
    field.set("aria-describedby", " ".join(filter(None, (REASON, field.get("aria-describedby")))))
    field.addnext(_piece(line))


def _unfold(place: html.HtmlElement) -> None:
    """Open the `details` elements around and inside the form."""
    for fold in (*place.iterancestors("details"), *place.iter("details")):
        fold.set("open", "open")


def _piece(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(markup.strip())
