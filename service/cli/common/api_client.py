"""A small client of the public API: JSON over HTTP, one connection, one token a call."""

import http.client
import json
import secrets
from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """The API answered with a problem; `code` is its stable name."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.code = str(problem.get("code", ""))
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


@dataclass(frozen=True)
class ApiClient:
    """The API of the service at 127.0.0.1:`port`."""

    port: int

    def call(self, method: str, path: str, body: object = None, *, token: str, **headers: str) -> Any:
        """One call, once (it carries an Idempotency-Key); the JSON of the answer. Raises Refused."""
        request_headers = {"authorization": f"Bearer {token}", "accept-language": "en", **headers}
        if method != "GET":
            request_headers["idempotency-key"] = secrets.token_hex(16)
        data = None if body is None else json.dumps(body).encode()
        status, answer = self._send(method, path, data, request_headers)
        content = json.loads(answer) if answer else None
        if status >= 400:
            raise ApiError(status, content or {})
        return content

    def get(self, path: str, *, token: str) -> Any:
        return self.call("GET", path, token=token)

    def post(self, path: str, body: object = None, *, token: str) -> Any:
        return self.call("POST", path, body, token=token)

    def put(self, path: str, body: object, *, token: str) -> Any:
        return self.call("PUT", path, body, token=token)

    def download(self, path: str, *, token: str) -> bytes:
        """A file. Raises Refused."""
        status, answer = self._send("GET", path, None, {"authorization": f"Bearer {token}"})
        if status >= 400:
            raise ApiError(status, json.loads(answer))
        return answer

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/api/v1{path}", data, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
