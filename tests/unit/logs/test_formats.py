"""ASVS 55, 56; L6: lines of one format, bounded, which no message can forge."""

import json
import logging
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.logs.child_output import is_formatted
from service.logs.formats import JOURNAL, JSON, TEXT, create_formatter, set_part
from service.logs.redaction import MAX_LINE, escape_line
from service.logs.request_id import is_request_id, new_request_id, use_request_id

FORMATS = (TEXT, JOURNAL, JSON)
STARTS = {
    TEXT: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING web \[abc12345\] service\.x: ",
    JOURNAL: r"<4>WARNING web \[abc12345\] service\.x: ",
}


@pytest.fixture(autouse=True)
def _web_part() -> None:
    set_part("web")


def format_(name: str, message: str, *args: object, error: BaseException | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("service.x", logging.WARNING, "x.py", 1, message, args, exc_info)
    with use_request_id("abc12345"):
        return create_formatter(name).format(record)


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text(max_size=3000))
def test_message_is_one_line_of_bounded_length(name: str, text: str) -> None:
    line = format_(name, "%s", text)
    assert len(line.splitlines()) == 1 and not any(ord(character) < 32 for character in line)
    assert len(line) <= 12 * MAX_LINE + 300


def test_asvs_56_forged_line_stays_within_its_own() -> None:
    assert escape_line("a\n2026-01-01 ERROR forged\r\x1b[2J\u202e") == (
        "a\\u000a2026-01-01 ERROR forged\\u000d\\u001b[2J\\u202e"
    )


@pytest.mark.parametrize("name", [TEXT, JOURNAL])
def test_text_says_time_level_part_request_logger_and_message(name: str) -> None:
    assert re.fullmatch(STARTS[name] + "two words", format_(name, "two %s", "words"))


def test_json_says_the_same_in_one_object() -> None:
    fields = json.loads(format_(JSON, "two %s", "ثانية"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", fields.pop("time"))
    assert fields == {
        "level": "WARNING", "part": "web", "request": "abc12345", "logger": "service.x", "message": "two ثانية",
    }  # fmt: skip


@pytest.mark.parametrize("name", [TEXT, JOURNAL])
def test_every_line_of_a_traceback_begins_like_its_own(name: str) -> None:
    lines = format_(name, "failed", error=raised()).splitlines()
    assert len(lines) > 2 and all(re.match(STARTS[name], line) for line in lines)


def test_traceback_in_json_is_a_list() -> None:
    fields = json.loads(format_(JSON, "failed", error=raised()))
    assert fields["traceback"][0].startswith("RuntimeError") and "exc_info" not in fields


@pytest.mark.parametrize("name", FORMATS)
def test_only_fields_that_are_meant_are_written(name: str) -> None:
    record = logging.LogRecord("celery.x", logging.INFO, "x.py", 1, "m", (), None)
    record.__dict__["data"] = {"args": "secret words"}
    assert "secret" not in create_formatter(name).format(record)


@pytest.mark.parametrize("name", FORMATS)
def test_lines_of_a_child_are_recognised(name: str) -> None:
    assert all(map(is_formatted, format_(name, "failed", error=raised()).splitlines()))


@pytest.mark.parametrize("line", ["", "Fatal Python error: Aborted", "{", "{}", '{"time": 1}', "[1]", "<4>x", "{1: 2}"])
def test_other_output_is_recognised_as_other(line: str) -> None:
    assert not is_formatted(line)


@pytest.mark.parametrize(
    ("id", "valid"),
    [
        pytest.param(new_request_id(), True, id="our own"),
        ("0123456789abcdef0123456789abcdef", True),
        ("9f2c1f0e-7f1a-4a0e-9d2b-2f8d1c1b0a99", True),
        ("short", False),
        ("a" * 65, False),
        ("abcdefgh\nforged", False),
        ("abcdefgh ]", False),
        ("", False),
    ],
)
def test_what_looks_like_a_request_id(id: str, valid: bool) -> None:
    assert is_request_id(id) is valid


def raised() -> BaseException:
    try:
        raise RuntimeError("no values")
    except RuntimeError:
        error = sys.exception() if sys.version_info >= (3, 11) else None
        assert error
        return error
