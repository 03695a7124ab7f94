"""Every message of the house is in every catalogue, said in Arabic, and no catalogue keeps a message nobody says."""

import re
from collections.abc import Iterable

import pytest
from babel.messages.catalog import Message

from service.i18n import LANGUAGES
from tests.repo import message_catalogues

pytestmark = pytest.mark.repo


def _ids(messages: Iterable[Message]) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in messages}


def _texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_the_catalogue_holds_what_the_programs_say_and_nothing_else(lang: str) -> None:
    said, held = (
        _ids(message_catalogues.messages(message_catalogues.collect())),
        _ids(message_catalogues.messages(message_catalogues.read(LANGUAGES[lang]))),
    )
    assert not said - held, "missing: run `make words`"
    assert not held - said, "nobody says these any more: run `make words`"


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_message_is_translated_in_all_its_forms(lang: str) -> None:
    row = LANGUAGES[lang]
    for message in message_catalogues.messages(message_catalogues.read(row)):
        assert message_catalogues.is_translated(message), f"not translated: {message.id}"
        if message.pluralizable:
            assert len(_texts(message.string)) == message_catalogues.plural_count(row), message.id


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_a_translation_fills_no_place_its_message_lacks_and_forgets_none(lang: str) -> None:
    for message in message_catalogues.messages(message_catalogues.read(LANGUAGES[lang])):
        given = set().union(*(_places(text) for text in _texts(message.id)))
        for text in _texts(message.string):
            forgotten = {} if message.pluralizable or not text else given - _places(text)
            assert _places(text) <= given, message.id
            assert not forgotten, message.id


def test_arabic_is_written_with_arabic_punctuation() -> None:
    for message in message_catalogues.messages(message_catalogues.read(LANGUAGES["ar"])):
        for text in _texts(message.string):
            prose = re.sub(r"\{\w+\}|[A-Za-z0-9_./:@=,-]+", "", text)
            assert not re.search(r"[,;?\"]", prose), text
