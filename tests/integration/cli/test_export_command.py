from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.commands.export import export, manuscript_from_file

ARABIC = "# عنوان النصّ\n\nنصّ قصير عن (one thing).\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.md"
    file.write_text(ARABIC, encoding="utf-8")
    return file


@pytest.mark.parametrize(("format_", "magic"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_file_is_written_beside_its_text(text: Path, format_: str, magic: bytes) -> None:
    result = CliRunner().invoke(export, [str(text), "--to", format_])
    assert result.exit_code == 0, result.output
    assert text.with_suffix(f".{format_}").read_bytes().startswith(magic)


def test_language_and_title_come_from_the_text(text: Path) -> None:
    manuscript = manuscript_from_file(text, lang=None, kind="statement", title=None)
    assert (manuscript.lang, manuscript.dir, manuscript.digits) == ("ar", "rtl", "arab")
    assert manuscript.title == "عنوان النصّ"
    assert manuscript.text == "نصّ قصير عن (one thing).\n"


def test_given_title_leaves_the_text_whole(text: Path) -> None:
    assert manuscript_from_file(text, lang="ar", kind="letter", title="غيره").text == ARABIC


def test_text_without_heading_is_titled_after_its_file(tmp_path: Path) -> None:
    file = tmp_path / "our-letter.md"
    file.write_text("Dear all,\n", encoding="utf-8")
    manuscript = manuscript_from_file(file, lang=None, kind="letter", title=None)
    assert (manuscript.lang, manuscript.title) == ("en", "our-letter")


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a\x00b", "a\u202eb".encode()])
def test_unreadable_file_is_reported_in_one_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "bad.md"
    file.write_bytes(data)
    result = CliRunner().invoke(export, [str(file), "--to", "pdf"])
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert not file.with_suffix(".pdf").exists()


def test_missing_file_is_reported_in_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(export, [str(tmp_path / "none.md"), "--to", "pdf"])
    assert result.exit_code == 2
    assert "none.md" in result.stderr
