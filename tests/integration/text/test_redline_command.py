"""The redline as a whole process: the same bytes whatever the hash seed, one sentence where something is wrong."""

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
    command = [sys.executable, "-c", "from service.cli.redline import redline; redline()", *map(str, arguments)]
    environ = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(command, capture_output=True, env=environ, check=False, timeout=60)


@pytest.fixture
def texts(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text(OLD * 20, "utf-8")
    new.write_text(NEW * 20, "utf-8")
    return old, new


def test_the_same_bytes_whatever_the_hash_seed(texts: tuple[Path, Path]) -> None:
    outputs = [run(*texts, seed=seed) for seed in ("0", "1", "4242")]
    assert [output.returncode for output in outputs] == [0, 0, 0]
    assert len({output.stdout for output in outputs}) == 1
    body = json.loads(outputs[0].stdout)
    assert len(body["digest"]) == 64
    assert body["ops"][-1][2] == len(OLD) * 20


def test_html_in_a_file(texts: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    assert run(*texts, "--to", "html", "--lang", "ar", "-o", target).returncode == 0
    assert '<html lang="ar" dir="rtl">' in target.read_text("utf-8")


def test_the_language_is_that_of_most_letters(texts: tuple[Path, Path]) -> None:
    assert b'<html lang="ar" dir="rtl">' in run(*texts, "--to", "html").stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfe", "This is not text in UTF-8: the byte at position 0 cannot be read."),
        (b"a\x00b", "Line 1, column 2: the character U+0000 NULL cannot be part of a text."),
        (b"a" * 1_000_001, "longer than"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
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


def test_a_place_that_cannot_be_written(texts: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(*texts, "-o", tmp_path)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr.decode()
