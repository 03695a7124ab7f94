"""Reservations are rendered alone before their code is mailed: both databases, and a lane that runs in this process."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from service.actions.endorsement import endorsements, reservation_proofs
from service.domain.errors import Conflict, InvalidInput, NotFound
from service.domain.publication.reservation_proof import KEPT_FOR, MAX_PER_HOUR, PATIENCE
from service.domain.trust.entry import read_entry
from service.jobs import PROVE_RESERVATION, Job
from service.store.publication import notices as notices_store
from service.store.record import list_leaves
from service.store.tables import reservation_proof
from tests.support.factories import SECRET, RecordingDispatcher, SampleInstance, mailed_code, open_round_with_document
from workers import reservation_proofs as proving
from workers import sweep
from workers.render import formats
from workers.render.errors import RenderUnprintable
from workers.task import worker_context

DATABASES = ("sqlite", "postgresql")

WORDS = {"ar": "نتحفّظ على البند (ب)، ولا سيّما:\n\n- المهلة\n- المبلغ 2,500\n"}


class RunningLane:
    """Runs the jobs of proofs of reservations one after another, as their lane does; leaves the others to `others`."""

    def __init__(self, others: RecordingDispatcher) -> None:
        self.others = others
        self.pool = ThreadPoolExecutor(1)
        self.done: list[Future[Any]] = []

    def dispatch(self, job: Job) -> None:
        if job.name == PROVE_RESERVATION:
            self.done.append(self.pool.submit(proving.prove_reservation, job.id))
        else:
            self.others.dispatch(job)

    def wait(self) -> None:
        for one in self.done:
            one.result()


@pytest.fixture
def lane(worker_instance: SampleInstance) -> Iterator[RunningLane]:
    running = RunningLane(worker_instance.dispatcher)
    object.__setattr__(worker_instance, "dispatcher", running)
    yield running
    running.pool.shutdown()


def prepare(
    instance: SampleInstance, round_id: str, by: str = "yusuf", *, texts: dict[str, str] = WORDS, at: int | None = None
) -> str:
    with instance.write(at=at) as tx:
        prepared = endorsements.prepare(
            tx, instance.actor(tx, by), round_id=round_id, position="endorse_with_reservation", reservation=texts,
            lang="ar", secret=SECRET,
        )  # fmt: skip
    return prepared.challenge


def rows(instance: SampleInstance) -> list[Any]:
    with instance.read() as tx:
        return list(tx.connection.execute(select(reservation_proof).order_by(reservation_proof.c.seq)))


def count_mails(instance: SampleInstance, by: str = "yusuf") -> int:
    with instance.read() as tx:
        return len(notices_store.list_emails(tx, person_id=instance.members.people[by].id, limit=100))


def cast(instance: SampleInstance, round_id: str, challenge: str, by: str = "yusuf") -> None:
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        code = mailed_code(tx, actor.person)
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def recorded_cast(instance: SampleInstance) -> Mapping[str, Any]:
    """Return the facts of the last answer in the record."""
    with instance.read() as tx:
        entries = [read_entry(leaf) for leaf in list_leaves(tx)]
    return [one.facts for one in entries if one and one.act == "endorsement.cast"][-1]


def test_reservation_is_rendered_before_its_code_is_mailed_and_never_twice(
    worker_instance: SampleInstance, lane: RunningLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[tuple[str, str]] = []
    render = formats.render

    def count(manuscript: Any, format_: str) -> bytes:
        rendered.append((manuscript.lang, format_))
        return render(manuscript, format_)

    monkeypatch.setattr(proving, "render", count)
    _, round_id = open_round_with_document(worker_instance)
    mails = count_mails(worker_instance)
    started_at = time.monotonic()
    with pytest.raises(Conflict, match="reservation_being_proved") as waiting:
        prepare(worker_instance, round_id)
    assert count_mails(worker_instance) == mails, "no code before the proof"
    lane.wait()
    assert time.monotonic() - started_at < PATIENCE / 1_000_000
    (row,) = rows(worker_instance)
    assert (row.state, waiting.value.extra["proofs"], rendered) == ("whole", [row.id], [("ar", "pdf"), ("ar", "docx")])
    challenge = prepare(worker_instance, round_id)
    assert count_mails(worker_instance) == mails + 1
    cast(worker_instance, round_id, challenge)
    assert "unproved" not in recorded_cast(worker_instance)
    prepare(worker_instance, round_id, "huda")
    assert len(rendered) == 2, "the same words are whole in this round"
    for changed in ({"ar": WORDS["ar"] + "!"}, {"en": WORDS["ar"]}, {**WORDS, "en": "We reserve."}):
        with pytest.raises(Conflict, match="reservation_being_proved"):
            prepare(worker_instance, round_id, "nabil", texts=changed)
    _, other_round = open_round_with_document(worker_instance)
    with pytest.raises(Conflict, match="reservation_being_proved"):
        prepare(worker_instance, other_round)


def test_words_that_cannot_be_printed_are_refused_and_a_broken_installation_refuses_nobody(
    worker_instance: SampleInstance, lane: RunningLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> bytes:
        raise RenderUnprintable(detail="☃", extra={"line": 2, "words": "رجل ☃ الثلج", "part": "reservation"})

    _, round_id = open_round_with_document(worker_instance)
    mails = count_mails(worker_instance)
    with monkeypatch.context() as broken:
        broken.setattr(proving, "render", fail)
        with pytest.raises(Conflict):
            prepare(worker_instance, round_id)
        lane.wait()
    for by in ("yusuf", "huda"):
        with pytest.raises(InvalidInput, match="reservation_unprintable") as refused:
            prepare(worker_instance, round_id, by)
        assert refused.value.field == "reservation.ar" and refused.value.params["words"] == "رجل ☃ الثلج"
    assert count_mails(worker_instance) == mails
    with pytest.raises(Conflict, match="reservation_being_proved"):
        prepare(worker_instance, round_id, texts={"ar": "كلمات أخرى"})
    lane.wait()
    prepare(worker_instance, round_id, texts={"ar": "كلمات أخرى"})

    def break_down(*_: Any) -> bytes:
        raise RuntimeError("no disk")

    monkeypatch.setattr(proving, "render", break_down)
    with pytest.raises(Conflict, match="reservation_being_proved"):
        prepare(worker_instance, round_id, "nabil", texts={"ar": "كلمات ثالثة"})
    lane.wait()
    prepare(worker_instance, round_id, "nabil", texts={"ar": "كلمات ثالثة"})


def test_signatory_goes_on_when_no_worker_answers_and_the_record_says_so(worker_instance: SampleInstance) -> None:
    worker_instance.dispatcher.completes_proofs = False
    _, round_id = open_round_with_waiting_proofs(worker_instance)
    with pytest.raises(Conflict):
        prepare(worker_instance, round_id)
    with pytest.raises(Conflict):
        prepare(worker_instance, round_id)
    assert len(rows(worker_instance)) == 1, "it is requested once"
    with worker_instance.write() as tx:
        tx.connection.execute(update(reservation_proof).values(requested_at=tx.now - PATIENCE))
    cast(worker_instance, round_id, prepare(worker_instance, round_id))
    assert recorded_cast(worker_instance)["unproved"] == ["ar"]


def open_round_with_waiting_proofs(instance: SampleInstance) -> tuple[str, str]:
    instance.dispatcher.completes_proofs = True
    opened = open_round_with_document(instance)
    instance.dispatcher.completes_proofs = False
    return opened


def test_somebody_else_s_proof_is_not_found_and_none_can_be_piled_up(worker_instance: SampleInstance) -> None:
    _, round_id = open_round_with_waiting_proofs(worker_instance)
    with pytest.raises(Conflict) as waiting:
        prepare(worker_instance, round_id)
    proof = rows(worker_instance)[0].id
    assert waiting.value.extra["proofs"] == [proof]
    with worker_instance.read() as tx:
        yusuf, huda = worker_instance.actor(tx, "yusuf"), worker_instance.actor(tx, "huda")
        assert reservation_proofs.list_own(tx, yusuf, round_id=round_id, ids=[proof])[0].text == WORDS["ar"].strip()
        for actor, ids in ((huda, [proof]), (yusuf, [proof, "rpf_none"]), (yusuf, [])):
            with pytest.raises(NotFound):
                reservation_proofs.list_own(tx, actor, round_id=round_id, ids=ids)
    for number in range(MAX_PER_HOUR - 1):
        with pytest.raises(Conflict):
            prepare(worker_instance, round_id, texts={"ar": f"تحفّظ رقم {number}"})
    prepare(worker_instance, round_id, texts={"ar": "تحفّظ أخير"})
    assert len(rows(worker_instance)) == MAX_PER_HOUR
    with worker_instance.write() as tx:
        tx.connection.execute(update(reservation_proof).values(requested_at=tx.now - KEPT_FOR))
    sweep.run_steps(worker_context())
    assert rows(worker_instance) == [], "words that were never signed are not kept"
