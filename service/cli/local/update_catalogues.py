"""`make words`: extract the messages with pybabel and update the catalogues, keeping what is translated."""

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from service.i18n import GETTEXT_DOMAIN, LANGUAGES, LOCALE_DIR, Language

ROOT = Path(__file__).parents[3]
SOURCE_FOLDERS = ("service", "workers")
KEYWORDS = ("N_", "t", "n:1,2", "forms:1,2", "_", "n_:1,2")
"""The functions whose literal arguments are messages, `_` and `n_` in templates, the others in Python."""


def extract(template: Path) -> None:
    """Write every message of the programs and pages into `template`."""
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    _pybabel(
        "extract", "--mapping=babel.cfg", "--no-default-keywords", *keywords, "--output", template, *SOURCE_FOLDERS
    )


def update(language: Language, template: Path) -> None:
    """Make the catalogue hold exactly the messages of `template`, with the translations it already has."""
    selected: list[str | Path] = [
        "--locale",
        language.code,
        "--domain",
        GETTEXT_DOMAIN,
        "--output-dir",
        LOCALE_DIR,
        "--init-missing",
    ]
    _pybabel("update", "--input-file", template, *selected, "--no-fuzzy-matching", "--ignore-obsolete")
    catalogue = read_catalogue(language)
    if language.code == "en":
        _translate_by_id(catalogue)
    _write(language, catalogue)


def read_catalogue(language: Language) -> Catalog:
    """The catalogue of `language`."""
    with catalogue_path(language).open("rb") as source:
        return read_po(source, locale=language.code, domain=GETTEXT_DOMAIN)


def catalogue_path(language: Language) -> Path:
    """The file of the catalogue of `language`."""
    return LOCALE_DIR / language.code / "LC_MESSAGES" / f"{GETTEXT_DOMAIN}.po"


def _pybabel(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments], cwd=ROOT, check=True)


def _translate_by_id(catalogue: Catalog) -> None:
    """Use the message ids, which are English, where nothing else is given."""
    for message in catalogue:
        if message.id and not any(message.string or ""):
            message.string = message.id if isinstance(message.id, str) else tuple(message.id)


def _write(language: Language, catalogue: Catalog) -> None:
    """Write bytes that depend on the messages alone: sorted, without dates, authors and line numbers.

    Otherwise every edit would be a conflict.
    """
    body = BytesIO()
    write_po(body, catalogue, width=110, sort_output=True, omit_header=True, no_location=True)
    header = (
        f'# {language.name}\nmsgid ""\nmsgstr ""\n"Language: {language.code}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {language.plurals}\\n"\n\n'
    )
    catalogue_path(language).write_bytes(header.encode() + body.getvalue())


def main() -> None:
    """Update the catalogue of every language."""
    with tempfile.TemporaryDirectory() as directory:
        template = Path(directory) / f"{GETTEXT_DOMAIN}.pot"
        extract(template)
        for language in LANGUAGES.values():
            update(language, template)


if __name__ == "__main__":
    main()
