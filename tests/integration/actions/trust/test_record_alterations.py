"""Someone who may write to the database alters what was signed: each alteration is found and named."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from service.actions.membership import origin_move
from service.domain.errors import Conflict
from service.domain.trust.leaf import commitment
from service.sample.document import SampleMembers
from service.store import protections as protections_store
from service.store import record as record_store
from tests.integration.actions.publication.test_publications import finish_exports, publish
from tests.integration.actions.trust.test_record_check import create_published_document, found_kinds
from tests.support.factories import (
    NEW_ORIGIN,
    OLD_ORIGIN,
    SampleInstance,
    copy_template,
    create_sealed_document,
    make_public,
)

DATABASES = ("sqlite",)

ALTERATIONS = [
    ("UPDATE version_edition SET text = 'another text' WHERE lang = 'ar'", "text"),
    ("UPDATE version_edition SET title = 'another title' WHERE lang = 'ar'", "text"),
    (
        (
            "UPDATE version SET"
            " version_sha256 = substr('fe', 1 + (version_sha256 LIKE 'f%'), 1) || substr(version_sha256, 2)"
        ),
        "version_sha256",
    ),
    ("DELETE FROM version_edition", "text"),
    ("UPDATE endorsement SET position = 'endorse' WHERE position = 'abstain'", "position"),
    ("UPDATE endorsement SET reservation = '{}' WHERE reservation <> '{}'", "reservation"),
    ('UPDATE endorsement SET reservation = \'{"ar": "غيره"}\' WHERE seq = 1', "reservation"),
    ("UPDATE endorsement SET person = (SELECT min(id) FROM person)", "signer"),
    ("UPDATE endorsement SET sentence = 'another sentence'", "sentence"),
    ("UPDATE endorsement SET marks = '[]'", "marks"),
    ("UPDATE endorsement SET proof = 'totp'", "proof"),
    ("UPDATE endorsement SET statement = replace(CAST(statement AS TEXT), 'abstain', 'endorse')", "statement"),
    ("UPDATE endorsement SET state = 'withdrawn', ended_at = cast_at", "state"),
    ("UPDATE mandate SET expires_at = 4000000000000000", "mandate"),
    ("UPDATE round SET rule = replace(rule, '\"num\": 2', '\"num\": 1')", "rule"),
    ("UPDATE round SET roll = replace(roll, 'org_', 'orh_')", "rule"),
    ("UPDATE round SET outcome = replace(outcome, 'true', 'false')", "outcome"),
    ("UPDATE round SET outcome = 'no json'", "outcome"),
    ("UPDATE round SET closes_at = closes_at + 1", "closes_at"),
    ("UPDATE seal SET content = replace(CAST(content AS TEXT), 'endorse_with_reservation', 'endorse')", "seal"),
    ("UPDATE publication_revision SET content = replace(CAST(content AS TEXT), 'pdf', 'pfd')", "content"),
    ("UPDATE publication_revision SET content = 'no json'", "revision"),
    ("UPDATE publication_revision SET seal = 'another seal'", "revision"),
    ("UPDATE seal_opening SET position = 'decline'", "seal"),
    ("UPDATE seal_opening SET salt = zeroblob(32)", "seal"),
    ("DELETE FROM seal_opening", "seal"),
    ("UPDATE endorsement SET assurance = 'A'", "position"),
    ("UPDATE endorsement SET proof = 'totp'", "proof"),
    ("UPDATE round SET close_when_all_answered = 1 - close_when_all_answered", "terms"),
    ("UPDATE round SET wording = 1", "terms"),
    ("UPDATE artefact SET sha256 = substr('fe', 1 + (sha256 LIKE 'f%'), 1) || substr(sha256, 2)", "sha256"),
    ("UPDATE document SET state = 'withdrawn'", "state"),
    ("DELETE FROM endorsement WHERE seq = 1", "missing"),
    ("DELETE FROM publication_revision", "missing"),
    (
        "INSERT INTO round_closing SELECT round, person, 'cancel', at, due_at FROM round_closing",
        "unnamed",
    ),
]
"""An alteration of a document's rows, and the kind of difference or the column that is named."""

ALTERATIONS_OF_POWER = [
    ("UPDATE mandate_confirmation SET channel = 'a meeting'", "channel"),
    ("INSERT INTO role_grant SELECT min(id), 'auditor', '', '', 1 FROM person", "unnamed"),
    ("DELETE FROM role_grant WHERE role = 'auditor' OR role = 'drafter'", "missing"),
    ("UPDATE role_grant SET role = 'secretariat' WHERE role = 'drafter'", "unnamed"),
    ("UPDATE person SET email = 'thief@x.example' WHERE seq = 1", "email"),
    ("UPDATE person SET names = '{\"ar\": \"غيرها\"}' WHERE seq = 1", "names"),
    ("UPDATE person SET organisation = NULL WHERE organisation IS NOT NULL", "organisation"),
    ("UPDATE organisation SET names = '{\"ar\": \"غيرها\"}'", "names"),
    ("UPDATE organisation SET state = 'left'", "state"),
    ("UPDATE coalition SET settings = replace(settings, 'confirmations\": 2', 'confirmations\": 1')", "settings"),
    ("UPDATE mandate SET state = 'revoked'", "state"),
    ("UPDATE mandate SET confirmed_at = confirmed_at - 604800000000", "confirmed_at"),
    ("DELETE FROM mandate_confirmation", "missing"),
    ("UPDATE token SET person = (SELECT max(id) FROM person)", "person"),
    ("UPDATE token SET scopes = '[\"admin\", \"everything\"]'", "scopes"),
    ("UPDATE record SET salt = NULL, content = NULL WHERE seq = 3", "erased"),
    ("UPDATE record SET content = replace(CAST(content AS TEXT), 'secretariat', 'observer')", "chain"),
    ("DELETE FROM record WHERE seq = 5", "chain"),
]  # fmt: skip


@pytest.fixture(scope="module")
def published(
    database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, SampleMembers, str]:
    """Return the directory of an instance with a published document, and its id; each test alters a copy."""
    directory, members = tmp_path_factory.mktemp("published"), database_template[1]
    instance = copy_template(database_template[0], members, directory / "made")
    with closing(instance.database):
        return directory / "made", members, create_published_document(instance)


@pytest.fixture
def altered(published: tuple[Path, SampleMembers, str], tmp_path: Path) -> Iterator[tuple[SampleInstance, str]]:
    """Return a copy of the instance, to be altered, and the id of its document."""
    instance = copy_template(published[0], published[1], tmp_path / "copy")
    yield instance, published[2]
    instance.database.close()


def alter(instance: SampleInstance, statement: str) -> None:
    """Alter rows as somebody who may write the database file: without triggers and references."""
    with instance.database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        with connection.begin():
            for name in connection.exec_driver_sql(triggers).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            assert connection.execute(text(statement.replace(":", "\\:"))).rowcount > 0
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


@pytest.mark.parametrize(("statement", "kind"), ALTERATIONS)
def test_altered_document_is_found_and_not_published(
    altered: tuple[SampleInstance, str], statement: str, kind: str
) -> None:
    instance, document = altered
    alter(instance, statement)
    assert kind in found_kinds(instance)
    assert kind in found_kinds(instance, document)
    with pytest.raises(Conflict) as refused:
        publish(instance, document)
    assert refused.value.code in ("record_differs", "document_state")  # a document altered to be withdrawn


@pytest.mark.parametrize(("statement", "kind"), ALTERATIONS_OF_POWER)
def test_altered_power_is_found(altered: tuple[SampleInstance, str], statement: str, kind: str) -> None:
    alter(altered[0], statement)
    assert kind in found_kinds(altered[0])


def test_all_alterations_at_once_are_each_named(altered: tuple[SampleInstance, str]) -> None:
    instance, document = altered
    for statement, kind in ALTERATIONS:
        if kind in ("text", "position", "reservation", "signer", "seal") and "DELETE" not in statement:
            alter(instance, statement)
    assert {"text", "position", "reservation", "signer", "seal"} <= found_kinds(instance, document)


def test_replaced_entry_is_found_when_publishing(altered: tuple[SampleInstance, str]) -> None:
    """The attacker alters the entry that names a version, and its commitment."""
    instance, document = altered
    with instance.read() as tx:
        leaf = next(one for one in record_store.list_leaves(tx) if b"version.cut" in (one.content or b""))
    content = (leaf.content or b"").replace(b'"number":1', b'"number":2')
    values = f"content = X'{content.hex()}', commitment = '{commitment(leaf.salt or b'', content)}'"
    alter(instance, f"UPDATE record SET {values} WHERE seq = {leaf.seq}")
    assert "chain" in found_kinds(instance)
    assert "chain" in found_kinds(instance, document)


def test_dropped_and_changed_triggers_are_named(instance: SampleInstance) -> None:
    assert protections_store.list_changed_protections(instance.database) == []
    with instance.write() as tx:
        tx.connection.exec_driver_sql("DROP TRIGGER seal_no_update")
        tx.connection.exec_driver_sql("DROP TRIGGER version_no_delete")
        tx.connection.exec_driver_sql("CREATE TRIGGER version_no_delete BEFORE DELETE ON version BEGIN SELECT 1; END")
        tx.connection.exec_driver_sql("DROP INDEX uq_endorsement_live")
    expected = ["seal_no_update", "uq_endorsement_live", "version_no_delete"]
    assert protections_store.list_changed_protections(instance.database) == expected


def test_erasure_with_its_entry_is_accepted(altered: tuple[SampleInstance, str]) -> None:
    instance, _ = altered
    with instance.write() as tx:
        seq = next(one.seq for one in record_store.list_leaves(tx) if b"person.add" in (one.content or b""))
        tx.connection.exec_driver_sql(f"UPDATE record SET salt = NULL, content = NULL WHERE seq = {seq}")
    assert "erased" in found_kinds(instance)
    with instance.write() as tx:
        record_store.append(tx, act="erasure", actor=None, facts={"seqs": [seq], "reason": "on request"})
    assert found_kinds(instance) == set()


def test_first_publication_stops(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    alter(instance, "UPDATE version_edition SET text = 'another text' WHERE lang = 'ar'")
    with pytest.raises(Conflict, match="record_differs") as refused:
        publish(instance, document)
    assert refused.value.extra["differences"]
    with instance.read() as tx:
        assert tx.connection.execute(text("SELECT count(*) FROM publication")).scalar_one() == 0


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        (f"UPDATE coalition SET origin = '{OLD_ORIGIN}'", {"origin"}),
        ("UPDATE former_origin SET origin = 'https://evil.example'", {"origin"}),
        ("UPDATE former_origin SET moved_at = moved_at - 86400000000", {"moved_at"}),
        ("DELETE FROM former_origin", {"missing"}),
        ("INSERT INTO former_origin VALUES ('fmr_x', 99, 'https://evil.example', 1)", {"unnamed"}),
    ],
)
def test_altered_address_is_found(altered: tuple[SampleInstance, str], statement: str, kinds: set[str]) -> None:
    instance, _ = altered
    make_public(instance)
    with instance.write() as tx:
        origin_move.move(tx, address=NEW_ORIGIN, keep_access=False)
    assert found_kinds(instance) == {"sample"}
    alter(instance, statement)
    assert found_kinds(instance) == {"sample"} | kinds
