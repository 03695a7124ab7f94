"""Drawings, pictures and alternatives: which branch is shown, and the words inside."""

from collections.abc import Iterator

from lxml import etree

from workers.intake.package.word_package import whole_number
from workers.render.docx.xml import local_name

MAX_RULE_HEIGHT, MIN_RULE_WIDTH = 40_000, 1_000_000
"""English Metric Units (914,400 to the inch) of a drawing that is a horizontal rule."""


def is_rule(element: etree._Element) -> bool:
    """Return whether a drawing is a horizontal rule: marked as one, or a long and flat shape."""
    if any(str(one.get("{urn:schemas-microsoft-com:office:office}hr")) in ("t", "true") for one in element.iter()):
        return True
    sizes = [[whole_number(str(one.get(side))) for side in ("cx", "cy")] for one in element.iter("{*}extent")]
    return not is_picture(element) and any(
        width is not None and height is not None and width >= MIN_RULE_WIDTH and height <= MAX_RULE_HEIGHT
        for width, height in sizes
    )


def outermost_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the contents of text boxes that are not inside of another."""
    for child in element.iterchildren("*"):
        name = local_name(child)
        if name == "txbxContent":
            yield child
        elif name == "AlternateContent":
            branch = shown_branch(child)
            yield from () if branch is None else outermost_boxes(branch)
        else:
            yield from outermost_boxes(child)


def drawn_words(element: etree._Element) -> Iterator[str]:
    """Yield the paragraphs of DrawingML text outside of text boxes, and the words of WordArt."""
    for paragraph in element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p"):
        text = "".join(
            one.text or "" for one in paragraph.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")
        )
        if text.strip():
            yield text
    for path in element.iter("{urn:schemas-microsoft-com:vml}textpath"):
        if str(path.get("string", "")).strip():
            yield str(path.get("string"))


def is_picture(element: etree._Element) -> bool:
    """Return whether a drawing shows a picture, a chart or an embedded object."""
    return any(local_name(one) in ("blip", "imagedata", "OLEObject", "chart", "relIds") for one in element.iter("{*}*"))


def text_below(element: etree._Element) -> str:
    """Return the text of all `t` elements, of whatever vocabulary."""
    return "".join(one.text or "" for one in element.iter("{*}t"))


def shown_branch(alternatives: etree._Element) -> etree._Element | None:
    """Return the first choice of `mc:AlternateContent`, or the fallback if nothing of that can be shown."""
    branches = list(alternatives.iterchildren("{*}Choice", "{*}Fallback"))
    return next((one for one in branches if _shows_something(one)), None)


def _shows_something(branch: etree._Element) -> bool:
    """Return whether a branch of alternatives has text, a picture or a drawing."""
    shown = ("t", "sym", "drawing", "pict", "object", "tbl", "footnoteReference", "oMath")
    return any(local_name(one) in shown for one in branch.iter("{*}*"))
