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
from service.domain.text.markup import canonical
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


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_the_catalogue_holds_what_the_programs_say_and_nothing_else(lang: str, extracted_ids: set[str]) -> None:
    said, held = extracted_ids, _ids(_messages(LANGUAGES[lang]))
    assert not said - held, "missing: run `make words`"
    assert not held - said, "nobody says these any more: run `make words`"


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_message_is_translated_in_all_its_forms(lang: str) -> None:
    row = LANGUAGES[lang]
    for message in _messages(row):
        assert all(_texts(message.string)), f"not translated: {message.id}"
        if message.pluralizable:
            assert len(_texts(message.string)) == _plural_count(row), message.id


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_a_translation_fills_no_place_its_message_lacks_and_forgets_none(lang: str) -> None:
    for message in _messages(LANGUAGES[lang]):
        given = set().union(*(_places(text) for text in _texts(message.id)))
        for text in _texts(message.string):
            forgotten = {} if message.pluralizable or not text else given - _places(text)
            assert _places(text) <= given, message.id
            assert not forgotten, message.id


def test_arabic_is_written_with_arabic_punctuation() -> None:
    for message in _messages(LANGUAGES["ar"]):
        for text in _texts(message.string):
            prose = re.sub(r"\{\w+\}|[A-Za-z0-9_./:@=,-]+", "", text)
            assert not re.search(r"[,;?\"]", prose), text


LIMITS = ("limit", "most", "least")
"""Places of messages that hold a limit of ours, never a count."""

PASSED_ON = {
    N_("One language is enough. Up to {limit} characters."): {"limit": [MAX_RESERVATION_LENGTH]},
    N_("This text is longer than the limit of {limit} characters."): {
        "limit": [canonical.MAX_TEXT_LENGTH, 4 * canonical.MAX_TEXT_LENGTH, 16 * canonical.MAX_TEXT_LENGTH]
    },
}
"""Values of limits that are given by a template, or handed from function to function, by message."""

INVARIABLE = ("كيلوبايت", "ميغابايت", "بكسل")
"""Units that take no ending after a number."""


def _limits() -> Iterator[tuple[str, dict[str, list[int]]]]:
    """Every message with a limit, and its values where the call names a constant of its module."""
    for path in sorted((update_catalogues.ROOT / "service").rglob("*.py")):
        module = ".".join(path.relative_to(update_catalogues.ROOT).with_suffix("").parts)
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            given = {one.arg: one.value for one in call.keywords if one.arg in LIMITS}
            for message in (text for one in call.args if given for text in _marked(one)):
                yield message, {place: _constant(value, module) for place, value in given.items() if place}


def _marked(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
        yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _constant(value: ast.expr, module: str) -> list[int]:
    if any(isinstance(node, ast.Name) and not node.id.isupper() for node in ast.walk(value)):
        return []
    found = eval(compile(ast.Expression(value), module, "eval"), vars(importlib.import_module(module)))
    return [found] if isinstance(found, int) else []


def _agrees(number: int, noun: str) -> bool:
    """Whether an Arabic noun after `number` has the form that 11 to 99, or a whole hundred, ask for."""
    if number < 11 or 0 < number % 100 < 11:
        return False
    accusative = noun.endswith(("ًا", "ة")) if number % 100 else not noun.endswith("ًا")
    return noun in INVARIABLE or accusative


def test_the_arabic_noun_after_a_limit_agrees_with_its_value() -> None:
    """A limit is said without plural forms, so its value has to be one that the form in the message suits."""
    values: dict[str, dict[str, list[int]]] = {}
    for text, given in [*_limits(), *PASSED_ON.items()]:
        for place, numbers in given.items():
            values.setdefault(text, {}).setdefault(place, []).extend(numbers)
    seen = 0
    for message in _messages(LANGUAGES["ar"]):
        for place, noun in re.findall(rf"\{{({'|'.join(LIMITS)})\}} ([\u0621-\u0652]+)", str(message.string)):
            if noun in ("أو", "و"):
                continue
            numbers = values.get(str(message.id), {}).get(place, [])
            assert numbers, f"no value is known for {{{place}}} of: {message.id}"
            assert all(_agrees(number, noun) for number in numbers), (message.id, noun, numbers)
            seen += 1
    assert seen > 10


@pytest.mark.parametrize(
    ("number", "noun", "right"),
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
def test_what_agrees(number: int, noun: str, right: bool) -> None:
    assert _agrees(number, noun) is right
