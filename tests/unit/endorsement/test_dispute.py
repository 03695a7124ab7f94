import itertools

import pytest

from service.domain.endorsement.dispute import (
    Dispute,
    DisputeStatus,
    Settlement,
    Settling,
    check_may_answer,
    dispute_sha256,
    settling_act,
)
from service.domain.errors import Conflict, DomainError

MADE = Dispute("dsp_a", 1, "rnd_a", "end_a", "org_a", "per_disputer", "answer", "not ours", 5)


def settled(*acts: tuple[Settling, str]) -> DisputeStatus:
    return DisputeStatus(
        MADE, tuple(Settlement("dsp_a", person, seq, act, 10 + seq) for seq, (act, person) in enumerate(acts, start=1))
    )


@pytest.mark.parametrize("act", ["withdraw", "agree_alone", "new_answer"])
def test_one_decisive_act_settles(act: Settling) -> None:
    assert not settled((act, "per_b")).is_open


def test_second_agreement_settles_and_the_first_does_not() -> None:
    assert settled(("agree", "per_b")).is_open
    both = settled(("agree", "per_b"), ("agree", "per_c"))
    assert both.settled_by is not None and both.settled_by.person == "per_c"


@pytest.mark.parametrize(
    ("by", "focal", "others", "expected"),
    [
        ("per_disputer", False, (), "withdraw"),
        ("per_disputer", True, ("per_b", "per_c"), "withdraw"),
        ("per_b", True, ("per_b",), "agree_alone"),
        ("per_b", False, ("per_b",), "focal_point_settles"),
        ("per_b", False, ("per_b", "per_c"), "agree"),
        ("per_b", True, ("per_b", "per_c"), "agree"),
    ],
)
def test_who_settles_how(by: str, focal: bool, others: tuple[str, ...], expected: str) -> None:
    try:
        found: str = settling_act(settled(), by=by, is_focal_point=focal, others=others)
    except DomainError as error:
        found = error.code
    assert found == expected


def test_only_who_signed_or_withdrew_is_kept_from_answering() -> None:
    with pytest.raises(Conflict):
        check_may_answer([(settled(), "per_author")], by="per_author")
    check_may_answer([(settled(), "per_author")], by="per_other")
    check_may_answer([(settled(), "per_disputer")], by="per_disputer")


def test_digest_binds_every_field_of_a_dispute() -> None:
    fields = ("id", "round", "endorsement", "person", "reason")
    changed = [Dispute(**{**{n: getattr(MADE, n) for n in MADE.__slots__}, name: "x"}) for name in fields]
    digests = [dispute_sha256(one) for one in (MADE, *changed)]
    assert all(one != other for one, other in itertools.combinations(digests, 2))
