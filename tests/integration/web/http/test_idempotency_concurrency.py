"""One Idempotency-Key from several connections at the same instant: one effect, one response."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.integration.web.conftest import ApiTestClient

TIMES = 200 if os.environ.get("MITHAQ_TEST_SOAK") else 20
DATABASES = ("sqlite", "postgresql")
DOCUMENT = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": "نصّ.\n"}}}


def test_eight_concurrent_requests_create_one_document(api: ApiTestClient) -> None:
    def call(_: int) -> tuple[int, str]:
        response = api.post("/documents", DOCUMENT, by="lama", idempotency_key="same")
        assert response.status_code == 201, response.text
        return response.status_code, response.json()["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(call, range(8)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert len(api.get("/documents", by="lama").json()["items"]) == 1


def test_two_concurrent_requests_share_one_response_repeatedly(api: ApiTestClient) -> None:
    for time in range(TIMES):
        line = Barrier(2)

        def call(_: int, time: int = time, line: Barrier = line) -> tuple[int, str]:
            line.wait(10)
            response = api.post("/documents", DOCUMENT, by="lama", idempotency_key=f"key-{time}")
            assert response.status_code == 201, response.text
            return response.status_code, response.json()["id"]

        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(call, range(2))
        assert one == other and one[0] == 201
    assert len(api.get("/documents?limit=200", by="lama").json()["items"]) == TIMES
