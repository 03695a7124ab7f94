"""The head of the record is given away: with the receipt of an answer, and by email when a round ends."""

from sqlalchemy import text

from service.actions import notifications
from service.actions.trust import heads
from service.domain.trust.record_head import parse_head
from service.store import record as record_store
from service.store.publication import notices as notices_store
from service.store.tables import mail
from tests.support.factories import SampleInstance, cast_endorsement, close_round, open_round_with_document

HOUR = 3600 * 1_000_000


def test_receipt_has_the_entry_of_its_own_answer(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    statement = cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    with instance.read() as tx:
        head = heads.receipt_head(tx, statement)
        assert parse_head(str(head)).matches(record_store.get_commitment(tx, head.seq) or "")
        leaf = record_store.list_leaves(tx, after=head.seq - 1, limit=1)[0]
        assert statement.encode() in (leaf.content or b"")


def test_email_of_a_close_carries_the_head(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    close_round(instance, round_id)
    with instance.write() as tx:
        tx.connection.execute(text("UPDATE notice SET mail_at = 1 WHERE mail_at IS NOT NULL"))
        person = notices_store.list_persons_due_email(tx, now=tx.now)[0]
        head = record_store.get_head(tx)
        written = notifications.send_digest(tx, person=person)
        body = tx.connection.execute(mail.select().where(mail.c.id == written)).one().body
    assert head.short_hash in body


def test_head_of_an_email_is_of_the_last_full_hour_while_answers_are_hidden(instance: SampleInstance) -> None:
    with instance.write() as tx:
        record_store.append(tx, act="test", actor=None, facts={})
        newest = record_store.get_head(tx)
        assert heads.current_head(tx, hides_names=False) == newest
    with instance.write(at=(tx.now // HOUR + 3) * HOUR) as tx:
        record_store.append(tx, act="later", actor=None, facts={})
        later = record_store.get_head(tx)
    with instance.write(at=(tx.now // HOUR) * HOUR + HOUR - 1) as tx:
        assert heads.current_head(tx, hides_names=True) == later
    with instance.write(at=tx.now + 1) as tx:
        record_store.append(tx, act="latest", actor=None, facts={})
        assert heads.current_head(tx, hides_names=False).seq == later.seq + 1
