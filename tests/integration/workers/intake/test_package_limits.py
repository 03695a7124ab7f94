"""Small Word files that would cost a reader much: each is refused before it, at little cost, with its own reason."""

import time

import pytest

from service.domain.documents import word_import
from service.domain.documents.word_import import FAILURES
from service.domain.errors import TooLarge
from tests.support.word_files import build_document, package
from workers.intake.docx_reader import read_word
from workers.intake.package_limits import check_package

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
    'document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{}"/>'
    "</Relationships>"
)


def _word_file(body: str, *, at: str = "word/document.xml", **parts: str) -> bytes:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    fixed = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS.format(at), at: document}
    named = {f"word/{name}.xml": content for name, content in parts.items()}
    return package({name: content.encode() for name, content in {**fixed, **named}.items()})


def _paragraph(words: str = "x") -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def _row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def _table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _nested(depth: int) -> str:
    inner = _paragraph()
    for _ in range(depth):
        inner = _table(_row(inner + _paragraph()))
    return inner


def _notes(body: str, references: int, *, kind: str = "footnote") -> bytes:
    calls = "".join(f'<w:r><w:{kind}Reference w:id="1"/></w:r>' for _ in range(references))
    return _word_file(
        f"<w:p>{calls}</w:p>", **{f"{kind}s": f'<w:{kind}s {W}><w:{kind} w:id="1">{body}</w:{kind}></w:{kind}s>'}
    )


HOSTILE = {
    "paragraphs": (_word_file(_paragraph() * 300_000), "word_file_paragraphs"),
    "paragraphs of another part": (_word_file(_paragraph() * 300_000, at="word/media/a.png"), "word_file_paragraphs"),
    "wide first row": (
        _word_file(_table(_row(*[_paragraph()] * 2000), *[_row(_paragraph())] * 2000)),
        "word_file_cells",
    ),
    "a span": (
        _word_file(_table(_row(f'<w:tcPr><w:gridSpan w:val="99999"/></w:tcPr>{_paragraph()}'))),
        "word_file_cells",
    ),
    "a grid": (_word_file(_table("<w:gridCol/>" * 9000, *[_row(_paragraph())] * 3)), "word_file_cells"),
    "tables in tables": (_word_file(_nested(20)), "word_file_complex"),
    "runs": (_word_file(f"<w:p>{'<w:r><w:t>x</w:t></w:r>' * 120_000}</w:p>"), "word_file_complex"),
    "elements": (_word_file("<w:a/>" * 2_000_000), "word_file_complex"),
    "letters": (_word_file(_paragraph("x " * 600_000)), "text_too_long"),
    "notes": (_notes(_paragraph(), 3000), "word_file_notes"),
    "one long note many times": (_notes(_paragraph() * 1000, 1500), "word_file_paragraphs"),
    "one large endnote many times": (_notes(_paragraph("x" * 9000), 1500, kind="endnote"), "text_too_long"),
    "an entity": (
        package({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "word_file_complex",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_amplifying_file_is_refused_at_little_cost(name: str) -> None:
    data, code = HOSTILE[name]
    started = time.process_time()
    with pytest.raises(TooLarge) as raised:
        read_word(data, lang="en")
    assert raised.value.code == code
    assert time.process_time() - started < 1


def test_long_file_of_ordinary_kind_is_read() -> None:
    def fill(document: object) -> None:
        add = document.add_paragraph  # type: ignore[attr-defined]
        for number in range(300):
            add(f"Paragraph {number}").add_run(" with a bold word").bold = True
        document.add_table(rows=20, cols=5)  # type: ignore[attr-defined]

    assert "Paragraph 299 **with a bold word**" in read_word(build_document(fill), lang="en").text


def test_file_at_the_limits_passes_the_check() -> None:
    check_package(_word_file(_paragraph("word " * 9) * (word_import.MAX_PARAGRAPHS - 100)))
    check_package(_word_file(_table(*[_row(*[_paragraph()] * 100)] * 199)))
    check_package(_notes(_paragraph("word " * 9), word_import.MAX_NOTES))


def test_sentences_name_the_limits() -> None:
    limits = {
        "word_file_paragraphs": word_import.MAX_PARAGRAPHS,
        "word_file_cells": word_import.MAX_CELLS,
        "word_file_notes": word_import.MAX_NOTES,
    }
    assert all(f"{limit:,}" in FAILURES[code] for code, limit in limits.items())
