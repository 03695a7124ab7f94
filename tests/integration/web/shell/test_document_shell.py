"""The header of a document: tabs, main act and phase on every page; the checklist, the record, and acts that answer."""

from collections.abc import Iterator

import pytest

from service.domain.endorsement.terms import OWN, RoundOptions
from service.store.db import Tx
from service.store.publication import notices as notices_store
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    create_sealed_document,
    cut_version,
    ensure_signatory,
    grant_all_mandates,
    move_to_review,
    open_round_with_document,
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

DATABASES = ("sqlite",)

STARTER_LINES = "We, the undersigned organisations, address … concerning …\n\nA line of our own.\n"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def tabs(page: object) -> list[str]:
    return [one.text_content().split()[0] for one in parse_page(page).xpath("//nav[@data-tabs]/a")]


def main_act(page: object) -> str:
    return " ".join(parse_page(page).xpath("string(//*[contains(@class, 'doc-act')]//a[last()])").split())


def notice_kinds(tx: Tx, instance: SampleInstance, key: str) -> list[str]:
    person = instance.members.people[key].id
    return [one.kind for one in notices_store.list_newest(tx, person, limit=20)]


# Outsider, wrong role


@pytest.mark.parametrize("part", ["versions", "record", "endorsement", "steps"])
def test_tabs_are_for_those_who_may_read_the_document(
    web_client: WebClient, instance: SampleInstance, part: str
) -> None:
    document = create_document(instance)
    assert web_client.get(f"/documents/{document}/{part}").status_code == 401
    assert web_client.sign_in("reem").get(f"/documents/{document}/{part}").status_code == 404


def test_communications_staff_have_neither_comments_nor_next_round(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    page = web_client.sign_in("reem").get(f"/documents/{document}")
    assert tabs(page) == ["Text", "Changes", "Files", "Record"]
    assert web_client.get(f"/documents/{document}/comments").status_code == 403


def test_only_those_who_create_versions_ask_others(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("yusuf")
    for path in ("organisations", "secretariat"):
        refused = web_client.post(f"/documents/{document}/steps/{path}")
        assert (refused.status_code, error_code(refused)) == (403, "forbidden")


# Conflict


def test_round_without_anybody_who_can_sign_is_not_asked_about(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    web_client.sign_in("salma")
    page = web_client.get(f"/documents/{document}/endorsement")
    assert "can sign." in page_text(page) and "A round can open when nothing above is missing." in page_text(page)
    form = {**form_fields(web_client.get(f"/documents/{document}/round"), "/round"), "rule": "two_thirds"}
    refused = web_client.post(f"/documents/{document}/round", {**form, "deadline": "3d"})
    assert (refused.status_code, error_code(refused)) == (409, "nobody_can_sign")


# Success


def test_every_page_of_a_document_has_its_header(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    web_client.sign_in("salma")
    current = {
        "": "Text", "/outline": "Text", "/front": "Text", "/numbering": "Text", "/people": "Text",
        "/versions": "Changes", "/versions/1": "Changes", "/comparison": "Changes", "/changes": "Changes",
        "/history": "Changes", "/authors": "Changes", "/comments": "Comments", "/endorsement": "Endorsement",
        "/proofs": "Endorsement", "/downloads": "Files", "/record": "Record",
    }  # fmt: skip
    for path, tab in current.items():
        page = web_client.get(f"/documents/{document}{path}")
        assert page.status_code == 200, path
        chosen = parse_page(page).xpath("//nav[@data-tabs]/a[@aria-current]")
        assert [one.text_content().split()[0] for one in chosen] == [tab], path
        assert len(parse_page(page).xpath("//h1")) == 1, path
    assert tabs(web_client.get(f"/documents/{document}")) == [
        "Text", "Changes", "Comments", "Endorsement", "Files", "Record",
    ]  # fmt: skip


def test_main_act_is_what_is_asked_of_this_person_now(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    assert main_act(web_client.sign_in("lama").get(f"/documents/{document}")) == "Write"
    assert main_act(web_client.sign_in("yusuf").get(f"/documents/{document}")) == "Read and comment"
    cut_version(instance, document)
    move_to_review(instance, document)
    assert main_act(web_client.sign_in("salma").get(f"/documents/{document}")) == "Open a round"
    asked, round_id = open_round_with_document(instance)
    page = web_client.sign_in("yusuf").get(f"/documents/{asked}")
    assert main_act(page) == "Read the text and decide" and "left" in page_text(page)
    cast_endorsement(instance, round_id, "yusuf")
    assert "Read the text and decide" not in page_text(web_client.get(f"/documents/{asked}"))


def test_checklist_names_what_is_missing_and_asks_in_one_tap(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": STARTER_LINES})
    ensure_signatory(instance)
    page = web_client.sign_in("salma").get(f"/documents/{document}/steps")
    text = page_text(page)
    assert (
        "1 line is not written yet." in text and "address … concerning …" in text and "A line of our own." not in text
    )
    assert "There is no version yet." in text and "1 of 3 organisations can sign." in text
    asking = parse_page(page).xpath("//form[contains(@action, '/steps/organisations')]")
    assert len(asking) == 2
    for _ in range(2):
        asked = web_client.post(asking[0].get("action"), dict(asking[0].form_values()))
        assert asked.headers["location"] == f"/documents/{document}/steps"
    assert "We told the focal points of" in page_text(web_client.get(asked.headers["location"]))
    with instance.read() as tx:
        notified = [key for key in instance.members.people if "mandate.asked" in notice_kinds(tx, instance, key)]
        assert len(notified) == 1 and all(
            notice_kinds(tx, instance, key).count("mandate.asked") == 1 for key in notified
        )


def test_drafter_tells_the_secretariat_that_a_document_is_ready(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance)
    page = web_client.sign_in("lama").get(f"/documents/{document}/steps")
    assert "Tell the secretariat that it is ready" in page_text(page)
    done = web_client.post(f"/documents/{document}/steps/secretariat")
    assert "We told the secretariat." in page_text(web_client.get(done.headers["location"]))
    assert "We told the secretariat." not in page_text(web_client.get(done.headers["location"])), "told once"
    with instance.read() as tx:
        assert "document.ready" in notice_kinds(tx, instance, "salma")


def test_record_hides_who_answered_while_the_round_hides_it(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance, options=RoundOptions(visible_while_open=OWN))
    cast_endorsement(instance, round_id, "yusuf")
    for key, sees_answer, sees_all in (("nabil", False, False), ("yusuf", True, False), ("salma", True, True)):
        text = page_text(web_client.sign_in(key).get(f"/documents/{document}/record"))
        assert ("Answer given" in text) is sees_answer, key
        assert ("Not shown to you while the round is open" not in text) is sees_all, key


def test_record_shows_who_did_what_without_what_was_answered(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    text = page_text(web_client.sign_in("lama").get(f"/documents/{document}/record"))
    for act in ("Document created", "Version 1 created", "Sent to review", "Round opened", "Answer given", "Approved"):
        assert act in text
    assert "endorse_with_reservation" not in text


def test_resolved_comment_can_be_reopened_by_the_toast(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "First words.\n"})
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}/comments?lang=en")
    part = parse_page(page).xpath("//select[@name='part']/option[last()]/@value")[0]
    adding = parse_page(page).xpath(f"//form[@action='/documents/{document}/comments'][@method='post']")[0]
    fields = {**dict(adding.form_values()), "body": "Why?", "part": part, "scope": "all"}
    sent = web_client.post(f"/documents/{document}/comments", fields)
    page = web_client.get(sent.headers["location"])
    assert "Your comment was added." in page_text(page)
    resolving = parse_page(page).xpath("//form[contains(@action, '/settlement')]")[0]
    done = web_client.post(resolving.get("action"), dict(resolving.form_values()))
    undo = parse_page(web_client.get(done.headers["location"])).xpath("//*[@data-toast]//form")[0]
    back = web_client.post(undo.get("action"), dict(undo.form_values()))
    assert "The comment is open again." in page_text(web_client.get(back.headers["location"]))


def test_result_of_an_act_is_not_shown_to_the_next_person_of_the_device(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance)
    web_client.sign_in("lama").post(f"/documents/{document}/steps/secretariat")
    web_client.sign_in("jihan")
    assert "We told the secretariat." not in page_text(web_client.get("/"))


def test_act_that_cannot_be_undone_is_described_first(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    grant_all_mandates(instance)
    web_client.sign_in("salma")
    fields = {**form_fields(web_client.get(f"/documents/{document}/steps"), "/withdrawal"), "note": "Overtaken."}
    asked = web_client.post(f"/documents/{document}/withdrawal", fields)
    assert asked.status_code == 200 and "Withdraw this document?" in page_text(asked)
    assert f"/documents/{document}/steps" in page_links(asked)
    assert "Overtaken." not in page_text(web_client.get(f"/documents/{document}"))
    done = web_client.post_confirmed(f"/documents/{document}/withdrawal", fields)
    page = web_client.get(done.headers["location"])
    assert "was withdrawn." in page_text(page) and "Overtaken." in page_text(page)
