"""The numbering part: labels and indentation of every level, and the lists of the list styles."""

from lxml import etree

from service.domain.text.structure.list_labels import label_pattern
from workers.render.content.list_numbering import AUTOMATIC_LETTERS_NAME, style_of_level, word_format
from workers.render.docx.paragraphs import UNLABELLED
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.styles import STYLE_LISTS, style_id
from workers.render.docx.xml import ensure_properties, iter_elements, make_element, put_child, qn

BULLETS = ("•", "–", "▪")
"""Markers by level, repeating."""

LEVELS = 9
"""Levels of a numbering definition; Word has no more."""

FIRST_LIST_IDENTIFIER = 0x4D697468
"""Identifiers (`w:nsid`) by which Word tells the lists of the list styles from those of a file they are pasted into."""

_LINKED_LEVELS = 5
_STYLES = {"number": "List Number", "bullet": "List Bullet"}


def rewrite_numbering(root: etree._Element, sheet: StyleSheet, *, lang: str) -> None:
    """Label list items as all outputs do; bullets are in the font of the text."""
    _add_style_lists(root)
    _set_indentation(root, sheet)
    for level in iter_elements(root, "lvl"):
        kind, text = level.find(qn("numFmt")), level.find(qn("lvlText"))
        if kind is None or text is None:
            continue
        if kind.get(qn("val")) == "bullet":
            text.set(qn("val"), BULLETS[int(level.get(qn("ilvl"), "0")) % len(BULLETS)])
        else:
            _label_level(level, kind, text, lang=lang)
        _set_marker_direction(level, rtl=sheet.rtl)


def _label_level(level: etree._Element, kind: etree._Element, text: etree._Element, *, lang: str) -> None:
    """Write format and punctuation of a numbered level; lists whose letters are not in the text get a name.

    An import takes these lists as numbered again.
    """
    written = text.get(qn("val"), "")
    style = style_of_level(kind.get(qn("val"), ""), written, lang=lang)
    kind.set(qn("val"), word_format(style))
    text.set(qn("val"), label_pattern(style, lang=lang).format(n=f"%{int(level.get(qn('ilvl'), '0')) + 1}"))
    numbering = level.getparent()
    if numbering is not None and written.endswith(")") and not written.startswith("("):
        put_child(numbering, make_element("name", val=AUTOMATIC_LETTERS_NAME))


def _set_marker_direction(level: etree._Element, *, rtl: bool) -> None:
    for old in level.findall(qn("rPr")):
        level.remove(old)
    if rtl:
        level.append(make_element("rPr"))
        level[-1].append(make_element("rtl"))


def _add_style_lists(root: etree._Element) -> None:
    """Add the definitions of the list styles, as pandoc writes its own, and drop that of unlabelled paragraphs."""
    _drop_unlabelled(root)
    for position, (name, number) in enumerate(STYLE_LISTS.items()):
        root.insert(position, _definition(name, number))
        instance = make_element("num", numId=number)
        instance.append(make_element("abstractNumId", val=number))
        root.append(instance)


def _set_indentation(root: etree._Element, sheet: StyleSheet) -> None:
    """Indent each level by one step; the label hangs by one step."""
    for level in iter_elements(root, "lvl"):
        depth = int(level.get(qn("ilvl"), "0")) + 1
        for old in level.findall(qn("pPr")):
            level.remove(old)
        properties = make_element("pPr")
        properties.append(make_element("ind", left=depth * sheet.list_step(), hanging=sheet.list_step()))
        justification = level.find(qn("lvlJc"))
        assert justification is not None
        justification.addnext(properties)


def _definition(name: str, number: int) -> etree._Element:
    definition = make_element("abstractNum", abstractNumId=number)
    definition.append(make_element("nsid", val=f"{FIRST_LIST_IDENTIFIER + number:08X}"))
    definition.append(make_element("multiLevelType", val="multilevel"))
    for depth in range(LEVELS):
        level = make_element("lvl", ilvl=depth)
        level.append(make_element("start", val=1))
        level.append(make_element("numFmt", val="bullet" if name == "bullet" else "decimal"))
        if depth < _LINKED_LEVELS:
            style = _STYLES[name] if depth == 0 else f"{_STYLES[name]} {depth + 1}"
            level.append(make_element("pStyle", val=style_id(style)))
        level.append(make_element("lvlText", val="•" if name == "bullet" else f"%{depth + 1}{'.)'[depth % 2]}"))
        level.append(make_element("lvlJc", val="left"))
        definition.append(level)
    return definition


def _drop_unlabelled(root: etree._Element) -> None:
    unused = [each for each in iter_elements(root, "num") if each.get(qn("numId")) == UNLABELLED]
    for instance in unused:
        definition = ensure_properties(instance, "abstractNumId").get(qn("val"))
        root.remove(instance)
        for each in root.findall(qn("abstractNum")):
            if each.get(qn("abstractNumId")) == definition:
                root.remove(each)
