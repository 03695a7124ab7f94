"""A manuscript as DOCX: tree → pandoc's JSON with a style for each part → pandoc → the package put right."""

from collections.abc import Callable, Iterable, Sequence

from workers.render.content.pandoc_json import Node, attr, document, node, words, write_blocks
from workers.render.content.prepared_text import Galley
from workers.render.content.target_filters import LRM, Page, for_docx
from workers.render.content.tree_transforms import headings
from workers.render.docx.postprocess import FOREIGN, finish
from workers.render.docx.reference_document import reference
from workers.render.docx.xml import each, parse, read_package, w
from workers.render.errors import RenderConformance
from workers.render.sandbox import pandoc
from workers.render.sandbox.limits import private_directory


def make(galley: Galley, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    """The file. Raises RenderFailed and what lies below it."""
    with private_directory() as directory:
        report("writing")
        styles = directory / "reference.docx"
        styles.write_bytes(reference(galley, logo=logo))
        meta = {"lang": galley.manuscript.lang, "dir": galley.manuscript.dir}
        whole = document(body(galley), meta=meta)
        written = pandoc.write(whole, target="docx", directory=directory, reference=styles)
    report("checking")
    finished = finish(written, galley)
    check(galley, finished)
    return finished


def body(galley: Galley) -> list[Node]:
    """Everything in the order of the page, ready for the writer."""
    parts = [*_before(galley), *write_blocks(galley.text), *_after(galley)]
    return for_docx(parts, page=Page(galley.rtl, galley.emphasis))


def check(galley: Galley, package: bytes) -> None:
    """Raises RenderConformance unless every heading of the tree is one in the file, and Arabic runs to the left."""
    root = parse(read_package(package)["word/document.xml"])
    styles = [style.get(w("val"), "") for style in each(root, "pStyle")]
    made = sum(style.startswith("Heading") for style in styles)
    wanted = sum(1 for _ in headings(galley.text)) + sum(1 for _ in _headings_after(galley))
    if made != wanted:
        raise RenderConformance(detail=f"{wanted} headings were written and {made} are in the file")
    if galley.rtl and any(paragraph.find(f"{w('pPr')}/{w('bidi')}") is None for paragraph in each(root, "p")):
        raise RenderConformance(detail="a paragraph does not say which way it runs")


def _before(galley: Galley) -> list[Node]:
    matter = galley.matter
    front = [("Kind", matter.kind), ("Title", matter.title), ("Dateline", matter.dateline)]
    if galley.manuscript.kind == "letter":
        front = [("Dateline", matter.dateline), *_to(galley), ("Kind", matter.kind), ("Title", matter.title)]
    else:
        front += _to(galley)
    return _styled([*front, ("Dateline", matter.translation)])


def _to(galley: Galley) -> list[tuple[str, str]]:
    return [("Addressees", galley.matter.to), *(("Addressee", each_) for each_ in galley.matter.addressees)]


def _headings_after(galley: Galley) -> Iterable[str]:
    matter = galley.matter
    found = (matter.signatories_heading, matter.reservations_heading, matter.record_heading)
    return filter(None, (*found, matter.about, matter.press_heading))


def _after(galley: Galley) -> list[Node]:
    matter = galley.matter
    written = _heading(matter.signatories_heading)
    written += [_named("Signatory", each_.name, each_.remark) for each_ in matter.signatories]
    written += _heading(matter.reservations_heading)
    for who, what in zip(matter.reservations, galley.reservations, strict=True):
        style = FOREIGN if what.foreign else "Reservation"
        written += [*_styled([("Reservation By", who)]), _style(style, write_blocks(what.blocks))]
    written += _heading(matter.record_heading) + [node("Para", words(sentence)) for sentence in matter.record]
    written += _styled([("Seal", f"{matter.seal_label} {LRM}{matter.seal}" if matter.seal else "")])
    written += [*_heading(matter.about), *write_blocks(galley.about.blocks), *_heading(matter.press_heading)]
    lines = [matter.press_name, *(f"{LRM}{line}{LRM}" for line in matter.press_lines)]
    return written + _styled([("Press Line", line) for line in lines])


def _heading(said: str) -> list[Node]:
    return [node("Header", [1, attr(), words(said)])] if said else []


def _styled(paragraphs: Sequence[tuple[str, str]]) -> list[Node]:
    return [_style(style, [node("Para", words(said))]) for style, said in paragraphs if said]


def _named(style: str, name: str, remark: str) -> Node:
    mark = [node("Space"), node("Span", [attr(custom_style="Remark"), words(remark)])] if remark else []
    return _style(style, [node("Para", [*words(name), *mark])])


def _style(style: str, blocks: list[Node]) -> Node:
    return node("Div", [attr(custom_style=style), blocks])
