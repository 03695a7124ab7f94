"""What is printed around a text: reference line, mark of a draft, signatories; and headings and numbers of the text."""

from typing import Any

import pytest

from service.domain.text.markup.parser import parse_markup
from workers.render.content.manuscript import Coalition, DraftMark, Manuscript, Signatory, from_json, to_json
from workers.render.content.numbered_paragraphs import paragraph_labels
from workers.render.content.prepared_text import prepare_manuscript
from workers.render.content.print_content import PrintContent, shorten
from workers.render.content.provision_headings import parts_begin_page
from workers.render.content.templates import find_templates


def manuscript(lang: str, **fields: Any) -> Manuscript:
    rtl = lang == "ar"
    direction, digits = ("rtl", "arab") if rtl else ("ltr", "latn")
    values = {"kind": "statement", "title": "الماء" if rtl else "Water", "text": "", **fields}
    return Manuscript(lang=lang, dir=direction, digits=digits, **values)  # type: ignore[arg-type]  # fields of several types


def printed(lang: str, **fields: Any) -> PrintContent:
    return prepare_manuscript(manuscript(lang, **fields), directory=find_templates()).content


def test_fields_newer_than_the_release_are_left_out_at_their_defaults() -> None:
    names = to_json(manuscript("en", signatories=(Signatory("A", "endorse"),)))
    assert not {"reference", "numbered_paragraphs", "draft", "wording"} & set(names)
    assert names["signatories"] == [{"name": "A", "position": "endorse", "reservation": None}]


def test_newer_fields_round_trip() -> None:
    marks = (Signatory("A", "endorse", None, ("recent",)),)
    made = manuscript(
        "ar", reference="ب/٧", numbered_paragraphs=True, draft=DraftMark(None, "o", "2026-01-02"), signatories=marks
    )
    assert from_json(to_json(made)) == made


@pytest.mark.parametrize(
    ("lang", "version", "label"),
    [
        ("en", 3, "Draft: version 3 of “Water”, not approved"),
        ("en", None, "Draft of “Water”, not approved"),
        ("ar", 3, "مسودة: الإصدار ٣ من «الماء»، غير معتمَد"),
        ("ar", None, "مسودة «الماء»، غير معتمَدة"),
    ],
)
def test_draft_is_labelled(lang: str, version: int | None, label: str) -> None:
    content = printed(lang, draft=DraftMark(version, "جسر", "2026-11-30"))
    assert content.draft_label == label
    assert content.draft_foot == ("جسر، ٣٠ تشرين الثاني ٢٠٢٦" if lang == "ar" else "جسر, 30 November 2026")


def test_text_that_is_not_a_draft_has_no_label() -> None:
    content = printed("en")
    assert (content.draft_label, content.draft_foot) == ("", "")


@pytest.mark.parametrize(
    ("lang", "authentic", "line"),
    [
        ("ar", ("ar",), "الأصل: بالعربية"),
        ("ar", ("ar", "en"), "الأصل: بالعربية، بالإنكليزية"),
        ("en", ("ar",), "Original: Arabic"),
    ],
)
def test_reference_line_names_the_original_language(lang: str, authentic: tuple[str, ...], line: str) -> None:
    assert printed(lang, authentic=authentic, date="2026-03-05").reference_lines[1] == line


@pytest.mark.parametrize(("count", "columns"), [(1, 2), (59, 2), (60, 3), (200, 3)])
def test_signatories_are_numbered_and_counted(count: int, columns: int) -> None:
    signed = (Signatory("D", "decline"), *(Signatory(f"N{n}", "endorse") for n in range(1, count + 1)))
    content = printed("ar", signatories=signed, issued_by="signatories")
    assert content.signatory_columns == columns
    assert [one.number for one in content.signatories] == list(range(1, count + 1))
    assert content.signatories[0].label == "١-"
    digits = str(count).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert content.signatories_heading == f"الموقّعون ({digits})"


def test_words_beside_a_signatory_name_reservation_and_marks() -> None:
    signed = (Signatory("N", "endorse_with_reservation", 1, ("confirmed_by_one", "address_not_proved")),)
    assert printed("en", signatories=signed).signatories[0].remark == (
        "(reservation 1) (mandate confirmed by one person) (email address not proved)"
    )
    assert printed("ar", signatories=signed).signatories[0].remark == (
        "(تحفّظ ١) (أكّد التفويضَ شخص واحد) (لم يُثبَت البريد الإلكتروني)"
    )


def test_long_words_of_the_running_head_are_shortened_at_a_space() -> None:
    content = printed("en", title="word " * 40, coalition=Coalition("name " * 40))
    assert content.running_title == f"{'word ' * 17}word…"
    assert content.running_letterhead == f"{'name ' * 9}name…"
    assert content.is_long_title
    assert shorten("x" * 12, limit=10) == "x" * 10 + "…"
    assert shorten("كلمة", limit=10) == "كلمة"


def test_only_paragraphs_of_the_text_are_numbered() -> None:
    text = "أولى.\n\n## عنوان\n\n1. بند\n\n> قول\n\nثانية.\n"
    blocks = parse_markup(text).blocks
    assert [*paragraph_labels(blocks, manuscript("ar", numbered_paragraphs=True))].count("") == len(blocks) - 2
    assert [label for label in paragraph_labels(blocks, manuscript("ar", numbered_paragraphs=True)) if label] == [
        "١-",
        "٢-",
    ]
    assert not any(paragraph_labels(blocks, manuscript("ar")))


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("# Part One\n\n## Article 1\n", True),
        ("# الباب الأول: المبادئ\n\n## المادة ١\n", True),
        ("# المادة ١: المساواة\n\n## أولًا\n", False),
        ("# Article 1\n\n# Article 2\n", False),
        ("# Preamble\n\n# Principles\n", False),
        ("", False),
    ],
)
def test_parts_begin_a_page_unless_they_are_articles(text: str, begins: bool) -> None:
    assert parts_begin_page(parse_markup(text).blocks) == begins
