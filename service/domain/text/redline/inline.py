"""A redline as an HTML fragment: added words underlined, removed words struck, with labels for those who listen.

Colour says nothing that a line does not say. Only the tags of `TAGS` appear, and everything typed is escaped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Literal
from unicodedata import category

from service.domain.text.redline.labels import RedlineWords, words_for
from service.domain.text.redline.lines import Line, Stretch, changes, lines
from service.domain.text.redline.redline import Redline
from service.domain.text.structure.provisions import in_digits, label_of

TAGS = frozenset(("div", "p", "ins", "del", "span", "a", "bdi", "details", "summary", "mark"))
"""Every tag an inline redline may hold."""

FOLDED = 4
"""Unchanged lines in a row that are still shown."""

_MARKS = re.compile(
    r"\[(?P<run>[^\[\]\n]+)\]\{(?:dir=(?P<dir>ltr|rtl)(?: lang=[A-Za-z0-9-]+)?|lang=[A-Za-z0-9-]+)\}"
    r"|\[\]\(#(?P<target>[a-z0-9-]+)\)"
    r"|(?P<id>[ \t]*\{#[a-z0-9-]+\}$)|\*\*|\[\^[^\]\s]+\]|\|"
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>.*?)[ \t]+\{#(?P<id>[a-z0-9-]+)\}$", re.MULTILINE)


def inline(redline: Redline, old: str, new: str, *, lang: str) -> str:
    """A `<div class="redline">` with the whole of both texts in one order of reading; long unchanged passages folded.

    `old` and `new` are the texts that were compared. Every change has an id `c-1`, `c-2` …, every move `m-1-old` and
    `m-1-new`.
    """
    words = words_for(lang)
    labels = labels_in(old, words) | labels_in(new, words)
    shown = "".join(Writer(words, labels).body(list(lines(redline, old, new))))
    return f'<div class="redline" lang="{escape(lang)}" dir="{words.direction}">{shown}</div>'


def summary(redline: Redline, *, lang: str) -> str:
    """One plain sentence: how many changes, moves, renumbered provisions."""
    words = words_for(lang)
    counted = [
        (words.changes, max((number or 0 for number in changes(redline)), default=0)),
        (words.moved, len(redline.moves)),
        (words.renumbered, sum(op.kind == "renumber" for op in redline.ops)),
        (words.vocalised, sum(op.kind == "vocalisation" for op in redline.ops)),
        (words.unseen, sum(op.kind in ("space", "invisible") for op in redline.ops)),
    ]
    said = [f"{label}: {in_digits(str(count), words.digits)}" for label, count in counted if count]
    return words.comma.join(said) if said else words.none


def labels_in(text: str, words: RedlineWords) -> dict[str, str]:
    """What references to the headings of a text print."""
    found = _HEADING.finditer(text)
    return {heading["id"]: in_digits(label_of(heading["title"]) or heading["title"], words.digits) for heading in found}


@dataclass(frozen=True, slots=True)
class Sign:
    """How a hand is told from others: a number, a colour from 0, and what is said, not shown, before the words it added
    or removed."""

    number: str
    colour: int
    added: str
    removed: str


@dataclass(slots=True)
class Writer:
    words: RedlineWords
    labels: dict[str, str]
    signs: Mapping[str, Sign] = field(default_factory=dict)
    """Of the hands that additions and removals name."""
    numbered: set[int] = field(default_factory=set)
    """Changes that have their id."""

    def body(self, all_lines: Sequence[Line]) -> Iterator[str]:
        for changed, run in groupby(all_lines, key=lambda line: line.changed):
            group = list(run)
            if changed:
                yield from self.changed(group)
            else:
                yield from self.unchanged(group)

    def changed(self, group: Sequence[Line]) -> Iterator[str]:
        for (move, kind), run in groupby(group, key=lambda line: (line.move, line.stretches[0].kind)):
            shown = "".join(map(self.line, run))
            yield self.moved(move, "old" if kind == "delete" else "new", shown) if move else shown

    def moved(self, move: int, end: str, shown: str) -> str:
        """A frame around one end of a move, with a link to its other end."""
        other, label = ("new", self.words.moved_away) if end == "old" else ("old", self.words.moved_here)
        link = f'<a href="#m-{move}-{other}">{escape(label)}</a>'
        return f'<div class="moved" id="m-{move}-{end}"><p class="moved-to">{link}</p>{shown}</div>'

    def unchanged(self, group: Sequence[Line]) -> Iterator[str]:
        """Short runs as they are; of long ones the first and last line and the last heading, the rest folded."""
        if len(group) <= FOLDED:
            yield from map(self.line, group)
            return
        headings = [place for place in range(1, len(group) - 1) if group[place].shape == "heading"]
        last = headings[-1] if headings else len(group) - 1
        yield self.line(group[0])
        yield self.folded(group[1:last])
        yield self.line(group[last])
        if last < len(group) - 1:
            yield self.folded(group[last + 1 : -1])
            yield self.line(group[-1])

    def folded(self, group: Sequence[Line]) -> str:
        shown = "".join(map(self.line, group))
        if len(group) <= 1:
            return shown
        count = in_digits(str(len(group)), self.words.digits)
        return f"<details><summary>{escape(self.words.unchanged)}: {count}</summary>{shown}</details>"

    def line(self, line: Line) -> str:
        before = (None, *line.stretches)
        shown = "".join(self.stretch(one, after=last) for last, one in zip(before, line.stretches, strict=False))
        role = f' role="heading" aria-level="{min(line.level + 1, 6)}"' if line.shape == "heading" else ""
        level = f" {line.shape}-{line.level}" if line.shape in ("heading", "item") else ""
        return f'<p class="{line.shape}{level}"{role}>{self.marker(line)}{shown}</p>'

    def marker(self, line: Line) -> str:
        if not line.marker:
            return ""
        number = re.match(r"[0-9]+", line.marker) if line.shape == "item" else None
        shown = in_digits(number.group(), self.words.digits) if number else "•" if line.shape == "item" else line.marker
        dash = " -" if number and self.words.digits == "arab" else "." if number else ""
        return f'<span class="marker"><bdi>{escape(shown)}</bdi>{dash}</span> '

    def stretch(self, stretch: Stretch, *, after: Stretch | None = None) -> str:
        match stretch.kind:
            case "equal":
                return self.typed(stretch.new, ids=False)
            case "insert":
                return self.loud("ins", stretch, after)
            case "delete":
                return self.loud("del", stretch, after)
            case "renumber" | "vocalisation":
                was = f"{self.words.became} {stretch.old}"
                spoken = f'<span class="spoken">({escape(was)}) </span>'
                return f'<mark class="{stretch.kind}" title="{escape(was)}">{spoken}{self.typed(stretch.new)}</mark>'
            case _:
                return self.typed(stretch.new)

    def loud(self, tag: Literal["ins", "del"], stretch: Stretch, after: Stretch | None) -> str:
        text, change = stretch.new or stretch.old, stretch.change
        if not text:
            return ""
        alone = text.lstrip().startswith("{#")
        first = change is not None and change not in self.numbered
        named = f' id="c-{change}"' if first else ""
        self.numbered |= {change} if change is not None else set()
        sign = self.signs.get(stretch.by or "")
        opened = self.signed(tag, sign, quiet=_splits_a_word(after, stretch))
        return f"<{tag}{named}{opened}{self.typed(text, ids=alone)}</{tag}>"

    def signed(self, tag: Literal["ins", "del"], sign: Sign | None, *, quiet: bool) -> str:
        """The end of an opening tag, and what says that words were added or removed, and by whom; `quiet`: within a
        word that two hands wrote the second is told by colour alone, so that the word can be read."""
        if sign is None:
            label = self.words.added if tag == "ins" else self.words.removed
            return f'><span class="spoken">{escape(label)} </span>'
        if quiet:
            return f' class="who{sign.colour}">'
        label = sign.added if tag == "ins" else sign.removed
        number = f'<span class="by-n" aria-hidden="true">{escape(sign.number)}</span>'
        return f' class="who{sign.colour}"><span class="spoken">{escape(label)} </span>{number}'

    def typed(self, text: str, *, ids: bool = True) -> str:
        """Escaped, with the marks of the dialect read or set back; without a heading's `{#id}` unless `ids`."""
        out, place = [], 0
        for found in _MARKS.finditer(text):
            out += [
                escape(text[place : found.start()], quote=False),
                self.mark(found) if ids or not found["id"] else "",
            ]
            place = found.end()
        return "".join([*out, escape(text[place:], quote=False)])

    def mark(self, found: re.Match[str]) -> str:
        if found["run"]:
            return f'<bdi dir="{found["dir"] or "auto"}">{escape(found["run"], quote=False)}</bdi>'
        if found["target"] in self.labels:
            return f"<bdi>{escape(self.labels[found['target']], quote=False)}</bdi>"
        return f'<bdi class="mark" dir="ltr">{escape(found.group(), quote=False)}</bdi>'


def _splits_a_word(before: Stretch | None, after: Stretch) -> bool:
    if before is None or before.kind != after.kind:
        return False
    last, first = (before.new or before.old)[-1:], (after.new or after.old)[:1]
    return all(category(letter)[0] in "LMN" for letter in last + first) and bool(last and first)
