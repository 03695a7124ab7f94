"""The editor is built once, with any available Node; without one that is reported, and nothing else breaks."""

from pathlib import Path

import pytest

from service.cli.common.errors import CommandFailed
from service.cli.local import editor_build
from service.cli.local.editor_build import Node


@pytest.fixture
def build_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The output directory of the build."""
    built = tmp_path / "built"
    monkeypatch.setattr(editor_build, "OUTPUT_DIR", built)
    monkeypatch.setattr(editor_build, "STAMP", built / "editor.stamp")
    monkeypatch.setattr(editor_build, "SCRIPTS", tuple(built / script.name for script in editor_build.SCRIPTS))
    monkeypatch.setattr(editor_build, "FONTS", tuple(built / font.name for font in editor_build.FONTS))
    return built


def write_earlier_build(elsewhere: Path) -> None:
    elsewhere.mkdir()
    for file in (*editor_build.SCRIPTS, *editor_build.FONTS):
        file.write_text("old")


def write_program(path: Path, says: str, *, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_existing_build_is_kept(build_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_earlier_build(build_directory)
    (build_directory / "editor.stamp").write_text(editor_build.sources_digest())
    monkeypatch.setattr(editor_build, "find_node", lambda: pytest.fail("must not be built"))
    editor_build.ensure_editor()
    assert {script.read_text() for script in editor_build.SCRIPTS} == {"old"}


def test_incomplete_build_is_repeated(build_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_earlier_build(build_directory)
    (build_directory / "editor.stamp").write_text(editor_build.sources_digest())
    (build_directory / "margin.js").unlink()
    program = tmp_path / "bin" / "node"
    program.parent.mkdir()
    built = {file.name for file in (*editor_build.SCRIPTS, *editor_build.FONTS)}
    program.write_text(f'#!/bin/sh\n[ "$1" = build.mjs ] || exit 0\ncd "$2" && touch {" ".join(built)}\n')
    program.chmod(0o755)
    monkeypatch.setattr(editor_build, "find_node", lambda: Node(program, (str(program),)))
    editor_build.ensure_editor()
    assert editor_build.is_built()
    assert {path.name for path in build_directory.iterdir()} == {*built, "editor.stamp"}


def test_missing_node_is_reported_in_one_sentence(
    build_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lock = tmp_path / "requirements-node.lock"
    lock.write_text("no-such-wheel-of-node==1.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(editor_build, "LOCK_FILE", lock)
    monkeypatch.setattr(editor_build, "BUNDLED_NODE", tmp_path / "node")
    editor_build.ensure_editor()
    output = capsys.readouterr().out
    assert output.count("\n") == 1 and "plain form" in output and "20" in output
    assert not (build_directory / "editor.js").exists()


def test_stamp_covers_the_modules_of_all_folders_and_no_unit_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, static = tmp_path / "editor", tmp_path / "static"
    monkeypatch.setattr(editor_build, "SOURCES", sources)
    monkeypatch.setattr(editor_build, "SHARED_SCRIPTS", static)
    changed = [sources / "src" / "main.ts", sources / "src" / "sync" / "room.ts", static / "paste.js"]
    unchanged = [sources / "src" / "sync" / "room.test.ts", sources / "testing" / "fake.ts", sources / "biome.json"]
    for path in (*changed, *unchanged, sources / "build.mjs", sources / "package-lock.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    digests = [editor_build.sources_digest()]
    for path in (*unchanged, *changed):
        path.write_text("new")
        digests.append(editor_build.sources_digest())
    assert len(set(digests[: len(unchanged) + 1])) == 1
    assert len(set(digests)) == 1 + len(changed)


def test_old_node_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_program(tmp_path / "bin" / "npm", "8.0.0")
    write_program(tmp_path / "bin" / "node", "v18.19.0")
    own = write_program(tmp_path / "own" / "bin" / "node", "v24.0.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(editor_build, "BUNDLED_NODE", tmp_path / "own")
    assert editor_build.find_node().program == own
    write_program(tmp_path / "bin" / "node", "v20.1.0")
    assert editor_build.find_node().program == tmp_path / "bin" / "node"


def test_failed_build_keeps_the_previous_one(build_directory: Path, tmp_path: Path) -> None:
    write_earlier_build(build_directory)
    program = write_program(tmp_path / "bin" / "node", "it broke", code=1)
    with pytest.raises(CommandFailed, match="it broke"):
        editor_build.build(Node(program, (str(program),)))
    assert {script.read_text() for script in editor_build.SCRIPTS} == {"old"}
    assert not (build_directory / "editor.stamp").exists()
