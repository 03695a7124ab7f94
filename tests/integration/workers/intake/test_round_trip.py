"""A text exported as Word and imported again is the same, to the letter; through LibreOffice nothing of it is lost."""

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.support.word_corpus.round_trip_texts import TEXTS
from tests.support.word_corpus.visible_words import words_of
from tests.support.word_files import render_own_docx
from workers.intake.docx_reader import import_text
from workers.intake.text_of_file import read_file

OFFICE = shutil.which("soffice")
_LABEL = re.compile(r"(?m)^[ >]*(?:(?:\d+[.)]|\([^()\s]+\)|-) +)+")
_MARK = re.compile(r"\[\^[^\]\s]+\]|\]\((?:#|ref:)[^)]*\)|\{#[^}]*\}")


@pytest.fixture(scope="module")
def files() -> dict[tuple[str, str], bytes]:
    return {key: render_own_docx(text, lang=key[0]) for key, text in TEXTS.items()}


def imported(data: bytes, lang: str) -> str:
    return import_text(read_file(data, lang=lang)).text


def test_thirty_texts_come_back_to_the_letter(files: dict[tuple[str, str], bytes]) -> None:
    assert len(files) == 30
    for key, text in TEXTS.items():
        assert imported(files[key], key[0]) == text, key


@pytest.mark.parametrize("key", list(TEXTS)[::7], ids=str)
def test_second_export_has_the_same_bytes(files: dict[tuple[str, str], bytes], key: tuple[str, str]) -> None:
    assert render_own_docx(imported(files[key], key[0]), lang=key[0]) == files[key]


@pytest.mark.skipif(OFFICE is None, reason="soffice (Debian: libreoffice-writer-nogui) is not installed")
def test_libreoffice_loses_no_words_notes_references_or_ids(
    files: dict[tuple[str, str], bytes], tmp_path: Path
) -> None:
    some = list(files)[:: 1 if os.environ.get("MITHAQ_TEST_SOAK") else 2]  # every construct in one of the languages
    names = {f"{index:02}.docx": key for index, key in enumerate(some)}
    for name, key in names.items():
        (tmp_path / name).write_bytes(files[key])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "saved")]
    program = [str(OFFICE), profile, "--headless", *target, *(str(tmp_path / name) for name in names)]
    subprocess.run(program, check=True, capture_output=True, timeout=300)
    for name, key in names.items():
        saved = imported((tmp_path / "saved" / name).read_bytes(), key[0])
        assert words_of(_LABEL.sub("", saved)) == words_of(_LABEL.sub("", TEXTS[key])), key
        assert Counter(_MARK.findall(saved)) == Counter(_MARK.findall(TEXTS[key])), key


def test_items_that_begin_with_another_block_stay_items() -> None:
    text = "1. > نقل\n2. - داخل\n   - وثانٍ\n3. ```\n   رمز\n   ```\n"
    assert imported(render_own_docx(text, lang="ar"), "ar") == text
