"""Web fonts of the pages, made from the installed font packages: the letters each script needs, as WOFF2.

Made at installation into `static/built/`. Where they could not be made the pages are served in the reader's own fonts.
"""

import hashlib
import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import fontpkg
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

BUILT = Path(__file__).parents[1] / "static" / "built"
SHEET = "fonts.css"

ARABIC = (
    "U+0020-0040, U+005B-0060, U+007B-007E, U+00A0, U+00AB, U+00BB, U+00D7, U+0600-06FF, "
    "U+200B-2015, U+2018-201E, U+2022, U+2026, U+2039-203A, U+2066-2069, U+2212, U+FD3E-FD3F, U+FDF2, U+FDFA"
)
"""Arabic, Kurdish and Persian letters, with the signs and spaces between words: a run is set in one font."""

LATIN = (
    "U+0000-02FF, U+1E00-1EFF, U+2000-200B, U+2012-2014, U+2018-201E, U+2020-2022, U+2026, U+2030, U+2039-203A, "
    "U+2066-206F, U+20AC, U+2116, U+2122, U+2190-2193, U+21A9, U+2212, U+FEFF"
)

COPYRIGHT_AND_LICENCE = (0, 13, 14)
"""Ids of the names a web font keeps: what was cut down does not carry a reserved name."""


@dataclass(frozen=True)
class Face:
    """One web font: the weights it serves, the letters it holds, the axes it is fixed at."""

    family: str
    weight: str
    ranges: str
    fixed: Mapping[str, float | tuple[float, float]] | None = None

    @property
    def file(self) -> str:
        script = "arabic" if self.ranges == ARABIC else "latin"
        return f"{self.family.lower().replace(' ', '-')}-{script}-{self.weight.replace(' ', '-')}.woff2"


FACES = (
    Face("Amiri", "400", ARABIC),
    Face("Amiri", "700", ARABIC),
    Face("IBM Plex Sans Arabic", "400", ARABIC),
    Face("IBM Plex Sans Arabic", "500", ARABIC),
    Face("IBM Plex Sans Arabic", "600", ARABIC),
    Face("IBM Plex Sans", "400 600", LATIN, {"wdth": 100, "wght": (400, 600)}),
    Face("Source Serif 4", "400 700", LATIN, {"opsz": 14, "wght": (400, 700)}),
    Face("IBM Plex Mono", "400", LATIN),
    Face("IBM Plex Mono", "500", LATIN),
)


def build(directory: Path = BUILT) -> None:
    """Make every face and the sheet that names them, unless they are there for these very packages.

    Raises OSError where `directory` cannot be written, fontpkg.FontpkgError where a family is not installed.
    """
    stamp = directory / "stamp"
    sources = _sources()
    if stamp.is_file() and stamp.read_text() == sources:
        return
    directory.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        _make(face, directory / face.file)
    (directory / SHEET).write_text("".join(_rule(face, directory) for face in FACES))
    stamp.write_text(sources)


def _make(face: Face, target: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    with TTFont(_source(face)) as font, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _cut(font, face)
        if face.fixed:
            instancer.instantiateVariableFont(font, dict(face.fixed), inplace=True)
        font.flavor = "woff2"
        fresh = target.with_suffix(".new")
        font.save(fresh)
        fresh.replace(target)


def _cut(font: TTFont, face: Face) -> None:
    options = Options(name_IDs=list(COPYRIGHT_AND_LICENCE), notdef_outline=True, hinting=False)
    cutter = Subsetter(options)
    cutter.populate(unicodes=_letters(face.ranges))
    cutter.subset(font)


def _letters(ranges: str) -> list[int]:
    letters: list[int] = []
    for part in ranges.split(", "):
        first, _, last = part.removeprefix("U+").partition("-")
        letters.extend(range(int(first, 16), int(last or first, 16) + 1))
    return letters


def _source(face: Face) -> Path:
    return Path(fontpkg.path(face.family, weight=int(face.weight.split()[0])))


def _sources() -> str:
    """What the files were made from: when it differs they are made anew."""
    packages = {f"fontpkg-{face.family.lower().replace(' ', '-')}" for face in FACES}
    named = [f"{name} {version(name)}" for name in sorted(packages | {"fonttools"})]
    return hashlib.sha256("\n".join([*named, repr(FACES)]).encode()).hexdigest()


def _rule(face: Face, directory: Path) -> str:
    digest = hashlib.sha256((directory / face.file).read_bytes()).hexdigest()[:12]
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:normal;font-display:swap;'
        f'src:url("{face.file}?v={digest}") format("woff2");unicode-range:{face.ranges}}}\n'
    )
