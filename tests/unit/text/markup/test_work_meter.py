"""The work of the parser is bounded for every kind of text, and counted completely."""

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import TooLarge
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.inlines import plain_text
from service.domain.text.markup.parser import count_work, parse_markup
from service.domain.text.markup.tree import Paragraph
from service.domain.text.markup.work_meter import MAX_WORK
from tests.support.hypothesis_profiles import examples

LENGTH, LIMIT = 60_000, MAX_WORK / 10
SENTENCE = "The parties agree that every person has the right to take part. "
CALLS_PER_UNIT, CALLS_PER_CHARACTER, CALLS_AT_ALL = 8.0, 3.0, 5_000

PIECES = (
    *("[", "]", "(", ")", "{dir=ltr}", "*", "_", "**", "`", "``", "<", ">", "\n", "\n\n", "> ", "- ", "1. ", "    "),
    *("|", "-", "|-|\n", "# ", "[^a]", "[^a]: ", "\\", "!", "a", "ab", " ", "~~~", "```", "https://a.b", "{#a}", "=="),
)


@pytest.mark.parametrize(
    "unit",
    [
        "[" * 99 + "]" * 99 + "\n\n",
        "[" * 60 + "](" * 60 + "\n\n",
        "![" * 40 + "]" * 40 + "\n\n",
        "[" * 8 + "]{dir=ltr}" * 8 + "\n\n",
        "[a](b",
        "_a",
        "**a_b*",
        "a*",
        "`" * 99 + " ",
        "a\n\n",
        "# a\n\n",
        "- a\n",
        "> a\n\n",
        "[^a]: b\n",
        "|a" * 70 + "|\n" + "|-" * 70 + "|\n" + "|\n" * 70 + "\n",
        "# |\n# -|\n",
    ],
)
def test_dense_text_is_refused_with_its_place(unit: str) -> None:
    text = canonicalise("First.\n\n" + unit * (LENGTH // len(unit))).text
    with pytest.raises(TooLarge) as refused:
        parse_markup(text, max_work=LIMIT)
    assert refused.value.code in ("text_too_complex", "table_too_large")
    if refused.value.code == "text_too_complex":
        line = refused.value.extra["line"]
        assert isinstance(line, int)
        assert str(refused.value.extra["excerpt"]).rstrip("…") == text.split("\n")[line - 1][:60]


def test_lines_after_a_nested_quotation_are_counted_at_each_level() -> None:
    lines = "a\n" * 2_000
    assert count_work("> " * 9 + lines) > 3 * count_work("> " + lines)


@pytest.mark.parametrize("paragraph", [SENTENCE * 6 + "\n\n", "## Article 1 {#a}\n\n" + SENTENCE * 3 + "\n\n"])
def test_long_ordinary_text_stays_far_below_the_limit(paragraph: str) -> None:
    text = canonicalise(paragraph * (999_000 // len(paragraph))).text
    assert count_work(text) < MAX_WORK / 2


def test_stored_text_is_read_without_a_limit() -> None:
    text = "a\n\n" * 3_000
    with pytest.raises(TooLarge):
        parse_markup(text, max_work=1_000)
    assert len(parse_markup(text, max_work=None).blocks) == 3_000


def test_blanks_in_a_heading_are_searched_once() -> None:
    blocks = parse_markup("# a" + " " * 200_000 + "b\n").blocks
    assert len(blocks) == 1


def test_many_calls_in_a_note_are_joined_in_one_pass() -> None:
    tree = parse_markup("a[^n]\n\n[^n]: " + "[^n]" * 20_000 + "\n")
    block = tree.notes[0].blocks[0]
    assert isinstance(block, Paragraph)
    assert plain_text(block.children) == "[^n]" * 20_000


@examples(150)
@given(
    parts=st.lists(
        st.tuples(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.integers(1, 90)),
        min_size=1,
        max_size=3,
    )
)
def test_all_work_is_counted(parts: list[tuple[list[str], int]]) -> None:
    """Compare the units with the calls that the interpreter counts: nothing that is repeated may escape the meter."""
    unit = "".join("".join(pieces) * times for pieces, times in parts)
    text = canonicalise(unit * (2_500 // len(unit) + 1)).text
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        units = count_work(text)
    except TooLarge:
        return
    finally:
        sys.setprofile(before)
    assert calls < CALLS_PER_UNIT * units + CALLS_PER_CHARACTER * len(text) + CALLS_AT_ALL
