"""Log lines of a process: one handler, one format, for our lines and those of every library."""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

from service.logs.formats import set_part, use_format
from service.logs.repeats import ALWAYS_WRITTEN, RepeatFilter

OWN_LOGGERS = ("service", "workers", "mithaq")

QUIET_LOGGERS = (
    "alembic",
    "uvicorn.error",
    "celery.app.trace",  # three lines for each task, and the sweep runs every few seconds
    "celery.beat",
    "celery.worker.strategy",
    "multiprocessing",
)
"""Loggers whose information is for debugging."""

log = logging.getLogger("mithaq")


class StandardErrorHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error. A record that cannot be formatted is named by its place, never by its values."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.addFilter(RepeatFilter())

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # overrides logging.Handler
        """Say where the record comes from."""
        if isinstance(sys.exc_info()[1], BrokenPipeError):
            return
        place = f"{record.pathname}:{record.lineno}"
        failed = logging.LogRecord("mithaq", logging.ERROR, "", 0, "a line of %s could not be written", (place,), None)
        try:
            self.stream.write(self.format(failed) + "\n")
        except (OSError, ValueError, RuntimeError):
            return


class ClientErrorFilter(logging.Filter):
    """Drops lines of the WebSocket server that any client can cause; refusals are in the security log."""

    MESSAGES = (
        "Invalid UTF-8 sequence received from client.",
        "ASGI callable returned without completing handshake.",
        "opening handshake failed",
    )

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is kept."""
        return record.msg not in self.MESSAGES


def configure(*, level: str, format_: str, part: str) -> None:
    """Write log lines of `level` and above to standard error in `format_`, as the process `part`.

    May be called again in the same process. Where another program has set up logging, such as a test, it is left alone.
    """
    set_part(part)
    root = logging.getLogger()
    handler = next((one for one in root.handlers if isinstance(one, StandardErrorHandler)), None)
    if root.handlers and handler is None:
        return
    if handler is None:
        handler = StandardErrorHandler()
        root.addHandler(handler)
        logging.getLogger("uvicorn.error").addFilter(ClientErrorFilter())
        logging.captureWarnings(True)
        sys.excepthook = _log_uncaught
        threading.excepthook = _log_uncaught_in_thread
    handler.setFormatter(use_format(format_))
    set_levels(logging.getLevelNamesMapping()[level.upper()])


def set_levels(level: int) -> None:
    """Set the levels. Libraries never write below INFO: their debugging lines hold cookies and texts."""
    logging.getLogger().setLevel(max(level, logging.INFO))
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)
    for name in ALWAYS_WRITTEN:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO if level < logging.INFO else max(level, logging.WARNING))


def _log_uncaught(kind: type[BaseException], error: BaseException, found: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, found)
        return
    log.critical("the program ended with an error", exc_info=(kind, error, found))


def _log_uncaught_in_thread(args: Any) -> None:
    if not issubclass(args.exc_type, SystemExit):
        log.critical("a thread ended with an error", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
