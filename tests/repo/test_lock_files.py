"""The lock files: everything pinned, everything hashed, and no registry host."""

import re
import tomllib
from pathlib import Path

import pytest

REPOSITORY_ROOT = Path(__file__).parents[2]
LOCKS = (
    "requirements.lock",
    "requirements-build.lock",
    "requirements-dev.lock",
    "requirements-redis.lock",
    "requirements-node.lock",
    "requirements-traefik.lock",
)

PIN = re.compile(r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)==(?P<version>[0-9][0-9A-Za-z.+!]*)(?: ; (?P<marker>[^\\]+?))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def lock_text(lock: str) -> list[str]:
    return [line for line in (REPOSITORY_ROOT / lock).read_text().splitlines() if line and not line.startswith("#")]


def pins(lock: str) -> dict[tuple[str, str], str]:
    found = (PIN.fullmatch(line) for line in lock_text(lock))
    return {(pin["name"], pin["marker"] or ""): pin["version"] for pin in found if pin}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_contains_only_pins_and_hashes(lock: str) -> None:
    lines = lock_text(lock)
    assert [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert line.endswith("\\") == following.startswith(" "), line


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_registry_host(lock: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted|@ |file:", (REPOSITORY_ROOT / lock).read_text())


def test_runtime_versions_equal_tested_versions() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_every_requirement_is_locked() -> None:
    project = tomllib.loads((REPOSITORY_ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    assert names(project["project"]["dependencies"]) <= locked_names("requirements.lock")
    assert names([*project["build-system"]["requires"], *groups["build"]]) <= locked_names("requirements-build.lock")
    assert names(groups["dev"]) <= locked_names("requirements-dev.lock")


def test_build_tools_are_not_installed_with_the_service() -> None:
    """What builds the wheel is in an environment of its own, which pip throws away."""
    both = locked_names("requirements-build.lock") & locked_names("requirements.lock")
    assert both <= {"packaging"}  # Celery needs it too
    dockerfile = (REPOSITORY_ROOT / "Dockerfile").read_text()
    makefile = (REPOSITORY_ROOT / "Makefile").read_text()
    for text in (dockerfile, makefile):
        assert "--no-build-isolation" not in text
        assert "--require-hashes --only-binary=:all: --dest" in text
        assert "-r requirements-build.lock" in text


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


def locked_names(lock: str) -> set[str]:
    return {name for name, _ in pins(lock)}
