import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.parser import parse_markup
from service.domain.text.redline.provision_identity import ProvisionMatch
from service.domain.text.review.translation_parity import match_editions, outdated_pairs
from service.domain.text.structure.outline import Provision, build_outline
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit


def provisions_of(text: str) -> tuple[Provision, ...]:
    return build_outline(parse_markup(text)).provisions


AR = "# التمهيد\n\n## المادة الأولى\n\n## المادة ٢\n\n## المادة ٤ {#courts}\n\n# خاتمة\n"
EN = "# Preamble\n\n## Article 1\n\n## Article 3\n\n## Article 9 {#courts}\n\n# Closing\n"


def test_counterparts_by_id_number_and_position() -> None:
    found = match_editions(provisions_of(AR), provisions_of(EN))
    assert found.pairs == ((0, 0), (1, 1), (3, 3), (4, 4))
    assert found.only_one == (2,)
    assert found.only_other == (2,)


@given(PROSE, PROSE)
def test_each_provision_has_one_counterpart_at_most(one: str, other: str) -> None:
    left, right = provisions_of(one), provisions_of(other)
    found = match_editions(left, right)
    assert sorted([*(i for i, _ in found.pairs), *found.only_one]) == list(range(len(left)))
    assert sorted([*(j for _, j in found.pairs), *found.only_other]) == list(range(len(right)))


@given(PROSE)
def test_edition_is_its_own_counterpart_where_names_are_unique(text: str) -> None:
    own = provisions_of(text)
    for i, j in match_editions(own, own).pairs:
        assert own[i].level == own[j].level
        assert (own[i].label == own[j].label) or own[i].id is None


@given(st.integers(1, 20), st.data())
def test_omitted_provision_is_the_one_without_counterpart(count: int, data: st.DataObject) -> None:
    out = data.draw(st.integers(1, count))
    arabic = "".join(f"## المادة {number}\n\nنصّ.\n\n" for number in range(1, count + 1))
    english = "".join(f"## Article {number}\n\nText.\n\n" for number in range(1, count + 1) if number != out)
    assert match_editions(provisions_of(arabic), provisions_of(english)).only_one == (out - 1,)


def test_outdated_counterpart() -> None:
    one = [ProvisionMatch(0, 0, True), ProvisionMatch(1, 1, False), ProvisionMatch(2, 2, True)]
    other = [ProvisionMatch(0, 0, True), ProvisionMatch(1, 1, True), ProvisionMatch(2, 2, False)]
    assert outdated_pairs([(0, 0), (1, 1), (2, 2)], one, other) == ([(2, 2)], [(1, 1)])
