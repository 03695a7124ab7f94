"""An edition looked over: by itself, beside its twin, and since a version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.canonical import canonical
from service.domain.text.redline.redline import redline
from service.domain.text.review.edition_report import Since, Survey, by_provision, left_behind, survey, twinless
from service.domain.text.structure.numbering import Scheme
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

EN = Scheme("en", "constitution", "latn")
AR = Scheme("ar", "constitution", "arab")

ARABIC = "## المادة\n\nالسيادة للشعب، والشعب مصدر السلطات كلها.\n\n## المادة\n\nالماء حقّ للجميع.\n"
ENGLISH = "## Article\n\nSovereignty belongs to the people.\n\n## Article\n\nWater is a right of all.\n"


def kinds(its: Survey) -> list[tuple[str, str]]:
    return [(remark.kind, remark.named) for remark in its.remarks]


def since(was: str, now: Survey, by: Scheme) -> Since:
    before = survey(was, by=by)
    return Since(before, redline(before.text, now.text))


@given(PROSE.map(lambda text: canonical(text).text), st.sampled_from([None, EN, AR]))
def test_every_remark_belongs_to_one_provision(text: str, by: Scheme | None) -> None:
    its = survey(text, by=by)
    found = [remark for _, remarks in by_provision(its, its.remarks) for remark in remarks]
    assert found == list(its.remarks)
    assert all(0 <= remark.start <= remark.end <= len(its.text) for remark in its.remarks)


@given(PROSE.map(lambda text: canonical(text).text), PROSE.map(lambda text: canonical(text).text))
def test_nothing_was_left_behind_where_nothing_changed(one: str, other: str) -> None:
    texts = [survey(text, by=None) for text in (one, other)]
    unchanged = Since(texts[0], redline(one, one)), Since(texts[1], redline(other, other))
    assert left_behind(texts[0], texts[1], since=unchanged) == []


def test_automatic_numbers() -> None:
    text = "## Article\n\nSee Article 2.\n\n## Article 2\n\nWords.\n\n## Article 7\n"
    assert kinds(survey(text, by=EN)) == [("reference_typed", "Article 2"), ("number_typed", "2")]
    assert kinds(survey(text, by=None)) == []


def test_a_twin_that_is_missing() -> None:
    one, other = survey(ARABIC, by=AR), survey(ENGLISH.partition("\n\n## Article\n\nW")[0] + "\n", by=EN)
    lone, missing = twinless(one, other)
    assert ([remark.named for remark in lone], missing) == (["المادة ٢"], [])
    lone, missing = twinless(other, one)
    assert (lone, [remark.named for remark in missing]) == ([], ["المادة ٢"])


def test_a_twin_that_was_left_behind() -> None:
    changed = ARABIC.replace("للجميع", "لكل من يعيش في البلاد")
    one, other = survey(changed, by=AR), survey(ENGLISH, by=EN)
    both = since(ARABIC, one, AR), since(ENGLISH, other, EN)
    assert left_behind(one, other, since=both) == []
    found = left_behind(other, one, since=(both[1], both[0]))
    assert [remark.named for remark in found] == ["Article 2"]
