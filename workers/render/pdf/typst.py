"""Typst in a sandboxed process: a memory bomb aborts that process, not the worker."""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

from workers.render.content import fonts
from workers.render.errors import RenderConformance, RenderFailed, RenderUnprintable
from workers.render.sandbox.limits import ResourceLimits, run_sandboxed

LIMITS = ResourceLimits(seconds=60, memory=3 * 1024**3)
STANDARDS = ("a-2a", "ua-1")
"""PDF standards in Typst's names."""

CHILD_SCRIPT = Path(__file__).with_name("typst_child.py")


@dataclass(frozen=True, slots=True)
class TypesetResult:
    """A PDF, and what Typst reports about it."""

    pdf: bytes
    headings: int
    pages: int
    warnings: tuple[str, ...]


def typeset(directory: Path, *, main: str, timestamp: int) -> TypesetResult:
    """Compile the project in `directory`, whose first file is `main`.

    `timestamp` is in seconds since 1970. Raises RenderConformance if a standard is violated, otherwise RenderFailed.
    """
    job_file = directory / "job.json"
    job_spec = {
        "main": str(directory / main),
        "root": str(directory),
        "fonts": [str(place) for place in _font_directories(directory)],
        "standards": STANDARDS,
        "timestamp": timestamp,
    }
    job_file.write_text(json.dumps(job_spec), encoding="utf-8")
    report = json.loads(
        run_sandboxed([sys.executable, "-I", CHILD_SCRIPT, job_file], stdin=b"", directory=directory, limits=LIMITS)
    )
    if "error" in report:
        raise _failure(report["error"], report["hints"])
    pdf = (directory / "out.pdf").read_bytes()
    return TypesetResult(pdf, report["headings"], report["pages"], tuple(report["warnings"]))


def _font_directories(project: Path) -> tuple[Path, ...]:
    """Return the font directories that the words of a project need."""
    written = [file for name in ("body.typ", "matter.json") if (file := project / name).is_file()]
    words = "".join(file.read_text("utf-8") for file in written)
    return (*fonts.directories(), *(fonts.script_directories() if fonts.needs_script_fonts(words) else ()))


def version() -> str:
    """Return the version of the installed Typst."""
    return installed("typst")


def _failure(message: str, hints: Sequence[str]) -> RenderFailed:
    missing = _MISSING_GLYPH.search(message)
    if missing:
        return RenderUnprintable(detail=missing.group(1))
    kind = RenderConformance if "PDF/" in message else RenderFailed
    return kind(detail="; ".join((message, *hints)))


_MISSING_GLYPH = re.compile(r"the text `\"(.+)\"` could not be displayed")
