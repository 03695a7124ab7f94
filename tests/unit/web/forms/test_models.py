"""FormModel: values are typed, groups are collected, and a rejected form names the field."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.i18n import LANGUAGES
from service.web.forms.comments import AddCommentForm
from service.web.forms.models import Checkbox, FormInt, FormModel, PerLanguage, Prefixed, Ticked


class SampleForm(FormModel):
    names: Annotated[dict[str, str], PerLanguage("name")] = {}
    roles: Annotated[tuple[str, ...], Ticked("role", ("drafter", "observer"))] = ()
    seen: Annotated[dict[str, FormInt], Prefixed("seen")] = {}
    own: Checkbox = False
    organisation: str | None = None
    note: str = ""
    rev: FormInt


def test_a_form_is_read_into_typed_values() -> None:
    form = SampleForm.parse(
        {
            "name_ar": " رنا ",
            "name_en": " ",
            "role_observer": "1",
            "role_drafter": "",
            "role_unknown": "1",
            "seen_ar": "7",
            "own": "on",
            "organisation": "",
            "note": " as sent ",
            "rev": "012",
            "ignored": "x",
        }
    )
    assert form.names == {"ar": "رنا"}
    assert form.roles == ("observer",)
    assert form.seen == {"ar": 7}
    assert (form.own, form.organisation, form.note, form.rev) == (True, None, " as sent ", 12)


def test_a_group_is_never_read_from_a_field_of_its_own_name() -> None:
    form = SampleForm.parse({"names": "x", "roles": "drafter", "seen": "1", "rev": "1"})
    assert (form.names, form.roles, form.seen) == ({}, (), {})


def test_every_language_has_a_value_where_empty_text_is_kept() -> None:
    assert PerLanguage("name", keep_empty=True).collect({"name_en": "x"}) == {**dict.fromkeys(LANGUAGES, ""), "en": "x"}


@pytest.mark.parametrize("value", ["", " 1", "1 ", "-1", "+1", "1_000", "1.0", "1e3", "١", "9" * 19])
def test_a_number_is_ascii_digits(value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        SampleForm.parse({"rev": value})
    assert (caught.value.code, caught.value.field) == ("bad_form", "rev")


@given(st.integers(0, 10**18 - 1))
def test_a_number_comes_back(number: int) -> None:
    assert SampleForm.parse({"rev": str(number)}).rev == number


@pytest.mark.parametrize(
    ("form", "field"),
    [({}, "rev"), ({"rev": "1", "seen_en": "x"}, "seen_en"), ({"rev": "x", "seen_en": "x"}, "seen_en")],
)
def test_the_error_names_the_form_field(form: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        SampleForm.parse(form)
    assert (caught.value.code, caught.value.field) == ("bad_form", field)


@pytest.mark.parametrize("part", ["", "all", "1", "1-", "-2", "1-2-3"])
def test_a_range_is_two_numbers(part: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        AddCommentForm.parse({"epoch": "1", "seq": "1", "part": part})
    assert caught.value.field == "part"
