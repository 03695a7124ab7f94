"""The item of a list that a paragraph without a label of its own can continue."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from workers.intake.package.numbering import Label, indent
from workers.intake.package.styles import WordStyles

_CONTINUED = re.compile(r"list continue(?: (\d))?")
_INDENT_TOLERANCE = 60
"""Twentieths of a point by which the second paragraph of an item may stand off its text."""


@dataclass(slots=True)
class OpenItem:
    """The last item of a story that is still open; `label` is None outside of lists."""

    styles: WordStyles
    label: Label | None = None

    @property
    def depth(self) -> int:
        """How many lists are around the text of the item."""
        return self.label.depth + 1 if self.label else 0

    def continued_depth(
        self, label: Label | None, names: Iterable[str], properties: etree._Element | None, style_id: str
    ) -> int:
        """Return the depth of the item that a paragraph continues; 0 if none."""
        if self.label is None:
            return 0
        if label and label.blank:
            return label.depth + 1
        continued = next((found for name in names if (found := _CONTINUED.fullmatch(name))), None)
        if continued:
            return int(continued[1] or 1)
        if label and label.words:
            return 0
        left = indent(properties)
        if left is None:
            left = indent(self.styles.find(style_id, "pPr"))
        return self.depth_at(left or 0)

    def depth_at(self, left: int) -> int:
        """Return the depth of the open item whose text is indented as far as `left`, in twentieths of a point."""
        at = self.label.left if self.label else None
        return 0 if at is None or left <= 0 or left < at - _INDENT_TOLERANCE else self.depth
