"""The page of comments, without script, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import WebClient, error_code, open_web_client, page_text, parse_page

TEXT = (
    "فاتحة.\n\n## المادة ١ {#one}\n\nالمواطنون متساوون أمام القانون.\n\n"
    "## المادة ٢\n\nالمواطنون أحرار، والمواطنون متضامنون.\n"
)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"ar": TEXT})


def get_comments_page(web_client: WebClient, document: str, query: str = "") -> Any:
    return web_client.get(f"/documents/{document}/comments?lang=ar{query}")


def new_comment_form(web_client: WebClient, document: str, **more: str) -> dict[str, str]:
    """Return the form of a new comment on article 1, as the page renders it."""
    (form,) = parse_page(get_comments_page(web_client, document)).xpath(
        f"//form[@action='/documents/{document}/comments'][@method='post']"
    )
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    parts = {one.text: one.get("value") for one in form.xpath(".//select[@name='part']/option")}
    return {**hidden, "part": parts["المادة ١"], "words": "متساوون", "body": "كيف نقيس ذلك؟", "scope": "all", **more}


def create_comment(web_client: WebClient, document: str, **more: str) -> str:
    """Return the id of a thread created by the form."""
    response = web_client.post(f"/documents/{document}/comments", new_comment_form(web_client, document, **more))
    assert response.status_code == 303, error_code(response)
    return str(response.headers["location"].partition("#")[2])


def act_on_comment(web_client: WebClient, document: str, thread: str, name: str, **more: str) -> Any:
    return web_client.post(f"/documents/{document}/comments/{thread}/{name}", {"lang": "ar", **more})


def test_outsider_sees_no_comments(web_client: WebClient, instance: SampleInstance) -> None:
    assert get_comments_page(web_client, create_text(instance)).status_code == 401


def test_communications_see_neither_comments_nor_their_number(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    create_comment(web_client.sign_in("lama"), document)
    cut_version(instance, document)
    move_to_review(instance, document)
    assert "Comments that were open then" in page_text(web_client.get(f"/documents/{document}/versions/1"))
    web_client.post("/sign-out")
    web_client.sign_in("reem")
    assert get_comments_page(web_client, document).status_code == 403
    for shown in (f"/documents/{document}", f"/documents/{document}/versions/1"):
        assert "omment" not in page_text(web_client.get(shown)) and "discussed" not in page_text(web_client.get(shown))


def test_organisation_comment_is_on_no_page_of_others(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    jihan = instance.members.people["jihan"].id
    web_client.sign_in("lama")
    refused = web_client.post(
        f"/documents/{document}/comments",
        new_comment_form(web_client, document, scope="organisation", **{f"ask_{jihan}": "on"}),
    )
    assert refused.status_code == 400 and error_code(refused) == "not_a_reader"
    assert "كيف نقيس ذلك؟" in parse_page(refused).xpath("string(//textarea[@name='body'])")
    thread = create_comment(web_client, document, scope="organisation")
    assert "Open comments: 1" in page_text(web_client.get(f"/documents/{document}"))
    cut_version(instance, document)
    web_client.post("/sign-out")
    web_client.sign_in("salma")
    for shown in (
        f"/documents/{document}",
        f"/documents/{document}/comments",
        f"/documents/{document}/versions/1",
        "/",
        "/notices",
    ):
        response = web_client.get(shown)
        assert thread not in response.text and "Comments: 1" not in response.text and "discussed" not in response.text
    assert act_on_comment(web_client, document, thread, "replies", body="لا").status_code == 404


def test_unknown_comment_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/comments").status_code == 404
    assert web_client.get(f"/documents/{document}/comments?lang=fr").status_code == 404
    assert act_on_comment(web_client, document, "cmt_none", "settlement").status_code == 404


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"words": "غير موجودة"}, "words_absent"),
        ({"words": "المواطنون", "part": "second"}, "words_twice"),
        ({"body": " "}, "empty_comment"),
        ({"part": "all"}, "bad_form"),
        ({"seq": "9"}, "unknown_place"),
    ],
)
def test_rejected_comment_keeps_its_input(
    web_client: WebClient, instance: SampleInstance, more: dict[str, str], refusal: str
) -> None:
    document = create_text(instance)
    form = new_comment_form(web_client.sign_in("lama"), document, **more)
    if more.get("part") == "second":
        form["part"] = f"{TEXT.index('## المادة ٢')}-{len(TEXT)}"
    response = web_client.post(f"/documents/{document}/comments", form)
    assert error_code(response) == refusal
    assert parse_page(response).xpath("string(//textarea[@id='body'])").strip() == form["body"].strip()
    assert "No open comments" in page_text(get_comments_page(web_client, document))


def test_resolved_thread_can_be_answered_after_reopening(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    thread = create_comment(web_client.sign_in("lama"), document)
    assert act_on_comment(web_client, document, thread, "settlement").status_code == 303
    refused = act_on_comment(web_client, document, thread, "replies", body="جواب متأخّر")
    assert (refused.status_code, error_code(refused)) == (409, "comment_settled")
    assert "No open comments" in page_text(get_comments_page(web_client, document))
    assert "Resolved by" in page_text(get_comments_page(web_client, document, "&state=settled"))
    assert act_on_comment(web_client, document, thread, "reopening").status_code == 303
    assert act_on_comment(web_client, document, thread, "replies", body="جواب").status_code == 303
    assert "جواب" in page_text(get_comments_page(web_client, document))


def test_thread_without_script_from_question_to_withdrawal(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    yusuf = instance.members.people["yusuf"].id
    whole = create_comment(web_client.sign_in("lama"), document, words="", body="المادة كلّها")
    thread = create_comment(web_client, document, **{f"ask_{yusuf}": "on"})
    web_client.post("/sign-out")
    web_client.sign_in("yusuf")
    assert (
        "You were mentioned in a comment" in page_text(web_client.get("/")) and f"#{thread}" in web_client.get("/").text
    )
    assert "Someone mentioned you in a comment." in page_text(web_client.get("/notices"))
    response = act_on_comment(web_client, document, thread, "replies", body="بالأرقام\nوالشهود", key="again")
    assert response.headers["location"] == f"/documents/{document}/comments?lang=ar&state=all#{thread}"
    assert (
        act_on_comment(web_client, document, thread, "replies", body="بالأرقام\nوالشهود", key="again").status_code
        == 303
    )
    assert "You were mentioned in a comment" not in page_text(web_client.get("/"))
    shown = parse_page(get_comments_page(web_client, document))
    assert [one.get("id") for one in shown.xpath("//article")] == [whole, thread]
    assert shown.xpath("//section[@class='talk-part']/h2/text()") == ["المادة ١"]
    assert shown.xpath("//blockquote/text()") == ["المادة ١", "متساوون"]
    (back,) = shown.xpath("//form[contains(@action, '/withdrawal')]/@action")
    assert web_client.post(back, {"lang": "ar"}).status_code == 303
    assert "بالأرقام" not in page_text(get_comments_page(web_client, document))
    assert parse_page(get_comments_page(web_client, document, f"&person={yusuf}")).xpath("//article/@id") == [thread]
    assert parse_page(get_comments_page(web_client, document, "&scope=organisation")).xpath("//article/@id") == []


def test_deleted_passage_is_still_quoted(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    create_comment(web_client.sign_in("lama"), document)
    create_comment(web_client, document, words="أمام القانون")
    save_text(instance, document, TEXT.replace("متساوون ", "").replace("القانون", "الله والقانون"))
    text = page_text(get_comments_page(web_client, document))
    assert "The passage was deleted. It said: متساوون" in text and "The passage has changed" in text
