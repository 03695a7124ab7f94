"""What references print: the labels of the headings of a text."""

import re

from service.domain.text.structure.provisions import label_of

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>.*?)[ \t]+\{#(?P<id>[a-z0-9-]+)\}$", re.MULTILINE)


def reference_labels(text: str) -> dict[str, str]:
    """Return what references to the headings of a text print, by heading id."""
    found = _HEADING.finditer(text)
    return {heading["id"]: label_of(heading["title"]) or heading["title"] for heading in found}
