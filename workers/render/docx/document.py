"""The DOCX renderer: tree → pandoc's JSON with a style per part → pandoc → post-processed package."""

from collections.abc import Callable, Sequence

from workers.render.content.pandoc_json import Node, attr, document, node, text_inlines, write_blocks
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.target_filters import LRM, PageStyle, for_docx
from workers.render.docx.postprocess import REVERSED_STYLE, postprocess
from workers.render.docx.reference_document import reference_docx
from workers.render.docx.xml import iter_elements, parse, qn, read_package
from workers.render.errors import RenderConformance
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory


def render_docx(prepared: PreparedManuscript, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    """Render a prepared manuscript as DOCX; its words are compared in `formats.render`. Raises RenderFailed."""
    with private_directory() as directory:
        report("writing")
        reference_file = directory / "reference.docx"
        reference_file.write_bytes(reference_docx(prepared, logo=logo))
        meta = {"lang": prepared.manuscript.lang, "dir": prepared.manuscript.dir}
        pandoc_document = document(body_nodes(prepared), meta=meta)
        written = pandoc.write(pandoc_document, target="docx", directory=directory, reference=reference_file)
    report("checking")
    finished = postprocess(written, prepared)
    check_docx(prepared, finished)
    return finished


def body_nodes(prepared: PreparedManuscript) -> list[Node]:
    """Return the pandoc nodes of the whole page, in order, filtered for the DOCX writer."""
    parts = [*_front_matter(prepared), *write_blocks(prepared.blocks), *_back_matter(prepared)]
    return for_docx(parts, style=PageStyle(prepared.rtl, prepared.emphasis))


def check_docx(prepared: PreparedManuscript, package: bytes) -> None:
    """Check a finished package.

    Raises RenderConformance unless, on a page from right to left, every paragraph states its direction.
    """
    root = parse(read_package(package)["word/document.xml"])
    if prepared.rtl and any(
        paragraph.find(f"{qn('pPr')}/{qn('bidi')}") is None for paragraph in iter_elements(root, "p")
    ):
        raise RenderConformance(detail="a paragraph has no direction")


def _front_matter(prepared: PreparedManuscript) -> list[Node]:
    content = prepared.content
    front = [("Kind", content.kind), ("Title", content.title), ("Dateline", content.dateline)]
    if prepared.manuscript.kind == "letter":
        front = [
            ("Dateline", content.dateline),
            *_addressee_paragraphs(prepared),
            ("Kind", content.kind),
            ("Title", content.title),
        ]
    else:
        front += _addressee_paragraphs(prepared)
    return _styled_paragraphs([*front, ("Dateline", content.translation)])


def _addressee_paragraphs(prepared: PreparedManuscript) -> list[tuple[str, str]]:
    return [("Addressees", prepared.content.to), *(("Addressee", name) for name in prepared.content.addressees)]


def _back_matter(prepared: PreparedManuscript) -> list[Node]:
    content = prepared.content
    written = _heading(content.signatories_heading)
    written += [_signatory_paragraph("Signatory", one.name, one.remark) for one in content.signatories]
    written += _heading(content.reservations_heading)
    for by_line, reservation in zip(content.reservations, prepared.reservations, strict=True):
        style = REVERSED_STYLE if reservation.against_page else "Reservation"
        written += [
            *_styled_paragraphs([("Reservation By", by_line)]),
            _styled_blocks(style, write_blocks(reservation.blocks)),
        ]
    written += _heading(content.record_heading) + [node("Para", text_inlines(sentence)) for sentence in content.record]
    written += _styled_paragraphs([("Seal", f"{content.seal_label} {LRM}{content.seal}" if content.seal else "")])
    written += [*_heading(content.about), *write_blocks(prepared.about.blocks), *_heading(content.press_heading)]
    lines = [content.press_name, *(f"{LRM}{line}{LRM}" for line in content.press_lines)]
    return written + _styled_paragraphs([("Press Line", line) for line in lines])


def _heading(text: str) -> list[Node]:
    return [node("Header", [1, attr(), text_inlines(text)])] if text else []


def _styled_paragraphs(paragraphs: Sequence[tuple[str, str]]) -> list[Node]:
    return [_styled_blocks(style, [node("Para", text_inlines(text))]) for style, text in paragraphs if text]


def _signatory_paragraph(style: str, name: str, suffix: str) -> Node:
    mark = [node("Space"), node("Span", [attr(custom_style="Remark"), text_inlines(suffix)])] if suffix else []
    return _styled_blocks(style, [node("Para", [*text_inlines(name), *mark])])


def _styled_blocks(style: str, blocks: list[Node]) -> Node:
    return node("Div", [attr(custom_style=style), blocks])
