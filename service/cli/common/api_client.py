"""A small client of the public API: JSON over HTTP, one connection and one session or token per call."""

import http.client
import json
import secrets
from dataclasses import dataclass
from typing import Any

SESSION_COOKIE = "mithaq"
"""Name of the session cookie without TLS, as on loopback."""


class ApiError(Exception):
    """A problem response (RFC 9457); `code` is its stable code."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.code = str(problem.get("code", ""))
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


def credential_headers(*, token: str = "", session: str = "") -> dict[str, str]:
    """Return the headers of a request with an API token, or in a session as a browser on loopback sends them."""
    if session:
        return {"cookie": f"{SESSION_COOKIE}={session}", "sec-fetch-site": "same-origin"}
    return {"authorization": f"Bearer {token}"} if token else {}


@dataclass(frozen=True)
class ApiClient:
    """The API of the instance at 127.0.0.1:`port`."""

    port: int

    def call(
        self, method: str, path: str, body: object = None, *, token: str = "", session: str = "", **headers: str
    ) -> Any:
        """Send one request and return the JSON of the response. Raises ApiError.

        A write carries a fresh Idempotency-Key; nothing is retried.
        """
        request_headers = {**credential_headers(token=token, session=session), "accept-language": "en", **headers}
        if method != "GET":
            request_headers["idempotency-key"] = secrets.token_hex(16)
        data = None if body is None else json.dumps(body).encode()
        status, response = self._send(method, path, data, request_headers)
        content = json.loads(response) if response else None
        if status >= 400:
            raise ApiError(status, content or {})
        return content

    def get(self, path: str, *, token: str = "", session: str = "") -> Any:
        """Send a GET request."""
        return self.call("GET", path, token=token, session=session)

    def post(self, path: str, body: object = None, *, token: str = "", session: str = "") -> Any:
        """Send a POST request."""
        return self.call("POST", path, body, token=token, session=session)

    def put(self, path: str, body: object, *, token: str = "", session: str = "") -> Any:
        """Send a PUT request."""
        return self.call("PUT", path, body, token=token, session=session)

    def download(self, path: str, *, token: str = "", session: str = "") -> bytes:
        """Return the bytes of a file. Raises ApiError."""
        status, response = self._send("GET", path, None, credential_headers(token=token, session=session))
        if status >= 400:
            raise ApiError(status, json.loads(response))
        return response

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/api/v1{path}", data, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
