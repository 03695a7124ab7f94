import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from workers.render.content.manuscript import Manuscript, encode, from_json, to_json

manuscripts = st.builds(
    Manuscript,
    lang=st.sampled_from(["ar", "en"]),
    title=st.text(st.characters(exclude_categories=["Cs"])),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    place=st.just("دمشق"),
    date=st.just("2026-11-22"),
    addressees=st.just(("a", "b")),
    about=st.just(""),
    authentic=st.just(("ar",)),
)


@given(manuscripts)
def test_json_round_trips(manuscript: Manuscript) -> None:
    assert from_json(to_json(manuscript)) == manuscript
    assert from_json(encode(manuscript)) == manuscript


@given(manuscripts)
def test_equal_manuscripts_have_equal_bytes(manuscript: Manuscript) -> None:
    assert encode(from_json(encode(manuscript))) == encode(manuscript)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("colour", "red"),
        ("kind", "poem"),
        ("digits", "roman"),
        ("text", 3),
        ("addressees", "one"),
        ("v", None),
    ],
)
def test_invalid_field_is_rejected_by_name(field: str, value: object) -> None:
    valid = to_json(Manuscript(lang="en", dir="ltr", digits="latn", kind="letter", title="T", text=""))
    with pytest.raises(InvalidInput, match=field) as caught:
        from_json({**valid, field: value})
    assert caught.value.code == "manuscript_malformed"
