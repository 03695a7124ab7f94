"""Sending out urgent statements: frozen and proved first, then opened in the requester's name, or ended and told."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from service.actions.documents import documents, versions
from service.actions.endorsement import urgent_sending
from service.actions.proofs import rendering
from service.actions.trust import record_check
from service.domain.endorsement.urgent_sending import HOUR, PROVING_TIME, UrgentSending
from service.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.domain.publication.proof import WAIT_FOR_PROOFS
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import rounds as rounds_store
from service.store.endorsement import urgent_sendings as urgent_sendings_store
from service.store.publication import proofs as proofs_store
from service.store.tables import coalition, proof, role_grant
from tests.integration.actions.endorsement.scenarios import notices_of
from tests.integration.actions.proofs.test_waivers import confirm, request_waiver
from tests.support.factories import (
    TEST_PIPELINES,
    SampleInstance,
    close_round,
    complete_proofs,
    create_document,
    ensure_signatory,
    save_text,
)

TEXTS = {"ar": "نطالب بوقف الهدم فورًا.\n", "en": "We demand an end to the demolitions.\n"}


@pytest.fixture
def waiting_instance(instance: SampleInstance) -> Iterator[SampleInstance]:
    """An instance whose proofs wait for the worker."""
    instance.dispatcher.completes_proofs = False
    yield instance
    instance.dispatcher.completes_proofs = True


def send_out(instance: SampleInstance, document: str, *, by: str = "salma", **more: Any) -> str:
    ensure_signatory(instance)
    with instance.write() as tx:
        arguments = {"hours": 3, "at_least": 1, **more}
        return urgent_sending.send_out(tx, instance.actor(tx, by), document_id=document, **arguments)


def sending_of(instance: SampleInstance, document: str) -> UrgentSending:
    with instance.read() as tx:
        found = urgent_sendings_store.get_latest(tx, document)
    assert found is not None
    return found


def carry_on(instance: SampleInstance, document: str, *, at: int | None = None) -> None:
    with instance.write(at=at) as tx:
        urgent_sending.carry_on(tx, document_id=document)


def is_frozen(instance: SampleInstance, document: str) -> bool:
    with instance.read() as tx:
        states = {journal_store.get_head(tx, f"{document}.{lang}").frozen for lang in TEXTS}
    (frozen,) = states
    return frozen


def opened_rounds(instance: SampleInstance, document: str) -> list[str]:
    with instance.read() as tx:
        return [one.id for one in rounds_store.list_by_document(tx, document)]


def fail_one_proof(instance: SampleInstance, document: str) -> None:
    """Let the first proof of the newest version fail, as the worker does."""
    with instance.write() as tx:
        version = versions_store.get_latest(tx, document)
        assert version is not None
        first = proofs_store.list_by_version(tx, version.id)[0]
        assert rendering.start_proof(tx, first.id)
        failure = {"code": "render_unprintable", "message": "…", "line": 1, "words": "بوقف الهدم"}
        rendering.fail_proof(tx, first.id, pipelines=TEST_PIPELINES, failure=failure)


# Conflict


def test_only_urgent_statements_of_those_who_open_rounds_are_sent_out(instance: SampleInstance) -> None:
    usual, urgent = create_document(instance, texts=TEXTS), create_document(instance, texts=TEXTS, urgent=True)
    with pytest.raises(Conflict, match="not_urgent"):
        send_out(instance, usual)
    with pytest.raises(Forbidden):
        send_out(instance, urgent, by="lama")
    with pytest.raises(InvalidInput, match="hours_out_of_range"):
        send_out(instance, urgent, hours=169)
    with pytest.raises(InvalidInput, match="rule_out_of_reach"):
        send_out(instance, urgent, at_least=99)
    with pytest.raises(Conflict, match="stale_document"):
        send_out(instance, urgent, rev=77)
    with pytest.raises(Conflict, match="draft_moved"):
        send_out(instance, urgent, seen_seqs={"ar": 0, "en": 0})
    with instance.read() as tx:
        assert versions_store.get_latest(tx, urgent) is None, "nothing was cut"
        assert urgent_sendings_store.get_latest(tx, urgent) is None
    assert not is_frozen(instance, urgent)


def test_texts_are_frozen_until_the_round_opens(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    send_out(waiting_instance, document)
    assert sending_of(waiting_instance, document).state == "requested" and is_frozen(waiting_instance, document)
    assert opened_rounds(waiting_instance, document) == []
    with pytest.raises(Conflict, match="draft_frozen"):
        save_text(waiting_instance, document, "نصّ آخر.\n")
    with pytest.raises(Conflict, match="draft_frozen"), waiting_instance.write() as tx:
        versions.cut_version(tx, waiting_instance.actor(tx, "lama"), document_id=document)
    with pytest.raises(Conflict, match="sending_under_way"):
        send_out(waiting_instance, document)
    carry_on(waiting_instance, document)
    assert sending_of(waiting_instance, document).state == "proving" and opened_rounds(waiting_instance, document) == []


# Success


def test_round_opens_in_the_requester_s_name_and_its_deadline_runs_from_then(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    sending = send_out(waiting_instance, document, hours=5)
    complete_proofs(waiting_instance.database)
    found = sending_of(waiting_instance, document)
    with waiting_instance.read() as tx:
        round_ = rounds_store.get(tx, str(found.round))
        report = record_check.check_record(tx)
    assert round_ is not None and (found.id, found.state) == (sending, "opened")
    assert round_.opened_by == waiting_instance.members.people["salma"].id
    assert round_.closes_at - round_.opened_at == 5 * HOUR and round_.opened_at > found.requested_at
    assert round_.proofs is not None and len(round_.proofs["proofs"]) == 4
    assert is_frozen(waiting_instance, document) and report.differences == []
    carry_on(waiting_instance, document)
    assert len(opened_rounds(waiting_instance, document)) == 1


def test_unchanged_version_with_whole_proofs_opens_at_once(instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS, urgent=True)
    send_out(instance, document)
    (first,) = opened_rounds(instance, document)
    close_round(instance, first)
    with instance.write() as tx:
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="drafting")
    instance.dispatcher.completes_proofs = False
    send_out(instance, document)
    assert sending_of(instance, document).state == "opened" and len(opened_rounds(instance, document)) == 2


def test_changed_letterhead_needs_new_proofs_before_the_round_opens(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    send_out(waiting_instance, document)
    with waiting_instance.write() as tx:
        settings = tx.connection.execute(select(coalition.c.settings)).scalar_one()
        names = {**settings["names"], "ar": "ائتلاف باسم جديد"}
        tx.connection.execute(update(coalition).values(settings={**settings, "names": names}))
    complete_proofs(waiting_instance.database)
    found = sending_of(waiting_instance, document)
    with waiting_instance.read() as tx:
        round_ = rounds_store.get(tx, str(found.round))
    assert round_ is not None and round_.terms is not None
    assert round_.terms.letterhead["names"]["ar"] == "ائتلاف باسم جديد"


# Ends without a round


def test_cancelled_sending_releases_the_texts_and_notifies(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    other = create_document(waiting_instance, texts=TEXTS, urgent=True)
    sending = send_out(waiting_instance, document)
    for who, where, error in (("lama", document, Forbidden), ("salma", other, NotFound)):
        with pytest.raises(error), waiting_instance.write() as tx:
            actor = waiting_instance.actor(tx, who)
            urgent_sending.cancel(tx, actor, document_id=where, sending_id=sending)
    with waiting_instance.write() as tx:
        urgent_sending.cancel(tx, waiting_instance.actor(tx, "karim"), document_id=document, sending_id=sending)
    found = sending_of(waiting_instance, document)
    assert (found.state, found.ended_by) == ("cancelled", waiting_instance.members.people["karim"].id)
    assert not is_frozen(waiting_instance, document)
    assert all("sending.cancelled" in notices_of(waiting_instance, key) for key in ("salma", "karim"))
    complete_proofs(waiting_instance.database)
    assert opened_rounds(waiting_instance, document) == []
    with pytest.raises(Conflict, match="sending_ended"), waiting_instance.write() as tx:
        urgent_sending.cancel(tx, waiting_instance.actor(tx, "salma"), document_id=document, sending_id=sending)
    with waiting_instance.read() as tx:
        assert record_check.check_record(tx).differences == []
    send_out(waiting_instance, document)
    assert opened_rounds(waiting_instance, document), "the proofs are whole meanwhile"


def test_failed_proof_ends_the_sending_with_what_and_where(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    send_out(waiting_instance, document)
    fail_one_proof(waiting_instance, document)
    carry_on(waiting_instance, document)
    failure = sending_of(waiting_instance, document).failure or {}
    assert failure["code"] == "proof_failed"
    assert failure["proof"]["failure"]["line"] == 1 and failure["proof"]["failure"]["words"] == "بوقف الهدم"
    assert not is_frozen(waiting_instance, document)
    assert "sending.failed" in notices_of(waiting_instance, "salma") and "sending.failed" in notices_of(
        waiting_instance, "karim"
    )
    with waiting_instance.read() as tx:
        assert record_check.check_record(tx).differences == []


def test_waiver_lets_the_statement_be_sent_out_again(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    send_out(waiting_instance, document)
    fail_one_proof(waiting_instance, document)
    carry_on(waiting_instance, document)
    complete_proofs(waiting_instance.database)
    with waiting_instance.write() as tx:
        tx.connection.execute(update(proof).values(requested_at=proof.c.requested_at - WAIT_FOR_PROOFS))
    confirm(waiting_instance, request_waiver(waiting_instance, document))
    send_out(waiting_instance, document)
    with waiting_instance.read() as tx:
        round_ = rounds_store.get(tx, str(sending_of(waiting_instance, document).round))
    assert round_ is not None and round_.terms is not None and round_.terms.without_proof is not None


def test_sending_without_proofs_ends_after_ten_minutes(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    send_out(waiting_instance, document)
    requested_at = sending_of(waiting_instance, document).requested_at
    carry_on(waiting_instance, document, at=requested_at + PROVING_TIME - 1)
    assert sending_of(waiting_instance, document).is_under_way
    carry_on(waiting_instance, document, at=requested_at + PROVING_TIME)
    found = sending_of(waiting_instance, document)
    assert found.state == "failed" and (found.failure or {})["code"] == "proofs_not_made"
    assert not is_frozen(waiting_instance, document)


def change_front(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        front = {"place": {"ar": "حمص"}}
        documents.update_front_matter(tx, instance.actor(tx, "lama"), document_id=document, front=front)


def withdraw(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        karim = instance.actor(tx, "karim")
        documents.change_state(tx, karim, document_id=document, to_state="withdrawn", note="فات أوانه.")


def take_role(instance: SampleInstance, _: str) -> None:
    with instance.write() as tx:
        who = instance.members.people["salma"].id
        tx.connection.execute(role_grant.delete().where(role_grant.c.person == who))


def test_access_and_state_are_asked_again_before_the_round_opens(waiting_instance: SampleInstance) -> None:
    changes: list[tuple[Callable[[SampleInstance, str], None], str, bool]] = [
        (change_front, "stale_document", False),
        (withdraw, "document_state", True),
        (take_role, "requester_not_allowed", False),
    ]
    for change, code, frozen in changes:
        document = create_document(waiting_instance, texts=TEXTS, urgent=True)
        send_out(waiting_instance, document)
        change(waiting_instance, document)
        complete_proofs(waiting_instance.database)
        carry_on(waiting_instance, document)
        found = sending_of(waiting_instance, document)
        assert found.state == "failed" and (found.failure or {})["code"] == code
        assert opened_rounds(waiting_instance, document) == [] and is_frozen(waiting_instance, document) is frozen


def prove_all(instance: SampleInstance, document: str) -> None:
    """Let all proofs of the newest version be whole, without what the worker does next."""
    with instance.write() as tx:
        version = versions_store.get_latest(tx, document)
        assert version is not None
        for one in proofs_store.list_by_version(tx, version.id):
            rendering.finish_proof(tx, one.id, pipelines=TEST_PIPELINES, sha256="1" * 64, size=1)


def test_acts_at_once_have_one_result(waiting_instance: SampleInstance) -> None:
    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    send_out(waiting_instance, document)
    prove_all(waiting_instance, document)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: carry_on(waiting_instance, document), range(4)))
    assert len(opened_rounds(waiting_instance, document)) == 1, "two last proofs ended at once"

    document = create_document(waiting_instance, texts=TEXTS, urgent=True)
    sending = send_out(waiting_instance, document)
    prove_all(waiting_instance, document)

    def cancel() -> str:
        try:
            with waiting_instance.write() as tx:
                salma = waiting_instance.actor(tx, "salma")
                urgent_sending.cancel(tx, salma, document_id=document, sending_id=sending)
        except Conflict as error:
            return error.code
        return "cancelled"

    with ThreadPoolExecutor(2) as pool:
        result, _ = pool.submit(cancel), pool.submit(carry_on, waiting_instance, document)
    state, is_open = sending_of(waiting_instance, document).state, bool(opened_rounds(waiting_instance, document))
    assert (state, result.result()) in {("opened", "sending_ended"), ("cancelled", "cancelled")}
    assert is_open == (state == "opened") == is_frozen(waiting_instance, document)
