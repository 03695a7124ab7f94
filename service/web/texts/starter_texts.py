"""Starter texts: a template text for each kind of document and language."""

import sys
from functools import cache
from pathlib import Path

from service.config import Settings
from service.domain.documents.document import KINDS
from service.i18n import LANGUAGES


def starter_text(settings: Settings, *, kind: str, lang: str) -> str:
    """Return the starter text of a kind of document; empty if there is none. Files are read once."""
    if kind not in KINDS or lang not in LANGUAGES:
        return ""
    return _read(_templates_dir(settings) / "starters" / f"{kind}.{lang}.md")


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _templates_dir(settings: Settings) -> Path:
    """Return the directory that also holds the print templates (DESIGN §3.1)."""
    if settings.templates_dir:
        return Path(settings.templates_dir)
    checkout_dir = Path(__file__).resolve().parents[3] / "templates"
    return checkout_dir if checkout_dir.is_dir() else Path(sys.prefix) / "share" / "mithaq" / "templates"
