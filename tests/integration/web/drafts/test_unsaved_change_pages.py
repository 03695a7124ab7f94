"""Unsaved changes on pages and over the API, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.drafts.test_edit_pages import draft_text
from tests.support.factories import SampleInstance, create_document, create_unsaved_change, reset_draft, save_text
from tests.support.web_client import ORIGIN, WebClient, error_code, form_fields, open_web_client, page_text

TEXT = "The first text.\n\nThe second.\n"
LATE = "The first text.\n\nThe second, and late.\n"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"en": TEXT})


def create_late_unsaved_change(instance: SampleInstance, document: str, *, by: str = "lama") -> str:
    found = create_unsaved_change(instance, document, LATE, by=by, lang="en")
    return f"/documents/{document}/unsaved-changes/{found.id}"


def test_outsider_is_asked_to_sign_in(web_client: WebClient, instance: SampleInstance) -> None:
    place = create_late_unsaved_change(instance, create_text(instance))
    assert web_client.get(place).status_code == 401
    assert web_client.post(f"{place}/taking").status_code == 401


def test_author_can_read_but_not_accept(web_client: WebClient, instance: SampleInstance) -> None:
    place = create_late_unsaved_change(instance, create_text(instance), by="yusuf")
    web_client.sign_in("yusuf")
    page = web_client.get(place)
    assert "and late" in page_text(page) and "/taking" not in page.text and "/setting-aside" in page.text
    assert web_client.post(f"{place}/taking").status_code == 403


def test_unsaved_change_of_another_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    place = create_late_unsaved_change(instance, document)
    web_client.sign_in("yusuf")
    assert web_client.get(place).status_code == 404
    assert "None. Everything that was written" in page_text(web_client.get(f"/documents/{document}/unsaved-changes"))
    assert "unsaved change" not in page_text(web_client.get(f"/documents/{document}"))


def test_conflicting_unsaved_change_needs_a_choice(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    place = create_late_unsaved_change(instance, document)
    save_text(instance, document, TEXT.replace("second", "second of all"), lang="en", by="jihan")
    web_client.sign_in("lama")
    response = web_client.post(f"{place}/taking")
    assert response.status_code == 409 and "Two people changed the same words" in page_text(response)
    assert form_fields(response, "/settled")["text"].strip() == LATE.strip()


def test_conflict_after_a_reset_is_reported(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    place = create_late_unsaved_change(instance, document)
    reset_draft(instance, f"{document}.en", TEXT.replace("second", "second of all"))
    web_client.sign_in("lama")
    response = web_client.post(f"{place}/taking")
    assert (response.status_code, error_code(response)) == (409, "draft_conflict") and "and late" in page_text(response)


def test_unsaved_change_is_found_read_and_accepted(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    place = create_late_unsaved_change(instance, document)
    web_client.sign_in("salma")
    assert "1 unsaved change is waiting" in page_text(web_client.get(f"/documents/{document}"))
    assert "Waiting for a decision" in page_text(web_client.get(f"/documents/{document}/unsaved-changes"))
    assert "1 change in 1 place" in page_text(web_client.get(place))
    assert web_client.post(f"{place}/taking").status_code == 303
    assert "Added to the text" in page_text(web_client.get(place))
    assert draft_text(instance, document, "en") == LATE


def test_unsaved_change_is_set_aside_and_stays_readable(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    place = create_late_unsaved_change(instance, document)
    web_client.sign_in("lama")
    assert web_client.post(f"{place}/setting-aside").status_code == 303
    assert "Dismissed" in page_text(web_client.get(f"/documents/{document}/unsaved-changes"))
    assert "and late" in page_text(web_client.get(place))


def test_lists_are_paged(web_client: WebClient, api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    old, new = (
        create_late_unsaved_change(instance, document),
        create_unsaved_change(instance, document, f"{LATE}More.\n", lang="en").id,
    )
    address = f"/documents/{document}/unsaved-changes"
    first = api.get(f"{address}?limit=1", by="lama").json()
    second = api.get(f"{address}?limit=1&cursor={first['next']}", by="lama").json()
    assert [f"{address}/{one['id']}" for one in (*first["items"], *second["items"])] == [f"{address}/{new}", old]
    web_client.sign_in("lama")
    page = web_client.get(f"{address}?limit=1")
    assert f"{address}/{new}" in page.text and old not in page.text
    further = web_client.get(f"{address}?cursor={first['next']}")
    assert f"?cursor={first['next']}" in page.text and "Next page" in page_text(page)
    assert old in further.text and "Next page" not in page_text(further)
    assert error_code(web_client.get(f"{address}?cursor=x")) == "bad_cursor"


def test_edit_page_stores_rejected_input_once(
    web_client: WebClient, api: ApiTestClient, instance: SampleInstance
) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    body = {"text": LATE, "why": "closed", "at": {"epoch": 1, "seq": 1}}
    address = f"/api/v1/documents/{document}/editions/en/unsaved-changes"
    headers = {"origin": ORIGIN, "idempotency-key": "one"}
    first, again = (web_client.client.post(address, json=body, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert (
        web_client.client.post(address, json=body, headers={"origin": "https://elsewhere.example"}).status_code == 401
    )
    kept = api.get(f"/documents/{document}/unsaved-changes", by="salma").json()["items"]
    assert [(one["why"], one["state"]) for one in kept] == [("closed", "kept")] and not {"text", "base"} & set(kept[0])
    place = f"/documents/{document}/unsaved-changes/{kept[0]['id']}"
    assert api.get(place, by="lama").json() == kept[0] | {"text": LATE, "base": TEXT}
    assert api.post(f"{place}/taking", by="lama").json()["state"] == "taken"
    words_alone = {"text": "Only words.", "why": "restarted"}
    alone = api.post(f"/documents/{document}/editions/en/unsaved-changes", words_alone, by="lama").json()
    assert api.post(f"/documents/{document}/unsaved-changes/{alone['id']}/setting-aside", by="lama").json()["ended_at"]
    page = web_client.get(f"/documents/{document}/unsaved-changes/{alone['id']}")
    assert "Only words." in page_text(page) and "we do not know where these words belong" in page_text(page)
