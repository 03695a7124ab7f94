"""The same instant, again and again: whoever meets on a round, a version or a file, the outcome is one of those that
are allowed, and a recount agrees. Twenty times each; `make soak` does two hundred."""

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from service.actions.documents import versions
from service.actions.endorsement import endorsements, rounds
from service.actions.publication import exports
from service.domain.errors import Conflict
from service.domain.publication.export import Wanted
from service.domain.trust.leaf import verify
from service.jobs import RENDER_EXPORT
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.db import now_us
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.store.publication import notices as notices_store
from service.store.publication import seals as seals_store
from service.store.tables import jobs as job_table
from service.store.tables import notice as notice_table
from tests.support.factories import (
    SECRET,
    Stage,
    a_document,
    a_save,
    a_sealed_document,
    a_version,
    in_review,
    mandated,
    prepared,
)

TIMES = 200 if os.environ.get("MITHAQ_TEST_SOAK") else 20
HOUR = 3_600_000_000
"""µs. Each round has an hour of its own, so that nobody asks for too many codes."""


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each of `acts` came to, all begun at the same instant: `done`, or the code of its refusal."""
    line = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        line.wait(10)
        try:
            act()
        except Conflict as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_cast_one_closes_and_the_deadline_comes(stage: Stage) -> None:
    mandated(stage)
    start = now_us()
    for time in range(TIMES):
        _meet(stage, start + time * 2 * HOUR)
    with stage.read() as tx:
        assert verify(record_store.rows(tx, limit=100_000)) is None


def _meet(stage: Stage, at: int) -> None:
    """One round, closed by karim already as far as one person can; then everybody at once."""
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    with stage.write(at=at) as tx:
        round_id = rounds.open_round(
            tx,
            stage.actor(tx, "salma"),
            document_id=document,
            version_number=1,
            closes_at=tx.now + HOUR,
            rule={"kind": "sign_on", "at_least": 1},
        )
    with stage.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        last = found.closes_at - 1
    ready = {who: prepared(stage, round_id, who, at=last) for who in ("yusuf", "huda")}
    with stage.write(at=last) as tx:
        rounds.close(tx, stage.actor(tx, "karim"), round_id=round_id)

    def cast(who: str) -> None:
        challenge, code = ready[who]
        with stage.write(at=last) as tx:
            actor = stage.actor(tx, who)
            endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)

    def close() -> None:
        with stage.write(at=last) as tx:
            rounds.close(tx, stage.actor(tx, "salma"), round_id=round_id)

    def sweep() -> None:
        with stage.write(at=last + 1) as tx:
            rounds.close_if_due(tx, round_id=round_id)

    answers = at_once(lambda: cast("yusuf"), lambda: cast("huda"), close, sweep)
    assert set(answers) <= {"done", "round_closed"}
    _recount(stage, document, round_id, cast=answers[:2].count("done"))


def _recount(stage: Stage, document: str, round_id: str, *, cast: int) -> None:
    with stage.read() as tx:
        closed, found = rounds_store.get(tx, round_id), documents_store.get(tx, document)
        assert closed is not None and closed.outcome is not None and found is not None
        told = [json.loads(row.content or b"{}") for row in record_store.rows(tx, limit=100_000)]
        here = [one for one in told if one["facts"].get("round") == round_id]
        acts = [one["act"] for one in here if one["act"] in ("endorsement.cast", "round.close")]
        assert acts == ["endorsement.cast"] * cast + ["round.close"]
        assert len(endorsements_store.of_round(tx, round_id, live_only=True)) == cast == closed.outcome["have"]
        assert rounds.tally(tx, closed).to_json() == closed.outcome
        passed = cast > 0
        assert (closed.state, found.state) == (("passed", "approved") if passed else ("failed", "review"))
        sealed = [one for one in told if one["act"] == "document.seal" and one["facts"]["document"] == document]
        assert len(sealed) == int(passed) == int(seals_store.of_document(tx, document) is not None)


def test_two_cut_a_version_while_a_third_saves(stage: Stage) -> None:
    document = a_document(stage)
    for time in range(TIMES):
        text = f"## المادة ١ {{#one}}\n\nنصّ {time}.\n"
        a_save(stage, document, text)
        more = partial(a_save, stage, document, f"{text}\nوزيادة.\n")
        answers = at_once(partial(_cut, stage, document, "lama"), partial(_cut, stage, document, "jihan"), more)
        assert "done" in answers[:2]
        assert set(answers) <= {"done", "nothing_new"}
    with stage.read() as tx:
        made = versions_store.every(tx, document)
        assert [version.number for version in made] == list(range(1, len(made) + 1))
        assert [version.parent_sha256 for version in made] == [None, *(one.version_sha256 for one in made[:-1])]
        assert verify(record_store.rows(tx, limit=100_000)) is None


def _cut(stage: Stage, document: str, by: str) -> None:
    with stage.write() as tx:
        versions.cut(tx, stage.actor(tx, by), document_id=document)


def test_two_ask_for_the_same_file_and_two_finish_the_same_bytes(stage: Stage) -> None:
    document = a_sealed_document(stage)
    with stage.read() as tx:
        seal = seals_store.of_document(tx, document)
        assert seal is not None
    for time in range(TIMES):
        _ask_and_finish(stage, document, seal.id, key=f"{time:064x}")
    with stage.read() as tx:
        assert verify(record_store.rows(tx, limit=100_000)) is None


def _ask_and_finish(stage: Stage, document: str, seal: str, *, key: str) -> None:
    def ask() -> None:
        with stage.write() as tx:
            actor = stage.actor(tx, "reem")
            asked.add(exports.request(tx, actor, document_id=document, format_="pdf", lang="ar"))

    asked: set[str] = set()
    assert at_once(ask, ask, ask) == ["done"] * 3
    assert len(asked) == 1
    one, other = (_another(stage, document, seal) for _ in range(2))
    assert at_once(*(partial(_finish, stage, id, key) for id in (one, other, one))) == ["done"] * 3
    with stage.read() as tx:
        made = [exports_store.get(tx, id) for id in (one, other)]
        artefact = exports_store.artefact_by_key(tx, key)
        assert artefact is not None
        assert [(export.state, export.artefact) for export in made if export] == [("ready", artefact.id)] * 2
        told = [json.loads(row.content or b"{}") for row in record_store.rows(tx, limit=100_000)]
        ended = [one["facts"]["export"] for one in told if one["act"] == "export.ready" and one["facts"]["key"] == key]
        assert sorted(ended) == sorted([one, other])


def _another(stage: Stage, document: str, seal: str) -> str:
    """The id of one more export of the same seal, as another release of the press would ask for."""
    with stage.write() as tx:
        id = tx.new_id("exp")
        exports_store.add(tx, id=id, document=document, seal=seal, edition=Wanted("pdf", "ar"), by=None)
        return id


def _finish(stage: Stage, id: str, key: str) -> None:
    with stage.write() as tx:
        exports.finish(tx, id, key=key, sha256=key, size=1, format_="pdf")


def test_one_job_is_written_and_one_notice_given_whoever_comes_first(stage: Stage) -> None:
    for time in range(TIMES):
        key = f"again-{time}"
        assert at_once(*[partial(_enqueue, stage, key)] * 3) == ["done"] * 3
    with stage.read() as tx:
        query = job_table.select().where(job_table.c.effect_key.like("again-%"))
        assert len(tx.connection.execute(query).all()) == TIMES
        query = notice_table.select().where(notice_table.c.kind == "file.ready")
        assert len(tx.connection.execute(query).all()) == TIMES


def _enqueue(stage: Stage, key: str) -> None:
    with stage.write() as tx:
        notices_store.add(
            tx,
            id=tx.new_id("ntc"),
            person_id=stage.cast.people["reem"].id,
            kind="file.ready",
            params={},
            effect_key=key,
        )
        jobs_store.enqueue(tx, RENDER_EXPORT, ref=key, effect_key=key)
