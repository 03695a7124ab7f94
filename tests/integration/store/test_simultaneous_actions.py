"""Races, repeated: concurrent acts on a round, a version or an export have one of the allowed outcomes, and a recount
agrees. Twenty times each; `make soak` does two hundred."""

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from service.actions.authorization import or_not_found
from service.actions.documents import documents, versions
from service.actions.endorsement import closing, endings, endorsements, rounds
from service.actions.endorsement.tally import tally
from service.actions.proofs import proofs, rendering
from service.actions.publication import exports
from service.domain.errors import Conflict
from service.domain.publication.export import ExportSpec
from service.domain.publication.proof_content import proof_sha256
from service.domain.trust.leaf import verify_chain
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
from service.store.publication import proofs as proofs_store
from service.store.publication import seals as seals_store
from service.store.tables import jobs as job_table
from service.store.tables import notice as notice_table
from tests.support.factories import (
    SECRET,
    TEST_PIPELINES,
    SampleInstance,
    complete_proofs,
    create_document,
    create_sealed_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    prepare_endorsement,
    save_text,
)

TIMES = 200 if os.environ.get("MITHAQ_TEST_SOAK") else 20
HOUR = 3_600_000_000
"""µs. Each round gets an hour of its own, so that nobody exceeds the limit of codes per hour."""


def run_simultaneously(*acts: Callable[[], object]) -> list[str]:
    """Run `acts` concurrently; return the outcome of each: `done`, or the code of its error."""
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


def test_two_casts_a_close_and_the_deadline_race(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    start = now_us()
    for time in range(TIMES):
        _run_simultaneous_round(instance, start + time * 2 * HOUR)
    with instance.read() as tx:
        assert verify_chain(record_store.list_leaves(tx, limit=100_000)) is None


def _run_simultaneous_round(instance: SampleInstance, at: int) -> None:
    """Run one round, whose closing karim has requested already; then start all acts concurrently."""
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with instance.write(at=at) as tx:
        round_id = rounds.open_round(
            tx,
            instance.actor(tx, "salma"),
            document_id=document,
            version_number=1,
            closes_at=tx.now + HOUR,
            rule={"kind": "sign_on", "at_least": 1},
        )
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        last = found.closes_at - 1
    ready = {who: prepare_endorsement(instance, round_id, who, at=last) for who in ("yusuf", "huda")}
    with instance.write(at=last) as tx:
        endings.request_close(tx, instance.actor(tx, "karim"), round_id=round_id)

    def cast(who: str) -> None:
        challenge, code = ready[who]
        with instance.write(at=last) as tx:
            actor = instance.actor(tx, who)
            endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)

    def close() -> None:
        with instance.write(at=last) as tx:
            endings.request_close(tx, instance.actor(tx, "salma"), round_id=round_id)

    def sweep() -> None:
        with instance.write(at=last + 1) as tx:
            closing.close_if_due(tx, round_id=round_id)

    answers = run_simultaneously(lambda: cast("yusuf"), lambda: cast("huda"), close, sweep)
    assert set(answers) <= {"done", "round_closed"}
    _check_outcome(instance, document, round_id, cast=answers[:2].count("done"))


def _check_outcome(instance: SampleInstance, document: str, round_id: str, *, cast: int) -> None:
    with instance.read() as tx:
        closed, found = rounds_store.get(tx, round_id), documents_store.get(tx, document)
        assert closed is not None and closed.outcome is not None and found is not None
        recorded = [json.loads(row.content or b"{}") for row in record_store.list_leaves(tx, limit=100_000)]
        here = [one for one in recorded if one["facts"].get("round") == round_id]
        acts = [one["act"] for one in here if one["act"] in ("endorsement.cast", "round.close")]
        assert acts == ["endorsement.cast"] * cast + ["round.close"]
        assert len(endorsements_store.list_by_round(tx, round_id, live_only=True)) == cast == closed.outcome["have"]
        assert tally(tx, closed).to_json() == closed.outcome
        passed = cast > 0
        assert (closed.state, found.state) == (("passed", "approved") if passed else ("failed", "review"))
        sealed = [one for one in recorded if one["act"] == "document.seal" and one["facts"]["document"] == document]
        assert len(sealed) == int(passed) == int(seals_store.get_by_document(tx, document) is not None)


def test_two_cuts_and_a_save_race(instance: SampleInstance) -> None:
    document = create_document(instance)
    for time in range(TIMES):
        text = f"## المادة ١ {{#one}}\n\nنصّ {time}.\n"
        save_text(instance, document, text)
        more = partial(save_text, instance, document, f"{text}\nوزيادة.\n")
        answers = run_simultaneously(
            partial(_cut, instance, document, "lama"), partial(_cut, instance, document, "jihan"), more
        )
        assert "done" in answers[:2]
        assert set(answers) <= {"done", "nothing_new"}
    with instance.read() as tx:
        made = versions_store.list_by_document(tx, document)
        assert [version.number for version in made] == list(range(1, len(made) + 1))
        assert [version.parent_sha256 for version in made] == [None, *(one.version_sha256 for one in made[:-1])]
        assert verify_chain(record_store.list_leaves(tx, limit=100_000)) is None


def _cut(instance: SampleInstance, document: str, by: str) -> None:
    with instance.write() as tx:
        versions.cut_version(tx, instance.actor(tx, by), document_id=document)


def test_two_requests_and_two_completions_of_one_export_race(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        assert seal is not None
    for time in range(TIMES):
        _request_and_finish(instance, document, seal.id, key=f"{time:064x}")
    with instance.read() as tx:
        assert verify_chain(record_store.list_leaves(tx, limit=100_000)) is None


def _request_and_finish(instance: SampleInstance, document: str, seal: str, *, key: str) -> None:
    def ask() -> None:
        with instance.write() as tx:
            actor = instance.actor(tx, "reem")
            asked.add(exports.request_export(tx, actor, document_id=document, format_="pdf", lang="ar"))

    asked: set[str] = set()
    assert run_simultaneously(ask, ask, ask) == ["done"] * 3
    assert len(asked) == 1
    one, other = (_add_export(instance, document, seal) for _ in range(2))
    assert run_simultaneously(*(partial(_finish, instance, id, key) for id in (one, other, one))) == ["done"] * 3
    with instance.read() as tx:
        made = [exports_store.get(tx, id) for id in (one, other)]
        artefact = exports_store.get_artefact_by_key(tx, key)
        assert artefact is not None
        assert [(export.state, export.artefact) for export in made if export] == [("ready", artefact.id)] * 2
        acts = [json.loads(row.content or b"{}") for row in record_store.list_leaves(tx, limit=100_000)]
        ended = [one["facts"]["export"] for one in acts if one["act"] == "export.ready" and one["facts"]["key"] == key]
        assert sorted(ended) == sorted([one, other])


def _add_export(instance: SampleInstance, document: str, seal: str) -> str:
    """Return the id of one more export of the same seal, as another release of the renderer would request it."""
    with instance.write() as tx:
        id = tx.new_id("exp")
        exports_store.add(tx, id=id, document=document, seal=seal, edition=ExportSpec("pdf", "ar"), by=None)
        return id


def _finish(instance: SampleInstance, id: str, key: str) -> None:
    with instance.write() as tx:
        exports.finish_export(tx, id, key=key, sha256=key, size=1, format_="pdf")


def test_one_job_and_one_notice_are_written_in_any_order(instance: SampleInstance) -> None:
    for time in range(TIMES):
        key = f"again-{time}"
        assert run_simultaneously(*[partial(_enqueue, instance, key)] * 3) == ["done"] * 3
    with instance.read() as tx:
        query = job_table.select().where(job_table.c.effect_key.like("again-%"))
        assert len(tx.connection.execute(query).all()) == TIMES
        query = notice_table.select().where(notice_table.c.kind == "file.ready")
        assert len(tx.connection.execute(query).all()) == TIMES


def _enqueue(instance: SampleInstance, key: str) -> None:
    with instance.write() as tx:
        notices_store.add(
            tx,
            id=tx.new_id("ntc"),
            person_id=instance.members.people["reem"].id,
            kind="file.ready",
            params={},
            effect_key=key,
        )
        jobs_store.enqueue(tx, RENDER_EXPORT, ref=key, effect_key=key)


def test_simultaneous_openings_request_proofs_once_and_open_one_round(instance: SampleInstance) -> None:
    for _ in range(TIMES // 4):
        instance.dispatcher.completes_proofs = False
        document = create_document(instance)
        cut_version(instance, document)
        move_to_review(instance, document)
        with instance.write() as tx:
            proofs_store.add_engine(tx, id=tx.new_id("eng"), sha256=tx.new_id("sha"), content={})
        act = partial(open_round, instance, document)
        assert run_simultaneously(act, act) == ["proof_not_whole"] * 2
        with instance.read() as tx:
            version = versions_store.get_latest(tx, document)
            assert version is not None
            asked = [one.spec for one in proofs_store.list_by_version(tx, version.id)]
        assert sorted(asked) == [("ar", "docx"), ("ar", "pdf")]
        with instance.write() as tx:
            rendering.register_engines(tx, TEST_PIPELINES)
        complete_proofs(instance.database)
        assert sorted(run_simultaneously(act, act)) == ["document_state", "done"]


def test_round_opens_on_proofs_of_the_front_that_it_binds(instance: SampleInstance) -> None:
    for number in range(TIMES // 4):
        document = create_document(instance)
        cut_version(instance, document)
        move_to_review(instance, document)
        instance.dispatcher.completes_proofs = False
        change = partial(_change_front, instance, document, f"Place {number}")
        opened, changed = run_simultaneously(partial(open_round, instance, document), change)
        instance.dispatcher.completes_proofs = True
        assert (opened, changed) in {("done", "document_state"), ("proof_not_whole", "done")}
        with instance.read() as tx:
            for round_ in rounds_store.list_by_document(tx, document):
                version = or_not_found(versions_store.get(tx, round_.version))
                assert round_.terms is not None and round_.proofs is not None
                assert round_.proofs["content_sha256"] == proof_sha256(proofs.load_subject(tx, version))
                assert round_.terms.front["place"] == {}


def _change_front(instance: SampleInstance, document: str, place: str) -> None:
    with instance.write() as tx:
        front = {"place": {"ar": place}}
        documents.update_front_matter(tx, instance.actor(tx, "lama"), document_id=document, front=front)
