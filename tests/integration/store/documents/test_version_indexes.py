"""Indexes of versions: created at the cut, found by the digest of the text, ignored where incompatible."""

import pytest
from sqlalchemy import select, update

from service.actions.documents import versions
from service.domain.errors import NotFound
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.redline import compute_redline
from service.store.db import Tx
from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import versions as versions_store
from service.store.tables import version_index
from tests.support.factories import SampleInstance, create_document, cut_version

pytestmark = pytest.mark.integration


@pytest.fixture
def texts(instance: SampleInstance) -> tuple[str, str]:
    """Return the Arabic text of a version, and another one."""
    document = create_document(instance)
    cut_version(instance, document)
    with instance.read() as tx:
        latest = versions_store.get_latest(tx, document)
    assert latest is not None
    text = latest.editions["ar"].text
    return text, f"{text}\nزيادة.\n"


def test_cut_version_has_an_index(instance: SampleInstance, texts: tuple[str, str]) -> None:
    sums = text_sha256(texts[0]), text_sha256(texts[1])
    with instance.read() as tx:
        assert block_indexes_store.get_pair(tx, *sums) is None
        found = block_indexes_store.get_pair(tx, sums[0], sums[0])
    assert found is not None
    assert found[0].text_sha256 == sums[0]
    assert compute_redline(texts[0], texts[0], indexes=found) == compute_redline(texts[0], texts[0])


def _version_and_document(tx: Tx) -> tuple[str, str]:
    """Return its id, and that of its document."""
    id = tx.connection.execute(select(version_index.c.version)).scalar_one()
    found = versions_store.get(tx, id)
    assert found
    return id, found.document


def test_version_of_an_older_release_gets_an_index(instance: SampleInstance, texts: tuple[str, str]) -> None:
    with instance.write() as tx:
        id, document = _version_and_document(tx)
        tx.connection.execute(update(version_index).values(engine="mithaq-index-0"))
        assert block_indexes_store.list_missing(tx, [id], lang="ar") == [id]
    for _ in range(2):
        with instance.write() as tx:
            versions.build_indexes(tx, instance.actor(tx, "lama"), document_id=document, ids=[id], lang="ar")
            versions.build_indexes(tx, instance.actor(tx, "lama"), document_id=document, ids=[id], lang="en")
    with instance.read() as tx:
        assert block_indexes_store.list_missing(tx, [id], lang="ar") == []
        sums = text_sha256(texts[0])
        assert block_indexes_store.get_pair(tx, sums, sums)


def test_reader_without_access_creates_no_index(instance: SampleInstance, texts: tuple[str, str]) -> None:
    with instance.write() as tx:
        id, document = _version_and_document(tx)
        tx.connection.execute(update(version_index).values(engine="mithaq-index-0"))
        with pytest.raises(NotFound):
            versions.build_indexes(tx, instance.actor(tx, "reem"), document_id=document, ids=[id], lang="ar")
        with pytest.raises(NotFound):
            versions.build_indexes(tx, instance.actor(tx, "lama"), document_id=document, ids=["ver_none"], lang="ar")
    other = create_document(instance)
    with instance.write() as tx:
        versions.build_indexes(tx, instance.actor(tx, "lama"), document_id=other, ids=[id], lang="ar")
        assert block_indexes_store.list_missing(tx, [id], lang="ar") == [id]


def test_index_of_another_release_is_not_found(instance: SampleInstance, texts: tuple[str, str]) -> None:
    with instance.write() as tx:
        tx.connection.execute(update(version_index).values(engine="mithaq-index-0"))
    with instance.read() as tx:
        assert block_indexes_store.get_pair(tx, text_sha256(texts[0]), text_sha256(texts[0])) is None
