"""The checker of the kill tests detects each kind of loss; a checker that finds nothing would prove nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.trust import canonical_json
from service.domain.trust.leaf import FIRST_PREV, Leaf, commitment
from tests.support.history_checker import History, Operation, Outcome, find_record_violations, find_violations


def leaves(count: int) -> list[Leaf]:
    rows: list[Leaf] = []
    for seq in range(1, count + 1):
        prev = rows[-1].commitment if rows else FIRST_PREV
        salt, content = bytes(32), canonical_json.encode({"prev": prev, "seq": seq})
        rows.append(Leaf(seq, prev, salt, content, commitment(salt, content)))
    return rows


@pytest.mark.parametrize(
    ("outcome", "times", "holds"),
    [
        ("ok", 0, False),
        ("ok", 1, True),
        ("ok", 2, False),
        ("fail", 0, True),
        ("fail", 1, False),
        ("unknown", 0, True),
        ("unknown", 1, True),
        ("unknown", 2, False),
    ],
)
def test_act_must_occur_as_often_as_acknowledged(outcome: Outcome, times: int, holds: bool) -> None:
    found = find_violations([Operation("save", "a", outcome)], {"save": ["a"] * times})
    assert (found == []) is holds


def test_unknown_act_is_detected() -> None:
    assert find_violations([], {"save": ["a"]}) == ["save a is there and nobody did it"]


def test_kinds_are_kept_apart() -> None:
    assert find_violations([Operation("save", "a", "ok")], {"save": [], "cast": ["a"]}) != []


@given(st.lists(st.sampled_from(["ok", "fail", "unknown"]), max_size=20), st.data())
def test_correct_history_has_no_violations(outcomes: list[Outcome], data: st.DataObject) -> None:
    acts = [Operation("save", str(number), outcome) for number, outcome in enumerate(outcomes)]
    there = [act.mark for act in acts if act.outcome == "ok"]
    unknown = [act.mark for act in acts if act.outcome == "unknown"]
    there += [mark for mark in unknown if data.draw(st.booleans())]
    assert find_violations(acts, {"save": data.draw(st.permutations(there))}) == []


def test_record_with_a_gap_or_a_changed_row_is_detected() -> None:
    rows = leaves(5)
    assert find_record_violations(rows) == []
    assert find_record_violations(rows[:2] + rows[3:]) != []
    assert find_record_violations(rows[1:]) != []
    changed = [*rows[:2], Leaf(3, rows[2].prev, bytes(32), b"other", rows[2].commitment), *rows[3:]]
    assert [wrong.split(":")[0] for wrong in find_record_violations(changed)] == [
        "row 3 of the record does not recompute"
    ]


def test_history_has_a_summary() -> None:
    history = History()
    for outcome in ("ok", "ok", "unknown"):
        history.add(Operation("save", str(len(history.operations)), outcome))
    assert history.summary() == "save ok 2, save unknown 1"
    assert history.count("save", "ok") == 2
