"""Runs of a line that keep their own direction (UAX #9, isolates): codes, names, dates, telephone numbers.

Without isolation a number after a Latin code in an Arabic line is drawn before it («القرار A/RES/64/292، 28 تموز»), and
the groups of "1 250 000" and "+963 11 555 0199" are drawn in reverse order. Ranges («14–17») are left to the line: they
are read in its direction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from service.domain.text.markup.tree import Direction


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text, and its direction if it is to be isolated."""

    text: str
    direction: Direction | None


_NUMBER = r"\p{Nd}"
_LEFT = r"\p{Latin}\p{Armenian}"
_RIGHT_TO_LEFT = r"\p{Arabic}\p{Hebrew}\p{Syriac}\u0640"
"""Letters from right to left; the tatweel is common to several scripts."""

_LETTERS = rf"[{_LEFT}][{_LEFT}\p{{M}}{_NUMBER}]*+"
_SUFFIX = rf"(?: ?\([^()\n{_RIGHT_TO_LEFT}]{{1,40}}\))?[+#%°]*+"
_WORD = rf"[{_LEFT}{_NUMBER}][{_LEFT}\p{{M}}{_NUMBER}]*+{_SUFFIX}"
_LEADING_NUMBER = rf"(?<!{_NUMBER}){_NUMBER}{{1,12}}+(?:[./-]{_NUMBER}{{1,12}}+){{0,4}}+[/.-]?"
_JOINT = r"(?:[.'’/&:@_=?~+#%-]{1,3}|[.,;:!?] ?| (?:[&/–—-] )?)"
_INITIAL = r"(?<=\b\p{Lu})\."
_LATIN_RUN = rf"[.@#]?(?:{_LEADING_NUMBER})?{_LETTERS}{_SUFFIX}(?:{_JOINT}{_WORD})*+(?:{_INITIAL})?"
_QUOTED = "|".join(
    rf"{opening}(?=[^{closing}\n]{{0,400}}[{_LEFT}])[^{closing}\n{_RIGHT_TO_LEFT}]{{1,400}}{closing}"
    for opening, closing in ('""', "“”")
)
_TELEPHONE = rf"(?:\+|(?<!{_NUMBER})00){_NUMBER}(?:[ ()./-]{{0,2}}{_NUMBER}){{5,15}}(?!{_NUMBER}|[-/]?\p{{L}})"
_GROUPS = rf"(?<!{_NUMBER} ?){_NUMBER}{{1,3}}(?: {_NUMBER}{{3}})+(?!{_NUMBER})"
_DASHED = rf"(?<![{_NUMBER}-]){_NUMBER}{{1,12}}(?:-{_NUMBER}{{1,12}}){{2,6}}"
_SIGNED = r"(?<![\p{L}\p{M}\p{Nd}])(?:[-−+]|[-−+]?\p{Sc})[0-9]{1,20}+(?:[.,][0-9]{1,20}+){0,8}%?"
_IN_ARABIC_LINES = regex.compile(
    "|".join((_QUOTED, _TELEPHONE, _LATIN_RUN, _GROUPS, _DASHED, _SIGNED)), flags=regex.VERSION1
)
_IN_LATIN_LINES = regex.compile(
    rf"[{_RIGHT_TO_LEFT}](?:[{_RIGHT_TO_LEFT}\p{{M}}\u200c\u200d ،؛؟«»]*[{_RIGHT_TO_LEFT}\p{{M}}؛؟])?"
)
_STRONG = {"rtl": regex.compile(rf"[{_LEFT}{_NUMBER}]"), "ltr": regex.compile(rf"[{_RIGHT_TO_LEFT}]")}
_LIST_TAIL = regex.compile(rf", ?{_NUMBER}+$")
_LETTER = regex.compile(r"\p{L}")


def isolated_runs(text: str, *, line: Direction, before: str = "", after: str = "") -> Iterator[Run]:
    """Split a text of a line that runs in the direction `line`; the pieces together are the text.

    `before` and `after` are what stands beside it, in other markup: a run that goes on there is not isolated, since two
    isolates of one phrase («World **Bank**») would be drawn in the order of the line.
    """
    if not _STRONG[line].search(text):
        yield Run(text, None)
        return
    other: Direction = "ltr" if line == "rtl" else "rtl"
    pattern = _IN_ARABIC_LINES if line == "rtl" else _IN_LATIN_LINES
    goes_on_before = _STRONG[line].match(before.rstrip()[-1:]) is not None
    goes_on_after = _STRONG[line].match(after.lstrip()[:1]) is not None
    start = 0
    for found in pattern.finditer(text):
        end = found.end()
        in_brackets = text[found.start() - 1 : found.start()] == "(" and text[end : end + 1] == ")"
        tail = _LIST_TAIL.search(found.group()) if line == "rtl" and not in_brackets else None
        end -= len(tail.group()) if tail else 0
        if found.start() > start:
            yield Run(text[start : found.start()], None)
        joined = (goes_on_before and not text[: found.start()].strip()) or (goes_on_after and not text[end:].strip())
        yield Run(text[found.start() : end], None if joined else other)
        start = end
    if start < len(text):
        yield Run(text[start:], None)


def neighbours(texts: Sequence[str], *, before: str = "", after: str = "") -> list[tuple[str, str]]:
    """Return for each of several adjacent texts the nearest texts before and after it that are not blank."""
    lefts, rights = [before], [after]
    for text in texts[:-1]:
        lefts.append(text if text.strip() else lefts[-1])
    for text in reversed(texts[1:]):
        rights.append(text if text.strip() else rights[-1])
    return list(zip(lefts, reversed(rights), strict=True)) if texts else []


def is_one_number(run: Run) -> bool:
    """Return whether a run is a number, such as "1 250 000" or a telephone number, whose groups belong together."""
    return run.direction is not None and _LETTER.search(run.text) is None
