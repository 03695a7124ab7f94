"""Suggestions over the API, in this order: outsider, wrong role, not found, conflict, success."""

from service.domain.text.markup.canonical import text_sha256
from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.drafts.test_edit_pages import draft_text
from tests.support.factories import SampleInstance, create_document, create_suggestion, create_unsaved_change, save_text

TEXT = "النصّ الأوّل.\n\nالنصّ الثاني.\n"
PROPOSED = "النصّ الأفضل.\n\nالنصّ الثاني الطويل.\n"


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"ar": TEXT})


def test_suggestions_are_not_found_by_those_who_do_not_see_the_draft(
    api: ApiTestClient, instance: SampleInstance
) -> None:
    document = create_text(instance)
    assert api.get(f"/documents/{document}/editions/ar/suggestions", by="reem").status_code == 404
    assert api.get(f"/documents/{document}/suggestions", by="reem").status_code == 404


def test_author_cannot_accept(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    place = f"/documents/{document}/suggestions/{create_suggestion(instance, document, PROPOSED, lang='ar').id}"
    assert api.post(f"{place}/acceptance", {}, by="yusuf").status_code == 403
    assert api.post(f"{place}/resolution", {"hunk": 1, "seen": "x", "passage": "x"}, by="yusuf").status_code == 403
    assert api.post(f"{place}/acceptance", {"hunks": [7]}, by="lama").status_code == 404


def test_conflict_is_resolved(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_suggestion(instance, document, PROPOSED, lang="ar")
    save_text(instance, document, TEXT.replace("الأوّل", "الأوّل جدًّا"), by="jihan")
    place = f"/documents/{document}/suggestions/{found.id}"
    assert api.post(f"{place}/acceptance", {"hunks": [1]}, by="lama").json()["code"] == "suggestion_conflict"
    done = api.post(f"{place}/acceptance", {}, by="lama").json()
    assert (done["conflicts"], done["suggestion"]["state"]) == ([1], "pending")
    [item] = api.get(f"/documents/{document}/editions/ar/suggestions", by="lama").json()["items"]
    [where] = item["places"]
    assert (where["kind"], where["numbers"]) == ("conflict", [1])
    body = {"hunk": 1, "seen": text_sha256(where["live"]), "passage": where["text"]}
    assert api.post(f"{place}/resolution", body, by="lama").json()["suggestion"]["state"] == "accepted"
    assert draft_text(instance, document, "ar") == PROPOSED


def test_suggestion_is_sent_placed_and_decided(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    address = f"/documents/{document}/editions/ar/suggestions"
    body = {"text": PROPOSED, "reason": "أوضح.", "at": {"epoch": 1, "seq": 1}}
    made = api.post(address, body, by="yusuf")
    assert (made.status_code, made.json()["base"], made.json()["proposed"]) == (201, TEXT, PROPOSED)
    live = f"قبله.\n\n{TEXT}"
    save_text(instance, document, live, by="jihan")
    placed = api.get(address, by="huda").json()
    [item] = placed["items"]
    assert (placed["epoch"], placed["seq"], placed["can_decide"], item["is_own"]) == (1, 2, False, False)
    assert item["reason"] == "أوضح." and item["by"]["names"]["en"].startswith("Yusuf")
    assert [live[one["start"] : one["end"]] for one in item["places"]] == [one["live"] for one in item["places"]]
    place = f"/documents/{document}/suggestions/{made.json()['id']}"
    assert api.get(place, by="huda").json() == made.json()
    assert api.post(f"{place}/acceptance", {"hunks": [2]}, by="lama").json()["conflicts"] == []
    ended = api.post(f"{place}/dismissal", {}, by="yusuf").json()["suggestion"]
    assert (ended["state"], [one["state"] for one in ended["hunks"]]) == ("partly", ["dismissed", "accepted"])
    assert draft_text(instance, document, "ar") == live.replace("الثاني", "الثاني الطويل")
    [listed] = api.get(f"/documents/{document}/suggestions", by="huda").json()["items"]
    assert listed["state"] == "partly" and "base" not in listed
    assert api.get(address, by="lama").json()["items"] == []


def test_unsaved_change_becomes_a_suggestion(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    kept = create_unsaved_change(instance, document, PROPOSED, by="yusuf")
    made = api.post(f"/documents/{document}/unsaved-changes/{kept.id}/suggestion", {"reason": "x"}, by="yusuf")
    assert (made.status_code, made.json()["proposed"]) == (201, PROPOSED)
