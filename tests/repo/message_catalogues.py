"""`make words`: collect the messages of the service into the catalogues, keeping existing translations."""

import copy
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from service.i18n import GETTEXT_DOMAIN, LANGUAGES, LOCALE_DIR, Language

ROOT = Path(__file__).parents[2]
SOURCE_FOLDERS = ("service", "workers")

Keywords = Mapping[str, tuple[int, ...] | None]

PYTHON_KEYWORDS: Keywords = {"N_": None, "t": None, "n": (1, 2), "forms": (1, 2)}
"""Functions whose literal arguments are messages: N_("…"), words.t("…"), words.n("…", "…", count), words.forms("…",
"…")."""

TEMPLATE_KEYWORDS: Keywords = {"_": None, "n_": (1, 2)}
"""The same in templates."""

SOURCES: tuple[tuple[str, str, Keywords], ...] = (
    ("**.py", "python", PYTHON_KEYWORDS),
    ("**/templates/**.html", "jinja2.ext:babel_extract", TEMPLATE_KEYWORDS),
    ("**/templates/**.txt", "jinja2.ext:babel_extract", TEMPLATE_KEYWORDS),
)


def collect() -> Catalog:
    """Return every message of the programs and pages, without line numbers: they would make every edit a conflict."""
    found = Catalog(domain=GETTEXT_DOMAIN, fuzzy=False)
    for place in SOURCE_FOLDERS:
        for pattern, method, keywords in SOURCES:
            options = {pattern: {"silent": "false"}}
            for _, _, message, _, _ in extract_from_dir(ROOT / place, [(pattern, method)], options, keywords):
                found.add(message)
    return found


def read(row: Language) -> Catalog:
    """Return the catalogue of `row`; an empty one where there is none."""
    path = catalogue_path(row)
    source = path.read_bytes() if path.exists() else b""
    return read_po(BytesIO(source), locale=row.code, domain=GETTEXT_DOMAIN)


def merge(row: Language, found: Catalog) -> Catalog:
    """Return exactly the messages of `found`, with the existing translations of `row`."""
    existing, merged = read(row), copy.deepcopy(found)
    merged.locale, merged.project, merged.copyright_holder = row.code, "Mithaq", ""
    for message in messages(merged):
        old = existing.get(message.id)
        message.string = old.string if old is not None and is_translated(old) else initial_translation(row, message)
    return merged


def initial_translation(row: Language, message: Message) -> str | tuple[str, ...]:
    """Return the initial translation of `message`: English is its own first translation."""
    empty_forms = ("",) * plural_count(row)
    if row.code == "en":
        return message.id if isinstance(message.id, str) else tuple(message.id)
    return empty_forms if message.pluralizable else ""


def plural_count(row: Language) -> int:
    return int(row.plurals.partition("nplurals=")[2].partition(";")[0])


def is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def catalogue_path(row: Language) -> Path:
    return LOCALE_DIR / row.code / "LC_MESSAGES" / f"{GETTEXT_DOMAIN}.po"


def write(row: Language, catalogue: Catalog) -> None:
    """Return the catalogue as a file whose bytes depend on its messages alone: no date, no author, sorted."""
    body = BytesIO()
    write_po(body, catalogue, width=110, sort_output=True, omit_header=True)
    header = (
        f'# {row.name}\nmsgid ""\nmsgstr ""\n"Language: {row.code}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {row.plurals}\\n"\n\n'
    )
    path = catalogue_path(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + body.getvalue())


def main() -> None:
    found = collect()
    for row in LANGUAGES.values():
        write(row, merge(row, found))


if __name__ == "__main__":
    main()
