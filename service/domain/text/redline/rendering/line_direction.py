"""The direction of one line of a comparison, by its own letters."""

from collections.abc import Sequence
from unicodedata import bidirectional

from service.domain.text.markup.tree import Direction
from service.domain.text.redline.lines import LineRun

MIN_DIRECTION_SHARE = 4
"""How many times as many letters of the other direction as of the page's a line has that runs the other way."""


def line_direction(runs: Sequence[LineRun], direction: Direction) -> Direction:
    """Return the direction of a line by its own letters: that of the page, unless nearly all are of the other one."""
    classes = [bidirectional(letter) for run in runs for letter in run.new or run.old]
    right, left = sum(one in ("R", "AL") for one in classes), classes.count("L")
    if direction == "rtl":
        return "ltr" if left and left >= MIN_DIRECTION_SHARE * right else "rtl"
    return "rtl" if right and right >= MIN_DIRECTION_SHARE * left else "ltr"
