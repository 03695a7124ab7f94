"""Dependencies of rendering: fonts, templates, pandoc."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.workers.render.conftest import TEMPLATES
from workers.render.content import fonts, templates
from workers.render.errors import RenderRefused
from workers.render.sandbox import pandoc


@pytest.fixture
def clear_font_cache() -> Iterator[None]:
    fonts.directories.cache_clear()
    yield
    fonts.directories.cache_clear()


def test_every_font_is_found_in_its_package() -> None:
    assert len(fonts.directories()) == len(fonts.FAMILIES)
    assert "Amiri-Regular.ttf" in fonts.digests()


@pytest.mark.usefixtures("clear_font_cache")
def test_missing_font_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FAMILIES", ("Nowhere Sans",))
    with pytest.raises(RenderRefused, match="Nowhere Sans is missing; install the package fontpkg-nowhere-sans"):
        fonts.directories()


def test_pandoc_is_the_installed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert pandoc.binary().parts[-3:] == ("pypandoc", "files", "pandoc")


def test_changed_template_byte_changes_the_digest(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    before = templates.digest(tmp_path / "templates")
    assert before == templates.digest(TEMPLATES)
    with (tmp_path / "templates" / "typst" / "lib.typ").open("a") as style:
        style.write(" ")
    assert templates.digest(tmp_path / "templates") != before


def test_templates_are_where_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    monkeypatch.setenv("MITHAQ_TEMPLATES_DIR", str(tmp_path / "templates"))
    assert templates.find_templates() == tmp_path / "templates"
    monkeypatch.delenv("MITHAQ_TEMPLATES_DIR")
    assert templates.find_templates() == TEMPLATES
