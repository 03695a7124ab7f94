"""Escapes for words that the dialect would read as markup: what was typed must come back as typed."""

import re

import regex

_ALWAYS = re.compile(r"[\\`]|<(?=[^\s<>]*[:@])|\[(?=\^)")
_DELIMITERS = re.compile(r"_+|\*+")
_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_LINE_START = re.compile(
    r"(?m)^(?:#{1,6}(?=\s|$)|>|[-=]+(?=[ \t]*$)|~{3,}|\+(?=\s|$)|[*_](?=[*_ \t]*$)|\|(?=[-:| \t]*$)|:(?=-[-:| \t]*$)"
    r"|-(?=[-:| \t]*\|[-:| \t]*$))"
)
_MARKER = regex.compile(
    r"(?m)^(?:(?P<before>\p{Nd}{1,3}|هـ|[أابجدهوزحطي])(?P<sign>[-.)])(?=[ \t]|[\p{Script=Arabic}&&\p{L}]{3})"
    r"|(?P<before>)(?P<sign>[-•●▪◦‣\uF0B7]|\([^()\s]{1,16}\))(?=[ \t]))",
    regex.V1,
)
"""What becomes an item of a list when a text is entered."""

_LONG_NUMBER = re.compile(r"(?m)^([0-9]{4,9})([.)])(?=\s|$)")
_CLOSING_HASHES = re.compile(r"(?<=[ \t])(#+)$")
_HEADING_ID = re.compile(r"(?<=[ \t])\{(?=#[a-z0-9-]+\}$)")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def escape_text(text: str, *, before: str, after: str, enclosed: bool) -> str:
    """Escape a piece of a paragraph.

    `before` and `after` are the characters next to it, "" at the ends of the paragraph; `enclosed`: it stands inside of
    a link or a directional run, whose brackets must not be closed.
    """
    text = _ALWAYS.sub(lambda found: "\\" + found.group(), text)
    if enclosed:
        text = re.sub(r"(?<!\\)[\[\]]", lambda found: "\\" + found.group(), text)
    else:
        text = _escape_link_openings(text)

    def delimiters(found: re.Match[str]) -> str:
        left = text[found.start() - 1] if found.start() else before
        right = text[found.end()] if found.end() < len(text) else after
        return found.group() if _is_literal(found.group(), left, right) else re.sub(r"(?s)(.)", r"\\\1", found.group())

    return _DELIMITERS.sub(delimiters, text)


def _escape_link_openings(text: str) -> str:
    """Escape the brackets that begin what would be read as a link or a directional run."""
    opened: list[int] = []
    escaped: set[int] = set()
    for found in _BRACKET.finditer(text):
        if found.group() == "[":
            opened.append(found.start())
        elif opened:
            start = opened.pop()
            if text[found.end() : found.end() + 1] in ("(", "{"):
                escaped.add(start)
    return "".join("\\[" if index in escaped else one for index, one in enumerate(text)) if escaped else text


def escape_line_starts(text: str, *, markers: bool) -> str:
    """Escape what would begin a block other than a list item at the beginning of a line.

    Numbers, bullets and letters at the beginning of a line become items of lists with the same labels, unless `markers`
    are escaped as well.
    """
    text = _LINE_START.sub(lambda found: "\\" + found.group(), text)
    if markers:
        text = _MARKER.sub(lambda found: f"{found['before']}\\{found['sign']}", text)
    return _LONG_NUMBER.sub(r"\1\\\2", text)


def escape_heading(text: str) -> str:
    """Escape the end of a heading where it would be read as closing signs or as an id."""
    return _HEADING_ID.sub(r"\\{", _CLOSING_HASHES.sub(r"\\\1", text))


def escape_all(text: str) -> str:
    """Escape every sign that could be markup."""
    return _PUNCTUATION.sub(lambda found: "\\" + found.group(), text)


def code_span(text: str) -> str:
    """Write a code span; its text may have backticks."""
    runs = re.findall(r"`+", text)
    fence = "`" * (max(map(len, runs), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def link_target(href: str) -> str:
    """Write the address of a link."""
    return f"<{href}>" if "(" in href or ")" in href else href


def _is_literal(run: str, left: str, right: str) -> bool:
    """Return whether a run of `_` or `*` is no delimiter (CommonMark 0.31 §6.2)."""
    if not left.strip() and not right.strip():
        return True
    return run[0] == "_" and left.isalnum() and right.isalnum()
