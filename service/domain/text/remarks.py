"""What is wrong with the numbers and names of a text, for a person to look at. Advice: nothing is refused for it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.outline import Outline, Provision, outline
from service.domain.text.provisions import heading_reference, is_elsewhere, references
from service.domain.text.tree import Tree

Kind = Literal[
    "reference_broken",
    "provision_unknown",
    "id_twice",
    "number_twice",
    "term_before_definition",
    "no_twin",
    "twin_missing",
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
    return sorted(
        [*_broken(text, seen), *_unknown(text, seen), *_twice(seen), *_terms(text)],
        key=lambda remark: (remark.start, remark.end, remark.kind, remark.named),
    )


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
    """Terms that are used before the place that defines them."""
    defined: dict[str, int] = {}
    for found in _DEFINED.finditer(text):
        term = next(term for term in found.captures("term") if term)
        defined.setdefault(term.strip(), found.start())
    for term, place in list(defined.items())[:TERMS]:
        used = regex.search(rf"(?<![\p{{L}}\p{{M}}]){regex.escape(term)}(?![\p{{L}}\p{{M}}])", text[:place])
        if used:
            yield Remark("term_before_definition", used.start(), used.end(), term)
