"""Pandoc in the sandbox: the binary of pypandoc_binary, never the system's."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from workers.render.errors import RenderRefused
from workers.render.sandbox.limits import ResourceLimits, run_sandboxed

LIMITS = ResourceLimits(seconds=30, memory=3 * 1024**3)
HEAP_LIMIT = "-M512m"
"""Option of the Haskell runtime: 512 MiB."""


@cache
def binary() -> Path:
    """Return the path of the binary. Raises RenderRefused if the package has none for this platform."""
    package = find_spec("pypandoc")
    for location in (package and package.submodule_search_locations) or ():
        found = Path(location) / "files" / "pandoc"
        if found.is_file():
            return found
    raise RenderRefused(detail="pandoc is missing; install the package pypandoc_binary again.")


def write(document: bytes, *, target: str, directory: Path, reference: Path | None = None) -> bytes:
    """Convert pandoc's JSON to `target`, the name of one of pandoc's writers.

    Works in `directory`, which must be private; `reference` is a DOCX in it. Raises RenderFailed.
    """
    reference_option: list[str | Path] = ["--reference-doc", reference] if reference else []
    program: list[str | Path] = [
        binary(),
        "+RTS",
        HEAP_LIMIT,
        "-RTS",
        "--sandbox",
        "-f",
        "json",
        "-t",
        target,
        "--wrap=preserve",
    ]
    return run_sandboxed([*program, *reference_option, "-o", "-"], stdin=document, directory=directory, limits=LIMITS)
