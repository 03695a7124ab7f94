"""Files of texts that are not approved, by form and by API: choice, refusals, download of one's own file."""

from collections.abc import Iterator

import pytest

from service.store.publication import draft_files as draft_files_store
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import WebClient, error_code, open_web_client, page_text, parse_page

TEXT = "## الماء\n\nنطالب بماء نظيف.\n"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def test_file_is_asked_for_followed_and_downloaded_by_its_owner_only(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    path = f"/documents/{document}/downloads"
    web_client.sign_in("lama")
    assert {"pdf", "docx", "md"} == set(
        parse_page(web_client.get(path)).xpath("//select[@name='format']/option/@value")
    )
    asked = {"format": "pdf", "lang": "ar", "version": "", "line_numbers": "1"}
    assert web_client.post(path, asked).status_code == 303
    with instance.read() as tx:
        (file,) = draft_files_store.list_own(tx, document, person=instance.members.people["lama"].id)
    assert file.line_numbers and file.subject.number is None
    assert error_code(web_client.get(f"{path}/{file.id}")) == "not_ready"
    with instance.write() as tx:
        draft_files_store.mark_ready(tx, file.id, sha256=instance.app_state.files.put(b"%PDF"), size=4)
    got = web_client.get(f"{path}/{file.id}")
    assert got.content == b"%PDF" and "attachment" in got.headers["content-disposition"]
    assert "7" in page_text(web_client.get(path))
    web_client.sign_in("salma")
    assert web_client.get(f"{path}/{file.id}").status_code == 404


def test_markdown_is_served_at_once_with_mark_title_and_canonical_text(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    cut_version(instance, document)
    web_client.sign_in("lama")
    sent = {"format": "md", "lang": "ar", "version": "1"}
    got = web_client.post(f"/documents/{document}/downloads", sent)
    mark, _, rest = got.text.partition("\n\n")
    assert mark.startswith("> مسودة") and "غير معتمَد" in mark and rest.startswith("# ") and got.text.endswith(TEXT)
    assert got.headers["content-type"].startswith("text/markdown")


def test_what_is_refused_says_why(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    path = f"/documents/{document}/downloads"
    web_client.sign_in("lama")
    assert web_client.post(path, {"format": "odt", "lang": "ar"}).status_code == 400
    assert web_client.post(path, {"format": "pdf", "lang": "ar", "version": "9"}).status_code == 404
    web_client.sign_in("reem")
    assert web_client.get(path).status_code == 404
    cut_version(instance, document)
    move_to_review(instance, document)
    assert web_client.get(path).status_code == 200
    assert web_client.post(path, {"format": "pdf", "lang": "ar"}).status_code == 403
    assert web_client.post(path, {"format": "pdf", "lang": "ar", "version": "1"}).status_code == 303


def test_comparison_is_asked_for_on_its_page_and_by_api(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    cut_version(instance, document)
    path = f"/documents/{document}/comparison"
    web_client.sign_in("lama")
    assert not parse_page(web_client.get(f"{path}?lang=ar&old=1&new=draft")).xpath("//select[@name='layout']")
    save_text(instance, document, TEXT.replace("نظيف", "صافٍ"))
    cut_version(instance, document)
    shown = parse_page(web_client.get(f"{path}?lang=ar&old=1&new=2&view=side"))
    assert shown.xpath("//select[@name='layout']/option[@selected]/@value") == ["side"]
    (action,) = shown.xpath("//form[.//select[@name='layout']]/@action")
    asked = {"lang": "ar", "older": "1", "newer": "2", "layout": "side"}
    refused = web_client.post(action, asked | {"layout": "diagonal"})
    assert refused.status_code == 400 and "Choose “In the text” or “Side by side”" in page_text(refused)
    assert web_client.post(action, asked | {"older": "9"}).status_code == 404
    assert web_client.post(action, asked).status_code == 303
    with instance.read() as tx:
        (file,) = draft_files_store.list_own(tx, document, person=instance.members.people["lama"].id)
    assert file.subject.to_json()["from"] == 1 and (file.subject.number, file.subject.layout) == (2, "side")
    assert "versions 1 and 2 compared, side by side" in page_text(
        web_client.get(f"/documents/{document}/downloads?lang=ar&version=2")
    )
    with instance.write() as tx:
        draft_files_store.mark_ready(tx, file.id, sha256=instance.app_state.files.put(b"%PDF"), size=4)
    assert "1-2" in web_client.get(f"/documents/{document}/downloads/{file.id}").headers["content-disposition"]
    assert [web_client.post(action, asked).status_code for _ in range(7)] == [303] * 6 + [429]


def test_comparison_is_asked_for_by_api(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    cut_version(instance, document)
    save_text(instance, document, TEXT.replace("نظيف", "صافٍ"))
    cut_version(instance, document)
    path, sent = f"/documents/{document}/draft-files", {"format": "pdf", "lang": "ar", "version": 2, "older": 1}
    got = api.post(path, sent, by="lama")
    assert (got.status_code, got.json()["older"], got.json()["layout"]) == (202, 1, "inline")
    assert api.post(path, sent | {"format": "docx"}, by="lama").json()["code"] == "unknown_format"
    assert api.post(path, sent | {"version": None}, by="lama").status_code == 404
