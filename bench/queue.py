"""From the seal to the PDF on disk, through the queue: a statement of two pages in Arabic, on a service of its own.

Beside it the same rendering called directly in this process, so that the cost of the queue shows on a noisy machine.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.render_texts import statement
from service.cli.commands import demo
from service.cli.common.api_client import Api
from service.config import Settings
from service.sample import document as document_module
from service.sample.document import CODE
from service.store.db import now_us
from workers.render.content.manuscript import Manuscript
from workers.render.formats import render

RUNS = 9
TITLE = "بيان مشترك"


def run() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.read({}, var=Path(directory) / "var", port=demo.free_port(), sample=True)
        cast = demo.prepared(settings)
        with demo.running(settings) as port:
            stage = demo.Stage(Api(port), cast, document_module.script(), Path(directory))
            _mandates(stage)
            _through_the_queue(stage)
            queued = [_through_the_queue(stage) for _ in range(RUNS)]
    direct = [_direct() for _ in range(RUNS)]
    print(f"{'request to PDF on disk, 2 pages, ar':40} {'median s':>9} {'slowest s':>10}")
    for name, seconds in (
        ("through the queue, DOCX beside it", queued),
        ("the same rendering, called directly", direct),
    ):
        print(f"{name:40} {statistics.median(seconds):9.2f} {max(seconds):10.2f}")
    print(f"{'ratio of the medians':40} {statistics.median(queued) / statistics.median(direct):9.2f}")


def _mandates(stage: demo.Stage) -> None:
    for organisation, focal, signatory in document_module.mandate_holders(stage.play):
        body = {"organisation": stage.cast.organisations[organisation], "person": stage.cast.people[signatory].id}
        id = stage.api.post("/mandates", body, token=stage.token(focal))["id"]
        for key in document_module.holding(stage.play, "secretariat"):
            stage.api.post(f"/mandates/{id}/confirmations", token=stage.token(key))


def _through_the_queue(stage: demo.Stage) -> float:
    """Seconds from the request for the PDF (written with the seal) to the PDF on disk."""
    document = _sealed(stage)
    while True:
        made = stage.api.get(f"/documents/{document}/exports", token=stage.one("communications"))["items"]
        if all(one["ended_at"] for one in made):
            break
        time.sleep(0.02)
    (pdf,) = [one for one in made if one["format"] == "pdf"]
    assert pdf["state"] == "ready", pdf
    return float(pdf["ended_at"] - pdf["requested_at"]) / 1e6


def _sealed(stage: demo.Stage) -> str:
    """An urgent statement that everyone has answered, and that is therefore sealed."""
    api, drafter, secretariat = stage.api, stage.one("drafter"), stage.one("secretariat")
    editions = {"ar": {"title": TITLE, "text": statement()}}
    body: dict[str, Any] = {"kind": "statement", "authentic": ["ar"], "editions": editions, "urgent": True}
    document = str(api.post("/documents", body, token=drafter)["id"])
    api.post(f"/documents/{document}/versions", {}, token=drafter)
    body = {"version": 1, "closes_at": now_us() + document_module.DAY, "close_when_all_answered": True}
    round_id = api.post(f"/documents/{document}/rounds", body, token=secretariat)["id"]
    for _, _, signatory in document_module.mandate_holders(stage.play):
        token = stage.token(signatory)
        made = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, token=token)
        confirm = {"challenge": made["challenge"], "code": _code(api, token)}
        api.post(f"/rounds/{round_id}/endorsements", confirm, token=token)
    return document


def _code(api: Api, token: str) -> str:
    cursor = ""
    while True:
        page = api.get(f"/mails?limit=200&cursor={cursor}", token=token)
        if page["next"] is None:
            found = CODE.search(page["items"][-1]["body"])
            assert found is not None
            return found.group()
        cursor = page["next"]


def _direct() -> float:
    began = time.monotonic()
    manuscript = Manuscript(lang="ar", dir="rtl", digits="arab", kind="statement", title=TITLE, text=statement())
    render(manuscript, "pdf")
    return time.monotonic() - began
