"""The registry of renderers: one per export format, and the pipeline key of its files.

Rendering is deterministic: equal manuscripts, logos and pipeline keys give equal bytes.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

from service.domain.errors import DomainError
from service.domain.publication import export
from service.domain.publication.export import ExportFormat, check_format
from service.files.logo import validate_logo
from workers.render import plain_reservations
from workers.render.content import fonts, prepared_text, templates
from workers.render.content.manuscript import Manuscript
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.docx.document import render_docx
from workers.render.errors import RenderFailed, RenderRefused
from workers.render.failure_position import locate_failure
from workers.render.pdf import typst
from workers.render.pdf.document import render_pdf
from workers.render.readback.check import compare_docx, compare_pdf

PIPELINE_VERSION = 4
"""Increment with every code change that may change the bytes of a file."""


class RenderFunction(Protocol):
    """Turns a prepared manuscript into the bytes of a file. Raises RenderFailed."""

    def __call__(self, prepared: PreparedManuscript, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
        """Render the file; `report` is called with each stage as it begins."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """How files of one format are made.

    `spec` has media type, suffix and stages; `compare` reads a file back and raises RenderDiffers unless it says what
    the manuscript says; `pipeline` returns the versions that this format adds to the pipeline key, as canonical JSON
    values.
    """

    spec: ExportFormat
    render: RenderFunction
    compare: Callable[[PreparedManuscript, bytes], None]
    pipeline: Callable[[], Mapping[str, object]]


def _writer_versions() -> Mapping[str, object]:
    """Return the versions in the keys of both PDF and DOCX: stored artefact keys depend on this value."""
    packages = ("python-docx", "lxml", "markdown-it-py", "mdit-py-plugins", "babel")
    return {"typst": typst.version(), "writers": {name: version(name) for name in packages}}


FORMATS: dict[str, Renderer] = {
    "pdf": Renderer(export.FORMATS["pdf"], render_pdf, compare_pdf, _writer_versions),
    "docx": Renderer(export.FORMATS["docx"], render_docx, compare_docx, _writer_versions),
}
"""Renderers by the names of `service.domain.publication.export.FORMATS`."""


def find_renderer(format_: str) -> Renderer:
    """Return the renderer of a format. Raises InvalidInput `unknown_format`."""
    check_format(format_)
    return FORMATS[format_]


def ignore_progress(stage: str) -> None:
    """Discard a progress report."""


def render(
    manuscript: Manuscript,
    format_: str,
    *,
    logo: bytes | None = None,
    report: Callable[[str], None] = ignore_progress,
    simplifies_reservations: bool = False,
) -> bytes:
    """Render a manuscript, compare the file with it, and return the file.

    `logo` is the image that the manuscript names by its digest; `report` is called with each stage of the format as it
    begins. `simplifies_reservations`: those that make the file fail are printed as plain words. Raises InvalidInput
    `unknown_format`, InvalidInput or TooLarge if the manuscript cannot be read, and RenderFailed if the file cannot be
    created, with the position in the manuscript where that is known.
    """
    renderer = find_renderer(format_)
    _check_logo(manuscript, logo)

    def render_once(one: Manuscript) -> bytes:
        report("reading")
        prepared = prepared_text.prepare_manuscript(one, directory=templates.find_templates())
        finished = renderer.render(prepared, logo=logo, report=report)
        renderer.compare(prepared, finished)
        return finished

    try:
        return render_once(manuscript)
    except DomainError as error:
        may_pass = isinstance(error, RenderFailed) and error.retry
        if simplifies_reservations and manuscript.reservations and not may_pass:
            simplified = plain_reservations.render_simplified(manuscript, render_once)
            if simplified is not None:
                return simplified
        if isinstance(error, RenderFailed):
            raise locate_failure(error, manuscript) from error
        raise


def pipeline_key(format_: str) -> dict[str, object]:
    """Return everything besides the manuscript and its logo that can change the bytes of a file.

    The values are canonical JSON. Raises InvalidInput `unknown_format`.
    """
    return {
        "pipeline": PIPELINE_VERSION,
        "pandoc": version("pypandoc_binary"),
        "templates": templates.digest(templates.find_templates()),
        "fonts": fonts.digests(),
        **find_renderer(format_).pipeline(),
    }


def pipelines() -> dict[str, object]:
    """Return the pipeline keys of all formats: the engines of this process."""
    return {format_: pipeline_key(format_) for format_ in FORMATS}


def _check_logo(manuscript: Manuscript, logo: bytes | None) -> None:
    if logo is not None:
        validate_logo(logo)
    logo_sha256 = hashlib.sha256(logo).hexdigest() if logo is not None else ""
    if logo_sha256 != manuscript.coalition.logo:
        raise RenderRefused(detail="the logo is not the one the manuscript names")
