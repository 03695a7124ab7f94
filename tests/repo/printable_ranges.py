"""`python -m tests.repo.printable_ranges`: regenerate the table of characters covered by the print fonts."""

import re
import textwrap
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

from workers.render.content import fonts

UNASSIGNED = {"Cc", "Cn", "Co", "Cs"}
"""Categories without a meaning of their own: private-use characters look different in every font."""

MODULE = Path(__file__).parents[2] / "service" / "domain" / "text" / "markup" / "printable.py"


def covered_code_points() -> set[int]:
    """Return the code points any of the print fonts has a glyph for."""
    files = (file for directory in fonts.directories() for file in sorted(directory.glob("*.ttf")))
    points: set[int] = set()
    for file in files:
        with TTFont(file, lazy=True) as font:
            points |= set(font.getBestCmap())
    return {point for point in points if point >= 0x20 and unicodedata.category(chr(point)) not in UNASSIGNED}


def format_ranges(code_points: set[int]) -> str:
    """Return the code points as `first-last` in hexadecimal, wrapped."""
    runs: list[list[int]] = []
    for point in sorted(code_points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    words = (f"{first:x}-{last:x}" if first != last else f"{first:x}" for first, last in runs)
    return "\n".join(textwrap.wrap(" ".join(words), 112))


def main() -> None:
    source = MODULE.read_text("utf-8")
    table = f'RANGES = """\n{format_ranges(covered_code_points())}\n"""\n'
    MODULE.write_text(re.sub(r'RANGES = """\n.*?"""\n', table, source, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
