"""Contact sheets of the screenshots that the browser tests made, and the pages that look different from before.

    MITHAQ_TEST_SHOTS=shots .venv/bin/python -m pytest tests/e2e/test_role_scenarios.py
    .venv/bin/python -m tests.support.contact_sheets shots [EARLIER_SHOTS]

Writes `sheet.LANGUAGE.WIDTH.SCHEME.jpg` into the directory. With the directory of an earlier run, prints the name of
each screenshot whose pixels differ, or that is new.
"""

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

CELL_WIDTH = {"360": 240, "1280": 480}
"""Pixels of a page in the sheet, by the width of the window."""

CELL_HEIGHT = 600
COLUMNS = 6
GAP = 12
CAPTION = 16


def main(arguments: Sequence[str]) -> None:
    """Write the sheets of a directory, and print what changed since an earlier one."""
    directory = Path(arguments[0])
    shots = sorted(directory.glob("*.*.*.*.png"), key=lambda path: (_kind(path), path.name))
    for kind, group in groupby(shots, key=_kind):
        sheet = directory / f"sheet.{kind}.jpg"
        _join(list(group), width=CELL_WIDTH[kind.split(".")[1]]).save(sheet, quality=80)
        sys.stdout.write(f"{sheet}\n")
    for earlier in arguments[1:]:
        for shot in shots:
            if _differs(shot, Path(earlier) / shot.name):
                sys.stdout.write(f"changed: {shot.name}\n")


def _kind(path: Path) -> str:
    """Return language, width and colour scheme of a screenshot: `ar.360.dark`."""
    return ".".join(path.name.split(".")[-4:-1])


def _join(paths: Sequence[Path], *, width: int) -> Image.Image:
    rows = -(-len(paths) // COLUMNS)
    size = (COLUMNS * (width + GAP) + GAP, rows * (CELL_HEIGHT + CAPTION + GAP) + GAP)
    sheet = Image.new("RGB", size, "#888")
    draw = ImageDraw.Draw(sheet)
    for place, path in enumerate(paths):
        x = GAP + place % COLUMNS * (width + GAP)
        y = GAP + place // COLUMNS * (CELL_HEIGHT + CAPTION + GAP)
        with Image.open(path) as shot:
            scaled = shot.convert("RGB").resize((width, max(1, shot.height * width // shot.width)))
        sheet.paste(scaled.crop((0, 0, width, min(scaled.height, CELL_HEIGHT))), (x, y + CAPTION))
        draw.text((x, y), path.name.rsplit(".", 4)[0], fill="white")
    return sheet


def _differs(shot: Path, earlier: Path) -> bool:
    if not earlier.is_file():
        return True
    with Image.open(shot) as new, Image.open(earlier) as old:
        return (
            new.size != old.size or ImageChops.difference(new.convert("RGB"), old.convert("RGB")).getbbox() is not None
        )


if __name__ == "__main__":
    main(sys.argv[1:])
