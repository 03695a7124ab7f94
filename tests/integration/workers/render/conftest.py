import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.papers.pdf_geometry import misplaced_words
from workers.render import formats
from workers.render.content.manuscript import Manuscript, from_json
from workers.render.content.prepared_text import PreparedManuscript

TEMPLATES = Path(__file__).parents[4] / "templates"
EXAMPLES = {"ar": "manuscript.example.json", "en": "manuscript.example.en.json"}


@pytest.fixture(autouse=True)
def words_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every PDF that a test renders: no word over another, none outside the margins."""
    pdf = formats.FORMATS["pdf"]

    def compare(prepared: PreparedManuscript, file: bytes) -> None:
        pdf.compare(prepared, file)
        assert misplaced_words(file) == []

    monkeypatch.setitem(formats.FORMATS, "pdf", replace(pdf, compare=compare))


@cache
def example(lang: str) -> Manuscript:
    return from_json(json.loads((TEMPLATES / EXAMPLES[lang]).read_text(encoding="utf-8")))


@pytest.fixture
def manuscript() -> Callable[..., Manuscript]:
    """`manuscript("ar", kind="letter")`: the example manuscript in a language, with other fields."""

    def make(lang: str, **fields: Any) -> Manuscript:
        return replace(example(lang), **fields)

    return make


@pytest.fixture
def plain_manuscript() -> Callable[..., Manuscript]:
    """`plain_manuscript("text")`: a manuscript of only a text and its title."""

    def make(text: str, lang: str = "en", **fields: Any) -> Manuscript:
        rtl = lang == "ar"
        plain = Manuscript(
            lang=lang,
            dir="rtl" if rtl else "ltr",
            digits="arab" if rtl else "latn",
            kind="statement",
            title="عنوان" if rtl else "Title",
            text=text,
        )
        return replace(plain, **fields)

    return make
