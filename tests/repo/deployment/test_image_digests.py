"""`make image-digests`, with a program in the place of docker: no registry can be reached where the tests run."""

import shutil
from pathlib import Path

import pytest

from tests.repo.deployment import image_digests
from tests.support.compose_file import REPOSITORY_ROOT

pytestmark = pytest.mark.repo

VERSION = "[ '$1 $2' = 'buildx version' ] && exit 0".replace("'", '"')
DIGEST = f"sha256:{'0123456789abcdef' * 4}"


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program docker that answers with DIGEST."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\n{VERSION}; [ '$1 $2 $3' = 'buildx imagetools inspect' ] && echo {DIGEST}\n".replace("'", '"')
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    return program


def test_every_image_of_others_is_found() -> None:
    names = {image.partition(":")[0] for image in image_digests.list_images(REPOSITORY_ROOT)}
    assert names == {"caddy", "node", "postgres", "python", "valkey/valkey"}


def test_digests_are_printed(docker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image_digests.main([])
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{image}@{DIGEST}" for image in image_digests.list_images(REPOSITORY_ROOT)]


def test_digests_are_written_and_replaced(docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in image_digests.FILES:
        shutil.copy(REPOSITORY_ROOT / name, tmp_path)
    monkeypatch.setattr(image_digests, "REPOSITORY_ROOT", tmp_path)
    for _ in range(2):
        image_digests.main(["write"])
        text = "".join((tmp_path / name).read_text() for name in image_digests.FILES)
        images = image_digests.list_images(tmp_path)
        assert all(f"{image}@{DIGEST}" in text for image in images)
        assert text.count(DIGEST) == len([None for match in image_digests.IMAGE.finditer(text) if match["digest"]])
        assert "mithaq:0.1.0@" not in text
        assert " AS build\n" in text


def test_nothing_is_written_without_docker_or_registry(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_digests, "write", lambda *_: pytest.fail("written"))
    docker.write_text(f"#!/bin/sh\n{VERSION}; echo 'failed to resolve: no such host' >&2; exit 1\n")
    with pytest.raises(SystemExit, match=r"could not be found \(failed to resolve: no such host\)"):
        image_digests.main(["write"])
    docker.write_text(f"#!/bin/sh\n{VERSION}; echo not-a-digest\n")
    with pytest.raises(SystemExit, match="not-a-digest"):
        image_digests.main(["write"])
    docker.write_text("#!/bin/sh\necho 'unknown command: docker buildx' >&2; exit 1\n")
    with pytest.raises(SystemExit, match="Install Docker with its plugin buildx"):
        image_digests.main(["write"])
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit, match="Install Docker"):
        image_digests.main(["write"])
