"""The redline command as a whole process: the same bytes for any hash seed, errors in one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

OLD = "## المادة ١\n\nيحق لكل مواطن المشاركة في الحياة العامة دون تمييز.\n\nThe end of it.\n"
NEW = "## المادة ٢\n\nيحق لكل مواطنة ومواطن المشاركة في الحياة العامة دون تمييز.\n\nAn end.\n"


def run(*arguments: str | Path, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    command = [
        sys.executable,
        "-c",
        "from service.cli.commands.redline import redline; redline()",
        *map(str, arguments),
    ]
    environ = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(command, capture_output=True, env=environ, check=False, timeout=60)


@pytest.fixture
def texts(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text(OLD * 20, "utf-8")
    new.write_text(NEW * 20, "utf-8")
    return old, new


def test_bytes_do_not_depend_on_hash_seed(texts: tuple[Path, Path]) -> None:
    outputs = [run(*texts, seed=seed) for seed in ("0", "1", "4242")]
    assert [output.returncode for output in outputs] == [0, 0, 0]
    assert len({output.stdout for output in outputs}) == 1
    body = json.loads(outputs[0].stdout)
    assert len(body["digest"]) == 64
    assert body["ops"][-1][2] == len(OLD) * 20


def test_html_is_written_to_a_file(texts: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    assert run(*texts, "--to", "html", "--lang", "ar", "-o", target).returncode == 0
    assert '<html lang="ar" dir="rtl">' in target.read_text("utf-8")


def test_language_is_that_of_most_letters(texts: tuple[Path, Path]) -> None:
    assert b'<html lang="ar" dir="rtl">' in run(*texts, "--to", "html").stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfe", "This is not text in UTF-8: the byte at position 0 cannot be read."),
        (b"a\x00b", "Line 1, column 2: the character U+0000 NULL is not allowed."),
        (b"a" * 1_000_001, "longer than"),
    ],
)
def test_errors_are_reported_in_one_sentence(
    texts: tuple[Path, Path], tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    bad = tmp_path / "bad.md"
    if content is not None:
        bad.write_bytes(content)
    done = run(texts[0], bad)
    assert (done.returncode, done.stdout) == (2, b"")
    [said] = done.stderr.decode().splitlines()
    assert sentence in said
    assert str(bad) in said


def test_unwritable_output_is_reported(texts: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(*texts, "-o", tmp_path)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr.decode()


def test_two_files_or_a_list_are_needed(texts: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(texts[0])
    assert (done.returncode, done.stdout) == (2, b"")
    assert "--batch" in done.stderr.decode()
    listed = tmp_path / "pairs"
    listed.write_text("one path\n", "utf-8")
    for arguments, sentence in (
        ((*texts, "--batch", listed), "in the list alone"),
        (("--batch", listed, "--to", "html"), "as JSON alone"),
        (("--batch", listed), "line 1: not two paths"),
        (("--batch", tmp_path / "none"), "cannot be read"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert sentence in done.stderr.decode()


def test_pairs_of_a_list_are_compared_in_order(texts: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = texts
    missing, listed = tmp_path / "missing.md", tmp_path / "pairs"
    listed.write_text(f"{old}\t{new}\n{missing}\t{new}\n{new}\t{old}\n", "utf-8")
    outputs = [run("--batch", listed, seed=seed) for seed in ("1", "77")]
    assert {output.returncode for output in outputs} == {2}
    assert outputs[0].stdout == outputs[1].stdout
    one, refused, other = map(json.loads, outputs[0].stdout.decode().splitlines())
    assert run(old, new).stdout.decode() == outputs[0].stdout.decode().splitlines(keepends=True)[0]
    assert one["new_sha256"] == other["old_sha256"]
    assert refused == {
        "error": f"{missing} cannot be read: No such file or directory.",
        "old": str(missing),
        "new": str(new),
    }
    target = tmp_path / "out.jsonl"
    assert run("--batch", listed, "-o", target).stdout == b""
    assert target.read_bytes() == outputs[0].stdout


def test_plain_text_format(texts: tuple[Path, Path]) -> None:
    shown = run(*texts, "--to", "text").stdout.decode()
    assert "لكل [-مواطن-]{+مواطنة ومواطن+} المشاركة" in shown
    assert "## المادة [-١-]{+٢+}\n" in shown


def test_stored_redline_is_verified(tmp_path: Path) -> None:
    files = tmp_path / "old.md", tmp_path / "new.md"
    for path, text in zip(files, (OLD, NEW), strict=True):
        path.write_text(text, encoding="utf-8")
    stored = tmp_path / "stored.json"
    assert run(*files, "-o", stored).returncode == 0
    assert run(*files, "--verify", stored).returncode == 0
    assert run("--verify", stored).returncode == 0
    assert run(*reversed(files), "--verify", stored).returncode == 1
    stored.write_text(stored.read_text("utf-8").replace("equal", "space"), encoding="utf-8")
    assert run("--verify", stored).returncode == 1
    assert run(files[0], "--verify", stored).returncode == 2
