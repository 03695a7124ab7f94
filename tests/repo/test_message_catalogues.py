"""Every message is in every catalogue and translated into Arabic, and no catalogue holds an unused message."""

import ast
import importlib
import re
from collections.abc import Iterable, Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from service.cli.local import update_catalogues
from service.domain.endorsement.endorsement import MAX_RESERVATION_LENGTH
from service.domain.errors import N_
from service.domain.text.markup import canonical, parser
from service.i18n import LANGUAGES, Language

pytestmark = pytest.mark.repo


def _ids(messages: Iterable[Message]) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in messages}


def _texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _messages(language: Language) -> Iterator[Message]:
    return (message for message in update_catalogues.read_catalogue(language) if message.id)


@pytest.fixture(scope="module")
def extracted_ids(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    template = tmp_path_factory.mktemp("messages") / "mithaq.pot"
    update_catalogues.extract(template)
    with template.open("rb") as source:
        return _ids(message for message in read_po(source) if message.id)


def _plural_count(language: Language) -> int:
    return int(language.plurals.partition("nplurals=")[2].partition(";")[0])


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_catalogue_has_exactly_the_extracted_messages(lang: str, extracted_ids: set[str]) -> None:
    used, translated = extracted_ids, _ids(_messages(LANGUAGES[lang]))
    assert not used - translated, "missing: run `make words`"
    assert not translated - used, "no longer used: run `make words`"


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_message_is_translated_in_all_its_forms(lang: str) -> None:
    row = LANGUAGES[lang]
    for message in _messages(row):
        assert all(_texts(message.string)), f"not translated: {message.id}"
        if message.pluralizable:
            assert len(_texts(message.string)) == _plural_count(row), message.id


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_translation_has_the_placeholders_of_its_message(lang: str) -> None:
    for message in _messages(LANGUAGES[lang]):
        given = set().union(*(_placeholders(text) for text in _texts(message.id)))
        for text in _texts(message.string):
            missing = {} if message.pluralizable or not text else given - _placeholders(text)
            assert _placeholders(text) <= given, message.id
            assert not missing, message.id


def test_arabic_messages_use_arabic_punctuation() -> None:
    for message in _messages(LANGUAGES["ar"]):
        for text in _texts(message.string):
            prose = re.sub(r"\{\w+\}|[A-Za-z0-9_./:@=,-]+", "", text)
            assert not re.search(r"[,;?\"]", prose), text


LIMITS = ("limit", "most", "least")
"""Placeholders of messages whose value is a limit, never a count."""

PASSED_ON = {
    N_("One language is enough. Up to {limit} characters."): {"limit": [MAX_RESERVATION_LENGTH]},
    N_("This text is longer than the limit of {limit} characters."): {
        "limit": [canonical.MAX_TEXT_LENGTH, 4 * canonical.MAX_TEXT_LENGTH, 16 * canonical.MAX_TEXT_LENGTH]
    },
    N_("The file has more than {limit} footnotes. Import it in parts."): {"limit": [parser.MAX_NOTES]},
}
"""Values of limits by message, where a template or another function passes them and no call shows them."""

INVARIABLE = ("كيلوبايت", "ميغابايت", "بكسل")
"""Units of measure that do not inflect after a number."""


def _limits() -> Iterator[tuple[str, dict[str, list[int]]]]:
    """Yield every message with a limit, and the limit's values where the call uses constants of its module."""
    for path in sorted((update_catalogues.ROOT / "service").rglob("*.py")):
        module = ".".join(path.relative_to(update_catalogues.ROOT).with_suffix("").parts)
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            given = {one.arg: one.value for one in call.keywords if one.arg in LIMITS}
            for message in (text for one in call.args if given for text in _marked(one)):
                yield message, {name: _constant(value, module) for name, value in given.items() if name}


def _marked(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
        yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _constant(value: ast.expr, module: str) -> list[int]:
    if any(isinstance(node, ast.Name) and not node.id.isupper() for node in ast.walk(value)):
        return []
    found = eval(compile(ast.Expression(value), module, "eval"), vars(importlib.import_module(module)))
    return [found] if isinstance(found, int) else []


def _agrees(number: int, noun: str) -> bool:
    """Return whether an Arabic noun has the form required after `number`; False unless it ends in 11 to 99 or 00."""
    if number < 11 or 0 < number % 100 < 11:
        return False
    accusative = noun.endswith(("ًا", "ة")) if number % 100 else not noun.endswith("ًا")
    return noun in INVARIABLE or accusative


def test_arabic_noun_after_a_limit_agrees_with_its_value() -> None:
    """Messages with a limit have no plural forms, so the noun in the message must agree with the limit's value."""
    values: dict[str, dict[str, list[int]]] = {}
    for text, given in [*_limits(), *PASSED_ON.items()]:
        for placeholder, numbers in given.items():
            values.setdefault(text, {}).setdefault(placeholder, []).extend(numbers)
    checked = 0
    for message in _messages(LANGUAGES["ar"]):
        for placeholder, noun in re.findall(rf"\{{({'|'.join(LIMITS)})\}} ([\u0621-\u0652]+)", str(message.string)):
            if noun in ("أو", "و", "من"):
                continue
            numbers = values.get(str(message.id), {}).get(placeholder, [])
            assert numbers, f"no value is known for {{{placeholder}}} of: {message.id}"
            assert all(_agrees(number, noun) for number in numbers), (message.id, noun, numbers)
            checked += 1
    assert checked > 10


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [
        (12, "حرفًا", True),
        (50, "كلمة", True),
        (200, "تغيير", True),
        (4_000, "حرف", True),
        (512, "كيلوبايت", True),
        (50, "تغيير", False),
        (200, "تغييرًا", False),
        (8, "حرفًا", False),
        (105, "حرف", False),
    ],
)
def test_agrees_matches_known_examples(number: int, noun: str, expected: bool) -> None:
    assert _agrees(number, noun) is expected
