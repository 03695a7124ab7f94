"""Word files of every feature, as several programs write them, in two languages: no word is lost without a notice."""

import html
import re
from collections import Counter

import pytest

from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.parser import parse_markup
from tests.support.word_corpus.features import FEATURES
from tests.support.word_corpus.file_builder import FileBuilder
from tests.support.word_corpus.programs import PROGRAMS
from tests.support.word_corpus.visible_words import visible_words, words_of
from workers.intake.docx_reader import ImportedText, import_text
from workers.intake.text_of_file import read_file

LEFT_OUT = {"matter", "contents"}
"""Notices about visible words that are left out, and shown."""


def shown_words(imported: ImportedText, lang: str) -> Counter[str]:
    """Return the words that a reader of the imported text sees."""
    page = render_preview(parse_markup(imported.text), lang=lang, digits="latn", dir="rtl" if lang == "ar" else "ltr")
    inline = re.sub(r"</?(?:strong|em|a|bdi|span|code|b|i)\b[^>]*>", "", page)
    return words_of(html.unescape(re.sub(r"<[^>]+>", " ", inline)))


def noticed_words(imported: ImportedText) -> Counter[str]:
    """Return the words of what was left out and is shown beside the text."""
    samples = imported.found["samples"]
    assert isinstance(samples, list)
    return words_of(" ".join(one["words"] for one in samples if one["code"] in LEFT_OUT))


@pytest.mark.parametrize("feature", FEATURES)
def test_no_word_of_a_file_is_lost_silently(feature: str) -> None:
    for program in PROGRAMS:
        for lang in ("ar", "en"):
            builder = FileBuilder(program, lang)
            expected = FEATURES[feature](builder)
            data = builder.finish()
            imported = import_text(read_file(data, lang=lang))
            place = f"{feature}, {program.name}, {lang}:\n{imported.text}"
            missing = visible_words(data) - shown_words(imported, lang) - noticed_words(imported)
            assert not missing, f"{place}\nmissing: {missing}"
            offset = 0
            for passage in expected.shown:
                assert passage in imported.text[offset:], f"{place}\nexpected: {passage}"
                offset = imported.text.index(passage, offset)
            assert not [words for words in expected.gone if words in imported.text], place
            assert imported.found["notices"] == dict(expected.notices), f"{place}\n{imported.found['notices']}"


def test_corpus_has_every_feature_in_both_languages_and_all_programs() -> None:
    assert len(FEATURES) * len(PROGRAMS) * 2 >= 150
