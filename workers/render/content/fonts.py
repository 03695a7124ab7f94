"""The print fonts, found in the installed font packages and nowhere else."""

import hashlib
import re
from functools import cache
from pathlib import Path

import fontpkg

from service.files import script_fonts
from workers.render.errors import RenderRefused

FAMILIES = ("Amiri", "Source Serif 4", "IBM Plex Sans", "IBM Plex Sans Arabic", "IBM Plex Mono")
"""Font families by their names in the font packages."""

_OTHER_SCRIPTS = re.compile(r"[\u0530-\u058f\u0700-\u074f\ufb13-\ufb17]")


@cache
def directories() -> tuple[Path, ...]:
    """Return the directories with the TTF files of FAMILIES, in that order.

    Raises RenderRefused with the missing family.
    """
    return tuple(_directory(family) for family in FAMILIES)


@cache
def digests() -> dict[str, str]:
    """Return the SHA-256 of every font file by file name: a part of the pipeline key."""
    files = [file for directory in directories() for file in sorted(directory.glob("*.ttf"))]
    files += script_fonts.font_files()
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def needs_script_fonts(text: str) -> bool:
    """Return whether a text has letters of the scripts of `script_fonts`."""
    return _OTHER_SCRIPTS.search(text) is not None


def script_directories() -> tuple[Path, ...]:
    """Return the directories of the fonts of `script_fonts`; none if they are not installed."""
    return tuple(dict.fromkeys(file.parent for file in script_fonts.font_files()))


def file(name: str) -> Path:
    """Return the path of a font file by its name. Raises RenderRefused if there is none."""
    for directory in (*directories(), *script_directories()):
        if (directory / name).is_file():
            return directory / name
    raise RenderRefused(detail=f"the font file {name} is missing; install the font packages again.")


def _directory(family: str) -> Path:
    package = f"fontpkg-{family.lower().replace(' ', '-')}"
    try:
        file = Path(fontpkg.path(family))
    except fontpkg.errors.FontpkgError:
        raise RenderRefused(detail=f"the font {family} is missing; install the package {package}.") from None
    if not file.is_file():
        raise RenderRefused(detail=f"the font {family} is missing on disk; install the package {package} again.")
    return file.parent
