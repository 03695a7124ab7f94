"""Linter for numbers, references and defined terms of a text. Its warnings are advice and never block anything."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.markup.tree import Span, Tree
from service.domain.text.structure.literal_marks import uncalled_labels
from service.domain.text.structure.outline import Outline, Provision, build_outline
from service.domain.text.structure.provisions import find_references, heading_reference, refers_to_other_text

LintKind = Literal[
    "reference_broken",
    "provision_unknown",
    "id_twice",
    "number_twice",
    "note_missing",
    "note_uncalled",
    "term_before_definition",
    "term_unused",
    "number_typed",
    "reference_typed",
    "no_twin",
    "twin_missing",
    "left_behind",
]

MAX_TERMS = 200
"""Defined terms that are checked in one text."""

_QUOTED = r"[“\"«](?P<term>[^”\"»\n]{2,60})[”\"»]"
_ID = regex.compile(r"\{#([a-z0-9-]+)\}$")
_DEFINED = regex.compile(
    rf"{_QUOTED}[ \u00a0:،,]*(?:means|refers to|shall mean|has the meaning|(?:تعني|يعني|يُقصد|يقصد|هو|هي)\b)"
    rf"|(?:يُقصد|يقصد|نقصد|نعني) ب[ـ]?[ \u00a0]?{_QUOTED}"
    rf"|\((?:hereinafter|the|ويشار إليه[ام]?(?: فيما يلي)? ب[ـ]?)[ \u00a0]{_QUOTED}\)",
    regex.V1,
)


@dataclass(frozen=True, slots=True)
class LintWarning:
    """A warning about code points `start`–`end`; `subject` is the id, provision or term it concerns."""

    kind: LintKind
    start: int
    end: int
    subject: str


def lint_outline(text: str, tree: Tree) -> list[LintWarning]:
    """Return all warnings about a text, in text order; `tree` is its parsed tree."""
    outline = build_outline(tree)
    return sort_warnings(
        [
            *_broken_references(text, outline),
            *_unknown_provisions(text, outline),
            *_duplicates(outline),
            *_note_warnings(text, tree),
            *_term_warnings(text),
        ]
    )


def lint_typed_references(text: str, tree: Tree) -> list[LintWarning]:
    """Return typed references to provisions of an automatically numbered text, which will not be renumbered."""
    outline = build_outline(tree)
    known = {" ".join(found) for found in map(_name_and_number, outline.provisions) if found}
    headings = [provision.span for provision in outline.provisions]
    return [
        LintWarning("reference_typed", found.start, found.end, text[found.start : found.end])
        for found in find_references(text)
        if str(found) in known and not refers_to_other_text(text, found.end) and not _is_inside(headings, found.start)
    ]


def provision_spans_by_name(tree: Tree) -> dict[str, list[Span]]:
    """Return the spans of the headings that have a name and a number, by both: "article 3"."""
    found: dict[str, list[Span]] = {}
    for provision in build_outline(tree).provisions:
        name = " ".join(_name_and_number(provision) or ())
        if name:
            found.setdefault(name, []).append(provision.span)
    return found


def sort_warnings(warnings: Iterable[LintWarning]) -> list[LintWarning]:
    """Sort warnings by position."""
    return sorted(warnings, key=lambda warning: (warning.start, warning.end, warning.kind, warning.subject))


def _is_inside(spans: Sequence[Span], offset: int) -> bool:
    before = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return before >= 0 and offset < spans[before][1]


def line_number(text: str, offset: int) -> int:
    """Return the line of a code point, from 1."""
    return text.count("\n", 0, offset) + 1


def _broken_references(text: str, outline: Outline) -> Iterator[LintWarning]:
    for id in outline.broken:
        offset = max(0, text.find(f"(#{id})"))
        yield LintWarning("reference_broken", offset, offset + len(f"(#{id})"), id)


def _unknown_provisions(text: str, outline: Outline) -> Iterator[LintWarning]:
    """Yield references to provisions of this text that do not exist.

    Names that no heading has are ignored: they refer to other texts, or to lists.
    """
    numbered = [found for found in map(_name_and_number, outline.provisions) if found]
    names, known = {name for name, _ in numbered}, {f"{name} {number}" for name, number in numbered}
    for found in find_references(text):
        if found.name in names and str(found) not in known and not refers_to_other_text(text, found.end):
            yield LintWarning("provision_unknown", found.start, found.end, str(found))


def _duplicates(outline: Outline) -> Iterator[LintWarning]:
    """Yield ids that stay visible text because an earlier heading has them, and numbers that an earlier heading has."""
    counts: Counter[str] = Counter()
    for provision in outline.provisions:
        repeated_id = _ID.search(provision.title)
        if repeated_id and repeated_id[1] in outline.labels:
            yield LintWarning("id_twice", *provision.span, repeated_id[1])
        name = " ".join(_name_and_number(provision) or ())
        if name and counts[name]:
            yield LintWarning("number_twice", *provision.span, name)
        counts[name] += 1


def _note_warnings(text: str, tree: Tree) -> Iterator[LintWarning]:
    """Yield calls that have no note, and notes that are never called or defined twice."""
    for label in uncalled_labels(tree):
        offset = max(0, text.find(f"[^{label}]"))
        yield LintWarning("note_missing", offset, offset + len(f"[^{label}]"), label)
    for label in dict.fromkeys(tree.uncalled):
        offset = max(0, text.rfind(f"[^{label}]:"))
        yield LintWarning("note_uncalled", offset, offset + len(f"[^{label}]:"), label)


def _name_and_number(provision: Provision) -> tuple[str, str] | None:
    found = heading_reference(provision.title)
    return (found.name, found.number) if found and found.name else None


def _term_warnings(text: str) -> Iterator[LintWarning]:
    """Yield terms that are used before their definition, and terms that are defined and never used."""
    defined: dict[str, Span] = {}
    for found in _DEFINED.finditer(text):
        term = next(term for term in found.captures("term") if term)
        defined.setdefault(term.strip(), found.span())
    for term, (start, end) in list(defined.items())[:MAX_TERMS]:
        used = regex.search(rf"(?<![\p{{L}}\p{{M}}]){regex.escape(term)}(?![\p{{L}}\p{{M}}])", text[:start])
        if used:
            yield LintWarning("term_before_definition", used.start(), used.end(), term)
        elif not _is_used(term, text[:start], text[_end_of_line(text, end) :]):
            yield LintWarning("term_unused", start, end, term)


def _is_used(term: str, *parts: str) -> bool:
    """Return whether a text uses the term in any form.

    Any word that contains the stem of one of its words counts, so that a plural or a suffix is not taken for another
    term.
    """
    stems = [word.removeprefix("ال")[:-1] or word for word in term.casefold().split()]
    return any(stem in part for part in map(str.casefold, parts) for stem in stems)


def _end_of_line(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end
