"""The script that records the public surface runs, repeats itself and tells a difference."""

from pathlib import Path

import pytest

from tests.repo.public_surface import SENTENCES, compared, files_in, recorded, renamed, without_sentences

pytestmark = pytest.mark.repo


def test_a_recording_equals_the_next_one() -> None:
    quick = ["cli_help", "redline"]
    assert not compared(recorded(quick), recorded(quick), allow_sentences=False)


def test_every_file_but_sentences_fails_when_it_differs() -> None:
    names = ("routes.txt", *SENTENCES)
    failed = {name: compared({name: "one\n"}, {name: "two\n"}, allow_sentences=False) for name in names}
    assert failed == {name: name not in SENTENCES for name in names}


def test_a_missing_file_is_a_difference() -> None:
    assert compared({"names.txt": "one\n"}, {}, allow_sentences=False)


def test_components_are_compared_under_their_present_names(monkeypatch: pytest.MonkeyPatch) -> None:
    old = '{"a": {"$ref": "#/components/schemas/B"}, "components": {"schemas": {"B": {"title": "B"}, "C": {}}}}'
    monkeypatch.setattr("tests.repo.public_surface.RENAMED_COMPONENTS", {"B": "D"})
    new = '{"a": {"$ref": "#/components/schemas/D"}, "components": {"schemas": {"C": {}, "D": {"title": "D"}}}}'
    assert "".join(renamed(old).split()) == "".join(new.split())


def test_properties_called_description_are_no_sentences() -> None:
    assert without_sentences('{"description": "x", "properties": {"description": {"type": "string"}}}') == {
        "properties": {"description": {"type": "string"}}
    }


def test_a_recording_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "routes.txt").write_text("GET /\n", "utf-8")
    assert files_in(tmp_path, ["routes.txt"]) == {"routes.txt": "GET /\n"}
