"""What `make install` and the image leave out, on a copy of what is installed here."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from service.cli.local import slim
from service.languages import LANGUAGES
from tests.support.compose_file import REPOSITORY_ROOT

SITE = Path(sysconfig.get_path("purelib"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of two packages: one with locales, one with tests and sources."""
    directory = tmp_path_factory.mktemp("site")
    for name in ("babel", "regex"):
        shutil.copytree(SITE / name, directory / name)
    (directory / "babel" / "locale-data" / "fr.dat").touch()
    (directory / "regex" / "tests").mkdir(exist_ok=True)
    (directory / "regex" / "tests" / "test_regex.py").write_text("x" * 1000)
    (directory / "regex" / "_regex.c").write_text("x" * 1000)
    (directory / "regex" / "_regex.pyi").write_text("x")
    return directory


def run(site: Path, code: str) -> str:
    """Return what `code` prints with the packages in `site` alone."""
    command = (sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {code}")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_unused_files_are_removed_once_and_counted(site: Path) -> None:
    assert slim.remove_unused(site) >= 2000
    assert not (site / "babel" / "locale-data" / "fr.dat").exists()
    assert not (site / "regex" / "tests").exists()
    assert not (site / "regex" / "_regex.c").exists()
    assert (site / "regex" / "_regex.pyi").exists()  # developers check types
    assert slim.remove_unused(site) == 0


def test_what_is_used_still_works(site: Path) -> None:
    slim.remove_unused(site)
    for language in LANGUAGES.values():
        code = (
            "import datetime; from babel.dates import format_date;"
            f"print(format_date(datetime.date(2026, 11, 30), locale={language.locale!r}))"
        )
        assert "2026" in run(site, code) or "٢٠٢٦" in run(site, code)
    assert run(site, "import regex; print(regex.__file__)").startswith(str(site))


def test_image_leaves_out_type_stubs_and_compiles_what_is_used(site: Path) -> None:
    slim.remove_unused(site, image=True)
    assert list(site.rglob("*.pyi")) == []
    assert run(site, "import regex; print(regex.sub('a', 'b', 'a'))") == "b"


def test_modules_that_are_left_out_of_an_image_exist() -> None:
    """A module that was renamed would otherwise be imported while the image is built, without its libraries."""
    for name in (*slim.BUILD_MODULES, *slim.RUN_BY_OTHERS):
        assert (REPOSITORY_ROOT / f"{name.replace('.', '/')}.py").is_file(), name


def test_no_module_that_runs_needs_what_an_image_leaves_out() -> None:
    """Every module but those that build is imported without the libraries of fonts."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('fontTools', 'brotli', 'zopfli', 'lxml.objectify')));"
        "from service.cli.local import slim; slim.import_everything(); print('imported')"
    )
    ended = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "imported"), ended.stderr[-2000:]
