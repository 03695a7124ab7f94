from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.parser import parse_markup
from service.domain.text.redline.provision_identity import ProvisionMatch, match_provisions
from service.domain.text.redline.redline import compute_redline
from service.domain.text.structure.outline import build_outline
from tests.support.hypothesis_profiles import examples
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

BODIES = [
    "Everyone has the right to take part in the public affairs of the country without any discrimination.",
    "The State protects human rights and public freedoms and is answerable for every violation of them.",
    "Courts are independent; no authority may interfere in their work or in the application of the law.",
    "The army obeys the elected government and takes no part in the contest between political parties.",
    "تكفل الدولة حرية الرأي والتعبير والصحافة والنشر والإبداع ولا يجوز تقييدها إلا بحكم قضائي مسبّب.",
    "التعليم حق لكل مواطن ومواطنة وهو إلزامي ومجاني حتى نهاية المرحلة الثانوية في المدارس العامة كلها.",
]


def numbered(places: Sequence[int]) -> str:
    """Return articles with those bodies, numbered from 1."""
    return "".join(f"## Article {number}\n\n{BODIES[place]}\n\n" for number, place in enumerate(places, 1))


def twins(old: str, new: str) -> list[ProvisionMatch]:
    old_provisions, new_provisions = (build_outline(parse_markup(text)).provisions for text in (old, new))
    return match_provisions(old_provisions, new_provisions, compute_redline(old, new), old=old, new=new)


def pairs(old: Sequence[int], new: Sequence[int]) -> set[tuple[int | None, int | None]]:
    return {(match.old, match.new) for match in twins(numbered(old), numbered(new))}


def _place(places: Sequence[int], body: int) -> int | None:
    return places.index(body) if body in places else None


ORDER = st.permutations(range(len(BODIES)))


@examples(60)
@given(ORDER, st.integers(0, 5), st.integers(0, 5))
def test_identity_survives_insertion_deletion_moves_and_renumbering(order: list[int], cut: int, to: int) -> None:
    moved = [place for place in order if place != order[cut]]
    moved.insert(to, order[cut])
    cases: list[tuple[list[int], list[int]]] = [
        (order, [place for place in order if place != order[cut]]),
        ([place for place in order if place != order[cut]], order),
        (order, moved),
    ]
    for old, new in cases:
        expected = {(_place(old, body), _place(new, body)) for body in order}
        assert pairs(old, new) == expected


@given(PROSE, PROSE)
def test_each_provision_is_matched_once(old: str, new: str) -> None:
    found = twins(old, new)
    sides: list[Callable[[ProvisionMatch], int | None]] = [lambda match: match.old, lambda match: match.new]
    for side, text in zip(sides, (old, new), strict=True):
        places = [side(match) for match in found if side(match) is not None]
        assert sorted(place for place in places if place is not None) == list(
            range(len(build_outline(parse_markup(text)).provisions))
        )


def test_changed_and_unchanged_provisions() -> None:
    old = numbered([0, 1, 2])
    new = numbered([3, 0, 1, 2]).replace("human rights", "the rights of all")
    assert twins(old, new) == [
        ProvisionMatch(None, 0, True),
        ProvisionMatch(0, 1, False),
        ProvisionMatch(1, 2, True),
        ProvisionMatch(2, 3, False),
    ]


def test_id_outweighs_words() -> None:
    old = f"## A {{#a}}\n\n{BODIES[0]}\n\n## B {{#b}}\n\n{BODIES[1]}\n"
    new = f"## A {{#b}}\n\n{BODIES[0]}\n\n## B {{#a}}\n\n{BODIES[1]}\n"
    assert {(match.old, match.new) for match in twins(old, new)} == {(0, 1), (1, 0)}


def test_moved_provision_is_unchanged_unless_its_words_changed() -> None:
    old = numbered([0, 1, 2, 3])
    moved = numbered([1, 2, 3, 0])
    assert {(match.old, match.new): match.changed for match in twins(old, moved)} == {
        (1, 0): False,
        (2, 1): False,
        (3, 2): False,
        (0, 3): False,
    }
    edited = moved.replace("public affairs", "local affairs")
    assert {match.old for match in twins(old, edited) if match.changed} == {0}


def test_provision_is_changed_if_a_passage_left_it_or_came_to_it() -> None:
    old = numbered([0, 1, 2, 3]).replace("## Article 2", f"{BODIES[5]}\n\n## Article 2")
    new = numbered([0, 1, 2, 3]).replace("## Article 4", f"{BODIES[5]}\n\n## Article 4")
    assert {match.old for match in twins(old, new) if match.changed} == {0, 2}


def test_deletion_at_the_end_of_a_provision_does_not_change_the_next() -> None:
    old = numbered([0, 1, 2]).replace("## Article 2", "Nobody is punished for it.\n\n## Article 2")
    assert {match.old for match in twins(old, numbered([0, 1, 2])) if match.changed} == {0}
