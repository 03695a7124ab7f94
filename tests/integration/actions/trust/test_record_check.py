"""After every act the rows agree with the record, and a release's own database has no differences."""

import shutil
from pathlib import Path

from sqlalchemy import event, text

from service.actions.endorsement import endorsements
from service.actions.membership import address_changes, coalition, offboarding, organisations
from service.actions.publication import publications
from service.actions.trust.record_check import check_document, check_record
from service.domain.trust.entry import read_entry
from service.domain.trust.leaf import FIRST_PREV
from service.store import protections as protections_store
from service.store import record as record_store
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.db import connect
from service.store.migrate import migrate
from tests.integration.actions.publication.test_publications import finish_exports, publish
from tests.support.factories import (
    SECRET,
    SampleInstance,
    create_document,
    create_sealed_document,
    cut_version,
    prepare_endorsement,
)

RELEASE = Path(__file__).parents[3] / "support" / "releases" / "0.1.0.db"


def found_kinds(instance: SampleInstance, document: str = "") -> set[str]:
    with instance.read() as tx:
        report = check_document(tx, document) if document else check_record(tx)
    return {one.column or one.kind for one in report.differences}


def create_published_document(instance: SampleInstance) -> str:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    publish(instance, document)
    return document


def test_every_row_agrees_after_the_life_of_a_document(instance: SampleInstance) -> None:
    document = create_published_document(instance)
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        coalition.update_settings(tx, salma, settings={"mandate_confirmations": 3})
        organisations.rename_organisation(
            tx, salma, organisation=instance.members.organisations["sindyan"], names={"ar": "مركز السنديان"}
        )
        offboarding.close_person(tx, salma, person=instance.members.people["nabil"].id)
    with instance.read() as tx:
        whole, own = check_record(tx), check_document(tx, document)
    assert (whole.differences, own.differences) == ([], [])
    assert (whole.unbound, own.unbound) == (0, 0)
    assert whole.agrees > own.agrees > 10


def test_number_of_queries_does_not_grow_with_the_number_of_versions(instance: SampleInstance) -> None:
    create_published_document(instance)
    before = count_queries(instance)
    for _ in range(3):
        cut_version(instance, create_document(instance))
    create_published_document(instance)
    assert count_queries(instance) == before


def count_queries(instance: SampleInstance) -> int:
    statements: list[str] = []
    with instance.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        check_record(tx)
    return len(statements)


def test_withdrawal_after_the_seal_agrees(instance: SampleInstance) -> None:
    document = create_published_document(instance)
    with instance.read() as tx:
        live = tx.connection.execute(text("SELECT round, statement_sha256 FROM endorsement ORDER BY seq LIMIT 1")).one()
    challenge, code = prepare_endorsement(instance, live.round, "yusuf", "withdraw", replaces=live.statement_sha256)
    with instance.write() as tx:
        endorsements.withdraw(
            tx, instance.actor(tx, "yusuf"), round_id=live.round, challenge_id=challenge, code=code, secret=SECRET
        )
    assert found_kinds(instance) == set() == found_kinds(instance, document)


def test_untouched_release_has_no_differences(tmp_path: Path) -> None:
    shutil.copy(RELEASE, tmp_path / "mithaq.db")
    url = f"sqlite:///{tmp_path}/mithaq.db"
    migrate(url)
    database = connect(url)
    with database.read() as tx:
        report = check_record(tx)
    assert (report.differences, protections_store.list_changed_protections(database)) == ([], [])
    assert (report.entries, report.agrees, report.unbound) == (61, 47, 13)
    database.close()


def test_entries_bind_values_without_showing_them(instance: SampleInstance) -> None:
    with instance.read() as tx:
        entries = [read_entry(one) for one in record_store.list_leaves(tx)]
        address = tx.connection.execute(text("SELECT email FROM person ORDER BY seq LIMIT 1")).scalar_one()
    added = next(one for one in entries if one and one.act == "person.add")
    assert set(added.bound_values) == {"person.email", "person.names"}
    assert address not in str(added.facts)


def test_head_of_a_moment(instance: SampleInstance) -> None:
    create_sealed_document(instance)
    with instance.read() as tx:
        newest = record_store.get_head(tx)
        assert record_store.get_commitment(tx, newest.seq) == newest.commitment
        assert record_store.get_head(tx, until=0).commitment == FIRST_PREV
        assert record_store.get_head(tx, until=tx.now) == newest


def test_withdrawing_a_publication_agrees(instance: SampleInstance) -> None:
    document = create_published_document(instance)
    with instance.write() as tx:
        publications.withdraw(tx, instance.actor(tx, "reem"), document_id=document, note="نصّ خاطئ")
    assert found_kinds(instance) == set()


def test_changed_address_agrees(instance: SampleInstance) -> None:
    with instance.write() as tx:
        nabil = instance.actor(tx, "nabil")
        yusuf = next(
            one
            for key in instance.members.people
            if (one := instance.actor(tx, key)).organisation == nabil.organisation
        )
        found = people_store.get(tx, yusuf.person)
        addresses_store.add_change(
            tx, id="adc_x", person_id=yusuf.person, old=found.email if found else "", new="new@x.example",
            by=nabil.person, due_at=tx.now,
        )  # fmt: skip
    with instance.write() as tx:
        address_changes.carry_out_due(tx, change="adc_x")
    with instance.read() as tx:
        assert (
            tx.connection.execute(text("SELECT count(*) FROM person WHERE email = 'new@x.example'")).scalar_one() == 1
        )
    assert found_kinds(instance) == set()
