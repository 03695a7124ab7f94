"""Versions: numbered, chained, equal to their drafts."""

import pytest

from service.actions.documents import versions
from service.actions.drafts import save
from service.domain.documents.version import version_sha256
from service.domain.errors import Conflict, Forbidden, Malformed
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_version, in_review


def test_a_signatory_may_not_cut(stage: Stage) -> None:
    document = a_document(stage)
    with pytest.raises(Forbidden):
        a_version(stage, document, by="yusuf")


def test_an_empty_text_gives_no_version(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": "نصّ.\n", "en": ""})
    with pytest.raises(Conflict) as refused:
        a_version(stage, document)
    assert refused.value.code == "empty_text"
    assert refused.value.extra["lang"] == "en"


def test_nothing_new_gives_no_version(stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    with pytest.raises(Conflict) as refused:
        a_version(stage, document)
    assert refused.value.code == "nothing_new"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("نصّ مع حمامة 🕊.\n", "unprintable_character"),
        ("كما في [](#nowhere).\n", "broken_reference"),
        ("كما في العهد.[](ref:iccpr-99)\n", "broken_reference"),
    ],
)
def test_what_could_not_be_printed_as_it_reads_gives_no_version(stage: Stage, text: str, code: str) -> None:
    document = a_document(stage, texts={"ar": text})
    with pytest.raises((Conflict, Malformed)) as refused:
        a_version(stage, document)
    assert refused.value.code == code


def test_a_draft_that_moved_since_it_was_seen_is_not_cut(stage: Stage) -> None:
    document = a_document(stage)
    a_save(stage, document, "نصّ آخر.\n", by="jihan")
    with stage.write() as tx, pytest.raises(Conflict) as refused:
        versions.cut(tx, stage.actor(tx, "lama"), document_id=document, seen={"ar": 1})
    assert refused.value.code == "draft_moved"


def test_in_review_no_version_is_cut(stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    with pytest.raises(Conflict):
        a_version(stage, document)


def test_versions_are_numbered_chained_and_equal_to_their_drafts(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": "نصّ.\n", "en": "Text.\n"})
    assert a_version(stage, document) == 1
    a_save(stage, document, "نصّ ثانٍ.\n")
    assert a_version(stage, document, by="jihan") == 2
    with stage.read() as tx:
        one, two = versions_store.every(tx, document)
        live = save.load(tx, f"{document}.ar", epoch=1).text
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


def test_a_version_names_its_place_in_the_journal(stage: Stage) -> None:
    document = a_document(stage)
    a_save(stage, document, "نصّ ثانٍ.\n")
    a_version(stage, document)
    with stage.read() as tx:
        edition = versions_store.every(tx, document)[0].editions["ar"]
        head = journal_store.head(tx, f"{document}.ar")
    assert (edition.epoch, edition.seq) == (head.epoch, head.seq) == (1, 2)
