"""The wheel works outside the checkout: templates are included, and nothing is found by accident."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from service.cli.local import editor_build, private_redis
from tests.integration.cli.test_up import free_port

REPOSITORY_ROOT = Path(__file__).parents[2]

TEXT = "# بيان مشترك\n\nنحن الموقّعين أدناه نطالب بما يلي:\n\n1. الإفراج عن المعتقلين.\n2. وقف القصف.\n"


def run(*command: str | Path, cwd: Path) -> str:
    """Return the output of `command`, run without this checkout or its settings."""
    server = private_redis.find_server()
    assert server
    environment = {
        "PATH": f"{server.parent}:{os.environ['PATH']}",
        "HOME": str(cwd),
        "LANG": "C.UTF-8",
        "MITHAQ_PORT": str(free_port()),
    }
    ended = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    wheels = Path(sys.prefix) / "build-wheels"
    if not wheels.is_dir():
        pytest.skip("the wheels that build the project are not here: make install")
    offline = ("--quiet", "--no-deps", "--no-index", f"--find-links={wheels}")
    run(sys.executable, "-m", "pip", "wheel", *offline, f"--wheel-dir={directory}", REPOSITORY_ROOT, cwd=directory)
    (found,) = directory.glob("mithaq-*.whl")
    return found


@pytest.fixture(scope="module")
def installed_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a virtual environment outside the checkout with the wheel installed; dependencies come from this
    Python."""
    place = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    offline = ("--quiet", "--no-deps", "--no-index", "--no-warn-script-location")
    run(sys.executable, "-m", "pip", "--python", python, "install", *offline, wheel, cwd=place)
    site = sysconfig.get_path("purelib", vars={"base": str(place)})
    (Path(site) / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return place


def test_wheel_contains_exactly_the_product(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if not root.startswith("mithaq-")} == {"service", "workers"}
    assert not [
        name
        for name in names
        if name.endswith((".pyc", ".db", ".log")) or "node_modules" in name or _is_made_where_it_runs(name)
    ]
    assert any(name.endswith("LC_MESSAGES/mithaq.po") for name in names)
    assert {name.rpartition("/")[2] for name in names if ".dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}


def _is_made_where_it_runs(name: str) -> bool:
    built = {file.name for file in (*editor_build.SCRIPTS, *editor_build.FONTS)}
    return "static/built" in name and name.rpartition("/")[2] not in built


def test_wheel_contains_the_editor_where_it_was_built(wheel: Path) -> None:
    carried = {name.rpartition("static/built/")[2] for name in zipfile.ZipFile(wheel).namelist() if "/built/" in name}
    assert carried == {file.name for file in (*editor_build.SCRIPTS, *editor_build.FONTS) if file.is_file()}


def test_wheel_contains_every_template(wheel: Path) -> None:
    prefix = "data/share/mithaq/templates/"
    names = {name.partition(prefix)[2] for name in zipfile.ZipFile(wheel).namelist() if prefix in name}
    here = {
        str(file.relative_to(REPOSITORY_ROOT / "templates"))
        for file in (REPOSITORY_ROOT / "templates").rglob("*")
        if file.is_file()
    }
    assert names == here


def test_doctor_passes_and_finds_the_templates_of_the_wheel(installed_wheel: Path, tmp_path: Path) -> None:
    result = run(installed_wheel / "bin" / "mithaq", "doctor", cwd=tmp_path)
    assert f"Templates in {installed_wheel}/share/mithaq/templates" in result
    assert list(tmp_path.iterdir()) == []


def test_version_is_printed(installed_wheel: Path, tmp_path: Path) -> None:
    assert run(installed_wheel / "bin" / "mithaq", "--version", cwd=tmp_path) == "Mithaq 0.1.0\n"


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")])
def test_export_renders_a_text(installed_wheel: Path, tmp_path: Path, form: str, begins: bytes) -> None:
    text = tmp_path / "text.md"
    text.write_text(TEXT)
    made = tmp_path / f"made.{form}"
    run(installed_wheel / "bin" / "mithaq", "export", text, "--to", form, "--lang", "ar", "-o", made, cwd=tmp_path)
    assert made.read_bytes().startswith(begins)
