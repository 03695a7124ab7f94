"""Review of an edition for its drafters: its provisions and warnings. Warnings never block anything."""

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
    """The report of an edition. `text` includes derived numbers; spans are code points of it."""

    text: str
    provisions: tuple[Provision, ...]
    warnings: tuple[LintWarning, ...]


def report_edition(text: str, *, scheme: NumberingScheme | None) -> EditionReport:
    """Report on one edition by itself. Raises as `parse_markup` does."""
    numbers = number_marks(text, scheme)
    numbered_text = insert_marks(text, numbers)
    tree = parse_markup(numbered_text)
    outline = build_outline(tree)
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
    """Return provisions of `one` without a counterpart in `other`, and the reverse.

    Each warning's span belongs to the text of its own edition.
    """
    found = match_editions(one.provisions, other.provisions)
    return (
        [_provision_warning("no_twin", one.provisions[index]) for index in found.only_one],
        [_provision_warning("twin_missing", other.provisions[index]) for index in found.only_other],
    )


@dataclass(frozen=True, slots=True)
class SinceVersion:
    """An earlier state of an edition and the redline from it to the present; both with derived numbers."""

    before: EditionReport
    redline: Redline


def report_left_behind(
    one: EditionReport, other: EditionReport, *, since: tuple[SinceVersion, SinceVersion]
) -> list[LintWarning]:
    """Return provisions of `one` that are unchanged since a version while their counterparts in `other` changed."""
    matches = _provision_matches(one, since[0]), _provision_matches(other, since[1])
    pairs: Sequence[Pair] = match_editions(one.provisions, other.provisions).pairs
    return [_provision_warning("left_behind", one.provisions[index]) for index, _ in outdated_pairs(pairs, *matches)[1]]


def _provision_matches(report: EditionReport, since: SinceVersion) -> list[ProvisionMatch]:
    return match_provisions(
        since.before.provisions, report.provisions, since.redline, old=since.before.text, new=report.text
    )


def _provision_warning(kind: LintKind, provision: Provision) -> LintWarning:
    return LintWarning(kind, *provision.span, provision.label)


def warnings_by_provision(
    report: EditionReport, warnings: Sequence[LintWarning]
) -> Iterator[tuple[int, list[LintWarning]]]:
    """Yield the warnings of each provision that has any, with its index; -1 for text before the first."""
    starts = [provision.span[0] for provision in report.provisions]
    for index in range(-1, len(starts)):
        low = starts[index] if index >= 0 else 0
        high = starts[index + 1] if index + 1 < len(starts) else len(report.text) + 1
        inside = [warning for warning in warnings if low <= warning.start < high]
        if inside:
            yield index, inside
