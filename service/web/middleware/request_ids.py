"""An id for each request, in its log lines and on its error pages; and log lines of bounded length.

What a client sends can neither start a new line of the log nor fill it.
"""

import logging
import re
import secrets
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

MAX_LINE = 2000
"""Characters of a message."""

_current: ContextVar[str] = ContextVar("request_id", default="-")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class RequestIds:
    """ASGI middleware that gives each request an id: `scope["state"]["request_id"]`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request."""
        if scope["type"] in ("http", "websocket"):
            request_id = secrets.token_hex(6)
            scope.setdefault("state", {})["request_id"] = request_id
            _current.set(request_id)
        await self._app(scope, receive, send)


class LineFormatter(logging.Formatter):
    """Formats a record as one line with the id of the request; a traceback, which only our own errors have, follows."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Format the record."""
        record.request_id = _current.get()
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # overrides logging.Formatter
        """Escape control characters of the message, and cut it."""
        record.message = escape_line(record.message)
        return super().formatMessage(record)


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


def escape_line(text: str) -> str:
    """Return `text` without line breaks and other control characters, at most MAX_LINE characters long."""
    cut = text if len(text) <= MAX_LINE else text[:MAX_LINE] + "…"
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", cut)


def configure_logging(level: str) -> None:
    """Write log lines of `level` and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    logging.getLogger("uvicorn.error").addFilter(ClientErrorFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler])
