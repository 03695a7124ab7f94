"""Size on disk: of this checkout and its environment, and of what the Dockerfile puts on its base image.

The steps of the Dockerfile's stage `build` are run by hand in a temporary directory, with this Python in place of the
base image. Needs a package index and the program strip.
"""

import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import distributions
from pathlib import Path

from tests.support.compose_file import REPOSITORY_ROOT

INSTALLED = "/opt/mithaq"
"""Where the image has its environment."""

BASE_IMAGE = 125e6
"""Bytes of python:3.13-slim-bookworm, as its registry lists it; not measured here."""

SMALL = 1e6
"""Bytes below which packages are summed up."""


def run() -> None:
    """Print both tables."""
    print_sizes("this checkout", REPOSITORY_ROOT, Path(sysconfig.get_path("purelib")))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for step in build_steps():
            run_step(step, directory)
        environment = directory / "mithaq"
        print_sizes("the image, without its base", environment, next(environment.glob("lib/python*/site-packages")))
        total = BASE_IMAGE + size_of(environment)
        print(f"\nwith its base image of about {BASE_IMAGE / 1e6:.0f} MB: {total / 1e6:.0f} MB")


def print_sizes(title: str, directory: Path, site: Path) -> None:
    """Print the megabytes of the packages in `site`, of the rest of `directory`, and of all."""
    packages = {
        str(one.name): sum(size_of(Path(str(file.locate()))) for file in one.files or [])
        for one in distributions(path=[str(site)])
    }
    total = size_of(directory)
    large = sorted(((size, name) for name, size in packages.items() if size >= SMALL), reverse=True)
    rows = [(name, f"{size / 1e6:.1f}") for size, name in large]
    rows.append(("smaller packages", f"{sum(size for size in packages.values() if size < SMALL) / 1e6:.1f}"))
    rows.append(("everything else", f"{(total - sum(packages.values())) / 1e6:.1f}"))
    print(f"\n{title:40} {'MB':>8}")
    for name, megabytes in [*rows, ("all", f"{total / 1e6:.1f}")]:
        print(f"{name:40} {megabytes:>8}")


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of the files below a directory; links count nothing."""
    if path.is_symlink() or not path.exists():
        return 0
    if path.is_file():
        return path.stat().st_size
    return sum(size_of(one) for one in path.iterdir())


def build_steps() -> list[str]:
    """Return the COPY and RUN lines of the stage that makes the environment."""
    text = (REPOSITORY_ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    stage = next(part for part in text.split("\nFROM ") if part.split("\n", 1)[0].endswith(" AS build"))
    return [line for line in stage.splitlines() if line.startswith(("COPY ", "RUN "))]


def run_step(step: str, directory: Path) -> None:
    """Run a line of the Dockerfile below `directory`."""
    source = directory / "src"
    source.mkdir(exist_ok=True)
    word, _, rest = step.partition(" ")
    if word == "COPY":
        *paths, target = rest.split()
        if paths[0].startswith("--from="):
            paths = [str(REPOSITORY_ROOT / target.removeprefix("./"))]  # the editor, as it was built here
        for one in paths:
            copy(REPOSITORY_ROOT / one, source / target)
        return
    command = rest.replace(INSTALLED, str(directory / "mithaq"))
    path = directory / "bin"
    path.mkdir(exist_ok=True)
    for name, module in (("python", ""), ("pip", "-m pip --disable-pip-version-check --quiet")):
        program = path / name
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {module} "$@"\n')
        program.chmod(0o755)
    subprocess.run(["sh", "-euc", f"PATH={shlex.quote(str(path))}:$PATH; {command}"], cwd=source, check=True)


def copy(source: Path, target: Path) -> None:
    """Copy a file or directory as COPY does, without what .dockerignore leaves out."""
    if source.is_file():
        target.mkdir(exist_ok=True)
        shutil.copy(source, target)
        return
    left_out = shutil.ignore_patterns("__pycache__", "node_modules", *(["built"] if source.name == "service" else []))
    if source.exists():
        shutil.copytree(source, target, ignore=left_out, dirs_exist_ok=True)
