from dataclasses import replace

import pytest

from service.domain.errors import InvalidInput
from tests.integration.workers.render.conftest import TEMPLATES, example
from workers.render.content import templates
from workers.render.content.manuscript import Digits, Outcome
from workers.render.content.print_content import build_content
from workers.render.content.print_i18n import PrintFormatter
from workers.render.errors import RenderRefused


def wording(lang: str, digits: Digits = "latn") -> PrintFormatter:
    return PrintFormatter(templates.strings(lang, directory=TEMPLATES), digits)


@pytest.mark.parametrize(
    ("lang", "digits", "shown"),
    [
        ("ar", "arab", "٢٢ تشرين الثاني ٢٠٢٦"),
        ("ar", "latn", "22 تشرين الثاني 2026"),
        ("en", "latn", "22 November 2026"),
    ],
)
def test_date_is_written_in_words(lang: str, digits: Digits, shown: str) -> None:
    assert wording(lang, digits).format_date("2026-11-22") == shown


def test_missing_date_is_empty_and_invalid_date_is_rejected() -> None:
    assert wording("ar").format_date("") == ""
    with pytest.raises(InvalidInput):
        wording("ar").format_date("2026-13-01")


@pytest.mark.parametrize(
    ("count", "message"),
    [(1, "منظمة واحدة"), (2, "منظمتين"), (3, "٣ منظمات"), (10, "١٠ منظمات"), (11, "١١ منظمة"), (100, "١٠٠ منظمة")],
)
def test_counted_organisations_agree_in_arabic(count: int, message: str) -> None:
    assert wording("ar", "arab").format_count(count, "outcome", "endorsed") == message


@pytest.mark.parametrize(
    ("lang", "digits", "message"),
    [
        ("ar", "arab", "اعتُمد هذا النصّ في ٢٤ تشرين الثاني ٢٠٢٦ بتأييد ١١ منظمة من أصل ١٤، ٣ منها مع تحفّظ."),
        (
            "en",
            "latn",
            "This text was approved on 24 November 2026, endorsed by 11 organisations of 14, 3 of them with",
        ),
    ],
)
def test_outcome_is_one_sentence(lang: str, digits: Digits, message: str) -> None:
    decided = Outcome(members=14, endorsed=11, reserved=3, decided_on="2026-11-24")
    assert build_content(replace(example(lang), outcome=decided), wording(lang, digits)).record[0].startswith(message)


def test_every_language_has_the_same_strings() -> None:
    def shape(value: object) -> object:
        return {key: shape(inner) for key, inner in sorted(value.items())} if isinstance(value, dict) else None

    free = ("outcome", "fonts")
    shapes = [
        {
            key: shape(value)
            for key, value in sorted(templates.strings(lang, directory=TEMPLATES).items())
            if key not in free
        }
        for lang in sorted(templates.languages(TEMPLATES))
    ]
    assert all(found == shapes[0] for found in shapes)


def test_unknown_language_is_rejected() -> None:
    with pytest.raises(InvalidInput) as raised:
        templates.strings("../ar", directory=TEMPLATES)
    assert raised.value.code == "language_unknown"


def test_directory_without_templates_is_rejected() -> None:
    with pytest.raises(RenderRefused, match="MITHAQ_TEMPLATES_DIR"):
        templates.find_templates("/nonexistent")
