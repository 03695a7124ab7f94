"""An edition looked over for those who write it: its provisions, and what they may want to mend. Nothing is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.markup.parser import parse_markup
from service.domain.text.redline.provision_identity import ProvisionMatch, match_provisions
from service.domain.text.redline.redline import Redline
from service.domain.text.review.outline_lint import (
    LintKind,
    LintWarning,
    lint_outline,
    lint_typed_references,
    sort_warnings,
)
from service.domain.text.review.translation_parity import Pair, match_editions, outdated_pairs
from service.domain.text.structure.numbering import (
    NumberingScheme,
    insert_marks,
    number_marks,
    redundant_numbers,
    shift_offset,
)
from service.domain.text.structure.outline import Provision, build_outline


@dataclass(frozen=True, slots=True)
class EditionReport:
    """`text` is the edition as it reads, with its numbers: spans are code points of it."""

    text: str
    provisions: tuple[Provision, ...]
    warnings: tuple[LintWarning, ...]


def report_edition(text: str, *, scheme: NumberingScheme | None) -> EditionReport:
    """One edition by itself. Raises what the reader raises."""
    numbers = number_marks(text, scheme)
    numbered_text = insert_marks(text, numbers)
    tree = parse_markup(numbered_text)
    outline = build_outline(tree, digits=scheme.digits if scheme else None)
    typed_warnings = [
        LintWarning("number_typed", shift_offset(start, numbers), shift_offset(end, numbers), text[start:end].strip())
        for start, end in redundant_numbers(text, scheme)
    ]
    found = [
        *lint_outline(numbered_text, tree),
        *typed_warnings,
        *(lint_typed_references(numbered_text, tree) if scheme else ()),
    ]
    return EditionReport(numbered_text, outline.provisions, tuple(sort_warnings(found)))


def report_unmatched(one: EditionReport, other: EditionReport) -> tuple[list[LintWarning], list[LintWarning]]:
    """Provisions of `one` that have no twin in `other`, and those of `other` that have none in `one`: spans of the text
    each stands in."""
    found = match_editions(one.provisions, other.provisions)
    return (
        [_provision_warning("no_twin", one.provisions[place]) for place in found.only_one],
        [_provision_warning("twin_missing", other.provisions[place]) for place in found.only_other],
    )


@dataclass(frozen=True, slots=True)
class SinceVersion:
    """What an edition was, and the redline from that to what it is; both with their numbers."""

    before: EditionReport
    redline: Redline


def report_left_behind(
    one: EditionReport, other: EditionReport, *, since: tuple[SinceVersion, SinceVersion]
) -> list[LintWarning]:
    """Provisions of `one` that nobody touched since a version, while their twins in `other` changed."""
    twins = _provision_matches(one, since[0]), _provision_matches(other, since[1])
    pairs: Sequence[Pair] = match_editions(one.provisions, other.provisions).pairs
    return [_provision_warning("left_behind", one.provisions[place]) for place, _ in outdated_pairs(pairs, *twins)[1]]


def _provision_matches(report: EditionReport, since: SinceVersion) -> list[ProvisionMatch]:
    return match_provisions(
        since.before.provisions, report.provisions, since.redline, old=since.before.text, new=report.text
    )


def _provision_warning(kind: LintKind, provision: Provision) -> LintWarning:
    return LintWarning(kind, *provision.span, provision.label)


def warnings_by_provision(
    report: EditionReport, warnings: Sequence[LintWarning]
) -> Iterator[tuple[int, list[LintWarning]]]:
    """The remarks of each provision that has some, by its place; -1 for what stands before the first."""
    starts = [provision.span[0] for provision in report.provisions]
    for index in range(-1, len(starts)):
        low = starts[index] if index >= 0 else 0
        high = starts[index + 1] if index + 1 < len(starts) else len(report.text) + 1
        inside = [remark for remark in warnings if low <= remark.start < high]
        if inside:
            yield index, inside
