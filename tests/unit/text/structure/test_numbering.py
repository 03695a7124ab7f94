"""Automatic numbers: how they read, that they follow the order, and that a redline of them is a valid redline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.parser import parse_markup
from service.domain.text.redline.by_provision import build_comparison
from service.domain.text.redline.numbered import number_redline
from service.domain.text.redline.redline import Redline, compute_redline
from service.domain.text.structure.numbering import (
    AUTOMATIC,
    TYPED,
    NumberingScheme,
    insert_marks,
    number_marks,
    number_text,
    numbering_scheme,
    shift_offset,
    spell_numbers,
    strip_redundant_numbers,
)
from service.domain.text.structure.ordinals import parse_number
from service.domain.text.structure.outline import build_outline
from service.domain.text.structure.provisions import LABEL_PATTERN
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

AR = NumberingScheme("ar", "constitution", "arab")
EN = NumberingScheme("en", "constitution", "latn")
SCHEMES = st.builds(
    NumberingScheme,
    st.sampled_from(["ar", "en", "ku"]),
    st.sampled_from(["constitution", "statement"]),
    st.sampled_from(["arab", "latn"]),
)

HEADINGS = (
    "# Part",
    "# Part: Rights {#rights}",
    "## Chapter",
    "### Article",
    "### Article: Equality {#equality}",
    "### **Article**: Peace",
    "### Article 4",
    "### Article 14-B: Courts",
    "# الباب",
    "## الفصل: الحقوق",
    "### المادة",
    "### المادة: المساواة {#musawat}",
    "### المادة ٣",
    "### المادة الرابعة: السلم",
    "#### البند",
    "## Preamble",
    "### Article of faith",
    "### المادة مكرر",
)
BODIES = (
    "Everyone has the right to take part in the public affairs of the country without any discrimination.",
    "Courts are independent; no authority may interfere in their work or in the application of the law.",
    "تكفل الدولة حرية الرأي والتعبير والصحافة والنشر ولا يجوز تقييدها إلا بحكم قضائي مسبّب.",
    "See [](#equality) and [](#rights).",
)
TEXTS = st.lists(st.tuples(st.sampled_from(HEADINGS), st.sampled_from(BODIES)), max_size=12).map(
    lambda parts: "".join(f"{heading}\n\n{body}\n\n" for heading, body in parts)
)


def titles(text: str, by: NumberingScheme | None) -> list[str]:
    return [one.title for one in build_outline(parse_markup(number_text(text, by))).provisions]


def compared(old: str, new: str, by: NumberingScheme) -> tuple[str, str, Redline]:
    numbers = number_marks(old, by), number_marks(new, by)
    return (
        insert_marks(old, numbers[0]),
        insert_marks(new, numbers[1]),
        number_redline(compute_redline(old, new), old, new, numbers),
    )


def test_parts_and_articles_are_numbered_in_both_languages() -> None:
    arabic = "# الباب: المبادئ\n\n### المادة\n\n### المادة: المساواة {#a}\n\n# الباب\n\n### المادة\n\n#### البند\n"
    assert titles(arabic, AR) == [
        "الباب الأول: المبادئ", "المادة ١", "المادة ٢: المساواة", "الباب الثاني", "المادة ٣", "البند أ",
    ]  # fmt: skip
    assert titles(arabic, NumberingScheme("ar", "statement", "arab"))[1] == "المادة الأولى"
    english = (
        "# Part. Principles\n\n### Article\n\n### Article: Equality {#a}\n\n[](#a)\n\n# Part\n\n### Article — Peace\n"
    )
    assert titles(english, EN) == [
        "Part One. Principles", "Article 1", "Article 2: Equality", "Part Two", "Article 3 — Peace",
    ]  # fmt: skip
    assert build_outline(parse_markup(number_text(english, EN))).labels == {"a": "Article 2"}


def test_chapters_restart_in_each_part_and_articles_continue() -> None:
    text = "# Part\n\n## Chapter\n\n### Article\n\n## Chapter\n\n# Part\n\n## Chapter\n\n### Article\n"
    assert titles(text, EN) == [
        "Part One", "Chapter 1", "Article 1", "Chapter 2", "Part Two", "Chapter 1", "Article 2",
    ]  # fmt: skip


def test_typed_number_stays_and_the_next_continue_from_it() -> None:
    text = "# Article\n\n# Article 12\n\n# Article\n\n# Article 13 bis\n\n# Article 2: old\n\n# Article\n"
    assert titles(text, EN) == [
        "Article 1",
        "Article 12",
        "Article 13",
        "Article 13 bis",
        "Article 2: old",
        "Article 14",
    ]


@pytest.mark.parametrize("heading", ["# Article of faith", "# Articles", "# المادة مكرر", "Article", "- # Article"])
def test_unnumbered_provisions(heading: str) -> None:
    assert number_marks(heading, EN) == number_marks(heading, AR) == []


def test_typed_numbers_are_unchanged() -> None:
    assert numbering_scheme(TYPED, lang="ar", kind="statement", digits="arab") is None
    assert numbering_scheme(AUTOMATIC, lang="ar", kind="statement", digits="arab") == NumberingScheme(
        "ar", "statement", "arab"
    )
    assert number_text("# Article\n", None) == "# Article\n" and number_marks("# Article\n", None) == []


def test_typed_numbers_are_removed() -> None:
    text = "# Part One: A\n\n### Article 1\n\n### Article 2: B\n\n### Article 2 Peace\n\n### Article 9\n"
    assert (
        strip_redundant_numbers(text, EN)
        == "# Part: A\n\n### Article\n\n### Article: B\n\n### Article 2 Peace\n\n### Article 9\n"
    )


@given(TEXTS, SCHEMES)
def test_removal_and_renumbering_round_trips(text: str, by: NumberingScheme) -> None:
    bare = strip_redundant_numbers(text, by)
    assert number_text(bare, by) == number_text(number_text(bare, by), by)
    assert strip_redundant_numbers(number_text(bare, by), by) == bare
    before, after = ([_number(title) for title in titles(one, by)] for one in (text, bare))
    assert before == after


@given(st.one_of(TEXTS, PROSE.map(lambda text: canonicalise(text).text)), SCHEMES)
def test_marks_are_ordered_after_names_and_remove_nothing(text: str, by: NumberingScheme) -> None:
    found = number_marks(text, by)
    places = [mark.offset for mark in found]
    assert places == sorted(set(places))
    assert all(text[: mark.offset].endswith(mark.name) and mark.words.startswith(" ") for mark in found)
    shown = insert_marks(text, found)
    assert len(shown) == len(text) + sum(len(mark.words) for mark in found)
    for place in range(len(text)):
        assert shown[shift_offset(place, found)] == text[place]


@given(st.lists(st.sampled_from(["### Article", "### Article: Peace", "### المادة"]), max_size=8), SCHEMES)
def test_each_article_has_the_next_number(headings: list[str], by: NumberingScheme) -> None:
    text = "".join(f"{heading}\n\nWords.\n\n" for heading in headings)
    assert [_number(title) for title in titles(text, by)] == list(range(1, len(headings) + 1))


@given(TEXTS, TEXTS, SCHEMES)
def test_redline_with_numbers_rebuilds_both_texts(old: str, new: str, by: NumberingScheme) -> None:
    before, after, found = compared(old, new, by)
    a = b = 0
    for op in found.ops:
        assert (op.a0, op.b0) == (a, b) and (op.a0 < op.a1 or op.b0 < op.b1)
        assert op.kind != "equal" or before[op.a0 : op.a1] == after[op.b0 : op.b1]
        a, b = op.a1, op.b1
    assert (a, b) == (len(before), len(after))
    for move in found.moves:
        assert 0 <= move.a0 < move.a1 <= len(before) and 0 <= move.b0 < move.b1 <= len(after)


@given(TEXTS, SCHEMES)
def test_redline_of_equal_texts_is_empty(text: str, by: NumberingScheme) -> None:
    before, after, found = compared(text, text, by)
    assert before == after and not found.has_changes and found.renumber_map == ()


def test_inserted_article_redlines_nothing_but_itself() -> None:
    old = "".join(f"### Article\n\n{body}\n\n" for body in BODIES[:3])
    new = f"### Article: Water\n\nWater belongs to all who live in the country, now and later.\n\n{old}"
    before, after, found = compared(old, new, EN)
    assert found.renumber_map == (("Article 1", "Article 2"), ("Article 2", "Article 3"), ("Article 3", "Article 4"))
    seen = build_comparison(before, after, found)
    assert [part.state for part in seen.parts] == ["added", "renumbered", "renumbered", "renumbered"]
    assert [part.label for part in seen.parts] == ["Article 1", "Article 2", "Article 3", "Article 4"]
    assert seen.counts.changes == 1 and seen.counts.renumbered == 3


def _number(title: str) -> int | str:
    found = LABEL_PATTERN.match(title)
    return parse_number(found["number"]) or title if found else title


def test_first_numbers_are_spelled_as_parsed() -> None:
    found = spell_numbers(NumberingScheme("ar", "statement", "arab"), limit=40)
    assert found["article"][:2] == ["الأولى", "الثانية"] and found["part"][11] == "الثاني عشر"
    assert "annex" not in found and "article" not in spell_numbers(
        NumberingScheme("ar", "constitution", "arab"), limit=40
    )
    text = "\n\n".join("## المادة" for _ in range(40)) + "\n"
    assert [one.words.strip() for one in number_marks(text, NumberingScheme("ar", "statement", "arab"))] == found[
        "article"
    ]
