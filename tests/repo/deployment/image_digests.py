"""Pin the images of Dockerfile and docker-compose.yml by digest, on a machine that reaches their registry.

python -m tests.repo.deployment.image_digests           print each image with its digest
python -m tests.repo.deployment.image_digests write     the same, and write the digests behind the tags

A digest that is there already is replaced by today's digest of its tag. Nothing is written unless every digest was
found.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.compose_file import REPOSITORY_ROOT

FILES = ("Dockerfile", "docker-compose.yml")
IMAGE = re.compile(
    r"(?P<start>^FROM |^ +image: )(?P<image>[^\s@]+:[^\s@]+)(?P<digest>@sha256:[0-9a-f]{64})?", re.MULTILINE
)
OWN = ("mithaq:", "mithaq-proxy:")
"""Images that are built here."""

TIMEOUT = 60
"""Seconds that a registry may take for one image."""


class NoDigest(Exception):
    """A digest could not be found; the message says why."""


def main(words: list[str]) -> None:
    """Print the digests; with the word `write` write them too."""
    try:
        digests = {image: find_digest(image) for image in list_images(REPOSITORY_ROOT)}
    except NoDigest as error:
        raise SystemExit(str(error)) from None
    for image, digest in digests.items():
        sys.stdout.write(f"{image}@{digest}\n")
    if words == ["write"]:
        write(REPOSITORY_ROOT, digests)


def list_images(directory: Path) -> list[str]:
    """Return the images of others that the files in `directory` name, with their tags."""
    found = [match["image"] for name in FILES for match in IMAGE.finditer((directory / name).read_text())]
    return [image for image in dict.fromkeys(found) if not image.startswith(OWN)]


def find_digest(image: str) -> str:
    """Ask the registry for the digest of a tag, for all platforms. Raises NoDigest."""
    if not _is_buildx_installed():
        raise NoDigest("Digests come from a registry, which is asked by docker. Install Docker with its plugin buildx.")
    command = ("docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}")
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise NoDigest(f"The registry did not answer within {TIMEOUT} seconds for {image}.") from None
    digest = ended.stdout.strip()
    if ended.returncode or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        reason = (ended.stderr.strip() or digest or "no answer").splitlines()[0]
        raise NoDigest(f"The digest of {image} could not be found ({reason}). Nothing was written.")
    return digest


def _is_buildx_installed() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(("docker", "buildx", "version"), capture_output=True, check=False).returncode == 0


def write(directory: Path, digests: dict[str, str]) -> None:
    """Write each digest behind its tag."""
    for name in FILES:
        path = directory / name

        def pin(match: re.Match[str]) -> str:
            digest = digests.get(match["image"])
            return f"{match['start']}{match['image']}@{digest}" if digest else match[0]

        path.write_text(IMAGE.sub(pin, path.read_text()))


if __name__ == "__main__":
    main(sys.argv[1:])
