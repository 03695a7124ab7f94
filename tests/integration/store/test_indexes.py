"""Indexes beside versions: made at the cut, found by the digest of the text, passed over where they are of no use."""

import pytest
from sqlalchemy import update

from service.domain.text.canonical import text_sha256
from service.domain.text.redline import redline
from service.store import indexes, versions
from service.store.tables import version_index
from tests.factories import Stage, a_document, a_version

pytestmark = pytest.mark.integration


@pytest.fixture
def texts(stage: Stage) -> tuple[str, str]:
    """Of the Arabic edition of a version, and another one."""
    document = a_document(stage)
    a_version(stage, document)
    with stage.read() as tx:
        latest = versions.latest(tx, document)
    assert latest is not None
    text = latest.editions["ar"].text
    return text, f"{text}\nزيادة.\n"


def test_a_version_is_cut_with_its_index(stage: Stage, texts: tuple[str, str]) -> None:
    sums = text_sha256(texts[0]), text_sha256(texts[1])
    with stage.read() as tx:
        assert indexes.pair(tx, *sums) is None
        found = indexes.pair(tx, sums[0], sums[0])
    assert found is not None
    assert found[0].text_sha256 == sums[0]
    assert redline(texts[0], texts[0], indexes=found) == redline(texts[0], texts[0])


def test_an_index_of_another_release_is_not_found(stage: Stage, texts: tuple[str, str]) -> None:
    with stage.write() as tx:
        tx.connection.execute(update(version_index).values(engine="mithaq-index-0"))
    with stage.read() as tx:
        assert indexes.pair(tx, text_sha256(texts[0]), text_sha256(texts[0])) is None
