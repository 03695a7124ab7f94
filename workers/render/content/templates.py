"""The print templates: their directory, digest and strings."""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.domain.errors import N_, InvalidInput
from workers.render.errors import RenderRefused

PRINTED_FOLDERS = ("typst", "strings", "docx")
"""Folders whose bytes can change a rendered file."""


def find_templates(override: str = "") -> Path:
    """Return the directory of the print templates.

    It is `override` or MITHAQ_TEMPLATES_DIR, else beside the checkout, else in the wheel's shared data. Raises
    RenderRefused if there are none.
    """
    configured = override or os.environ.get("MITHAQ_TEMPLATES_DIR", "")
    if configured:
        return _checked_directory(Path(configured))
    beside = Path(__file__).resolve().parents[3] / "templates"
    shared = Path(sys.prefix) / "share" / "mithaq" / "templates"
    return _checked_directory(beside if beside.is_dir() else shared)


def _checked_directory(directory: Path) -> Path:
    if not all((directory / folder).is_dir() for folder in PRINTED_FOLDERS):
        raise RenderRefused(detail=f"there are no print templates in {directory}; set MITHAQ_TEMPLATES_DIR.")
    return directory


def digest(directory: Path) -> str:
    """Return the SHA-256 over the names and bytes of everything printed from `directory`."""
    hasher = hashlib.sha256()
    for file in sorted(
        file for folder in PRINTED_FOLDERS for file in (directory / folder).rglob("*") if file.is_file()
    ):
        content = file.read_bytes()
        hasher.update(f"{file.relative_to(directory).as_posix()}\n{len(content)}\n".encode())
        hasher.update(content)
    return hasher.hexdigest()


def strings(lang: str, *, directory: Path, wording: int = 1) -> Mapping[str, object]:
    """Return the print strings of a language in a wording. Raises InvalidInput `language_unknown`."""
    if lang not in languages(directory):
        raise InvalidInput("language_unknown", N_("There are no print templates for the language {lang}."), lang=lang)
    found: dict[str, Any] = json.loads((directory / "strings" / f"{lang}.json").read_text(encoding="utf-8"))
    return {**found, **found.get(f"wording_{wording}", {})}


def languages(directory: Path) -> frozenset[str]:
    """Return the codes of the languages with print strings."""
    return frozenset(file.stem for file in (directory / "strings").glob("*.json"))
