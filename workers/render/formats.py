"""The press: a manuscript in, a file out. Equal manuscripts, logos and `pipeline_key` give equal bytes."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from typing import Literal

from service.files.logo import validate_logo
from workers.render.content import fonts, prepared_text, templates
from workers.render.content.manuscript import Manuscript
from workers.render.docx import document as document_task
from workers.render.errors import RenderRefused
from workers.render.pdf import document, typst

PIPELINE_VERSION = 3
"""Raised with every change of ours that may change the bytes of a file."""

Format = Literal["pdf", "docx"]


def ignore_progress(stage: str) -> None:
    """Reports to nobody."""


def render(
    manuscript: Manuscript,
    format: Format,
    *,
    logo: bytes | None = None,
    report: Callable[[str], None] = ignore_progress,
) -> bytes:
    """The file. `logo` is the image named by the manuscript; `report` is told each of its STAGES as it begins.

    Raises Malformed or TooLarge where the manuscript cannot be read, RenderFailed where the file cannot be made.
    """
    report("reading")
    _check_logo(manuscript, logo)
    prepared = prepared_text.prepare_manuscript(manuscript, directory=templates.find_templates())
    render_format = document.render_pdf if format == "pdf" else document_task.render_docx
    return render_format(prepared, logo=logo, report=report)


def pipeline_key() -> dict[str, object]:
    """Everything besides the manuscript and its logo that can change the bytes of a file, as canonical JSON values."""
    return {
        "pipeline": PIPELINE_VERSION,
        "pandoc": version("pypandoc_binary"),
        "typst": typst.version(),
        "writers": {
            name: version(name) for name in ("python-docx", "lxml", "markdown-it-py", "mdit-py-plugins", "babel")
        },
        "templates": templates.digest(templates.find_templates()),
        "fonts": fonts.digests(),
    }


def _check_logo(manuscript: Manuscript, logo: bytes | None) -> None:
    if logo is not None:
        validate_logo(logo)
    logo_sha256 = hashlib.sha256(logo).hexdigest() if logo is not None else ""
    if logo_sha256 != manuscript.coalition.logo:
        raise RenderRefused(detail="the logo is not the one the manuscript names")
