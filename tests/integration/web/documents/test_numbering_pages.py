"""Article numbers, typed or automatic, in this order: outsider, wrong role, not found, conflict, success."""

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
from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.drafts.test_edit_pages import document_revision, draft_text
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    save_text,
)
from tests.support.web_client import (
    WebClient,
    error_code,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)
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
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def choose(web_client: WebClient, document: str, numbering: str = AUTOMATIC, *, rev: str = "") -> Any:
    form = {"numbering": numbering, "rev": rev or document_revision(web_client.instance, document)}
    return web_client.post(f"/documents/{document}/numbering", form)


def create_constitution(instance: SampleInstance, texts: dict[str, str] = TYPED, *, numbering: str = AUTOMATIC) -> str:
    return create_document(instance, texts=texts, kind="constitution", numbering=numbering)


def headings(response: Any) -> list[str]:
    """Return the headings of the text on a page."""
    found = parse_page(response).xpath("//article//*[self::h2 or self::h3][not(contains(@class, 'hide'))]")
    return [" ".join(one.text_content().split()) for one in found]


# Outsider


def test_outsider_cannot_choose_numbering(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TYPED)
    assert web_client.get(f"/documents/{document}/numbering").status_code == 401
    assert choose(web_client, document).status_code == 401
    assert draft_text(instance, document) == TYPED["en"]


# Wrong role


def test_signatory_is_not_offered_numbering(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TYPED)
    web_client.sign_in("yusuf")
    assert f"/documents/{document}/numbering" not in page_links(web_client.get(f"/documents/{document}"))
    assert choose(web_client, document).status_code == 403


# Not found


def test_unknown_document_is_not_found(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/numbering").status_code == 404


# Conflict


def test_unknown_choice_is_rejected(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TYPED)
    web_client.sign_in("lama")
    answer = choose(web_client, document, "roman")
    assert (answer.status_code, error_code(answer)) == (400, "unknown_numbering")
    assert draft_text(instance, document) == TYPED["en"]


def test_stale_document_is_a_conflict(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TYPED)
    web_client.sign_in("lama")
    rev = document_revision(instance, document)
    save_text(instance, document, TYPED["en"] + "\nMore.\n", lang="en", by="jihan")
    answer = choose(web_client, document, rev=rev)
    assert (answer.status_code, error_code(answer)) == (412, "stale_document")


def test_document_in_review_keeps_its_numbers(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TYPED)
    cut_version(instance, document)
    move_to_review(instance, document)
    web_client.sign_in("lama")
    assert "in drafting only" in page_text(web_client.get(f"/documents/{document}/numbering"))
    answer = choose(web_client, document)
    assert (answer.status_code, error_code(answer)) == (409, "document_state")


# Success


def test_typed_numbers_become_automatic_and_typed_again(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_constitution(instance, numbering="typed")
    web_client.sign_in("lama")
    read = headings(web_client.get(f"/documents/{document}?lang=en"))
    page = web_client.get(f"/documents/{document}/numbering")
    assert "3 headings can be numbered automatically" in page_text(page) and "المادة ٢" in page_text(page)
    assert choose(web_client, document).status_code == 303
    assert {lang: draft_text(instance, document, lang) for lang in BARE} == BARE
    assert headings(web_client.get(f"/documents/{document}?lang=en")) == read
    with instance.read() as tx:
        assert b'"act":"document.numbering"' in (record_store.list_leaves(tx)[-1].content or b"")
    assert choose(web_client, document).status_code == 303
    assert choose(web_client, document, "typed").status_code == 303
    assert {lang: draft_text(instance, document, lang) for lang in TYPED} == TYPED
    assert headings(web_client.get(f"/documents/{document}?lang=en")) == read


def test_numbers_and_references_follow_an_inserted_article(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_constitution(instance)
    assert draft_text(instance, document) == BARE["en"]
    cut_version(instance, document)
    save_text(
        instance,
        document,
        BARE["en"].replace("## Article {", "## Article: Air\n\nAir for all who live here.\n\n## Article {"),
        lang="en",
    )
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}?lang=en")
    assert headings(page)[1:4] == ["Article 1: Air", "Article 2", "Article 3: Water"] and "See Article 2." in page_text(
        page
    )
    compared = web_client.get(f"/documents/{document}/comparison?lang=en&old=1&new=draft")
    text = page_text(compared)
    assert "1 change in 1 article" in text and "2 numbers changed" in text
    shown = parse_page(compared)
    assert [" ".join(one.text_content().split()) for one in shown.xpath("//article//ins")] == [
        "added: Article 1: Air", "added: Air for all who live here.",
    ]  # fmt: skip
    assert not shown.xpath("//article//del")
    preview = web_client.post(
        f"/documents/{document}/texts/en/preview", form_fields(web_client.get(f"/documents/{document}/texts/en"))
    )
    assert "Article 3: Water" in page_text(preview)


def test_new_document_has_automatic_numbers(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    form = form_fields(web_client.get("/documents/new"))
    form |= {
        "kind": "constitution",
        "title_ar": "مقترح",
        "edition_ar": "authentic",
        "edition_en": "",
        "numbering": AUTOMATIC,
    }
    document = web_client.post("/documents/new", form).headers["location"].split("/")[2]
    text = draft_text(instance, document, "ar")
    assert "### المادة: …" in text and "المادة ١" not in text
    assert "المادة ٢: …" in page_text(web_client.get(f"/documents/{document}?lang=ar"))
    assert "the number is added automatically" in page_text(web_client.get(f"/documents/{document}/texts/ar"))


def test_added_language_has_automatic_numbers_too(instance: SampleInstance, web_client: WebClient) -> None:
    document = create_constitution(instance, {"ar": TYPED["ar"]})
    web_client.sign_in("lama")
    form = {"lang": "en", "title": "T", "kind": "translation", "start": "pasted", "text": TYPED["en"]}
    web_client.post(f"/documents/{document}/editions", {**form, "rev": document_revision(instance, document)})
    assert draft_text(instance, document) == BARE["en"]


def test_version_binds_its_numbering_rules(instance: SampleInstance) -> None:
    document = create_constitution(instance, BARE)
    cut_version(instance, document)
    with instance.read() as tx:
        found = versions_store.get_latest(tx, document)
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


def test_changed_numbering_allows_a_new_version(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": "نصّ بلا أرقام.\n"})
    cut_version(instance, document)
    with instance.write() as tx:
        documents.set_numbering(tx, instance.actor(tx, "lama"), document_id=document, numbering=AUTOMATIC)
    assert cut_version(instance, document) == 2


def test_sealed_document_is_printed_with_its_numbers(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = create_constitution(instance, BARE)
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    for signatory in ("yusuf", "huda", "nabil"):
        cast_endorsement(instance, round_id, signatory)
    close_round(instance, round_id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        assert seal and seal.content["version"]["numbering"] == "mithaq.numbering.v1"
        version = versions_store.get(tx, seal.version)
        assert version
    for lang, text in TYPED.items():
        printed = from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=version.editions[lang], lang=lang)
        assert printed.text == text


def test_numbering_is_set_over_the_api(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_constitution(instance, numbering="typed")
    path, rev = f"/documents/{document}/numbering", f'"{document_revision(instance, document)}"'
    assert api.call("PUT", path, {"numbering": AUTOMATIC}, by="yusuf", if_match=rev).status_code == 403
    assert api.call("PUT", path, {"numbering": "roman"}, by="lama", if_match=rev).status_code == 400
    response = api.call("PUT", path, {"numbering": AUTOMATIC}, by="lama", if_match=rev)
    assert response.status_code == 200 and response.json()["numbering"] == AUTOMATIC
    assert draft_text(instance, document) == BARE["en"]
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found and found.numbering == AUTOMATIC
