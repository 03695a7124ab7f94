"""Remove from an environment what running Mithaq never reads: foreign locales, tests and sources of libraries.

python -m service.cli.local.slim               what any installation can do without
python -m service.cli.local.slim --image       the same, symbols of the libraries too; then compile what is used

With --image it runs while an image is built: nothing is installed into that environment afterwards.
"""

import argparse
import importlib
import pkgutil
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import service
import workers
from service.cli.local.private_redis import BUNDLED_SERVER
from service.languages import LANGUAGES

WEB = Path(service.__file__).parent / "web"
EDITOR_BUILDERS = (WEB / "editor" / "node_modules", BUNDLED_SERVER.with_name("node"))
"""What built the editor; `make install` fetches it again when the editor's sources have changed."""

SOURCE_SUFFIXES = (".c", ".cpp", ".h", ".pxd", ".pxi", ".pyx", ".a")
"""Sources from which libraries were built."""

TESTED_PACKAGES = ("numpy", "regex", "fontTools", "greenlet")
"""Packages that carry directories `tests`."""

BUILD_PACKAGES = ("numpy/distutils", "numpy/f2py", "numpy/_pyinstaller", "sqlalchemy/testing")
"""Parts of packages that build or test other programs."""

UNUSED_IN_IMAGE = (
    *("PIL/_avif*", "PIL/_imagingcms*", "PIL/_imagingft*", "PIL/_webp*"),  # logos are PNG, JPEG or SVG
    *(
        f"pillow.libs/lib{name}*"
        for name in ("avif", "brotli", "freetype", "harfbuzz", "lcms2", "png", "sharpyuv", "webp")
    ),
    *("lxml/objectify*", "lxml/html", "lxml/isoschematron", "**/*.pyi"),
    *("numpy/_core/_simd*", "numpy/_core/_*_tests*", "numpy/_core/_*_test.*"),
    *("fontTools", "fonttools-*", "*brotli*", "zopfli*"),  # web fonts were made while the image was built
)
"""What an image does without, as patterns: nothing is developed, built or installed in it."""

BUILD_MODULES = (
    "service.cli.local.editor_build",
    "service.cli.local.provision",
    "service.cli.local.update_catalogues",
    "service.web.rendering.web_fonts",
)
"""Modules that run while an installation or an image is built, never after."""

RUN_BY_OTHERS = ("service.store.migrations.env",)
"""Modules that Alembic runs, and which cannot be imported."""


def main() -> None:
    """Remove, and say how much that was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", action="store_true")
    image = parser.parse_args().image
    site = Path(sysconfig.get_path("purelib"))
    removed = remove_unused(site, image=image)
    if image:
        removed += strip_symbols(site)
        import_everything()
    elif (WEB / "static" / "built" / "editor.js").is_file():
        removed += sum(_remove(path) for path in EDITOR_BUILDERS if not path.is_symlink())
    click.echo(f"{removed / 1e6:.0f} MB were removed that running Mithaq never reads.")


def remove_unused(site: Path, *, image: bool = False) -> int:
    """Remove unused files of the packages in `site`; return how many bytes they had."""
    paths = [*unused_locales(site), *unused_sources(site)]
    paths += [found for name in TESTED_PACKAGES for found in (site / name).rglob("tests") if found.is_dir()]
    paths += [site / name for name in BUILD_PACKAGES]
    if image:
        paths += [found for pattern in UNUSED_IN_IMAGE for found in site.glob(pattern)]
    return sum(_remove(path) for path in paths)


def unused_locales(site: Path) -> Iterator[Path]:
    """Yield the locales of Babel that no language of Mithaq needs."""
    needed = {"root", *LANGUAGES}
    for path in (site / "babel" / "locale-data").glob("*.dat"):
        if path.stem.partition("_")[0] not in needed:
            yield path


def unused_sources(site: Path) -> Iterator[Path]:
    """Yield sources from which the binary modules of packages were built."""
    for path in site.rglob("*"):
        if path.suffix in SOURCE_SUFFIXES and path.is_file():
            yield path


def strip_symbols(site: Path) -> int:
    """Strip the symbols of binary modules with the program `strip`; return how many bytes they had.

    Not of the libraries in *.libs: their headers were rewritten when the wheel was made, and stripping can damage them.
    """
    program = shutil.which("strip")
    if program is None:
        raise SystemExit("The program strip was not found: install binutils.")
    modules = [path for path in site.rglob("*.so") if not path.parent.name.endswith(".libs")]
    before = _size(modules)
    subprocess.run([program, "--strip-unneeded", *modules], check=True)
    return before - _size(modules)


def import_everything() -> None:
    """Import all modules of Mithaq, so that Python compiles them and what they use, and nothing else.

    Fails if a file was removed that one of them needs.
    """
    for package in (service, workers):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in (*RUN_BY_OTHERS, *BUILD_MODULES):
                importlib.import_module(module.name)


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _remove(path: Path) -> int:
    if path.is_dir():
        size = _size(found for found in path.rglob("*") if found.is_file())
        shutil.rmtree(path)
        return size
    if not path.exists():
        return 0
    size = path.stat().st_size
    path.unlink()
    return size


if __name__ == "__main__":
    main()
