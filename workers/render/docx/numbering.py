"""The numbering part: the lists of the list styles, and the indentation of every level."""

from lxml import etree

from workers.render.docx.paragraphs import UNLABELLED
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.styles import STYLE_LISTS, style_id
from workers.render.docx.xml import ensure_properties, iter_elements, make_element, qn

LEVELS = 9
"""Levels of a numbering definition; Word has no more."""

_LINKED_LEVELS = 5
_STYLES = {"number": "List Number", "bullet": "List Bullet"}


def add_style_lists(root: etree._Element) -> None:
    """Add the definitions of the list styles, as pandoc writes its own, and drop that of unlabelled paragraphs."""
    _drop_unlabelled(root)
    for position, (name, number) in enumerate(STYLE_LISTS.items()):
        root.insert(position, _definition(name, number))
        instance = make_element("num", numId=number)
        instance.append(make_element("abstractNumId", val=number))
        root.append(instance)


def set_indentation(root: etree._Element, sheet: StyleSheet) -> None:
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
    definition.append(make_element("multiLevelType", val="multilevel"))
    for depth in range(LEVELS):
        level = make_element("lvl", ilvl=depth)
        level.append(make_element("start", val=1))
        letters = "lowerLetter" if depth % 2 else "decimal"
        level.append(make_element("numFmt", val="bullet" if name == "bullet" else letters))
        if depth < _LINKED_LEVELS:
            style = _STYLES[name] if depth == 0 else f"{_STYLES[name]} {depth + 1}"
            level.append(make_element("pStyle", val=style_id(style)))
        level.append(make_element("lvlText", val="•" if name == "bullet" else f"%{depth + 1}."))
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
