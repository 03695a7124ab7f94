"""Lines of a text: every character in exactly one, the same however often it is read, broken where UAX #14 allows."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from uniseg.linebreak import line_break_units

from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Heading, LineMark, Paragraph, PlainText, Strong
from service.domain.text.structure.line_breaking import COLUMNS, _units, break_lines
from service.domain.text.structure.line_numbers import canonical_lines, mark_tree

ARABIC = "نُطالب بتوفير الماء النظيف لكلّ حيٍّ من أحياء المدينة، وفق القرار 2254 (2015)، وأن تُعلَن النتائج كلّ شهر. "
WORDS = st.sampled_from(
    [
        "ماء",
        "الحيّ،",
        "«عدالة»",
        "(ب)",
        "2254",
        "12.5%",
        "—",
        "well-known",
        "https://e.org/a/b",
        "water",
        "\u200e14-B",
        "؟",
    ]
)
PASSAGES = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)


@given(PASSAGES)
@settings(max_examples=40)
def test_every_character_is_in_one_line_that_fits_or_cannot_be_broken(text: str) -> None:
    lines = break_lines(text)
    assert "".join(lines) == text
    assert break_lines(text) == lines
    for line in map(str.strip, lines):
        visible = regex.sub(r"\p{Cf}", "", line)
        assert len(regex.findall(r"\X", visible)) <= COLUMNS or len(list(line_break_units(line))) == 1


@given(PASSAGES)
@settings(max_examples=40)
def test_short_way_breaks_where_the_standard_does(text: str) -> None:
    assert list(_units(text)) == list(line_break_units(text))


@given(st.lists(PASSAGES, min_size=2, max_size=4), PASSAGES, st.data())
@settings(max_examples=25)
def test_changed_paragraph_renumbers_nothing_before_it(parts: list[str], other: str, data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, len(parts) - 1))
    before = canonical_lines(parse_markup("\n\n".join(parts) + "\n"), lang="ar", digits="arab")
    earlier = canonical_lines(parse_markup("\n\n".join([*parts[:changed], "x"]) + "\n"), lang="ar", digits="arab")[:-1]
    parts[changed] = other
    after = canonical_lines(parse_markup("\n\n".join(parts) + "\n"), lang="ar", digits="arab")
    assert before[: len(earlier)] == after[: len(earlier)] == earlier


def test_marks_and_vowels_take_no_column_and_no_break_spaces_count_as_spaces() -> None:
    text = ARABIC * 3
    lines = break_lines(text)
    assert [len(regex.findall(r"\X", one.rstrip())) for one in lines] == sorted(
        (len(regex.findall(r"\X", one.rstrip())) for one in lines), key=lambda width: width < 60
    )
    assert len(lines) == len(break_lines(text.replace("ُ", "").replace("ٍّ", ""))) == 4
    assert [len(one) for one in break_lines("a b " * 30)] == [len(one) for one in break_lines("a\u00a0b " * 30)]


def test_lines_of_every_kind_of_block_in_reading_order_without_labels_and_notes() -> None:
    text = (
        "## المادة ١: الماء {#water}\n\nنصّ[^1] وفق [](#water).\n\n- أوّلًا\n- ثانيًا\n\n> اقتباس\n\n"
        "| أ | ب |\n|---|---|\n| ج | د |\n\n```\nرمز\nآخر\n```\n\n[^1]: حاشية طويلة.\n"
    )
    lines = canonical_lines(parse_markup(text), lang="ar", digits="arab")
    assert [one.rstrip("\n") for one in lines] == [
        "المادة ١: الماء", "نصّ وفق المادة ١.", "أوّلًا", "ثانيًا", "اقتباس", "أ\tب", "ج\tد", "رمز", "آخر",
    ]  # fmt: skip


def test_marks_stand_after_the_first_word_of_each_line() -> None:
    first = "word " * 16
    marked = mark_tree(parse_markup(f"# Title\n\n{first}**second** line\n"), lang="en", digits="latn").blocks
    assert isinstance(marked[0], Heading) and marked[0].children == (PlainText("Title"), LineMark(1))
    assert isinstance(marked[1], Paragraph)
    start, mark, rest, strong, _ = marked[1].children
    assert (start, mark) == (PlainText("word"), LineMark(2)) and isinstance(rest, PlainText)
    assert strong == Strong((PlainText("second"), LineMark(3)))
