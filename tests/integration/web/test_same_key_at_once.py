"""One Idempotency-Key from several connections at the same instant: one effect, one answer."""

from concurrent.futures import ThreadPoolExecutor

from tests.integration.web.conftest import Caller

DATABASES = ("sqlite", "postgresql")
DOCUMENT = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": "نصّ.\n"}}}


def test_eight_at_once_open_one_document(api: Caller) -> None:
    def call(_: int) -> tuple[int, str]:
        answer = api.post("/documents", DOCUMENT, by="lama", idempotency_key="same")
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(call, range(8)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert len(api.get("/documents", by="lama").json()["items"]) == 1
