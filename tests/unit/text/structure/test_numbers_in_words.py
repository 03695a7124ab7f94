"""Numbers of provisions in words and Roman numerals: read, renumbered and checked as those in digits are."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.parser import parse_markup
from service.domain.text.redline.redline import compute_redline
from service.domain.text.review.outline_lint import lint_outline
from service.domain.text.structure.number_words import arabic_ordinal, english_number_word, oblique
from service.domain.text.structure.provisions import find_references, heading_reference

BODIES = (
    "The water of the rivers belongs to all and is protected by law.",
    "Land belongs to those who farm it and care for it.",
    "An independent office watches the air and publishes what it finds.",
    "Schools are open to every child, in both languages of the region.",
)
NEW_BODY = "Snow and ice are protected by a decree of the council alone."


@given(st.integers(1, 199), st.booleans(), st.booleans(), st.sampled_from(["", "و", "ب", "ك"]))
def test_arabic_ordinals_are_read(number: int, feminine: bool, genitive: bool, particle: str) -> None:
    written = arabic_ordinal(number, feminine=feminine)
    name, key = ("المادة", "مادة") if feminine else ("الباب", "باب")
    text = f"كما جاء {particle}{name} {oblique(written) if genitive else written} من هذا القانون"
    assert [str(found) for found in find_references(text)] == [f"{key} {number}"]
    found = heading_reference(f"## {name} {written}")
    assert found and (found.name, found.number) == (key, str(number))


@given(st.integers(1, 99))
def test_english_numbers_and_roman_numerals_are_read(number: int) -> None:
    found = heading_reference(f"# Part {english_number_word(number)}: Rights")
    assert found and str(found) == f"part {number}"


@pytest.mark.parametrize(
    "text",
    [
        "أولًا وقبل كل شيء",
        "في الثانية من بعد الظهر",
        "first aid and second hand goods",
        "I agree, and so does Part of it",
    ],
)
def test_other_words_are_no_references(text: str) -> None:
    assert list(find_references(text)) == []


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("## المادة {}", lambda number: arabic_ordinal(number, feminine=True)),
        ("## الباب {}", lambda number: arabic_ordinal(number, feminine=False)),
        ("## Part {}", english_number_word),
        ("## Chapter {}", lambda number: ["", "I", "II", "III", "IV", "V", "VI"][number]),
        ("## Article {}", str),
    ],
)
def test_inserted_provision_renumbers_the_rest_and_nothing_else(heading: str, name: Callable[[int], str]) -> None:
    titles = [heading.format(name(number)) for number in range(1, 6)]
    inside = titles[1].removeprefix("## ")
    old_bodies = [*BODIES[:3], f"{BODIES[3]} See {inside}."]
    old = "".join(f"{title}\n\n{body}\n\n" for title, body in zip(titles, old_bodies, strict=False))
    new_bodies = [BODIES[0], NEW_BODY, *BODIES[1:3], f"{BODIES[3]} See {inside}."]
    new = "".join(f"{title}\n\n{body}\n\n" for title, body in zip(titles, new_bodies, strict=True))
    found = compute_redline(old, new)
    assert [one.rpartition(" ")[2] for _, one in found.renumber_map] == ["3", "4", "5"]
    assert [op.kind for op in found.ops if op.kind != "equal"] == ["insert", "renumber", "renumber", "renumber"]
    [flag] = found.flags
    assert new[flag.b0 : flag.b1] == inside and flag.expected.endswith(" 3")


def test_doubled_and_missing_numbers_in_words_are_found() -> None:
    text = "## المادة الأولى\n\nنصّ، انظر المادة التاسعة.\n\n## المادة الثانية\n\nنصّ.\n\n## المادة الثانية\n\nنصّ.\n"
    found = [(one.kind, one.subject) for one in lint_outline(text, parse_markup(text))]
    assert found == [("provision_unknown", "مادة 9"), ("number_twice", "مادة 2")]
