"""Proof equals text: what is read back from a finished file is compared with the manuscript."""

from service.domain.publication.render_failure import Part
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.errors import RenderDiffers
from workers.render.readback.compare import FlowDifference, first_difference
from workers.render.readback.docx_reader import read_docx
from workers.render.readback.expected_matter import expected_flow
from workers.render.readback.pdf_reader import read_pdf


def compare_pdf(prepared: PreparedManuscript, pdf: bytes) -> None:
    """Compare the tagged text of a PDF with the manuscript. Raises RenderDiffers with the first difference."""
    _report(prepared, first_difference(expected_flow(prepared, "pdf"), read_pdf(pdf, rtl=prepared.rtl), exact=False))


def compare_docx(prepared: PreparedManuscript, package: bytes) -> None:
    """Compare the text of a DOCX with the manuscript. Raises RenderDiffers with the first difference."""
    _report(prepared, first_difference(expected_flow(prepared, "docx"), read_docx(package), exact=True))


def _report(prepared: PreparedManuscript, difference: FlowDifference | None) -> None:
    if difference is None:
        return
    where = difference.where
    part, text = _source(prepared, where.part)
    raise RenderDiffers(
        detail=f"{where.part}: “{difference.expected}” became “{difference.found}”",
        expected=difference.expected,
        found=difference.found,
        part=part,
        provision=where.provision,
        line=text.count("\n", 0, where.span[0]) + 1 if text and where.span else 0,
        page=difference.page,
    )


def _source(prepared: PreparedManuscript, name: str) -> tuple[Part, str]:
    """Return the part in which a place is, and its markup, or "" for what has no lines."""
    manuscript = prepared.manuscript
    if name in {"text", "title"}:
        return Part(name), manuscript.text if name == "text" else ""
    kind, _, number = name.partition("-")
    return (
        (Part.RESERVATION, manuscript.reservations[int(number) - 1].text) if kind == "reservation" else (Part.NAMES, "")
    )
