"""When an act that needs several persons takes effect, for secretariats of every size."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.membership.approvals import WAIT, eligible_approvers, schedule
from service.domain.membership.protective_settings import lowered_settings, persons_demanded

persons = st.sampled_from([f"per_{n}" for n in range(5)])
secretariats = st.frozensets(persons, min_size=1)


@given(secretariats, persons, st.one_of(st.none(), persons), st.integers(2, 5), st.booleans())
def test_nobody_alone_acts_at_once_unless_there_is_nobody_else_before_the_first_round(
    secretariat: frozenset[str], by: str, about: str | None, demanded: int, founding: bool
) -> None:
    planned = schedule(secretariat, requested_by=by, about_person=about, demanded=demanded, founding=founding)
    if planned.at_once:
        assert founding and secretariat <= {by}
    else:
        assert (planned.needed > 0) != (planned.wait == WAIT)


@given(secretariats, persons, st.one_of(st.none(), persons), st.integers(2, 5), st.booleans())
def test_no_act_waits_for_persons_who_do_not_exist(
    secretariat: frozenset[str], by: str, about: str | None, demanded: int, founding: bool
) -> None:
    able = eligible_approvers(secretariat, requested_by=by, about_person=about)
    planned = schedule(secretariat, requested_by=by, about_person=about, demanded=demanded, founding=founding)
    assert planned.needed <= len(able) and not able & {by, about}


@given(st.integers(1, 5), st.integers(1, 5))
def test_lowering_confirmations_needs_as_many_persons_as_they_demand(old: int, new: int) -> None:
    lowered = lowered_settings({"mandate_confirmations": old}, {"mandate_confirmations": new})
    assert lowered == ({"mandate_confirmations": new} if new < old else {})
    if lowered:
        assert persons_demanded({"mandate_confirmations": old}, lowered) == max(2, old)
