"""One request to an application, body part by body part: what of it is read is visible."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Scope


@dataclass
class AsgiRequest:
    """A POST request whose body comes in `parts`; `read` counts the bytes that the application took."""

    path: str
    parts: Iterable[bytes] = ()
    headers: dict[str, str] = field(default_factory=dict)
    client: str = "203.0.113.7"
    method: str = "POST"
    read: int = 0
    sent: list[Message] = field(default_factory=list)

    async def send_to(self, app: ASGIApp) -> "AsgiRequest":
        """Send the request; a body without `content-length` is chunked."""
        parts: Iterator[bytes] = iter(self.parts)
        headers = {"host": "localhost", "sec-fetch-site": "same-origin", "transfer-encoding": "chunked", **self.headers}
        if "content-length" in headers:
            del headers["transfer-encoding"]

        async def receive() -> Message:
            data = next(parts, None)
            if data is None:
                return {"type": "http.request", "body": b"", "more_body": False}
            self.read += len(data)
            return {"type": "http.request", "body": data, "more_body": True}

        async def send(message: Message) -> None:
            self.sent.append(message)

        await app(self.scope(headers), receive, send)
        return self

    def scope(self, headers: dict[str, str]) -> Scope:
        """Return the scope of the request, with these headers."""
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "server": ("localhost", 80),
            "client": (self.client, 1234),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "state": {},
        }

    @property
    def status(self) -> int:
        """The status of the response."""
        return int(self.sent[0]["status"])

    @property
    def response_headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()


def state_of(app: Any) -> Any:
    """Return the state of the Starlette application inside its middleware."""
    while not hasattr(app, "state"):
        app = vars(app)["_app"]
    return app.state
