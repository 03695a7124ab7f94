"""What is wrong with the numbers and names of a text, for a person to look at. Advice: nothing is refused for it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.markup.tree import Span, Tree
from service.domain.text.structure.outline import Outline, Provision, outline
from service.domain.text.structure.provisions import heading_reference, is_elsewhere, references

Kind = Literal[
    "reference_broken",
    "provision_unknown",
    "id_twice",
    "number_twice",
    "term_before_definition",
    "term_unused",
    "number_typed",
    "reference_typed",
    "no_twin",
    "twin_missing",
    "left_behind",
]

TERMS = 200
"""Defined terms that are looked for in one text."""

_QUOTED = r"[“\"«](?P<term>[^”\"»\n]{2,60})[”\"»]"
_ID = regex.compile(r"\{#([a-z0-9-]+)\}$")
_DEFINED = regex.compile(
    rf"{_QUOTED}[ \u00a0:،,]*(?:means|refers to|shall mean|has the meaning|(?:تعني|يعني|يُقصد|يقصد|هو|هي)\b)"
    rf"|(?:يُقصد|يقصد|نقصد|نعني) ب[ـ]?[ \u00a0]?{_QUOTED}"
    rf"|\((?:hereinafter|the|ويشار إليه[ام]?(?: فيما يلي)? ب[ـ]?)[ \u00a0]{_QUOTED}\)",
    regex.V1,
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Code points `start`–`end` of the text; `named` is the id, provision or term it is about."""

    kind: Kind
    start: int
    end: int
    named: str


def remarks(text: str, tree: Tree) -> list[Remark]:
    """Everything there is to say about a text, in its order; `tree` is what the reader makes of it."""
    seen = outline(tree)
    return ordered([*_broken(text, seen), *_unknown(text, seen), *_twice(seen), *_terms(text)])


def typed_remarks(text: str, tree: Tree) -> list[Remark]:
    """References to provisions of a text with automatic numbers that were typed, and will not follow."""
    seen = outline(tree)
    known = {" ".join(found) for found in map(_numbered, seen.provisions) if found}
    headings = [provision.span for provision in seen.provisions]
    return [
        Remark("reference_typed", found.start, found.end, text[found.start : found.end])
        for found in references(text)
        if str(found) in known and not is_elsewhere(text, found.end) and not _stands_in(headings, found.start)
    ]


def ordered(found: Iterable[Remark]) -> list[Remark]:
    """Remarks in the order of their text."""
    return sorted(found, key=lambda remark: (remark.start, remark.end, remark.kind, remark.named))


def _stands_in(spans: Sequence[Span], place: int) -> bool:
    before = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return before >= 0 and place < spans[before][1]


def line_of(text: str, place: int) -> int:
    """The line a code point stands in, from 1."""
    return text.count("\n", 0, place) + 1


def _broken(text: str, seen: Outline) -> Iterator[Remark]:
    for id in seen.broken:
        place = max(0, text.find(f"(#{id})"))
        yield Remark("reference_broken", place, place + len(f"(#{id})"), id)


def _unknown(text: str, seen: Outline) -> Iterator[Remark]:
    """Provisions of this text that are named and are not in it. Names that no heading bears say nothing: they are of
    other texts, or of lists."""
    numbered = [found for found in map(_numbered, seen.provisions) if found]
    names, known = {name for name, _ in numbered}, {f"{name} {number}" for name, number in numbered}
    for found in references(text):
        if found.name in names and str(found) not in known and not is_elsewhere(text, found.end):
            yield Remark("provision_unknown", found.start, found.end, str(found))


def _twice(seen: Outline) -> Iterator[Remark]:
    """Ids that stay words, because a heading before has them; numbers that a heading before has."""
    met: Counter[str] = Counter()
    for provision in seen.provisions:
        again = _ID.search(provision.title)
        if again and again[1] in seen.labels:
            yield Remark("id_twice", *provision.span, again[1])
        name = " ".join(_numbered(provision) or ())
        if name and met[name]:
            yield Remark("number_twice", *provision.span, name)
        met[name] += 1


def _numbered(provision: Provision) -> tuple[str, str] | None:
    found = heading_reference(provision.title)
    return (found.name, found.number) if found and found.name else None


def _terms(text: str) -> Iterator[Remark]:
    """Terms that are used before the place that defines them, and those that are defined and used nowhere."""
    defined: dict[str, Span] = {}
    for found in _DEFINED.finditer(text):
        term = next(term for term in found.captures("term") if term)
        defined.setdefault(term.strip(), found.span())
    for term, (start, end) in list(defined.items())[:TERMS]:
        used = regex.search(rf"(?<![\p{{L}}\p{{M}}]){regex.escape(term)}(?![\p{{L}}\p{{M}}])", text[:start])
        if used:
            yield Remark("term_before_definition", used.start(), used.end(), term)
        elif not _is_used(term, text[:start], text[_end_of_line(text, end) :]):
            yield Remark("term_unused", start, end, term)


def _is_used(term: str, *parts: str) -> bool:
    """Whether a text has the term in whatever form: any word that holds the stem of one of its words counts, so that a
    plural or a suffix is not taken for another term."""
    stems = [word.removeprefix("ال")[:-1] or word for word in term.casefold().split()]
    return any(stem in part for part in map(str.casefold, parts) for stem in stems)


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
