"""No line holds a value of a row or a form, a password, or an address of a person."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from service.domain.errors import InvalidInput
from service.logs.formats import JSON, TEXT, create_formatter
from service.logs.redaction import describe_error, scrub
from service.logs.tracebacks import INNERMOST_FRAMES, MAX_ERRORS, OWN_FRAMES, format_error

CANARY = "canary-7f3a"


class Form(BaseModel):
    """A form."""

    number: int


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql+psycopg://mithaq:{CANARY}@db/mithaq",
        f"redis://:{CANARY}/x@host:6379/0",
        f"cannot reach smtp://user:a@{CANARY}@mail.example:587",
        f"rediss://h/0?password={CANARY}",
        f"GET https://s3.example/b/k?X-Amz-Signature={CANARY}",
        f"https://mithaq.example/join#{CANARY}",
        f"Bearer mtq_{CANARY}",
        f"<{CANARY}@example.org>: Recipient address rejected",
        f"to {CANARY}@bücher.example, and more",
        f"duplicate key\nDETAIL:  Key (email)=({CANARY}) already exists.",
        f"UniqueViolation('duplicate key\\nDETAIL:  Key (email)=({CANARY}) already exists.')",
        f"Failing row contains (1, {CANARY}).",
        f"[SQL: INSERT INTO x VALUES ('{CANARY}')]",
        f"[parameters: ('{CANARY}',)]",
        f"Input should be an integer [type=int_parsing, input_value='{CANARY}', input_type=str]",
    ],
)
def test_values_are_masked(text: str) -> None:
    assert CANARY not in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "connection to server at 127.0.0.1, port 5432 failed: Connection refused",
        "job job_abc (exports.render exp_abc) failed",
        "mails@worker ready.",
        "Connected to redis+socket:///var/redis.sock",
        "cannot open /var/lib/mithaq/files/ab/cd",
    ],
)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert scrub(text) == text


def invalid_form() -> Exception:
    try:
        Form.model_validate({"number": CANARY})
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError(CANARY), "KeyError: '…'"),
        (ValueError(f'invalid literal for int() with base 10: "{CANARY}"'), "base 10: '…'"),
        (InvalidInput("bad_name", "{name} cannot be used.", name=CANARY), "bad_name: {name} cannot be used."),
        (OSError(28, "No space left on device", "/var/x"), "[Errno 28] No space left on device: '/var/x'"),
        (invalid_form(), "int_parsing"),
        (RuntimeError(f"first line\n{CANARY}"), "RuntimeError: first line"),
    ],
)
def test_error_is_described_without_values(error: Exception, words: str) -> None:
    assert words in describe_error(error) and CANARY not in describe_error(error)


@pytest.mark.parametrize("name", [TEXT, JSON])
def test_errors_in_messages_and_tracebacks_are_described(name: str) -> None:
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise ExceptionGroup(f"'{CANARY}'", [KeyError(CANARY)]) from error
    except ExceptionGroup as group:
        info = (type(group), group, group.__traceback__)
        record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 1, f"never retrieved\nfuture: {group!r}", (), info)
        lines = create_formatter(name).format(record)
        record = logging.LogRecord("celery.app.trace", logging.ERROR, "x.py", 1, "raised: %(exc)s", (), info)
        record.args = {"exc": repr(group), "args": CANARY}
        lines += create_formatter(name).format(record)
    assert CANARY not in lines
    assert "ValueError" in lines and "KeyError" in lines and "never retrieved" in lines


def test_traceback_is_bounded() -> None:
    def recurse(depth: int) -> None:
        if depth:
            recurse(depth - 1)
        raise RecursionError

    error: BaseException | None = None
    for _ in range(50):
        try:
            try:
                recurse(100)
            except RecursionError as raised:
                raise RuntimeError from error or raised
        except RuntimeError as raised:
            error = raised
    assert error and len(format_error(error)) <= MAX_ERRORS * (1 + OWN_FRAMES + INNERMOST_FRAMES)


@given(st.text(max_size=200))
def test_scrubbing_never_fails_and_json_stays_json(text: str) -> None:
    record = logging.LogRecord("service.x", logging.INFO, "x.py", 1, "%s", (text,), None)
    assert json.loads(create_formatter(JSON).format(record))["level"] == "INFO"
