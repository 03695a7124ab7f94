"""Print fonts of scripts that a coalition's names are written in beside Arabic and Latin.

They come from packages that the lock file of the editor pins by hash, are copied when the editor is built, and are
absent from an installation whose editor was not built: such an installation refuses the scripts when a version is made.
"""

from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parents[1] / "web" / "static" / "built"
"""Where the build of the editor leaves them."""

SCRIPT_FONTS = {
    "armenian": ("NotoSansArmenian_400Regular.ttf", "NotoSansArmenian_700Bold.ttf"),
    "syriac": ("NotoSansSyriac_400Regular.ttf", "NotoSansSyriac_700Bold.ttf"),
}
"""Names of the files by the scripts of `domain.text.markup.printable`."""


@cache
def available_scripts(directory: Path = DIRECTORY) -> frozenset[str]:
    """Return the scripts whose fonts are installed."""
    return frozenset(
        script for script, names in SCRIPT_FONTS.items() if all((directory / name).is_file() for name in names)
    )


def font_files(directory: Path = DIRECTORY) -> tuple[Path, ...]:
    """Return the installed font files, in a fixed order."""
    return tuple(directory / name for script in sorted(available_scripts(directory)) for name in SCRIPT_FONTS[script])
