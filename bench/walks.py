"""Count the modules of the service that one request enters; docs/architecture.md explains why each is needed.

    python -m bench.walks            the table
    python -m bench.walks --modules  each walk with its modules, in the order in which they are first entered

Every call of a function is traced in every thread (`sys.settrace`) between the request and its response. A module
counts once; code that runs on import does not count, and neither do libraries and page templates. Each walk runs once
before it is recorded, so that caches are warm and nothing is imported on the way.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from unittest.mock import patch

import lxml.html
from pycrdt import Doc, Text
from starlette.testclient import TestClient, WebSocketTestSession

from bench.support.call_recorder import RECORDER
from bench.support.sample_instance import SECRET, SampleBench, create_document_versions, open_sample_bench
from service.actions.documents import documents
from service.actions.endorsement import rounds
from service.domain.crdt.updates import EMPTY_UPDATE, Cursor
from service.job_dispatch import NullDispatcher
from service.live import protocol
from service.main import build_app
from service.pubsub import PubSub
from service.sample import document as sample_document
from service.store.publication import exports as exports_store
from service.store.tables import jobs
from service.web.app import create_app
from service.web.http.auth import SESSION_COOKIE
from tests.support.factories import complete_proofs
from workers import exports as export_worker

ORIGIN = "http://localhost"
TEXT = "## Article 1\n\nThe first sentence.\n\n## Article 2\n\nThe second sentence.\n"
DISPATCHER = NullDispatcher()


@dataclass(frozen=True)
class Walk:
    """The recording of one request; `modules` and `authorizations` are those of Recorder."""

    name: str
    modules: tuple[str, ...]
    authorizations: int

    @property
    def packages(self) -> set[str]:
        """Return the packages of the modules, such as "actions.drafts"; a module directly in a layer counts as it."""
        return {_package(module) for module in self.modules}


def _package(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "workers":
        return ".".join(parts[:-1][:2])
    return ".".join(parts[1:3] if len(parts) > 3 else parts[1:2])


def run(*, show_modules: bool = False) -> None:
    """Print the table."""
    threading.settrace(RECORDER.trace)
    sys.settrace(RECORDER.trace)
    with open_sample_bench() as bench:
        sealed = sample_document.create_sealed_document(
            bench.database, bench.members, secret=SECRET, prove=complete_proofs, script=bench.script
        )
        walks = [*_page_walks(bench), _keystroke_walk(bench), _export_walk(bench, sealed)]
    print(f"{'walk':44} {'modules':>8} {'packages':>9} {'authorized':>11}")
    for walk in walks:
        print(f"{walk.name:44} {len(walk.modules):8} {len(walk.packages):9} {walk.authorizations:11}")
        if show_modules:
            print("\n".join(f"    {module}" for module in walk.modules))


def _record(name: str, request: Callable[[], None]) -> Walk:
    with RECORDER.recording():
        request()
    return Walk(name, tuple(RECORDER.modules), RECORDER.authorizations)


def _page_walks(bench: SampleBench) -> Iterator[Walk]:
    """Yield the walks of pages; the app has no live rooms, whose poll would be traced too."""
    id = create_document_versions(bench, [TEXT])
    with TestClient(create_app(replace(bench.app_state, has_live_editing=True)), base_url=ORIGIN) as client:
        client.cookies.set(SESSION_COOKIE, bench.session_cookie("lama"))
        yield from _save_walks(client, id)
        yield _comment_walk(client, id)
        yield from _endorsement_walks(client, bench)


def _save_walks(client: TestClient, id: str) -> Iterator[Walk]:
    """Yield a save of the newest draft, and one that is merged with a save made since the form was opened."""
    path = f"/documents/{id}/texts/en"
    for number in range(2):
        form = _form(client, path, has="text")
        form["text"] += f"\nAdded {number}.\n"
        alone = _record("save by form", partial(_post, client, path, form, expect=200))
        opened = _form(client, path, has="text")
        _post(client, path, {**opened, "text": opened["text"].replace("The first", f"{number}. The first")}, expect=200)
        form = {**opened, "text": opened["text"].replace("The second", f"{number}. The second")}
        merged = _record("save by form, merged with another save", partial(_post, client, path, form, expect=200))
    yield alone
    yield merged


def _comment_walk(client: TestClient, id: str) -> Walk:
    for number in range(2):
        form = _form(client, f"/documents/{id}/comments?lang=en", has="words")
        form |= {"words": "sentence", "body": f"Why {number}?", "scope": "all", "part": _option(client, id)}
        walk = _record("comment by form", partial(_post, client, f"/documents/{id}/comments", form))
    return walk


def _endorsement_walks(client: TestClient, bench: SampleBench) -> Iterator[Walk]:
    prepared = confirmed = None
    _, _, signatory = sample_document.mandate_holders(bench.script)[0]
    for _ in range(2):
        path = f"/rounds/{_open_round(bench)}/sign"
        client.cookies.set(SESSION_COOKIE, bench.session_cookie(signatory))
        form = {**_form(client, path, has="position"), "position": "endorse"}
        prepared = _record("endorsement: prepare the statement", partial(_post, client, path, form))
        location = str(client.headers["x-location"])
        with bench.database.read() as tx:
            code = sample_document.mailed_code(tx, bench.members.people[signatory].id, secret=SECRET)
        form = {**_form(client, location, has="code"), "code": code}
        confirmed = _record("endorsement: confirm with the code", partial(_post, client, location, form))
    assert prepared and confirmed
    yield prepared
    yield confirmed


def _open_round(bench: SampleBench) -> str:
    id = create_document_versions(bench, [TEXT, TEXT.replace("first", "only")])
    salma = bench.actor("salma")
    complete_proofs(bench.database)
    with bench.database.write(DISPATCHER) as tx:
        documents.change_state(tx, salma, document_id=id, to_state="review")
        return rounds.open_round(tx, salma, document_id=id, version_number=1, closes_at=tx.now + sample_document.DAY)


def _keystroke_walk(bench: SampleBench) -> Walk:
    """Return the modules that two keystrokes share: the poll of the rooms, once a second, falls into one at most."""
    walks: list[Walk] = []
    id = create_document_versions(bench, [TEXT])
    with TestClient(build_app(bench.app_state, PubSub("")), base_url=ORIGIN) as client:
        headers = {"authorization": f"Bearer {bench.members.people['lama'].token}"}
        with client.websocket_connect(f"/api/v1/documents/{id}/editions/en/live", headers=headers) as socket:
            replica: Doc[Text] = Doc()
            text = replica.get("t", type=Text)
            _answer_sync(socket, replica)
            for letter in "abc":
                before = replica.get_state()
                text += letter
                message = protocol.update(replica.get_update(before))
                walks.append(
                    _record("keystroke, from the frame to its acknowledgement", partial(_type, socket, message))
                )
            logging.getLogger("asyncio").disabled = True  # the test socket ends before the sender of the room does
    _, second, third = walks
    return replace(second, modules=tuple(one for one in second.modules if one in third.modules))


def _answer_sync(socket: WebSocketTestSession, replica: Doc[Text]) -> None:
    """Synchronise: read until the server has asked for our state, answer it, and load its text."""
    while True:
        cursor = Cursor(socket.receive_bytes())
        if cursor.read_varint() == protocol.SYNC and cursor.read_varint() == protocol.STEP_1:
            break
    socket.send_bytes(protocol.step_2(EMPTY_UPDATE))
    socket.send_bytes(protocol.step_1(replica.get_state()))
    while True:
        cursor = Cursor(socket.receive_bytes())
        if cursor.read_varint() == protocol.SYNC and cursor.read_varint() == protocol.STEP_2:
            return replica.apply_update(cursor.read_chunk())


def _type(socket: WebSocketTestSession, message: bytes) -> None:
    socket.send_bytes(message)
    while Cursor(socket.receive_bytes()).read_varint() != protocol.ACK:
        pass


def _export_walk(bench: SampleBench, document: str) -> Walk:
    """Return the walk of the task that renders a PDF of a sealed document; its subprocesses are not traced."""
    variables = {"MITHAQ_VAR": str(bench.app_state.settings.var), "MITHAQ_SAMPLE": "1"}
    with patch.dict(os.environ, variables):
        with bench.database.read() as tx:
            found = [one.id for _, one in exports_store.list_by_document(tx, document) if one.format == "pdf"]
            rows = {row.ref: row.id for row in tx.connection.execute(jobs.select()) if row.ref in found}
        for job in list(rows.values())[:2]:
            walk = _record("export of a PDF, in the worker", partial(export_worker.render_export.run, job))
    return walk


def _form(client: TestClient, path: str, *, has: str) -> dict[str, str]:
    """Return the fields of the form at `path` that has a field `has`."""
    page: Any = lxml.html.fromstring(client.get(path).text)
    for form in page.xpath("//main//form"):
        if has in form.fields:
            return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}
    raise AssertionError(f"{path} has no form with a field {has}")


def _option(client: TestClient, id: str) -> str:
    page: Any = lxml.html.fromstring(client.get(f"/documents/{id}/comments?lang=en").text)
    return str(page.xpath("//select[@name='part']/option[contains(., '1')]/@value")[0])


def _post(client: TestClient, path: str, form: dict[str, str], *, expect: int = 303) -> None:
    response = client.post(path, data=form, headers={"origin": ORIGIN}, follow_redirects=False)
    assert response.status_code == expect, (path, response.status_code)
    client.headers["x-location"] = response.headers.get("location", "")


if __name__ == "__main__":
    run(show_modules="--modules" in sys.argv[1:])
