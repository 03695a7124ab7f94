"""Tasks of the dashboard: none for outsiders, those of their role for each person, and each once."""

from collections.abc import Iterator

import pytest

from service.actions.membership import mandates
from service.store.publication import exports as exports_store
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    create_sealed_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round_with_document,
    save_text,
)
from tests.support.web_client import WebClient, finish_exports, open_web_client, page_links, page_text, parse_page


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def tasks_text(web_client: WebClient, who: str) -> str:
    """Return the text of the dashboard before the documents; the person is signed out again."""
    page = web_client.sign_in(who).get("/")
    said = " ".join(str(parse_page(page).xpath("string(//section[@class='asks'])")).split())
    web_client.post("/sign-out")
    return said


def test_outsider_has_no_tasks(web_client: WebClient, instance: SampleInstance) -> None:
    open_round_with_document(instance)
    assert "needs" not in page_text(web_client.get("/"))


@pytest.mark.parametrize("who", ["salma", "reem"])
def test_empty_task_list_says_so(web_client: WebClient, instance: SampleInstance, who: str) -> None:
    create_document(instance)
    assert "you have nothing to do now" in page_text(web_client.sign_in(who).get("/"))


def test_round_is_a_task_for_organisations_that_have_not_answered(
    web_client: WebClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    page = web_client.sign_in("yusuf").get("/")
    assert f"/rounds/{round_id}/sign" in page_links(page)
    text = page_text(page)
    assert "you have 1 task" in text and "Closes in 23 hours" in text and "Read the text and decide" in text
    assert "endorsed by 0 of 3 organisations" in text and "Coming up" in text
    web_client.post("/sign-out")
    assert "Read the text and decide" not in tasks_text(web_client, "lama")
    assert tasks_text(web_client, "reem") == "" and tasks_text(web_client, "salma") == ""
    cast_endorsement(instance, round_id, "yusuf")
    assert "Your organisation’s answer is needed" not in tasks_text(web_client, "yusuf") + tasks_text(
        web_client, "lama"
    )
    assert "Your organisation’s answer is needed" in tasks_text(web_client, "nabil")


def test_mandate_is_a_task_for_those_who_may_still_confirm_it(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        its = instance.members.organisations["sindyan"]
        id = mandates.grant_mandate(
            tx, instance.actor(tx, "lama"), organisation=its, person=instance.members.people["yusuf"].id
        )
        mandates.confirm_mandate(tx, instance.actor(tx, "karim"), mandate=id)
    text = tasks_text(web_client, "salma")
    assert "A mandate needs your confirmation" in text and instance.members.people["yusuf"].names["en"] in text
    assert tasks_text(web_client, "karim") == "" and tasks_text(web_client, "lama") == ""


def test_changed_draft_is_a_task_for_its_drafters(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    save_text(instance, document, "## المادة ١ {#one}\n\nنصّ آخر.\n", by="jihan")
    text = tasks_text(web_client, "lama")
    assert "Others continued writing" in text and instance.members.people["jihan"].names["en"] in text
    assert tasks_text(web_client, "jihan") == "" and tasks_text(web_client, "salma") == ""
    web_client.sign_in("lama").get(f"/documents/{document}/changes?lang=ar")
    web_client.post("/sign-out")
    assert tasks_text(web_client, "lama") == "", "the task disappears once the draft was seen"


def test_communications_have_task_to_publish(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    assert "Ready to be published" not in tasks_text(web_client, "reem")
    finish_exports(instance, document)
    assert "Ready to be published" in tasks_text(web_client, "reem")
    assert "Ready to be published" not in tasks_text(web_client, "salma") + tasks_text(web_client, "lama")


def test_failed_export_is_a_task_for_who_can_request_it_again(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        (_, first), *_ = exports_store.list_by_document(tx, document)
        exports_store.mark_failed(tx, first.id, {"v": 1, "code": "x", "message": "y"})
    for who in ("reem", "salma"):
        assert "A file could not be created" in tasks_text(web_client, who)
    assert "A file could not be created" not in tasks_text(web_client, "lama")


def test_focal_point_is_asked_for_a_mandate_once_a_text_is_in_review(
    web_client: WebClient, instance: SampleInstance
) -> None:
    sentence = "Nobody can sign for your organisation yet"
    document = create_document(instance)
    cut_version(instance, document)
    assert sentence not in page_text(web_client.sign_in("lama").get("/"))
    move_to_review(instance, document)
    page = web_client.get("/")
    assert sentence in page_text(page) and "/mandates" in page_links(page)
    assert sentence not in page_text(web_client.sign_in("yusuf").get("/")), "a signatory grants no mandate"
    grant_all_mandates(instance)
    assert sentence not in page_text(web_client.sign_in("lama").get("/"))
