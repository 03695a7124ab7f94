"""Proof equals text: what is read back from a finished file is compared with the manuscript."""

from workers.render.content.prepared_text import PreparedManuscript
from workers.render.errors import RenderDiffers
from workers.render.readback.compare import Difference, first_difference
from workers.render.readback.docx_reader import read_docx
from workers.render.readback.expected_matter import expected_flow
from workers.render.readback.flow import Place
from workers.render.readback.pdf_reader import read_pdf


def compare_pdf(prepared: PreparedManuscript, pdf: bytes) -> None:
    """Compare the tagged text of a PDF with the manuscript. Raises RenderDiffers with the first difference."""
    _report(prepared, first_difference(expected_flow(prepared, "pdf"), read_pdf(pdf, rtl=prepared.rtl), exact=False))


def compare_docx(prepared: PreparedManuscript, package: bytes) -> None:
    """Compare the text of a DOCX with the manuscript. Raises RenderDiffers with the first difference."""
    _report(prepared, first_difference(expected_flow(prepared, "docx"), read_docx(package), exact=True))


def _report(prepared: PreparedManuscript, difference: Difference | None) -> None:
    if difference is None:
        return
    where = difference.where
    raise RenderDiffers(
        detail=f"{where.part}: “{difference.expected}” became “{difference.found}”",
        expected=difference.expected,
        found=difference.found,
        part=where.part,
        provision=where.provision,
        line=_line(prepared, where),
        page=difference.page,
    )


def _line(prepared: PreparedManuscript, where: Place) -> int:
    """Return the line of the text, from 1, or 0 for what is not of the text."""
    if where.part != "text" or where.span is None:
        return 0
    return prepared.manuscript.text.count("\n", 0, where.span[0]) + 1
