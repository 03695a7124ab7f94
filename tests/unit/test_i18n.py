import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Forbidden, InvalidInput
from service.i18n import LANGUAGES, Translator, collation_key, convert_digits, format_long_date, negotiate_language

DAY = dt.date(2026, 11, 22)
MOMENT = 1_795_615_200_000_000  # 25 November 2026, 14:00 UTC


def test_unknown_language_is_rejected_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        Translator("tlh")
    assert refused.value.code == "unknown_language"
    assert refused.value.params == {"language": "tlh"}


def test_unknown_message_falls_back_to_english_and_unfilled_placeholder_stays() -> None:
    assert Translator("ar").t("Nobody marked {this} with {that}.", this="it") == "Nobody marked it with {that}."


def test_message_is_translated_to_the_language_of_the_reader() -> None:
    assert Translator("ar").error_message(Forbidden()) == "دوركم لا يتيح هذا."
    assert Translator("en").error_message(Forbidden()) == "Your role does not allow this."


def test_braces_in_a_name_are_literal() -> None:
    assert Translator("en").t("Signed by {name}", name="{0} {name}") == "Signed by {0} {name}"


@pytest.mark.parametrize(
    ("lang", "system", "shown"),
    [("en", None, "1,047"), ("ar", None, "١٬٠٤٧"), ("ar", "latn", "1,047")],
)
def test_numbers_are_grouped_in_the_chosen_digits(lang: str, system: str | None, shown: str) -> None:
    assert Translator(lang, digits=system).format_number(1047) == shown
    assert Translator(lang, digits=system).t("{count}", count=1047) == shown


def test_lists_are_joined_by_the_rules_of_each_language() -> None:
    assert Translator("ar").format_list(["أ", "ب", "ج"]) == "أ وب وج"
    assert Translator("en").t("{names}", names=("A", "B", "C")) == "A, B and C"
    assert Translator("en").format_list([]) == ""


@pytest.mark.parametrize(
    ("items", "joined"),
    [
        (["دولتي", "SJAC"], "دولتي و SJAC"),
        (["SJAC", "دولتي"], "SJAC ودولتي"),
        (["دولتي", '<bdi lang="en">SJAC</bdi>', "بدائل"], 'دولتي و <bdi lang="en">SJAC</bdi> وبدائل'),
        (["١", "٢"], "١ و٢"),
        (["دولتي", "«بدائل»"], "دولتي و«بدائل»"),
        (["دولتي"], "دولتي"),
        (["دولتي", ""], "دولتي و"),
    ],
)
def test_arabic_and_is_separated_from_words_of_another_script(items: list[str], joined: str) -> None:
    assert Translator("ar").format_list(items) == joined


def test_utc_has_a_name_in_arabic() -> None:
    assert Translator("ar").format_moment(MOMENT, zone="UTC").endswith("الساعة ١٤:٠٠ بتوقيت غرينتش")
    assert Translator("en").format_moment(MOMENT, zone="UTC").endswith("14:00 UTC time")


def test_dates_use_words_and_levantine_months() -> None:
    assert Translator("ar").format_date(DAY, weekday=True) == "الأحد ٢٢ تشرين الثاني ٢٠٢٦"
    assert Translator("ar", digits="latn").format_date(DAY) == "22 تشرين الثاني 2026"
    assert Translator("en").format_date(DAY) == "22 November 2026"
    assert format_long_date(DAY, lang="en", weekday=True) == "Sunday 22 November 2026"


def test_all_twelve_months_are_levantine() -> None:
    months = [
        format_long_date(DAY.replace(month=month), lang="ar").split(maxsplit=1)[1].rsplit(maxsplit=1)[0]
        for month in range(1, 13)
    ]
    assert months == [
        "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
        "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
    ]  # fmt: skip


def test_timestamp_names_its_time_zone() -> None:
    assert Translator("en").format_moment(MOMENT, zone="Asia/Damascus") == "25 November 2026, 17:00 Damascus time"
    assert (
        Translator("ar").format_moment(MOMENT, zone="Asia/Damascus") == "٢٥ تشرين الثاني ٢٠٢٦، الساعة ١٧:٠٠ بتوقيت دمشق"
    )
    assert (
        Translator("ar").format_moment(MOMENT, zone="Europe/Berlin")
        == "٢٥ تشرين الثاني ٢٠٢٦، الساعة ١٥:٠٠ بتوقيت برلين"
    )


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "ar"),
        ("", "ar"),
        ("fr", "ar"),
        ("*", "ar"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, en;q=0.5, ar;q=0.8", "ar"),
        ("ar;q=0, en;q=0.1", "en"),
        ("AR-sy", "ar"),
        (";;;q=,,", "ar"),
    ],
)
def test_browser_gets_its_preferred_language(header: str | None, code: str) -> None:
    assert negotiate_language(header) == code


@given(st.text())
def test_any_header_yields_a_supported_language(header: str) -> None:
    assert negotiate_language(header) in LANGUAGES


@given(st.text(), st.sampled_from(["arab", "latn"]))
def test_digit_conversion_is_idempotent(text: str, system: str) -> None:
    once = convert_digits(text, system)
    assert convert_digits(once, system) == once
    assert convert_digits(convert_digits(text, "arab"), "latn") == convert_digits(text, "latn")


def test_arabic_names_sort_as_in_a_directory() -> None:
    names = ["ياسمين", "هيئة ١٠", "هيئة ٢", "أمل", "Amal", "إبراهيم", "«ابن رشد»", "آدم", "بِلال", "بلقيس"]
    assert Translator("ar").sort_names(names) == [
        "إبراهيم", "«ابن رشد»", "آدم", "أمل", "بِلال", "بلقيس", "هيئة ٢", "هيئة ١٠", "ياسمين", "Amal",
    ]  # fmt: skip


def test_english_names_sort_without_case_accents_or_quotation_marks() -> None:
    names = ["zebra", "Élan", "eland", "“Apple”", "أمل", "Number 10", "Number 9"]
    assert Translator("en").sort_names(names) == ["“Apple”", "Élan", "eland", "Number 9", "Number 10", "zebra", "أمل"]


@given(st.lists(st.text(max_size=40)), st.sampled_from(sorted(LANGUAGES)))
def test_any_names_have_a_total_order(names: list[str], lang: str) -> None:
    keys = sorted({name: collation_key(name, lang=lang) for name in names}.values(), key=lambda key: key)
    assert len(keys) == len(set(names))


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي ", min_size=1), st.sampled_from("ًٌٍَُِّْـ"))
def test_vowel_signs_do_not_affect_sorting(name: str, sign: str) -> None:
    dressed = unicodedata.normalize("NFC", name[0] + sign + name[1:])
    assert collation_key(name, lang="ar")[:2] == collation_key(dressed, lang="ar")[:2]
