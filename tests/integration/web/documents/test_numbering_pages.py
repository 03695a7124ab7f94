"""Numbers of articles, typed or automatic, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents
from service.domain.documents.version import version_sha256
from service.domain.text.structure.numbering import AUTOMATIC
from service.store import record as record_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.publication import seals as seals_store
from tests.integration.web.conftest import Caller
from tests.integration.web.drafts.test_edit_pages import rev_of, text_of
from tests.support.factories import Stage, a_cast, a_document, a_round, a_save, a_version, closed, in_review, mandated
from tests.support.web_client import Reader, code, fields, links, opened, tree, words
from workers.render.content.manuscript_from_seal import from_seal

TYPED = {
    "ar": "# الباب الأول: المبادئ\n\n## المادة ١ {#one}\n\nنصّ أوّل.\n\n## المادة ٢: الماء {#two}\n\nكما في [](#one).\n",
    "en": "# Part One: Rules\n\n## Article 1 {#one}\n\nThe first.\n\n## Article 2: Water {#two}\n\nSee [](#one).\n",
}
BARE = {
    "ar": "# الباب: المبادئ\n\n## المادة {#one}\n\nنصّ أوّل.\n\n## المادة: الماء {#two}\n\nكما في [](#one).\n",
    "en": "# Part: Rules\n\n## Article {#one}\n\nThe first.\n\n## Article: Water {#two}\n\nSee [](#one).\n",
}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def choose(reader: Reader, document: str, numbering: str = AUTOMATIC, *, rev: str = "") -> Any:
    form = {"numbering": numbering, "rev": rev or rev_of(reader.stage, document)}
    return reader.post(f"/documents/{document}/numbering", form)


def a_constitution(stage: Stage, texts: dict[str, str] = TYPED, *, numbering: str = AUTOMATIC) -> str:
    return a_document(stage, texts=texts, kind="constitution", numbering=numbering)


def headings(answer: Any) -> list[str]:
    """What the headings of the text on a page say."""
    found = tree(answer).xpath("//article//*[self::h2 or self::h3][not(contains(@class, 'hide'))]")
    return [" ".join(one.text_content().split()) for one in found]


# Outsider


def test_a_stranger_chooses_nothing(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TYPED)
    assert reader.get(f"/documents/{document}/numbering").status_code == 401
    assert choose(reader, document).status_code == 401
    assert text_of(stage, document) == TYPED["en"]


# Wrong role


def test_a_signatory_is_not_offered_it(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TYPED)
    reader.sign_in("yusuf")
    assert f"/documents/{document}/numbering" not in links(reader.get(f"/documents/{document}"))
    assert choose(reader, document).status_code == 403


# Not found


def test_a_document_that_is_not_there(reader: Reader) -> None:
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/numbering").status_code == 404


# Conflict


def test_a_choice_nobody_offers(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TYPED)
    reader.sign_in("lama")
    answer = choose(reader, document, "roman")
    assert (answer.status_code, code(answer)) == (400, "unknown_numbering")
    assert text_of(stage, document) == TYPED["en"]


def test_a_document_that_moved_on(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TYPED)
    reader.sign_in("lama")
    rev = rev_of(stage, document)
    a_save(stage, document, TYPED["en"] + "\nMore.\n", lang="en", by="jihan")
    answer = choose(reader, document, rev=rev)
    assert (answer.status_code, code(answer)) == (412, "stale_document")


def test_what_is_reviewed_keeps_its_numbers(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TYPED)
    a_version(stage, document)
    in_review(stage, document)
    reader.sign_in("lama")
    assert "in drafting only" in words(reader.get(f"/documents/{document}/numbering"))
    answer = choose(reader, document)
    assert (answer.status_code, code(answer)) == (409, "document_state")


# Success


def test_typed_numbers_become_automatic_and_typed_again(reader: Reader, stage: Stage) -> None:
    document = a_constitution(stage, numbering="typed")
    reader.sign_in("lama")
    read = headings(reader.get(f"/documents/{document}?lang=en"))
    page = reader.get(f"/documents/{document}/numbering")
    assert "3 headings can be numbered by themselves" in words(page) and "المادة ٢" in words(page)
    assert choose(reader, document).status_code == 303
    assert {lang: text_of(stage, document, lang) for lang in BARE} == BARE
    assert headings(reader.get(f"/documents/{document}?lang=en")) == read
    with stage.read() as tx:
        assert b'"act":"document.numbering"' in (record_store.rows(tx)[-1].content or b"")
    assert choose(reader, document).status_code == 303
    assert choose(reader, document, "typed").status_code == 303
    assert {lang: text_of(stage, document, lang) for lang in TYPED} == TYPED
    assert headings(reader.get(f"/documents/{document}?lang=en")) == read


def test_numbers_and_references_follow_an_article_that_is_inserted(reader: Reader, stage: Stage) -> None:
    document = a_constitution(stage)
    assert text_of(stage, document) == BARE["en"]
    a_version(stage, document)
    a_save(
        stage,
        document,
        BARE["en"].replace("## Article {", "## Article: Air\n\nAir for all who live here.\n\n## Article {"),
        lang="en",
    )
    reader.sign_in("lama")
    page = reader.get(f"/documents/{document}?lang=en")
    assert headings(page)[1:4] == ["Article 1: Air", "Article 2", "Article 3: Water"] and "See Article 2." in words(
        page
    )
    compared = reader.get(f"/documents/{document}/comparison?lang=en&old=1&new=draft")
    said = words(compared)
    assert "1 change in 1 article" in said and "2 numbers changed" in said
    shown = tree(compared)
    assert [" ".join(one.text_content().split()) for one in shown.xpath("//article//ins")] == [
        "added: Article 1: Air", "added: Air for all who live here.",
    ]  # fmt: skip
    assert not shown.xpath("//article//del")
    preview = reader.post(
        f"/documents/{document}/texts/en/preview", fields(reader.get(f"/documents/{document}/texts/en"))
    )
    assert "Article 3: Water" in words(preview)


def test_a_document_begins_with_automatic_numbers(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    form = fields(reader.get("/documents/new"))
    form |= {
        "kind": "constitution",
        "title_ar": "مقترح",
        "edition_ar": "authentic",
        "edition_en": "",
        "numbering": AUTOMATIC,
    }
    document = reader.post("/documents/new", form).headers["location"].split("/")[2]
    text = text_of(stage, document, "ar")
    assert "### المادة: …" in text and "المادة ١" not in text
    assert "المادة ٢: …" in words(reader.get(f"/documents/{document}?lang=ar"))
    assert "put there by itself" in words(reader.get(f"/documents/{document}/texts/ar"))


def test_a_language_that_is_added_has_its_numbers_too(stage: Stage, reader: Reader) -> None:
    document = a_constitution(stage, {"ar": TYPED["ar"]})
    reader.sign_in("lama")
    form = {"lang": "en", "title": "T", "kind": "translation", "start": "pasted", "text": TYPED["en"]}
    reader.post(f"/documents/{document}/editions", {**form, "rev": rev_of(stage, document)})
    assert text_of(stage, document) == BARE["en"]


def test_a_version_binds_the_rules_of_its_numbers(stage: Stage) -> None:
    document = a_constitution(stage, BARE)
    a_version(stage, document)
    with stage.read() as tx:
        found = versions_store.latest(tx, document)
        assert found and found.numbering == AUTOMATIC

    def digest(numbering: str) -> str:
        return version_sha256(
            document=document,
            number=1,
            parent=None,
            kind=found.kind,
            issued_by=found.issued_by,
            authentic=found.authentic,
            editions=found.editions,
            numbering=numbering,
        )

    assert digest(AUTOMATIC) == found.version_sha256 != digest("typed")


def test_another_choice_is_something_new_to_cut(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": "نصّ بلا أرقام.\n"})
    a_version(stage, document)
    with stage.write() as tx:
        documents.renumber(tx, stage.actor(tx, "lama"), document_id=document, numbering=AUTOMATIC)
    assert a_version(stage, document) == 2


def test_what_is_sealed_is_printed_with_its_numbers(stage: Stage) -> None:
    mandated(stage)
    document = a_constitution(stage, BARE)
    a_version(stage, document)
    in_review(stage, document)
    round_id = a_round(stage, document)
    for signatory in ("yusuf", "huda", "nabil"):
        a_cast(stage, round_id, signatory)
    closed(stage, round_id)
    with stage.read() as tx:
        seal = seals_store.of_document(tx, document)
        assert seal and seal.content["version"]["numbering"] == "mithaq.numbering.v1"
        version = versions_store.get(tx, seal.version)
        assert version
    for lang, text in TYPED.items():
        printed = from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=version.editions[lang], lang=lang)
        assert printed.text == text


def test_over_the_api(api: Caller, stage: Stage) -> None:
    document = a_constitution(stage, numbering="typed")
    path, rev = f"/documents/{document}/numbering", f'"{rev_of(stage, document)}"'
    assert api.call("PUT", path, {"numbering": AUTOMATIC}, by="yusuf", if_match=rev).status_code == 403
    assert api.call("PUT", path, {"numbering": "roman"}, by="lama", if_match=rev).status_code == 400
    answer = api.call("PUT", path, {"numbering": AUTOMATIC}, by="lama", if_match=rev)
    assert answer.status_code == 200 and answer.json()["numbering"] == AUTOMATIC
    assert text_of(stage, document) == BARE["en"]
    with stage.read() as tx:
        found = documents_store.get(tx, document)
        assert found and found.numbering == AUTOMATIC
