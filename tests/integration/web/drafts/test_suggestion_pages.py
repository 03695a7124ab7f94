"""Suggested changes on pages and over the API, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from tests.integration.web.conftest import Caller
from tests.integration.web.drafts.test_edit_pages import text_of
from tests.support.factories import Stage, a_document, a_save, a_suggestion, begun_anew
from tests.support.web_client import ORIGIN, Reader, code, fields, opened, words

TEXT = "The first text.\n\nThe second.\n"
LATE = "The first text.\n\nThe second, and late.\n"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def a_text(stage: Stage) -> str:
    return a_document(stage, texts={"en": TEXT})


def late(stage: Stage, document: str, *, by: str = "lama") -> str:
    found = a_suggestion(stage, document, LATE, by=by, lang="en")
    return f"/documents/{document}/suggestions/{found.id}"


def test_a_stranger_is_asked_who_they_are(reader: Reader, stage: Stage) -> None:
    place = late(stage, a_text(stage))
    assert reader.get(place).status_code == 401
    assert reader.post(f"{place}/taking").status_code == 401


def test_its_writer_reads_it_and_cannot_put_it_in(reader: Reader, stage: Stage) -> None:
    place = late(stage, a_text(stage), by="yusuf")
    reader.sign_in("yusuf")
    page = reader.get(place)
    assert "and late" in words(page) and "/taking" not in page.text and "/setting-aside" in page.text
    assert reader.post(f"{place}/taking").status_code == 403


def test_anothers_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    place = late(stage, document)
    reader.sign_in("yusuf")
    assert reader.get(place).status_code == 404
    assert "None. Every word" in words(reader.get(f"/documents/{document}/suggestions"))
    assert "suggested change" not in words(reader.get(f"/documents/{document}"))


def test_where_others_wrote_the_same_words_one_chooses(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    place = late(stage, document)
    a_save(stage, document, TEXT.replace("second", "second of all"), lang="en", by="jihan")
    reader.sign_in("lama")
    answer = reader.post(f"{place}/taking")
    assert answer.status_code == 409 and "The same words were changed twice" in words(answer)
    assert fields(answer, "/settled")["text"].strip() == LATE.strip()


def test_after_the_text_was_begun_anew_a_conflict_is_told_beside_it(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    place = late(stage, document)
    begun_anew(stage, f"{document}.en", TEXT.replace("second", "second of all"))
    reader.sign_in("lama")
    answer = reader.post(f"{place}/taking")
    assert (answer.status_code, code(answer)) == (409, "draft_conflict") and "and late" in words(answer)


def test_it_is_found_read_and_put_in(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    place = late(stage, document)
    reader.sign_in("salma")
    assert "1 suggested change waits" in words(reader.get(f"/documents/{document}"))
    assert "To be decided" in words(reader.get(f"/documents/{document}/suggestions"))
    assert "1 change in 1 place" in words(reader.get(place))
    assert reader.post(f"{place}/taking").status_code == 303
    assert "Put into the text" in words(reader.get(place))
    assert text_of(stage, document, "en") == LATE


def test_it_is_set_aside_and_stays_to_be_read(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    place = late(stage, document)
    reader.sign_in("lama")
    assert reader.post(f"{place}/setting-aside").status_code == 303
    assert "Set aside" in words(reader.get(f"/documents/{document}/suggestions"))
    assert "and late" in words(reader.get(place))


def test_lists_go_on_page_by_page(reader: Reader, api: Caller, stage: Stage) -> None:
    document = a_text(stage)
    old, new = late(stage, document), a_suggestion(stage, document, f"{LATE}More.\n", lang="en").id
    address = f"/documents/{document}/suggestions"
    first = api.get(f"{address}?limit=1", by="lama").json()
    second = api.get(f"{address}?limit=1&cursor={first['next']}", by="lama").json()
    assert [f"{address}/{one['id']}" for one in (*first["items"], *second["items"])] == [f"{address}/{new}", old]
    reader.sign_in("lama")
    page = reader.get(f"{address}?limit=1")
    assert f"{address}/{new}" in page.text and old not in page.text
    further = reader.get(f"{address}?cursor={first['next']}")
    assert f"?cursor={first['next']}" in page.text and "Next page" in words(page)
    assert old in further.text and "Next page" not in words(further)
    assert code(reader.get(f"{address}?cursor=x")) == "bad_cursor"


def test_the_page_of_writing_keeps_what_was_not_taken_once(reader: Reader, api: Caller, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    body = {"text": LATE, "why": "closed", "at": {"epoch": 1, "seq": 1}}
    address = f"/api/v1/documents/{document}/editions/en/suggestions"
    headers = {"origin": ORIGIN, "idempotency-key": "one"}
    first, again = (reader.client.post(address, json=body, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert reader.client.post(address, json=body, headers={"origin": "https://elsewhere.example"}).status_code == 401
    kept = api.get(f"/documents/{document}/suggestions", by="salma").json()["items"]
    assert [(one["why"], one["state"]) for one in kept] == [("closed", "kept")] and not {"text", "base"} & set(kept[0])
    place = f"/documents/{document}/suggestions/{kept[0]['id']}"
    assert api.get(place, by="lama").json() == kept[0] | {"text": LATE, "base": TEXT}
    assert api.post(f"{place}/taking", by="lama").json()["state"] == "taken"
    words_alone = {"text": "Only words.", "why": "restarted"}
    alone = api.post(f"/documents/{document}/editions/en/suggestions", words_alone, by="lama").json()
    assert api.post(f"/documents/{document}/suggestions/{alone['id']}/setting-aside", by="lama").json()["ended_at"]
    page = reader.get(f"/documents/{document}/suggestions/{alone['id']}")
    assert "Only words." in words(page) and "Where these words stood" in words(page)
