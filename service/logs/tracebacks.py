"""Tracebacks for the log: places in the code, and errors as `redaction` describes them; never values of variables."""

import traceback
from collections.abc import Iterator

from service.logs.redaction import describe_error

MAX_FRAMES = 12
"""Innermost frames of one error that are written."""

MAX_ERRORS = 4
"""Errors of a chain, or of a group, that are written."""


def format_error(error: BaseException) -> list[str]:
    """Return the lines of the traceback of `error`: the error first, then what it was caused by."""
    lines: list[str] = []
    for number, (one, words) in enumerate(_chain(error)):
        if number == MAX_ERRORS:
            break
        lines.append(words + describe_error(one))
        frames = traceback.extract_tb(one.__traceback__)[-MAX_FRAMES:]
        lines += [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}: {frame.line}' for frame in frames]
    return lines


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """Yield `error` and those before it, each with the words that introduce it; every error once."""
    seen: set[int] = set()
    waiting = [(error, "")]
    while waiting:
        one, words = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one, words
        if one.__cause__ is not None:
            waiting.append((one.__cause__, "caused by "))
        elif one.__context__ is not None and not one.__suppress_context__:
            waiting.append((one.__context__, "while handling "))
        if isinstance(one, BaseExceptionGroup):
            waiting += [(member, "one of these: ") for member in one.exceptions]
