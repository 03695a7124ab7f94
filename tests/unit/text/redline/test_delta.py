"""Deltas of diff-match-patch, and that library as an oracle for what a redline must rebuild."""

import pytest
from diff_match_patch import diff_match_patch
from hypothesis import given

from service.domain.errors import InvalidInput
from service.domain.text.redline.delta import from_delta, to_delta
from service.domain.text.redline.redline import compute_redline
from tests.unit.text.strategies import PROSE


@given(PROSE, PROSE)
def test_delta_turns_the_old_text_into_the_new(old: str, new: str) -> None:
    assert from_delta(old, to_delta(compute_redline(old, new), old, new)) == new


@given(PROSE, PROSE)
def test_both_engines_rebuild_both_texts(old: str, new: str) -> None:
    oracle = diff_match_patch()
    oracle.Diff_Timeout = 0
    theirs = oracle.diff_main(old, new)
    ours = [(op.kind, old[op.a0 : op.a1], new[op.b0 : op.b1]) for op in compute_redline(old, new).ops]
    assert "".join(a for _, a, _ in ours) == oracle.diff_text1(theirs) == old
    assert "".join(b for _, _, b in ours) == oracle.diff_text2(theirs) == new


@pytest.mark.parametrize("delta", ["=99", "-99", "?", "=x", "+%zz%"])
def test_delta_that_does_not_fit_is_rejected(delta: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_delta("نصّ", delta)
    assert refused.value.code == "bad_delta"
