import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from workers.render.content.manuscript import Manuscript, from_json

TEMPLATES = Path(__file__).parents[4] / "templates"
EXAMPLES = {"ar": "manuscript.example.json", "en": "manuscript.example.en.json"}


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
