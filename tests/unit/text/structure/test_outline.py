import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.parser import parse_markup
from service.domain.text.structure.outline import build_outline
from service.domain.text.structure.provisions import in_digits, label_of

pytestmark = pytest.mark.unit

TEXT = """# Equality and rights {#rights}

## Article 12: Equality {#equality}

See [](#equality), [](#rights), [](#gone), [words](#lost) and [](#gone).[^1]

- ### المادة ٣ المساواة {#musawat}

[^1]: [](#elsewhere)
"""


def test_provisions_and_printed_references() -> None:
    seen = build_outline(parse_markup(TEXT))
    assert [(p.level, p.id, p.label) for p in seen.provisions] == [
        (1, "rights", "Equality and rights"),
        (2, "equality", "Article 12"),
        (3, "musawat", "المادة ٣"),
    ]
    assert seen.labels == {"rights": "Equality and rights", "equality": "Article 12", "musawat": "المادة ٣"}
    assert seen.broken == ("gone", "lost", "elsewhere")
    assert seen.provisions[1].title == "Article 12: Equality"


def test_labels_use_the_chosen_digits() -> None:
    tree = parse_markup("# المادة 12 {#a}\n\n# Article ١٢ {#b}\n")
    assert build_outline(tree, digits="arab").labels == {"a": "المادة ١٢", "b": "Article ١٢"}
    assert build_outline(tree, digits="latn").labels == {"a": "المادة 12", "b": "Article 12"}


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Article 14-B. Equality", "Article 14-B"),
        ("المادة ١٤-ب: المساواة", "المادة ١٤-ب"),
        ("الباب الثاني", "الباب الثاني"),
        ("المادة الأولى", "المادة الأولى"),
        ("الفصل الحادي عشر: الحكم", "الفصل الحادي عشر"),
        ("Chapter IV Courts", "Chapter IV"),
        ("Annex A", "Annex A"),
        ("§ 3a Begriffe", "§ 3a"),
        ("Parties to this text", None),
        ("Equality", None),
        ("Article", None),
    ],
)
def test_typed_labels(heading: str, label: str | None) -> None:
    assert label_of(heading) == label


@given(st.text(max_size=40))
def test_digits_round_trip(text: str) -> None:
    assert in_digits(in_digits(text, "arab"), "latn") == in_digits(text, "latn")
