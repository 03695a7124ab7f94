"""Formatting on pages: escaped, in one language at a time, with the right digits, times and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from service.i18n import LANGUAGES, Translator
from service.web.rendering.formatting import DAY, HOUR, MINUTE, LocaleFormatter

AT = 1_795_356_000_000_000
"""22 November 2026, 14:00 UTC, in microseconds."""


def create_formatter(lang: str, *, zone: str = "Asia/Damascus", **digits: str) -> LocaleFormatter:
    return LocaleFormatter(Translator(lang, digits=digits.get(lang)), "Asia/Damascus", zone, digits)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc"))), st.sampled_from(sorted(LANGUAGES)))
def test_placeholder_values_are_escaped(text: str, lang: str) -> None:
    for said in (
        create_formatter(lang).translate("There is no edition “{name}”.", name=text),
        create_formatter(lang).localized_name({lang: text}),
        create_formatter(lang).isolate(text, lang="en"),
        create_formatter(lang).join_facts(text, text),
    ):
        page = etree.fromstring(f"<p>{said}</p>")
        assert {element.tag for element in page.iter()} <= {"p", "bdi"}
        assert text in "".join(map(str, page.itertext()))


def test_own_markup_is_kept() -> None:
    assert create_formatter("en").translate("{date} in words", date=Markup("<b>today</b>")) == "<b>today</b> in words"


def test_unfilled_placeholders_stay_and_values_are_not_expanded() -> None:
    assert create_formatter("en").translate("{one} and {two}", one="{two}") == "{two} and {two}"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"en": "Cities Lab", "ar": "مختبر المدن"}, "<bdi>Cities Lab</bdi>"),
        ({"ar": "مختبر المدن"}, '<bdi lang="ar" dir="rtl">مختبر المدن</bdi>'),
        ({}, "<bdi></bdi>"),
    ],
)
def test_name_in_another_language_is_marked(names: dict[str, str], shown: str) -> None:
    assert create_formatter("en").localized_name(names) == shown


def test_people_are_listed_by_the_rules_of_the_language() -> None:
    assert (
        create_formatter("ar").join_people(["هالة درويش", "كريم نحّاس"]) == "<bdi>هالة درويش</bdi> و<bdi>كريم نحّاس</bdi>"
    )
    assert create_formatter("ar").join_people(["هالة", "Adam <b>"]) == "<bdi>هالة</bdi> و <bdi>Adam &lt;b&gt;</bdi>"
    assert create_formatter("en").join_people(["A", "B", "C"]) == "<bdi>A</bdi>, <bdi>B</bdi> and <bdi>C</bdi>"


@pytest.mark.parametrize(
    ("lang", "name", "letter"),
    [
        ("ar", "مركز السنديان للدراسات الدستورية", "س"),
        ("ar", "رابطة «لن ننساكم»", "ل"),
        ("ar", "سنديان", "س"),
        ("en", "Sindyan Centre", "S"),
        ("en", "", "·"),
    ],
)
def test_avatar_has_the_expected_initial(lang: str, name: str, letter: str) -> None:
    assert create_formatter(lang).initial({lang: name}) == letter


def test_time_is_shown_in_the_zones_of_the_coalition_and_the_reader() -> None:
    assert "22 November 2026" in create_formatter("en").format_moment(AT)
    assert "(" not in create_formatter("en").format_moment(AT)
    assert "(14:00 in London)" in create_formatter("en", zone="Europe/London").format_moment(AT)
    assert "(" not in create_formatter("en", zone="Asia/Riyadh").format_moment(AT), "equal local times are shown once"


@pytest.mark.parametrize(
    ("left", "message"),
    [
        (2 * DAY + 5 * HOUR, "2 days and 5 hours"),
        (DAY, "1 day"),
        (HOUR + MINUTE, "1 hour and 1 minute"),
        (3 * MINUTE, "3 minutes"),
        (-5, "0 minutes"),
    ],
)
def test_remaining_time_is_shown(left: int, message: str) -> None:
    assert create_formatter("en").format_time_left(AT + left, now=AT) == message


def test_arabic_time_agrees_with_its_noun() -> None:
    assert create_formatter("ar").format_time_left(AT + 2 * DAY + 11 * HOUR, now=AT) == "يومان و١١ ساعة"


def test_digest_is_grouped_and_marked_when_shortened() -> None:
    digest = "0123456789abcdef" * 4
    assert "0123 4567…" in create_formatter("ar").format_digest(digest, groups=2)
    assert create_formatter("en").format_digest(digest, groups=16).striptags().replace(" ", "") == digest


def test_coalition_chooses_the_digits_of_each_language() -> None:
    assert create_formatter("ar").digit_system_of("ar") == "arab"
    assert create_formatter("ar", ar="latn").digit_system_of("ar") == "latn"
    assert create_formatter("ar", ar="latn").format_number(1047) == "1,047"
    assert create_formatter("en").digit_system_of("en") == "latn"


def test_short_facts_are_separated_by_the_rules_of_the_language() -> None:
    assert create_formatter("en").join_facts("a", "", "b") == "a · b"
    assert create_formatter("ar").join_facts("أ", "ب") == "أ، ب"
    assert create_formatter("en").join_facts() == ""
