"""Load clients of the public API that save, cast and export, and record the responses."""

import http.client
import json
import random
import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar

from service.actions.drafts import planned_row
from service.cli.common.api_client import credential_headers
from service.domain.endorsement.endorsement import MAX_CODES_PER_HOUR
from service.domain.errors import OutcomeUnknown
from service.jobs import RENDER_EXPORT
from service.store import record as record_store
from service.store.db import DatabaseUnavailable, Tx
from service.store.drafts import journal as journal_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.publication import exports as exports_store
from service.store.tables import jobs
from tests.support.factories import stored_path
from tests.support.history_checker import History, Operation, Outcome, find_record_violations, find_violations
from tests.support.kill_test_data import DRAFT_SECTIONS, KillTestSetup, latest_mailed_code
from tests.support.waiting import wait_until

T = TypeVar("T")

SAVER_COUNT, CASTER_COUNT, EXPORTER_COUNT = DRAFT_SECTIONS, 2, 2
MARK_PATTERN = re.compile(r"mark-\d+-\d+")
FORMATS = [(lang, format_) for lang in ("ar", "en") for format_ in ("pdf", "docx")]


@dataclass
class LoadClients:
    """The clients of `setup`, using the service at 127.0.0.1:`port`."""

    setup: KillTestSetup
    port: int
    seed: int
    history: History = field(default_factory=History)
    wrong_files: list[str] = field(default_factory=list)
    requested_exports: set[str] = field(default_factory=set)
    errors: list[BaseException] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, kinds: Collection[str] = ("save", "cast", "export")) -> None:
        """Start the clients of these kinds."""
        clients = {
            "save": (self._save, SAVER_COUNT),
            "cast": (self._cast, CASTER_COUNT),
            "export": (self._export, EXPORTER_COUNT),
        }
        assignments = [
            (does, number) for kind, (does, many) in clients.items() if kind in kinds for number in range(many)
        ]
        for client, (operation, number) in enumerate(assignments):
            rng = random.Random(f"{self.seed} {client}")
            thread = threading.Thread(target=self._run_client, args=(operation, number, rng), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let every client finish its operation."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def is_stopping(self, *, timeout: float) -> bool:
        """Return whether the clients are asked to stop within so many seconds."""
        return self._stop.wait(timeout)

    def _run_client(self, operation: Callable[[int, random.Random], bool], number: int, rng: random.Random) -> None:
        try:
            while not self._stop.is_set() and operation(number, rng):
                self._stop.wait(rng.random() * 0.05)
        except BaseException as error:
            self.errors.append(error)

    def _save(self, number: int, rng: random.Random) -> bool:
        """Write one more mark into the client's own part of the shared text."""
        path = f"/documents/{self.setup.shared_document}/editions/ar/draft"
        session = self.setup.instance.session(("lama", "jihan", "lama")[number])
        opened = self.request("GET", path, None, session, rng)
        if opened.outcome != "ok":
            return True
        mark = f"mark-{number}-{rng.randrange(10**9)}"
        head = f"## Part {number} {{#part-{number}}}\n"
        assert head in opened.content["text"], opened.content["text"][:500]
        text = opened.content["text"].replace(head, f"{head}\n{mark}\n", 1)
        body = {"text": text, "epoch": opened.content["epoch"], "seq": opened.content["seq"]}
        answer = self.request("PUT", path, body, session, rng)
        self.history.add(Operation("save", mark, answer.outcome, answer.detail))
        return True

    def _cast(self, number: int, rng: random.Random) -> bool:
        """Answer, or answer again, for one organisation; False when no signatory may request another code."""
        own_signatories = [one for one in self.setup.signatories if one != "yusuf"][number::CASTER_COUNT]
        signatory = own_signatories[self.history.count(f"code-{number}", "ok") % len(own_signatories)]
        if self.history.count(f"code-{number}", "ok") >= len(own_signatories) * (MAX_CODES_PER_HOUR - 2):
            return False
        session = self.setup.instance.session(signatory)
        prepared = self.request(
            "POST", f"/rounds/{self.setup.round_id}/challenges", self._endorsement_body(signatory), session, rng
        )
        self.history.add(Operation(f"code-{number}", "", "ok", prepared.detail))
        if prepared.outcome != "ok":
            return True
        code = query_when_available(
            self.setup,
            lambda tx: latest_mailed_code(
                tx,
                self.setup.instance.members.people[signatory].id,
                settings=self.setup.instance.app_state.settings,
            ),
        )
        body = {"challenge": prepared.content["challenge"], "code": code}
        answer = self.request("POST", f"/rounds/{self.setup.round_id}/endorsements", body, session, rng)
        self.history.add(Operation("cast", prepared.content["statement_sha256"], answer.outcome, answer.detail))
        return True

    def _endorsement_body(self, signatory: str) -> dict[str, Any]:
        organisation = self.setup.instance.members.organisations[self.setup.signatories[signatory]]
        live = query_when_available(
            self.setup, lambda tx: endorsements_store.list_by_round(tx, self.setup.round_id, live_only=True)
        )
        previous = next((one.statement_sha256 for one in live if one.organisation == organisation), None)
        return {"position": "endorse" if previous is None else "abstain", "lang": "ar", "replaces": previous}

    def _export(self, _: int, rng: random.Random) -> bool:
        """Request a file, fetch those that are ready, and from time to time delete one from the disk."""
        document, (lang, format_) = rng.choice(self.setup.sealed_documents), rng.choice(FORMATS)
        session = self.setup.instance.session("reem")
        body = {"format": format_, "lang": lang}
        answer = self.request("POST", f"/documents/{document}/exports", body, session, rng)
        if answer.outcome == "ok":
            self.requested_exports.add(answer.content["id"])
        listed = self.request("GET", f"/documents/{document}/exports", None, session, rng)
        ready = [one for one in (listed.content or {}).get("items", []) if one["state"] == "ready"]
        if listed.outcome == "ok" and ready:
            self._fetch(rng.choice(ready), session, rng)
        return True

    def _fetch(self, export: Mapping[str, Any], session: str, rng: random.Random) -> None:
        answer = self.request("GET", f"/exports/{export['id']}/file", None, session, rng, raw=True)
        if answer.outcome == "ok" and sha256(answer.content).hexdigest() != export["sha256"]:
            self.wrong_files.append(f"export {export['id']} was handed out with other bytes than were promised")
        if answer.outcome == "ok" and rng.random() < 0.3:
            stored_path(self.setup.instance.app_state.files, export["sha256"]).unlink(missing_ok=True)

    def request(
        self, method: str, path: str, body: object, session: str, rng: random.Random, *, raw: bool = False
    ) -> "Response":
        """Send one request; after a broken connection most clients retry with the same key until they get a response. A
        response that the service is down leaves the outcome unknown."""
        headers = {**credential_headers(session=session), "idempotency-key": f"key-{rng.randrange(10**15)}"}
        retries, attempts = rng.random() < 0.7, 0
        while True:
            answer, attempts = _send(self.port, method, path, body, headers, raw=raw), attempts + 1
            if attempts > 1 and answer.detail.startswith("503"):
                answer = replace(answer, outcome="unknown")
            if answer.outcome != "unknown" or not retries or self._stop.is_set():
                return answer
            self._stop.wait(0.1)


@dataclass(frozen=True, slots=True)
class Response:
    outcome: Outcome
    content: Any
    detail: str


def _send(port: int, method: str, path: str, body: object, headers: Mapping[str, str], *, raw: bool) -> Response:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, f"/api/v1{path}", data, dict(headers))
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException) as error:
        return Response("unknown", None, repr(error))
    finally:
        connection.close()
    if response.status >= 400:
        code = str(json.loads(content).get("code"))
        return Response("unknown" if code == OutcomeUnknown.code else "fail", None, f"{response.status} {code}")
    return Response("ok", content if raw else json.loads(content), str(response.status))


def query_when_available(setup: KillTestSetup, query: Callable[[Tx], T]) -> T:
    """Run a query as soon as the database is available."""
    answers: list[T] = []

    def answered() -> bool:
        try:
            with setup.instance.read() as tx:
                answers.append(query(tx))
        except DatabaseUnavailable:
            return False
        return True

    wait_until(answered)
    return answers[0]


def unfinished_exports(setup: KillTestSetup) -> list[str]:
    """Return the exports whose files are still to be rendered."""
    query = jobs.select().where(jobs.c.name == RENDER_EXPORT, jobs.c.state.in_(["queued", "running"]))
    rows = query_when_available(setup, lambda tx: tx.connection.execute(query).all())
    return [f"{row.ref} {row.state}, attempt {row.attempts}" for row in rows]


def find_all_violations(clients: LoadClients) -> list[str]:
    """Return what the clients were told and does not hold in the end, when no job is pending."""
    return query_when_available(
        clients.setup,
        lambda tx: [*_operation_violations(tx, clients), *_file_violations(tx, clients), *clients.wrong_files],
    )


def _operation_violations(tx: Tx, clients: LoadClients) -> list[str]:
    """Compare marks in the text, answers in the round, and the acts of the record with the responses."""
    draft, round_id = f"{clients.setup.shared_document}.ar", clients.setup.round_id
    operations = [act for act in clients.history.operations if act.kind in ("save", "cast")]
    text = planned_row.load_shared_text(tx, draft, epoch=journal_store.get_head(tx, draft).epoch).text
    cast = [one.statement_sha256 for one in endorsements_store.list_by_round(tx, round_id)]
    rows = record_store.list_leaves(tx, limit=1_000_000)
    contents = [json.loads(row.content or b"{}") for row in rows]
    recorded = [
        one["facts"]["statement_sha256"]
        for one in contents
        if one["act"] == "endorsement.cast" and one["facts"]["round"] == round_id
    ]
    saved = MARK_PATTERN.findall(text)
    violations = find_violations(operations, {"save": saved, "cast": cast}) + find_violations(
        operations, {"save": saved, "cast": recorded}
    )
    return violations + find_record_violations(rows)


def _file_violations(tx: Tx, clients: LoadClients) -> list[str]:
    """Check that every requested file is there, ready or failed with a reason."""
    files = {
        one.id: one
        for document in clients.setup.sealed_documents
        for _, one in exports_store.list_by_document(tx, document)
    }
    missing = [f"export {id} was promised and is not there" for id in clients.requested_exports - files.keys()]
    unfinished = [f"export {one.id} is {one.state}" for one in files.values() if one.state not in ("ready", "failed")]
    unexplained = [
        f"export {one.id} failed and nobody says why"
        for one in files.values()
        if one.state == "failed" and not one.failure
    ]
    return missing + unfinished + unexplained
