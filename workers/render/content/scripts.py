"""Script detection: which characters are Arabic or Latin, and so the direction of a text."""

import re
from collections.abc import Iterator

from service.domain.text.markup.tree import Direction

_ARABIC_RANGE = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LATIN_RANGE = "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff"

ARABIC = re.compile(f"[{_ARABIC_RANGE}]")
LATIN = re.compile(f"[{_LATIN_RANGE}]")
ARABIC_RUN = re.compile(f"[{_ARABIC_RANGE}](?:[{_ARABIC_RANGE}\u200c\u200d «»]*[{_ARABIC_RANGE}])?")
LATIN_RUN = re.compile(f"[{_LATIN_RANGE}](?:[{_LATIN_RANGE}\u0300-\u036f0-9 ,.'’/&:@_+-]*[{_LATIN_RANGE}0-9])?")


def dominant_direction(text: str) -> Direction:
    """Return the direction of the script with more letters; "ltr" if there are none."""
    return "rtl" if len(ARABIC.findall(text)) > len(LATIN.findall(text)) else "ltr"


def split_by_script(text: str, *, foreign: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    """Split a text at the runs that match `foreign`: yield pieces, each with whether it is such a run."""
    start = 0
    for run in foreign.finditer(text):
        if run.start() > start:
            yield text[start : run.start()], False
        yield run.group(), True
        start = run.end()
    if start < len(text):
        yield text[start:], False
