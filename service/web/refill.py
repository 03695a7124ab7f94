"""A page whose form could not be taken: what was typed stands in its fields again, and the field to mend says why.

It works on pages of ours alone, whose templates escape every sign of a tag in what they fill in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

Form = Mapping[str, str]

_FORM = re.compile(r"<form\b([^<>]*)>.*?</form>", re.S)
_CONTROL = re.compile(
    r"<input\b(?P<input>[^<>]*)>"
    r"|<textarea\b(?P<area>[^<>]*)>(?P<words>.*?)</textarea>"
    r"|<select\b(?P<select>[^<>]*)>(?P<options>.*?)</select>",
    re.S,
)
_OPTION = re.compile(r"<option\b([^<>]*)>([^<>]*)")
_ATTRIBUTE = re.compile(r'([a-z][a-z-]*)(?:="([^"]*)")?')
_DETAILS = re.compile(r"<(/?)details\b([^<>]*)>")

_UNTOUCHED = frozenset({"hidden", "password", "file", "submit", "button"})
"""Kinds of fields that keep what the page gave them: what is hidden may be fresh, what is secret is not sent back."""

_CHOSEN = frozenset({"checkbox", "radio"})


@dataclass(frozen=True)
class Told:
    """Safe HTML: `banner` at the head of the form, `line` below its field; `blamed` picks that field's name, or none,
    from the names of all fields and of those that take words."""

    banner: str
    line: str
    blamed: Callable[[Sequence[str], Sequence[str]], str]


def refilled(page: str, *, action: str, form: Form, told: Told) -> str:
    """`page` with the form that goes to `action` filled anew. A page that tells it itself is told nothing twice."""
    start = page.find("<main")
    found = next((one for one in _FORM.finditer(page, max(start, 0)) if _goes_to(one[1], action)), None)
    head = "" if 'role="alert"' in page[start:] else told.banner
    if found is None:
        after = page.find(">", start) + 1
        return page[:after] + head + page[after:]
    opening = found[0][: found[0].index(">") + 1]
    marks = 'aria-invalid="true"' not in found[0]
    name = told.blamed(*_names(found[0])) if marks else ""
    body = _CONTROL.sub(lambda one: _control(one, form, name, told.line), found[0][len(opening) :])
    body = _DETAILS.sub(lambda one: one[0] if one[1] else _open(one[0]), body)
    return _unfolded(page[: found.start()]) + opening + head + body + page[found.end() :]


def _goes_to(attributes: str, action: str) -> bool:
    """A form without an address goes to where it stands, which is where it was sent."""
    given = _read(attributes)
    return given.get("method") == "post" and given.get("action", action) == action


def _read(attributes: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}


def _names(form: str) -> tuple[list[str], list[str]]:
    """The names of the fields of a form, and of those that take words."""
    every, words = [], []
    for control in _CONTROL.finditer(form):
        given = _read(control["input"] or control["area"] or control["select"] or "")
        kind = given.get("type", "text")
        if "name" in given and kind != "hidden":
            every.append(given["name"])
            words += [given["name"]] if control["select"] is None and kind not in _UNTOUCHED | _CHOSEN else []
    return every, words


def _control(found: re.Match[str], form: Form, blamed: str, line: str) -> str:
    given = _read(found["input"] or found["area"] or found["select"] or "")
    name = given.get("name", "")
    written = _filled(found, given, form) if name else found[0]
    return _marked(written, given) + line if name and name == blamed else written


def _filled(found: re.Match[str], given: Form, form: Form) -> str:
    typed = form.get(given["name"], "")
    if found["area"] is not None:
        return f"<textarea{found['area']}>\n{escape(typed)}</textarea>"
    if found["select"] is not None:
        return f"<select{found['select']}>{_OPTION.sub(lambda one: _option(one, typed), found['options'])}</select>"
    kind = given.get("type", "text")
    if kind in _UNTOUCHED:
        return found[0]
    if kind in _CHOSEN:
        return f"<input{_without(found['input'], 'checked')}{' checked' * (typed == given.get('value', 'on'))}>"
    return f'<input{_without(found["input"], "value")} value="{escape(typed)}">'


def _option(found: re.Match[str], typed: str) -> str:
    value = _read(found[1]).get("value", unescape(found[2]))
    return f"<option{_without(found[1], 'selected')}{' selected' * (value == typed)}>{found[2]}"


def _without(attributes: str, name: str) -> str:
    return re.sub(rf'\s{name}(?:="[^"]*")?(?=\s|$)', "", attributes)


def _marked(written: str, given: Form) -> str:
    """The control says that it is what is to be mended, and which line says why."""
    tag, rest = written[: written.index(">")], written[written.index(">") :]
    says = " ".join(filter(None, ("refused-line", given.get("aria-describedby", ""))))
    return f'{_without(tag, "aria-describedby")} aria-invalid="true" aria-describedby="{escape(says)}"{rest}'


def _unfolded(before: str) -> str:
    """What stands before the form, with the folds it lies in opened."""
    folds: list[re.Match[str]] = []
    for one in _DETAILS.finditer(before):
        folds = folds[:-1] if one[1] else [*folds, one]
    for one in reversed(folds):
        before = before[: one.start()] + _open(one[0]) + before[one.end() :]
    return before


def _open(tag: str) -> str:
    return tag if re.search(r"\sopen\b", tag) else f"{tag[:-1]} open>"
