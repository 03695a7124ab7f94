"""Edition reports: warnings of one edition, beside its counterpart, and since a version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.canonical import canonicalise
from service.domain.text.redline.redline import compute_redline
from service.domain.text.review.edition_report import (
    EditionReport,
    SinceVersion,
    report_edition,
    report_left_behind,
    report_unmatched,
    warnings_by_provision,
)
from service.domain.text.structure.numbering import NumberingScheme
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

EN = NumberingScheme("en", "constitution", "latn")
AR = NumberingScheme("ar", "constitution", "arab")

ARABIC = "## المادة\n\nالسيادة للشعب، والشعب مصدر السلطات كلها.\n\n## المادة\n\nالماء حقّ للجميع.\n"
ENGLISH = "## Article\n\nSovereignty belongs to the people.\n\n## Article\n\nWater is a right of all.\n"


def kinds(its: EditionReport) -> list[tuple[str, str]]:
    return [(warning.kind, warning.subject) for warning in its.warnings]


def report_since(was: str, now: EditionReport, by: NumberingScheme) -> SinceVersion:
    before = report_edition(was, scheme=by)
    return SinceVersion(before, compute_redline(before.text, now.text))


@given(PROSE.map(lambda text: canonicalise(text).text), st.sampled_from([None, EN, AR]))
def test_every_warning_belongs_to_one_provision(text: str, by: NumberingScheme | None) -> None:
    its = report_edition(text, scheme=by)
    found = [warning for _, warnings in warnings_by_provision(its, its.warnings) for warning in warnings]
    assert found == list(its.warnings)
    assert all(0 <= warning.start <= warning.end <= len(its.text) for warning in its.warnings)


@given(PROSE.map(lambda text: canonicalise(text).text), PROSE.map(lambda text: canonicalise(text).text))
def test_unchanged_texts_have_no_outdated_counterpart(one: str, other: str) -> None:
    texts = [report_edition(text, scheme=None) for text in (one, other)]
    unchanged = SinceVersion(texts[0], compute_redline(one, one)), SinceVersion(texts[1], compute_redline(other, other))
    assert report_left_behind(texts[0], texts[1], since=unchanged) == []


def test_automatic_numbers() -> None:
    text = "## Article\n\nSee Article 2.\n\n## Article 2\n\nWords.\n\n## Article 7\n"
    assert kinds(report_edition(text, scheme=EN)) == [("reference_typed", "Article 2"), ("number_typed", "2")]
    assert kinds(report_edition(text, scheme=None)) == []


def test_missing_counterpart_is_reported() -> None:
    one, other = (
        report_edition(ARABIC, scheme=AR),
        report_edition(ENGLISH.partition("\n\n## Article\n\nW")[0] + "\n", scheme=EN),
    )
    lone, missing = report_unmatched(one, other)
    assert ([warning.subject for warning in lone], missing) == (["المادة ٢"], [])
    lone, missing = report_unmatched(other, one)
    assert (lone, [warning.subject for warning in missing]) == ([], ["المادة ٢"])


def test_outdated_counterpart_is_reported() -> None:
    changed = ARABIC.replace("للجميع", "لكل من يعيش في البلاد")
    one, other = report_edition(changed, scheme=AR), report_edition(ENGLISH, scheme=EN)
    both = report_since(ARABIC, one, AR), report_since(ENGLISH, other, EN)
    assert report_left_behind(one, other, since=both) == []
    found = report_left_behind(other, one, since=(both[1], both[0]))
    assert [warning.subject for warning in found] == ["Article 2"]
