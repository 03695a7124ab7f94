"""A page whose form could not be taken: what was typed stands in its fields again, and the field to mend says why."""

from collections.abc import Iterator, Mapping

from lxml import html

from service.web.forms.form_error import Told

Form = Mapping[str, str]

UNTOUCHED = frozenset({"hidden", "password", "file", "submit", "button"})
"""Kinds of fields that keep what the page gave them: what is hidden may be fresh, what is secret is not sent back."""

CHOSEN = frozenset({"checkbox", "radio"})

REASON = "refused-line"
"""The id of the line that says why."""


def refilled(page: str, *, action: str, form: Form, told: Told) -> str:
    """`page` with the form that goes to `action` filled anew. A page that tells it itself is told nothing twice."""
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
    """A form without an address goes to where it stands, which is where it was sent."""
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
    """The names of the fields of a form, and of those that take words."""
    shown = [one for one in _fields(place) if _kind(one) != "hidden"]
    words = [one for one in shown if one.tag != "select" and _kind(one) not in UNTOUCHED | CHOSEN]
    return [one.get("name") for one in shown], [one.get("name") for one in words]


def _kind(field: html.HtmlElement) -> str:
    return str(field.get("type", "text"))


def _filled(field: html.HtmlElement, typed: str) -> None:
    if field.tag == "textarea":
        field.text = f"\n{typed}"  # readers of HTML drop the first line break of a textarea
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
    """The field says that it is what is to be mended, and which line says why."""
    field.set("aria-invalid", "true")
    field.set("aria-describedby", " ".join(filter(None, (REASON, field.get("aria-describedby")))))
    field.addnext(_piece(line))


def _unfold(place: html.HtmlElement) -> None:
    """The folds the form lies in, and those it holds, are open."""
    for fold in (*place.iterancestors("details"), *place.iter("details")):
        fold.set("open", "open")


def _piece(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(markup.strip())
