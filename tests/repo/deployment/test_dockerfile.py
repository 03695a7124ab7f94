"""The Dockerfile. No image can be built where the tests run, so it is checked line by line.

`python -m bench sizes` runs its steps by hand."""

import re

import pytest

from tests.support.compose_file import REPOSITORY_ROOT

pytestmark = pytest.mark.repo


def dockerfile() -> list[str]:
    text = (REPOSITORY_ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_image_runs_unprivileged() -> None:
    lines = dockerfile()
    assert [line for line in lines if line.startswith("USER")][-1] == "USER 10001:10001"
    assert 'ENTRYPOINT ["mithaq"]' in lines


def test_base_images_have_exact_versions() -> None:
    bases = [line.split()[1] for line in dockerfile() if line.startswith("FROM")]
    assert all(re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+-[a-z-]+(@sha256:[0-9a-f]{64})?", base) for base in bases), bases


def test_copied_files_exist_and_are_in_the_build_context() -> None:
    sent = (REPOSITORY_ROOT / ".dockerignore").read_text().split()
    for line in dockerfile():
        if line.startswith("COPY") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (REPOSITORY_ROOT / source).exists(), source
                assert f"!{source}" in sent


def test_every_package_is_locked_and_none_is_built() -> None:
    installing = [
        part
        for line in dockerfile()
        for part in line.split("&&")
        if re.search(r"pip (download|install|--python)", part)
    ]
    assert len(installing) == 3
    for command in installing:
        assert "--require-hashes --only-binary=:all:" in command or "--no-index --no-deps" in command, command
