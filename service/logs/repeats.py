"""A filter that keeps one cause from filling the log: the same line again and again is written at growing intervals."""

import logging
import time
from collections import OrderedDict
from threading import Lock

from service.logs.back_off import Clock, GrowingInterval

BURST = 5
"""Lines of one kind, warning or worse, before intervals begin."""

INFO_BURST = 30
"""The same of lines below a warning."""

LIBRARY_BURST = 1
"""The same of what Celery and its transport repeat while Redis is away."""

MAX_KINDS = 500
"""Kinds of lines that are told apart."""

ALWAYS_WRITTEN = ("mithaq.security", "mithaq.access", "mithaq.process")
"""Loggers of lines that are asked for by a setting, or have a limit of their own."""

UNLIMITED = (*ALWAYS_WRITTEN, "workers.jobs")
"""Loggers without this limit; one line for each finished job is no repetition."""

LIBRARIES = ("celery", "kombu", "redis")


class RepeatFilter(logging.Filter):
    """Drops what is repeated too often, and counts it; the next line of its kind carries the number as `skipped`."""

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = Lock()
        self._kinds: OrderedDict[tuple[str, ...], GrowingInterval] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if record.name in UNLIMITED:
            return True
        with self._lock:
            kind = _kind_of(record)
            interval = self._kinds.get(kind)
            if interval is None:
                interval = self._kinds[kind] = GrowingInterval(burst=_burst_of(record), clock=self._clock)
                if len(self._kinds) > MAX_KINDS:
                    self._kinds.popitem(last=False)
            self._kinds.move_to_end(kind)
            if not interval.admit():
                return False
            record.__dict__["skipped"] = interval.take_skipped()
            return True


def _burst_of(record: logging.LogRecord) -> int:
    if record.levelno < logging.WARNING:
        return INFO_BURST
    return LIBRARY_BURST if record.name.partition(".")[0] in LIBRARIES else BURST


def _kind_of(record: logging.LogRecord) -> tuple[str, ...]:
    """What makes two lines the same: logger, message without its values, class and place of an error."""
    errors = [*(record.args if isinstance(record.args, tuple) else ()), *(record.exc_info or ())]
    names = [type(one).__name__ for one in errors if isinstance(one, BaseException)]
    found = record.exc_info[2] if record.exc_info else None
    while found and found.tb_next:
        found = found.tb_next
    place = f"{found.tb_frame.f_code.co_filename}:{found.tb_lineno}" if found else ""
    return record.name, record.levelname, str(record.msg)[:200], place, *names
