"""A coalition at work: clients of the public API who save, cast and export, and write down what they were told."""

import http.client
import json
import random
import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar

from service.actions.drafts import save
from service.domain.endorsement.endorsement import CODES_AN_HOUR
from service.domain.errors import Unsure
from service.jobs import RENDER_EXPORT
from service.store import record as record_store
from service.store.db import DatabaseAway, Tx
from service.store.drafts import journal as journal_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.publication import exports as exports_store
from service.store.tables import jobs
from tests.support.factories import place_of
from tests.support.history_checker import Act, History, Outcome, faults, record_faults
from tests.support.kill_test_data import PARTS, Ground, latest_code
from tests.support.waiting import wait_until

T = TypeVar("T")

SAVERS, CASTERS, EXPORTERS = PARTS, 2, 2
MARK = re.compile(r"mark-\d+-\d+")
FORMATS = [(lang, format_) for lang in ("ar", "en") for format_ in ("pdf", "docx")]


@dataclass
class Work:
    """The clients at work on `ground`, through the service at 127.0.0.1:`port`."""

    ground: Ground
    port: int
    seed: int
    history: History = field(default_factory=History)
    halves: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    broken: list[BaseException] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, kinds: Collection[str] = ("save", "cast", "export")) -> None:
        """Send the clients of these kinds to work."""
        clients = {"save": (self._save, SAVERS), "cast": (self._cast, CASTERS), "export": (self._export, EXPORTERS)}
        every = [(does, number) for kind, (does, many) in clients.items() if kind in kinds for number in range(many)]
        for client, (does, number) in enumerate(every):
            chance = random.Random(f"{self.seed} {client}")
            thread = threading.Thread(target=self._go_on, args=(does, number, chance), daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Every client ends what it is doing."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self.broken:
            raise self.broken[0]

    def stopped(self, *, within: float) -> bool:
        """Whether the clients are asked to end within so many seconds."""
        return self._stop.wait(within)

    def _go_on(self, does: Callable[[int, random.Random], bool], number: int, chance: random.Random) -> None:
        try:
            while not self._stop.is_set() and does(number, chance):
                self._stop.wait(chance.random() * 0.05)
        except BaseException as error:
            self.broken.append(error)

    def _save(self, number: int, chance: random.Random) -> bool:
        """Write one more mark into one's own part of the text that all share."""
        path = f"/documents/{self.ground.draft}/editions/ar/draft"
        token = self.ground.stage.token(("lama", "jihan", "lama")[number])
        opened = self.ask("GET", path, None, token, chance)
        if opened.outcome != "ok":
            return True
        mark = f"mark-{number}-{chance.randrange(10**9)}"
        head = f"## Part {number} {{#part-{number}}}\n"
        assert head in opened.content["text"], opened.content["text"][:500]
        text = opened.content["text"].replace(head, f"{head}\n{mark}\n", 1)
        body = {"text": text, "epoch": opened.content["epoch"], "seq": opened.content["seq"]}
        answer = self.ask("PUT", path, body, token, chance)
        self.history.add(Act("save", mark, answer.outcome, answer.said))
        return True

    def _cast(self, number: int, chance: random.Random) -> bool:
        """One organisation answers, or answers anew; False when no signatory may ask for another code."""
        mine = [one for one in self.ground.signatories if one != "yusuf"][number::CASTERS]
        who = mine[self.history.count(f"code-{number}", "ok") % len(mine)]
        if self.history.count(f"code-{number}", "ok") >= len(mine) * (CODES_AN_HOUR - 2):
            return False
        token = self.ground.stage.token(who)
        prepared = self.ask("POST", f"/rounds/{self.ground.round}/challenges", self._answer(who), token, chance)
        self.history.add(Act(f"code-{number}", "", "ok", prepared.said))
        if prepared.outcome != "ok":
            return True
        code = told_by(self.ground, lambda tx: latest_code(tx, self.ground.stage.cast.people[who].id))
        body = {"challenge": prepared.content["challenge"], "code": code}
        answer = self.ask("POST", f"/rounds/{self.ground.round}/endorsements", body, token, chance)
        self.history.add(Act("cast", prepared.content["statement_sha256"], answer.outcome, answer.said))
        return True

    def _answer(self, who: str) -> dict[str, Any]:
        organisation = self.ground.stage.cast.organisations[self.ground.signatories[who]]
        live = told_by(self.ground, lambda tx: endorsements_store.of_round(tx, self.ground.round, live_only=True))
        before = next((one.statement_sha256 for one in live if one.organisation == organisation), None)
        return {"position": "endorse" if before is None else "abstain", "lang": "ar", "replaces": before}

    def _export(self, _: int, chance: random.Random) -> bool:
        """Ask for a file, fetch those that are ready, and now and then lose one on the disk."""
        document, (lang, format_) = chance.choice(self.ground.sealed), chance.choice(FORMATS)
        token = self.ground.stage.token("reem")
        body = {"format": format_, "lang": lang}
        answer = self.ask("POST", f"/documents/{document}/exports", body, token, chance)
        if answer.outcome == "ok":
            self.asked.add(answer.content["id"])
        listed = self.ask("GET", f"/documents/{document}/exports", None, token, chance)
        ready = [one for one in (listed.content or {}).get("items", []) if one["state"] == "ready"]
        if listed.outcome == "ok" and ready:
            self._fetch(chance.choice(ready), token, chance)
        return True

    def _fetch(self, one: Mapping[str, Any], token: str, chance: random.Random) -> None:
        got = self.ask("GET", f"/exports/{one['id']}/file", None, token, chance, raw=True)
        if got.outcome == "ok" and sha256(got.content).hexdigest() != one["sha256"]:
            self.halves.append(f"export {one['id']} was handed out with other bytes than were promised")
        if got.outcome == "ok" and chance.random() < 0.3:
            place_of(self.ground.stage.house.files, one["sha256"]).unlink(missing_ok=True)

    def ask(
        self, method: str, path: str, body: object, token: str, chance: random.Random, *, raw: bool = False
    ) -> "Answer":
        """One request; where the line breaks, most clients ask again under the same key until they are told. Who is
        told that the house is down knows no more than before."""
        headers = {"authorization": f"Bearer {token}", "idempotency-key": f"key-{chance.randrange(10**15)}"}
        patient, asked = chance.random() < 0.7, 0
        while True:
            answer, asked = _exchange(self.port, method, path, body, headers, raw=raw), asked + 1
            if asked > 1 and answer.said.startswith("503"):
                answer = replace(answer, outcome="unknown")
            if answer.outcome != "unknown" or not patient or self._stop.is_set():
                return answer
            self._stop.wait(0.1)


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    content: Any
    said: str


def _exchange(port: int, method: str, path: str, body: object, headers: Mapping[str, str], *, raw: bool) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, f"/api/v1{path}", data, dict(headers))
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException) as error:
        return Answer("unknown", None, repr(error))
    finally:
        connection.close()
    if response.status >= 400:
        code = str(json.loads(content).get("code"))
        return Answer("unknown" if code == Unsure.code else "fail", None, f"{response.status} {code}")
    return Answer("ok", content if raw else json.loads(content), str(response.status))


def told_by(ground: Ground, question: Callable[[Tx], T]) -> T:
    """What the database says, as soon as it is there."""
    said: list[T] = []

    def says() -> bool:
        try:
            with ground.stage.read() as tx:
                said.append(question(tx))
        except DatabaseAway:
            return False
        return True

    wait_until(says)
    return said[0]


def unfinished(ground: Ground) -> list[str]:
    """Exports whose files are still to be made, or made anew."""
    query = jobs.select().where(jobs.c.name == RENDER_EXPORT, jobs.c.state.in_(["queued", "running"]))
    rows = told_by(ground, lambda tx: tx.connection.execute(query).all())
    return [f"{row.ref} {row.state}, attempt {row.attempts}" for row in rows]


def everything_wrong(work: Work) -> list[str]:
    """What the clients were told and does not hold, in the end, when nothing is being made any more."""
    return told_by(work.ground, lambda tx: [*_acts_wrong(tx, work), *_files_wrong(tx, work), *work.halves])


def _acts_wrong(tx: Tx, work: Work) -> list[str]:
    """Marks in the text, answers in the round, and the acts of the record, against what was said."""
    draft, round_id = f"{work.ground.draft}.ar", work.ground.round
    acts = [act for act in work.history.acts if act.kind in ("save", "cast")]
    text = save.load(tx, draft, epoch=journal_store.head(tx, draft).epoch).text
    cast = [one.statement_sha256 for one in endorsements_store.of_round(tx, round_id)]
    rows = record_store.rows(tx, limit=1_000_000)
    told = [json.loads(row.content or b"{}") for row in rows]
    recorded = [
        one["facts"]["statement_sha256"]
        for one in told
        if one["act"] == "endorsement.cast" and one["facts"]["round"] == round_id
    ]
    saved = MARK.findall(text)
    wrong = faults(acts, {"save": saved, "cast": cast}) + faults(acts, {"save": saved, "cast": recorded})
    return wrong + record_faults(rows)


def _files_wrong(tx: Tx, work: Work) -> list[str]:
    """Every file that was asked for is there, ready or failed with a reason."""
    files = {one.id: one for document in work.ground.sealed for _, one in exports_store.of_document(tx, document)}
    lost = [f"export {id} was promised and is not there" for id in work.asked - files.keys()]
    open_ = [f"export {one.id} is {one.state}" for one in files.values() if one.state not in ("ready", "failed")]
    mute = [
        f"export {one.id} failed and nobody says why"
        for one in files.values()
        if one.state == "failed" and not one.failure
    ]
    return lost + open_ + mute
