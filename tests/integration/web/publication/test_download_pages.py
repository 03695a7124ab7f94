"""Files of texts that are not approved, by form and by API: choice, refusals, download of one's own file."""

from collections.abc import Iterator

import pytest

from service.store.publication import draft_files as draft_files_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review
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
