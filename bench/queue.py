"""Time from the seal to the PDF on disk, through the queue: a statement of two pages in Arabic.

It runs on an instance of its own. The same rendering is also called directly in this process, so that the cost of the
queue is visible on a noisy machine.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.support.render_texts import statement
from service.cli.commands import demo
from service.cli.commands.demo_run import DemoRun, wait_for
from service.cli.commands.demo_steps import FILES_TIMEOUT, proofs_are_whole
from service.cli.common.api_client import ApiClient
from service.config import Settings
from service.sample import document as document_module
from service.sample.document import CODE_PATTERN
from service.store.db import now_us
from workers.render.content.manuscript import Manuscript
from workers.render.formats import render

RUNS = 9
TITLE = "بيان مشترك"

PROOFS: list[float] = []
"""Seconds from each version to its whole proofs."""


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.load({}, var=Path(directory) / "var", port=demo.free_port(), sample=True)
        members, sessions = demo.prepare_instance(settings)
        with demo.running_instance(settings) as port:
            demo_run = DemoRun(ApiClient(port), members, document_module.load_script(), Path(directory), sessions)
            _grant_mandates(demo_run)
            _measure_queued(demo_run)
            queued = [_measure_queued(demo_run) for _ in range(RUNS)]
    direct = [_measure_direct() for _ in range(RUNS)]
    print(f"{'request to PDF on disk, 2 pages, ar':40} {'median s':>9} {'slowest s':>10}")
    for name, seconds in (
        ("proofs of a version, PDF and DOCX", PROOFS[1:]),
        ("through the queue, with its DOCX", queued),
        ("same rendering, called directly", direct),
    ):
        print(f"{name:40} {statistics.median(seconds):9.2f} {max(seconds):10.2f}")
    print(f"{'ratio of the medians':40} {statistics.median(queued) / statistics.median(direct):9.2f}")


def _grant_mandates(demo_run: DemoRun) -> None:
    for organisation, focal, signatory in document_module.mandate_holders(demo_run.script):
        body = {
            "organisation": demo_run.members.organisations[organisation],
            "person": demo_run.members.people[signatory].id,
        }
        id = demo_run.api.post("/mandates", body, session=demo_run.session(focal))["id"]
        for key in document_module.people_with_role(demo_run.script, "secretariat"):
            demo_run.api.post(f"/mandates/{id}/confirmations", session=demo_run.session(key))


def _measure_queued(demo_run: DemoRun) -> float:
    """Return the seconds from the request for the PDF (written with the seal) to the PDF on disk."""
    document = _create_sealed_statement(demo_run)
    while True:
        exports = demo_run.api.get(
            f"/documents/{document}/exports", session=demo_run.session_for_role("communications")
        )["items"]
        if exports and all(one["ended_at"] for one in exports):
            break
        time.sleep(0.02)
    (pdf,) = [one for one in exports if one["format"] == "pdf"]
    assert pdf["state"] == "ready", pdf
    return float(pdf["ended_at"] - pdf["requested_at"]) / 1e6


def _create_sealed_statement(demo_run: DemoRun) -> str:
    """Create an urgent statement that every organisation endorses, so that it is sealed; return its id."""
    api, drafter, secretariat = (
        demo_run.api,
        demo_run.session_for_role("drafter"),
        demo_run.session_for_role("secretariat"),
    )
    editions = {"ar": {"title": TITLE, "text": statement()}}
    body: dict[str, Any] = {"kind": "statement", "authentic": ["ar"], "editions": editions, "urgent": True}
    document = str(api.post("/documents", body, session=drafter)["id"])
    api.post(f"/documents/{document}/versions", {}, session=drafter)
    _wait_for_proofs(demo_run, document)
    body = {"version": 1, "closes_at": now_us() + document_module.DAY, "close_when_all_answered": True}
    body["close_after_all_minutes"] = 0
    round_id = api.post(f"/documents/{document}/rounds", body, session=secretariat)["id"]
    for _, _, signatory in document_module.mandate_holders(demo_run.script):
        session = demo_run.session(signatory)
        challenge = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, session=session)
        confirm = {"challenge": challenge["challenge"], "code": _latest_code(api, session)}
        api.post(f"/rounds/{round_id}/endorsements", confirm, session=session)
    return document


def _wait_for_proofs(demo_run: DemoRun, document: str) -> None:
    started_at = time.monotonic()
    wait_for(lambda: proofs_are_whole(demo_run, document), timeout=FILES_TIMEOUT, what="the proofs")
    PROOFS.append(time.monotonic() - started_at)


def _latest_code(api: ApiClient, session: str) -> str:
    cursor = ""
    while True:
        page = api.get(f"/mails?limit=200&cursor={cursor}", session=session)
        if page["next"] is None:
            found = CODE_PATTERN.search(page["items"][-1]["body"])
            assert found is not None
            return found.group()
        cursor = page["next"]


def _measure_direct() -> float:
    started_at = time.monotonic()
    manuscript = Manuscript(lang="ar", dir="rtl", digits="arab", kind="statement", title=TITLE, text=statement())
    render(manuscript, "pdf")
    return time.monotonic() - started_at
