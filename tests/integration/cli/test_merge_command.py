"""merge, blame and outline as whole processes: exit codes, no guessing, errors in one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

BASE = "## المادة ١\n\nيتكوّن المجلس من تسعة أعضاء.\n\n## Article 2\n\nCourts are free.\n"
OURS = BASE.replace("تسعة", "أحد عشر")
THEIRS = BASE.replace("free", "independent")


def run(*arguments: str | Path, into: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "service.cli.main", *map(str, arguments)]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(command, capture_output=True, env=environ, input=into, check=False, timeout=60)


def file(place: Path, text: str | bytes) -> Path:
    place.write_bytes(text.encode() if isinstance(text, str) else text)
    return place


@pytest.fixture
def merge_files(tmp_path: Path) -> list[Path]:
    return [file(tmp_path / f"{name}.md", text) for name, text in (("b", BASE), ("o", OURS), ("t", THEIRS))]


# merge


def test_changes_of_both_sides_are_merged(merge_files: list[Path], tmp_path: Path) -> None:
    done = run("merge", *merge_files, "-o", tmp_path / "out.md")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "out.md").read_text("utf-8") == OURS.replace("free", "independent")


def test_text_is_read_from_standard_input(merge_files: list[Path]) -> None:
    done = run("merge", merge_files[0], merge_files[1], "-", into=THEIRS.encode())
    assert (done.returncode, done.stdout.decode()) == (0, OURS.replace("free", "independent"))


def test_conflict_writes_no_text(merge_files: list[Path], tmp_path: Path) -> None:
    rival = file(tmp_path / "rival.md", BASE.replace("free", "strong"))
    done = run(
        "merge", merge_files[0], merge_files[2], rival, "-o", tmp_path / "out.md", "--conflicts", tmp_path / "c.json"
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert not (tmp_path / "out.md").exists()
    report = json.loads((tmp_path / "c.json").read_bytes())
    start = BASE.index("free")
    assert report["conflicts"] == [
        {"base": [start, start + 4], "was": "free", "ours": "independent", "theirs": "strong", "both": None}
    ]
    assert set(report) == {"sha256", "conflicts", "relocations", "review"}
    assert "1 places that both sides changed" in done.stderr.decode()


def test_conflict_is_reported_on_standard_error_and_marked_on_request(merge_files: list[Path], tmp_path: Path) -> None:
    rival = file(tmp_path / "rival.md", BASE.replace("free", "strong"))
    done = run("merge", merge_files[0], merge_files[2], rival, "--markers")
    assert done.returncode == 1
    assert "<<<<<<< OURS\nindependent\n=======\nstrong\n>>>>>>> THEIRS\n" in done.stdout.decode()
    assert json.loads(done.stderr)["conflicts"][0]["was"] == "free"


def test_sentence_changed_by_both_is_reported(merge_files: list[Path], tmp_path: Path) -> None:
    rival = file(tmp_path / "rival.md", BASE.replace("Courts", "Judges"))
    done = run("merge", merge_files[0], merge_files[2], rival)
    assert done.returncode == 0
    assert done.stderr.decode() == "1 sentences were changed by both sides: read them again.\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfe", "This is not text in UTF-8"),
        (b"a\x00b", "U+0000 NULL"),
        (b"a" * 10_000_000, "longer than"),
    ],
)
@pytest.mark.parametrize("command", ["merge", "blame", "outline"])
def test_unusable_file_is_reported(
    merge_files: list[Path], tmp_path: Path, command: str, content: bytes | None, sentence: str
) -> None:
    bad = tmp_path / "bad.md" if content is None else file(tmp_path / "bad.md", content)
    others = {"merge": merge_files[:2], "blame": merge_files[:1], "outline": []}[command]
    done = run(command, *others, bad)
    assert (done.returncode, done.stdout) == (2, b"")
    [said] = done.stderr.decode().splitlines()
    assert sentence in said
    assert str(bad) in said


def test_only_one_text_may_come_from_standard_input(merge_files: list[Path]) -> None:
    cases: list[tuple[str | Path, ...]] = [("merge", merge_files[0], "-", "-"), ("blame", "-", "-")]
    for arguments in cases:
        done = run(*arguments)
        assert done.returncode == 2
        assert "from standard input" in done.stderr.decode()


def test_unwritable_output_is_reported(merge_files: list[Path], tmp_path: Path) -> None:
    cases: list[tuple[str | Path, ...]] = [
        ("merge", *merge_files),
        ("blame", *merge_files),
        ("outline", merge_files[0]),
    ]
    for arguments in cases:
        done = run(*arguments, "-o", tmp_path)
        assert done.returncode == 2
        assert "cannot be written" in done.stderr.decode()


# blame


def test_each_passage_has_its_version(merge_files: list[Path]) -> None:
    done = run("blame", merge_files[0], merge_files[2])
    assert done.returncode == 0
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [row[0] for row in rows] == ["b.md", "t.md", "b.md"]
    assert rows[1][1] == "independent"
    body = json.loads(run("blame", merge_files[0], merge_files[2], "--to", "json").stdout)
    assert body["passages"][-1][1] == len(THEIRS)


# outline


def test_provisions_are_listed(merge_files: list[Path]) -> None:
    done = run("outline", merge_files[0], "--digits", "latn")
    assert (done.returncode, done.stdout.decode()) == (0, "  المادة ١\n  Article 2\n")
    body = json.loads(run("outline", merge_files[0], "--digits", "latn", "--to", "json").stdout)
    assert [row["label"] for row in body["provisions"]] == ["المادة 1", "Article 2"]


def test_warnings_have_line_numbers(tmp_path: Path) -> None:
    text = file(tmp_path / "t.md", "## Article 1 {#a}\n\nSee [](#gone) and Article 7.\n\n## Article 1 {#a}\n")
    done = run("outline", text, "--check")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        f"{text}:3: the reference to “gone” is broken: no heading has this id",
        f"{text}:3: “article 7” is mentioned, but no heading has this number",
        f"{text}:5: an earlier heading has the same id “a”",
        f"{text}:5: an earlier heading has the same number “article 1”",
    ]
    kinds = [row["kind"] for row in json.loads(run("outline", text, "--check", "--to", "json").stdout)["remarks"]]
    assert kinds == ["reference_broken", "provision_unknown", "id_twice", "number_twice"]


def test_provisions_without_counterpart_are_reported(tmp_path: Path) -> None:
    arabic = file(tmp_path / "ar.md", "## المادة الأولى\n\n## المادة ٢\n")
    english = file(tmp_path / "en.md", "## Article 1\n\n## Article 3\n")
    done = run("outline", arabic, "--check", "--twin", english)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        f"{arabic}:3: “المادة ٢” has no counterpart in the other language",
        f"{arabic}:1: “Article 3” of the other language has no counterpart here",
    ]


def test_counterpart_needs_check_option(merge_files: list[Path]) -> None:
    done = run("outline", merge_files[0], "--twin", merge_files[1])
    assert done.returncode == 2
    assert "give both" in done.stderr.decode()


def test_clean_text_has_no_warnings(merge_files: list[Path]) -> None:
    assert run("outline", merge_files[0], "--check").returncode == 0


def test_unparsable_text_is_rejected(tmp_path: Path) -> None:
    done = run("outline", file(tmp_path / "t.md", "]" * 200))
    assert done.returncode == 2
    assert "brackets" in done.stderr.decode()


def test_automatic_numbers_are_printed(tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    text.write_text("# الباب\n\n## المادة: السلم {#peace}\n\nنصّ.\n\n## المادة\n\nكما في المادة ٣.\n", encoding="utf-8")
    done = run("outline", text, "--numbering", "automatic")
    assert done.stdout.decode() == "الباب الأول\n  المادة ١: السلم {#peace}\n  المادة ٢\n"
    assert "المادة الثانية" in run("outline", text, "--numbering", "automatic", "--kind", "statement").stdout.decode()
    done = run("outline", text, "--numbering", "automatic", "--check")
    assert done.returncode == 1 and "no heading has this number" in done.stdout.decode()
