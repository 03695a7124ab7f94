"""Web fonts of the pages: subsets of the installed font packages by script, as WOFF2.

Built at installation into `static/built/`. Without them the pages use fonts of the user's system.
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

OUTPUT_DIR = Path(__file__).parents[1] / "static" / "built"
STYLESHEET = "fonts.css"

ARABIC_RANGES = (
    "U+0020-0040, U+005B-0060, U+007B-007E, U+00A0, U+00AB, U+00BB, U+00D7, U+0600-06FF, "
    "U+200B-2015, U+2018-201E, U+2022, U+2026, U+2039-203A, U+2066-2069, U+2212, U+FD3E-FD3F, U+FDF2, U+FDFA"
)
"""Letters of Arabic, Kurdish and Persian, with punctuation and spaces, so that a run is set in one font."""

LATIN_RANGES = (
    "U+0000-02FF, U+1E00-1EFF, U+2000-200B, U+2012-2014, U+2018-201E, U+2020-2022, U+2026, U+2030, U+2039-203A, "
    "U+2066-206F, U+20AC, U+2116, U+2122, U+2190-2193, U+21A9, U+2212, U+FEFF"
)

KEPT_NAME_IDS = (0, 13, 14)
"""Name IDs that are kept: a modified font must not carry a reserved font name (OFL)."""


@dataclass(frozen=True)
class WebFont:
    """One web font: its weights, Unicode ranges, and the variation axes to instantiate."""

    family: str
    weight: str
    ranges: str
    fixed_axes: Mapping[str, float | tuple[float, float]] | None = None

    @property
    def file(self) -> str:
        """The file name."""
        script = "arabic" if self.ranges == ARABIC_RANGES else "latin"
        return f"{self.family.lower().replace(' ', '-')}-{script}-{self.weight.replace(' ', '-')}.woff2"


WEB_FONTS = (
    WebFont("Amiri", "400", ARABIC_RANGES),
    WebFont("Amiri", "700", ARABIC_RANGES),
    WebFont("IBM Plex Sans Arabic", "400", ARABIC_RANGES),
    WebFont("IBM Plex Sans Arabic", "500", ARABIC_RANGES),
    WebFont("IBM Plex Sans Arabic", "600", ARABIC_RANGES),
    WebFont("IBM Plex Sans", "400 600", LATIN_RANGES, {"wdth": 100, "wght": (400, 600)}),
    WebFont("Source Serif 4", "400 700", LATIN_RANGES, {"opsz": 14, "wght": (400, 700)}),
    WebFont("IBM Plex Mono", "400", LATIN_RANGES),
    WebFont("IBM Plex Mono", "500", LATIN_RANGES),
)


def build(directory: Path = OUTPUT_DIR) -> None:
    """Build all fonts and their style sheet, unless they are up to date with the installed packages.

    Raises OSError if `directory` cannot be written, fontpkg.FontpkgError if a family is not installed.
    """
    stamp = directory / "stamp"
    sources = _sources_digest()
    if stamp.is_file() and stamp.read_text() == sources:
        return
    directory.mkdir(parents=True, exist_ok=True)
    for web_font in WEB_FONTS:
        _build_font(web_font, directory / web_font.file)
    (directory / STYLESHEET).write_text("".join(_font_face_rule(face, directory) for face in WEB_FONTS))
    stamp.write_text(sources)


def _build_font(web_font: WebFont, target: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    with TTFont(_source_path(web_font)) as font, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _subset_font(font, web_font)
        if web_font.fixed_axes:
            instancer.instantiateVariableFont(font, dict(web_font.fixed_axes), inplace=True)
        font.flavor = "woff2"
        new_file = target.with_suffix(".new")
        font.save(new_file)
        new_file.replace(target)


def _subset_font(font: TTFont, web_font: WebFont) -> None:
    options = Options(name_IDs=list(KEPT_NAME_IDS), notdef_outline=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_code_points(web_font.ranges))
    subsetter.subset(font)


def _code_points(ranges: str) -> list[int]:
    code_points: list[int] = []
    for part in ranges.split(", "):
        first, _, last = part.removeprefix("U+").partition("-")
        code_points.extend(range(int(first, 16), int(last or first, 16) + 1))
    return code_points


def _source_path(web_font: WebFont) -> Path:
    return Path(fontpkg.path(web_font.family, weight=int(web_font.weight.split()[0])))


def _sources_digest() -> str:
    """Return a digest of the package versions and WEB_FONTS; when it changes, the files are rebuilt."""
    packages = {f"fontpkg-{face.family.lower().replace(' ', '-')}" for face in WEB_FONTS}
    named = [f"{name} {version(name)}" for name in sorted(packages | {"fonttools"})]
    return hashlib.sha256("\n".join([*named, repr(WEB_FONTS)]).encode()).hexdigest()


def _font_face_rule(web_font: WebFont, directory: Path) -> str:
    digest = hashlib.sha256((directory / web_font.file).read_bytes()).hexdigest()[:12]
    return (
        f'@font-face{{font-family:"{web_font.family}";font-weight:{web_font.weight};font-style:normal;font-display:swap;'
        f'src:url("{web_font.file}?v={digest}") format("woff2");unicode-range:{web_font.ranges}}}\n'
    )
