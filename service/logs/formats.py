"""The formats of log lines: text, text for the journal of systemd, and JSON; see docs/operations.md.

What a client sends can neither start a new line nor fill one.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, cast

from pythonjsonlogger.json import JsonFormatter

from service.logs.redaction import describe_error, escape_line, scrub
from service.logs.request_id import get_request_id
from service.logs.tracebacks import format_error

TEXT, JOURNAL, JSON = "text", "journal", "json"

NONE = "-"
"""Stands for an id that there is none of."""

PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""syslog priorities, which the journal reads at the beginning of a line (sd-daemon(3))."""

_part = "mithaq"
_format = TEXT


def set_part(name: str) -> None:
    """Set the name of this process in its lines: web, mails, files, beat, or that of a command."""
    global _part  # one process, one name; a forked lane sets its own
    _part = name


@dataclass(frozen=True, slots=True)
class LineFields:
    """What every line says. `lines` are those of a traceback, `fields` are further values for JSON."""

    time: str
    level: int
    part: str
    request: str
    logger: str
    message: str
    lines: tuple[str, ...]
    fields: Mapping[str, object]


def read_record(record: logging.LogRecord) -> LineFields:
    """Return the fields of a record, without values that must not be logged."""
    values = record.__dict__
    skipped = f" ({values['skipped']} more were not written)" if values.get("skipped") else ""
    error = record.exc_info[1] if record.exc_info else None
    return LineFields(
        time=datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        level=record.levelno,
        part=values.get("part") or _part,
        request=get_request_id() or NONE,
        logger=record.name,
        message=escape_line(scrub(_message(record))) + skipped,
        lines=tuple(escape_line(line) for line in format_error(error)) if error else (),
        fields=values.get("fields") or {},
    )


def _message(record: logging.LogRecord) -> str:
    """The message with its arguments, in which errors are described without values.

    Libraries repeat an error as text after the first line, or as an argument, beside its traceback.
    """
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(map(_describe_argument, arguments))
    elif arguments:
        arguments = {name: _describe_argument(one) for name, one in arguments.items()}
        if record.exc_info and record.exc_info[1] and "exc" in arguments:
            arguments["exc"] = describe_error(record.exc_info[1])
    message = (str(record.msg) % arguments if arguments else str(record.msg)).strip()
    return message.partition("\n")[0] if record.exc_info else message


def _describe_argument(argument: object) -> object:
    return describe_error(argument) if isinstance(argument, BaseException) else argument


class TextFormatter(logging.Formatter):
    """A line of text; the lines of a traceback follow it and begin in the same way.

    With `for_journal` the time is left out, which the journal adds, and the priority goes before.
    """

    def __init__(self, *, for_journal: bool = False) -> None:
        super().__init__()
        self._for_journal = for_journal

    def format(self, record: logging.LogRecord) -> str:
        """Format the record."""
        found = read_record(record)
        level = logging.getLevelName(found.level)
        start = f"<{PRIORITIES.get(found.level, 6)}>" if self._for_journal else f"{found.time} "
        start = f"{start}{level} {found.part} [{found.request}] {found.logger}: "
        return "\n".join(start + line for line in (found.message, *found.lines))


class JsonLineFormatter(JsonFormatter):
    """One JSON object a line, in ASCII."""

    def __init__(self) -> None:
        super().__init__(["message"])

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Fill in the object: only what is meant for it, never every attribute of the record."""
        found = read_record(record)
        log_data.update(
            time=found.time,
            level=logging.getLevelName(found.level),
            part=found.part,
            request=found.request,
            logger=found.logger,
            message=found.message,
            **found.fields,
        )
        if found.lines:
            log_data["traceback"] = list(found.lines)

    def formatException(  # type: ignore[override]  # noqa: N802  # overrides logging.Formatter
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None]
    ) -> str:
        """Return nothing: `add_fields` writes the traceback without values."""
        return ""


def get_format() -> str:
    """Return the format of this process."""
    return _format


def use_format(format_: str) -> logging.Formatter:
    """Make `format_` that of this process, and return its formatter. Anything unknown is text."""
    global _format  # one process, one format
    _format = format_ if format_ in (JOURNAL, JSON) else TEXT
    return create_formatter(_format)


def create_formatter(format_: str) -> logging.Formatter:
    """Return the formatter of a format."""
    if format_ == JSON:
        return cast(logging.Formatter, JsonLineFormatter())
    return TextFormatter(for_journal=format_ == JOURNAL)
