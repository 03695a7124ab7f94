"""Databases of earlier releases are read, migrated and verified by this one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.actions.drafts import planned_row
from service.domain.documents.version import version_sha256
from service.domain.endorsement.round import roll_sha256
from service.domain.endorsement.rules import rule_from_json, rule_sha256
from service.domain.policy import ALL_ROLES, DocumentFilter, FilterClause
from service.domain.publication import publication
from service.domain.text.markup.canonical import text_sha256
from service.domain.trust.leaf import verify_chain
from service.domain.trust.statement import parse_statement, statement_sha256
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx, connect
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.migrate import migrate
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.schema_version import get_schema_versions

KEPT = sorted((Path(__file__).parents[2] / "support" / "releases").glob("*.db"))


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def tx(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tx]:
    path = tmp_path / "mithaq.db"
    shutil.copy(request.param, path)
    migrate(f"sqlite:///{path}")
    database = connect(f"sqlite:///{path}")
    has, newest = get_schema_versions(database)
    assert has == newest
    with database.read() as reading:
        yield reading
    database.close()


def test_release_database_exists() -> None:
    assert KEPT


def test_record_verifies(tx: Tx) -> None:
    rows = record_store.list_leaves(tx)
    assert len(rows) > 50
    assert verify_chain(rows) is None


def test_versions_seals_statements_and_drafts_verify(tx: Tx) -> None:
    found = documents_store.list_in_scope(tx, DocumentFilter((FilterClause(),)))
    assert found
    for _, document in found:
        for version in versions_store.list_by_document(tx, document.id):
            assert version.version_sha256 == version_sha256(
                document=document.id,
                number=version.number,
                parent=version.parent_sha256,
                kind=version.kind,
                issued_by=version.issued_by,
                authentic=version.authentic,
                editions=version.editions,
            )
            for lang, edition in version.editions.items():
                assert text_sha256(edition.text) == edition.text_sha256
                draft = document.editions[lang].draft
                assert (
                    planned_row.load_shared_text(tx, draft, epoch=edition.epoch, upto=edition.seq).text == edition.text
                )
        for one in rounds_store.list_by_document(tx, document.id):
            assert roll_sha256(one.roll) == one.roll_sha256
            assert rule_sha256(rule_from_json(one.rule)) == one.rule_sha256
            for endorsement in endorsements_store.list_by_round(tx, one.id):
                assert statement_sha256(endorsement.statement) == endorsement.statement_sha256
                statement = parse_statement(endorsement.statement)
                assert (statement.document_id, statement.rule_sha256) == (document.id, one.rule_sha256)
        seal = seals_store.get_by_document(tx, document.id)
        assert seal is not None and publication.seal_sha256(seal.content) == seal.seal_sha256
        published = publications_store.get_by_document(tx, document.id)
        assert published is not None
        assert published.revisions[0].content["seal_sha256"] == seal.seal_sha256


def test_people_are_complete(tx: Tx) -> None:
    assert len(people_store.list_role_holders(tx, ALL_ROLES)) == people_store.count(tx) == 8
