"""Redlines that earlier engines saved are verified by what they say, and no change of a saved one passes."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.saved import saved_redline_faults
from tests.unit.text.strategies import ANY_TEXT

SAVED = Path(__file__).parent / "saved"
OLD, NEW = (SAVED.joinpath(name).read_text("utf-8") for name in ("old.md", "new.md"))


@pytest.mark.parametrize("engine", [3, 4])
def test_redlines_of_earlier_engines_are_verified(engine: int) -> None:
    saved = SAVED.joinpath(f"engine-{engine}.json").read_text("utf-8")
    assert json.loads(saved)["engine"].startswith(f"mithaq-redline-{engine} ")
    assert list(saved_redline_faults(saved, OLD, NEW)) == []
    assert list(saved_redline_faults(saved.replace("900", "901").replace("64", "63"), OLD, NEW))
    assert set(saved_redline_faults(saved, NEW, OLD)) >= {"old_text", "new_text"}


@given(ANY_TEXT, ANY_TEXT)
def test_every_redline_is_verified(old: str, new: str) -> None:
    saved = compute_redline(old, new).to_json_text()
    assert list(saved_redline_faults(saved, old, new)) == []
    assert "new_text" in list(saved_redline_faults(saved, old, new + "x"))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda body: body["moves"][0].update(score=1), "digest"),
        (lambda body: body["ops"].pop(), "ops"),
        (lambda body: body["moves"][0]["ops"].pop(), "ops"),
        (lambda body: body.pop("ops"), "unreadable"),
    ],
)
def test_changes_of_a_saved_redline_are_found(change: object, fault: str) -> None:
    body = json.loads(compute_redline(OLD, NEW).to_json_text())
    change(body)  # type: ignore[operator]
    assert fault in list(saved_redline_faults(json.dumps(body), OLD, NEW))


def test_other_files_are_no_redline() -> None:
    assert list(saved_redline_faults("{}", OLD, NEW)) == ["unreadable"]
    assert list(saved_redline_faults("no", OLD, NEW)) == ["unreadable"]
