"""Lines of the URL table."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Handler(Protocol):
    """A handler decorated by `service.web.forms.handlers`."""

    @property
    def serve(self) -> Callable[[Request], Awaitable[Response]]:
        """The Starlette endpoint."""


def get(path: str, handler: Handler) -> Route:
    """Route GET requests for `path` to `handler`."""
    return Route(path, handler.serve, methods=["GET"])


def post(path: str, handler: Handler) -> Route:
    """Route POST requests for `path` to `handler`."""
    return Route(path, handler.serve, methods=["POST"])
