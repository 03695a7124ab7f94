"""One concept, one word: words retired in retired.tsv are not used in names, prose or pages.

Ordinary words are retired in one scope only: `identifier` (names in Python), `prose` (docstrings, comments, English
documents), `page` (English messages). Sample texts, test data, the glossary, migrations and persisted names are exempt.
"""

import ast
import csv
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PROGRAMS = ("service", "workers", "tests", "bench")
TABLE = Path(__file__).with_name("retired.tsv")
EXEMPT_DOCUMENTS = {"docs/glossary.md", "docs/adr/0021-vocabulary-and-packages.md", "CHANGELOG.md"}
PERSISTED_NAMES = {"remark": "workers/render/content/print_content.py"}
"""Names that print templates read as JSON keys, by the module that defines them."""

EXEMPT_FOLDERS = ("docs/ar", "docs/guide/ar")


@dataclass(frozen=True)
class Retired:
    """A row of the table: `pattern` matches the word in its scope."""

    word: str
    scope: str
    pattern: str
    replacement: str
    matching: str
    other: str

    def is_in(self, text: str) -> bool:
        """Return whether the word is used in `text`: as a part of a name, or in prose."""
        if self.scope != "identifier":
            return re.search(self.pattern, text) is not None
        parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
        return any(re.fullmatch(self.pattern, part.lower()) for part in parts)


def table() -> list[Retired]:
    rows = list(csv.reader(TABLE.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Retired(*row) for row in rows[1:]]


def retired(scope: str) -> list[Retired]:
    return [row for row in table() if row.scope == scope]


@cache
def modules() -> tuple[Path, ...]:
    found = (path for program in PROGRAMS for path in sorted((ROOT / program).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts)


def names() -> Iterator[tuple[str, str]]:
    """Yield every name that a module defines, after its place (path:line)."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", str(name)
                case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", str(name)


def prose() -> Iterator[tuple[str, str]]:
    """Yield the text of docstrings, comments and English documents, each after its place (path:line)."""
    for path in modules():
        source = path.read_text("utf-8")
        place = path.relative_to(ROOT)
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield f"{place}:{token.start[0]}", token.string
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield f"{place}:{node.lineno}", node.value.value
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        name = str(path.relative_to(ROOT))
        if name not in EXEMPT_DOCUMENTS and not name.startswith(EXEMPT_FOLDERS):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                yield f"{name}:{number}", line


def messages() -> Iterator[tuple[str, str]]:
    """Yield the forms of the English messages, each after the name of the catalogue."""
    catalogue = ROOT / "service" / "locale" / "en" / "LC_MESSAGES" / "mithaq.po"
    for message in read_po(io.BytesIO(catalogue.read_bytes()), locale="en"):
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for form in filter(None, forms if message.id else ()):
            yield "mithaq.po", form


TEXTS = {"identifier": names, "prose": prose, "page": messages}


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row.scope}-{row.word}")
def test_patterns_match_their_examples_only(row: Retired) -> None:
    assert row.scope in TEXTS
    assert row.is_in(row.matching)
    assert not row.is_in(row.other)


@pytest.mark.parametrize("scope", sorted(TEXTS))
def test_retired_words_are_not_used(scope: str) -> None:
    rows = retired(scope)
    used = [
        f"{place}: “{row.word}” is retired, write {row.replacement}"
        for place, text in TEXTS[scope]()
        for row in rows
        if row.is_in(text) and not place.startswith(PERSISTED_NAMES.get(text, "\0"))
    ]
    assert used == []
