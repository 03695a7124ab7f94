"""Versions: numbered, chained, equal to their drafts."""

import pytest

from service.actions.documents import versions
from service.actions.drafts import planned_row
from service.domain.documents.version import version_sha256
from service.domain.errors import Conflict, Forbidden, InvalidInput
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text


def test_signatory_cannot_cut(instance: SampleInstance) -> None:
    document = create_document(instance)
    with pytest.raises(Forbidden):
        cut_version(instance, document, by="yusuf")


def test_empty_text_is_rejected(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": "نصّ.\n", "en": ""})
    with pytest.raises(Conflict) as refused:
        cut_version(instance, document)
    assert refused.value.code == "empty_text"
    assert refused.value.extra["lang"] == "en"


def test_unchanged_draft_is_rejected(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    with pytest.raises(Conflict) as refused:
        cut_version(instance, document)
    assert refused.value.code == "nothing_new"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("نصّ مع حمامة 🕊.\n", "unprintable_character"),
        ("كما في [](#nowhere).\n", "broken_reference"),
        ("كما في العهد.[](ref:iccpr-99)\n", "broken_reference"),
    ],
)
def test_unprintable_text_is_rejected(instance: SampleInstance, text: str, code: str) -> None:
    document = create_document(instance, texts={"ar": text})
    with pytest.raises((Conflict, InvalidInput)) as refused:
        cut_version(instance, document)
    assert refused.value.code == code


def test_stale_sequence_is_rejected(instance: SampleInstance) -> None:
    document = create_document(instance)
    save_text(instance, document, "نصّ آخر.\n", by="jihan")
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        versions.cut_version(tx, instance.actor(tx, "lama"), document_id=document, seen_seqs={"ar": 1})
    assert refused.value.code == "draft_moved"


def test_cut_is_rejected_in_review(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with pytest.raises(Conflict):
        cut_version(instance, document)


def test_versions_are_numbered_chained_and_equal_to_their_drafts(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": "نصّ.\n", "en": "Text.\n"})
    assert cut_version(instance, document) == 1
    save_text(instance, document, "نصّ ثانٍ.\n")
    assert cut_version(instance, document, by="jihan") == 2
    with instance.read() as tx:
        one, two = versions_store.list_by_document(tx, document)
        live = planned_row.load_shared_text(tx, f"{document}.ar", epoch=1).text
    assert (one.parent_sha256, two.parent_sha256) == (None, one.version_sha256)
    assert two.editions["ar"].text == live == "نصّ ثانٍ.\n"
    assert two.editions["en"] == one.editions["en"]
    assert two.version_sha256 == version_sha256(
        document=document,
        number=2,
        parent=one.version_sha256,
        kind="statement",
        issued_by="coalition",
        authentic=("ar",),
        editions=two.editions,
    )


def test_version_names_its_place_in_the_journal(instance: SampleInstance) -> None:
    document = create_document(instance)
    save_text(instance, document, "نصّ ثانٍ.\n")
    cut_version(instance, document)
    with instance.read() as tx:
        edition = versions_store.list_by_document(tx, document)[0].editions["ar"]
        head = journal_store.get_head(tx, f"{document}.ar")
    assert (edition.epoch, edition.seq) == (head.epoch, head.seq) == (1, 2)
