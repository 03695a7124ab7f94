import pytest
from hypothesis import given

from service.domain.errors import DomainError
from service.domain.text.markup.parser import parse_markup
from service.domain.text.review.outline_lint import line_number, lint_outline, lint_typed_references
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit


def said(text: str) -> list[tuple[str, str]]:
    return [(warning.kind, warning.subject) for warning in lint_outline(text, parse_markup(text))]


@given(PROSE)
def test_warnings_are_in_the_text_and_in_its_order(text: str) -> None:
    try:
        tree = parse_markup(text)
    except DomainError:
        return
    found = lint_outline(text, tree)
    assert all(0 <= warning.start <= warning.end <= len(text) for warning in found)
    assert found == sorted(found, key=lambda warning: (warning.start, warning.end, warning.kind, warning.subject))


def test_references() -> None:
    text = "## Article 1 {#one}\n\n[](#one) [](#two) Article 1, Article 4, Article 4 of the Covenant, section 9.\n"
    assert said(text) == [("reference_broken", "two"), ("provision_unknown", "article 4")]


def test_arabic_references_in_other_digits() -> None:
    text = "## المادة ١\n\nوفق المادة 1 والمادة ٧ من هذا النصّ.\n"
    assert said(text) == [("provision_unknown", "مادة 7")]


def test_duplicate_numbers_and_ids() -> None:
    assert said("## Article 1 {#a}\n\n## Article 2 {#a}\n\n## Article 1\n") == [
        ("id_twice", "a"),
        ("number_twice", "article 1"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Fund pays.\n\n“Fund” means the Fund for victims.\n", ["Fund"]),
        ("“Fund” means the Fund for victims.\n\nThe Fund pays.\n", []),
        ("تعمل الهيئة الوطنية.\n\nيُقصد بـ«الهيئة الوطنية» هيئة العدالة.\n", ["الهيئة الوطنية"]),
        ("«الهيئة» تعني هيئة العدالة.\n\nتعمل الهيئة.\n", []),
        ("Refunds are paid.\n\n“fund” means money.\n\nThe fund pays.\n", []),
    ],
)
def test_terms_used_before_they_are_defined(text: str, found: list[str]) -> None:
    assert said(text) == [("term_before_definition", term) for term in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“Fund” means the Fund for victims.\n\nNobody pays.\n", ["Fund"]),
        ("“Victim” means whoever was harmed.\n\nVictims are heard.\n", []),
        ("«الضحية» تعني كل من لحقه ضرر.\n\nلا يُدفع شيء.\n", ["الضحية"]),
        ("«الضحية» تعني كل من لحقه ضرر.\n\nيُستمع إلى ضحيتين.\n", []),
        ("«الهيئة» تعني هيئة العدالة.\n\nوللهيئة مقرّ.\n", []),
    ],
)
def test_terms_defined_and_never_used(text: str, found: list[str]) -> None:
    assert said(text) == [("term_unused", term) for term in found]


def test_typed_references_where_numbers_are_automatic() -> None:
    text = "## Article 1\n\nArticle 1, Article 2 and Article 1 of the Covenant.\n\n## Article 2\n"
    assert [(one.kind, one.subject) for one in lint_typed_references(text, parse_markup(text))] == [
        ("reference_typed", "Article 1"),
        ("reference_typed", "Article 2"),
    ]


def test_lines() -> None:
    assert [line_number("a\nb\nc", place) for place in (0, 1, 2, 4)] == [1, 1, 2, 3]
