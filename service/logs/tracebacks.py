"""Tracebacks for the log: places in the code, and errors as `redaction` describes them; never values of variables."""

import os
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from service.logs.redaction import describe_error

OWN_FRAMES, INNERMOST_FRAMES = 8, 4
"""Frames of one error that are written: so many of ours, and so many where it was raised."""

OWN_DIRECTORIES = tuple(f"{Path(__file__).parents[2] / name}{os.sep}" for name in ("service", "workers"))

MAX_ERRORS = 4
"""Errors of a chain, or of a group, that are written."""


def format_error(error: BaseException) -> list[str]:
    """Return the lines of the traceback of `error`: the error first, then what it was caused by."""
    lines: list[str] = []
    for number, (one, words) in enumerate(_chain(error)):
        if number == MAX_ERRORS:
            break
        lines.append(words + describe_error(one))
        lines += [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}: {frame.line}'
            for frame in _select_frames(traceback.extract_tb(one.__traceback__))
        ]
    return lines


def _select_frames(frames: Sequence[traceback.FrameSummary]) -> list[traceback.FrameSummary]:
    own = [number for number, frame in enumerate(frames) if frame.filename.startswith(OWN_DIRECTORIES)]
    kept = {*own[-OWN_FRAMES:], *range(len(frames))[-INNERMOST_FRAMES:]}
    return [frames[number] for number in sorted(kept)]


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
        if one.__cause__ is not None and one.__cause__ is getattr(one, "orig", None):
            continue  # SQLAlchemy's copy of the same error
        if one.__cause__ is not None:
            waiting.append((one.__cause__, "caused by "))
        elif one.__context__ is not None and not one.__suppress_context__:
            waiting.append((one.__context__, "while handling "))
        if isinstance(one, BaseExceptionGroup):
            waiting += [(member, "one of these: ") for member in one.exceptions]
