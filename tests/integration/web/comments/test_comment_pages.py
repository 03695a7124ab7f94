"""The page of comments, without script, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import Reader, code, opened, tree, words

TEXT = (
    "فاتحة.\n\n## المادة ١ {#one}\n\nالمواطنون متساوون أمام القانون.\n\n"
    "## المادة ٢\n\nالمواطنون أحرار، والمواطنون متضامنون.\n"
)


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def a_text(stage: Stage) -> str:
    return a_document(stage, texts={"ar": TEXT})


def page(reader: Reader, document: str, query: str = "") -> Any:
    return reader.get(f"/documents/{document}/comments?lang=ar{query}")


def a_form(reader: Reader, document: str, **more: str) -> dict[str, str]:
    """The form of a new comment as the page gives it, on article 1."""
    (form,) = tree(page(reader, document)).xpath(f"//form[@action='/documents/{document}/comments'][@method='post']")
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    parts = {one.text: one.get("value") for one in form.xpath(".//select[@name='part']/option")}
    return {**hidden, "part": parts["المادة ١"], "words": "متساوون", "body": "كيف نقيس ذلك؟", "scope": "all", **more}


def made(reader: Reader, document: str, **more: str) -> str:
    """The id of a thread made by the form."""
    answer = reader.post(f"/documents/{document}/comments", a_form(reader, document, **more))
    assert answer.status_code == 303, code(answer)
    return str(answer.headers["location"].partition("#")[2])


def act(reader: Reader, document: str, thread: str, name: str, **more: str) -> Any:
    return reader.post(f"/documents/{document}/comments/{thread}/{name}", {"lang": "ar", **more})


def test_a_stranger_sees_none(reader: Reader, stage: Stage) -> None:
    assert page(reader, a_text(stage)).status_code == 401


def test_communications_see_none_not_even_how_many(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    made(reader.sign_in("lama"), document)
    a_version(stage, document)
    in_review(stage, document)
    assert "What was being discussed in it" in words(reader.get(f"/documents/{document}/versions/1"))
    reader.post("/sign-out")
    reader.sign_in("reem")
    assert page(reader, document).status_code == 403
    for shown in (f"/documents/{document}", f"/documents/{document}/versions/1"):
        assert "omment" not in words(reader.get(shown)) and "discussed" not in words(reader.get(shown))


def test_what_is_said_within_an_organisation_is_on_no_page_of_others(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    jihan = stage.cast.people["jihan"].id
    reader.sign_in("lama")
    refused = reader.post(
        f"/documents/{document}/comments", a_form(reader, document, scope="organisation", **{f"ask_{jihan}": "on"})
    )
    assert refused.status_code == 400 and code(refused) == "not_a_reader"
    assert "كيف نقيس ذلك؟" in tree(refused).xpath("string(//textarea[@name='body'])")
    thread = made(reader, document, scope="organisation")
    assert "Comments: 1 open" in words(reader.get(f"/documents/{document}"))
    a_version(stage, document)
    reader.post("/sign-out")
    reader.sign_in("salma")
    for shown in (
        f"/documents/{document}",
        f"/documents/{document}/comments",
        f"/documents/{document}/versions/1",
        "/",
        "/notices",
    ):
        answer = reader.get(shown)
        assert thread not in answer.text and "Comments: 1" not in answer.text and "discussed" not in answer.text
    assert act(reader, document, thread, "replies", body="لا").status_code == 404


def test_what_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/comments").status_code == 404
    assert reader.get(f"/documents/{document}/comments?lang=fr").status_code == 404
    assert act(reader, document, "cmt_none", "settlement").status_code == 404


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
def test_a_comment_that_cannot_be_made_keeps_its_words(
    reader: Reader, stage: Stage, more: dict[str, str], refusal: str
) -> None:
    document = a_text(stage)
    form = a_form(reader.sign_in("lama"), document, **more)
    if more.get("part") == "second":
        form["part"] = f"{TEXT.index('## المادة ٢')}-{len(TEXT)}"
    answer = reader.post(f"/documents/{document}/comments", form)
    assert code(answer) == refusal
    assert tree(answer).xpath("string(//textarea[@id='body'])").strip() == form["body"].strip()
    assert "No open comment" in words(page(reader, document))


def test_settled_comments_are_answered_once_they_are_open_again(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    thread = made(reader.sign_in("lama"), document)
    assert act(reader, document, thread, "settlement").status_code == 303
    refused = act(reader, document, thread, "replies", body="جواب متأخّر")
    assert (refused.status_code, code(refused)) == (409, "comment_settled")
    assert "No open comment" in words(page(reader, document))
    assert "Settled by" in words(page(reader, document, "&state=settled"))
    assert act(reader, document, thread, "reopening").status_code == 303
    assert act(reader, document, thread, "replies", body="جواب").status_code == 303
    assert "جواب" in words(page(reader, document))


def test_a_thread_without_script_from_the_question_to_its_taking_back(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    yusuf = stage.cast.people["yusuf"].id
    whole = made(reader.sign_in("lama"), document, words="", body="المادة كلّها")
    asked = made(reader, document, **{f"ask_{yusuf}": "on"})
    reader.post("/sign-out")
    reader.sign_in("yusuf")
    assert "You are asked in a comment" in words(reader.get("/")) and f"#{asked}" in reader.get("/").text
    assert "Somebody asks you in a comment." in words(reader.get("/notices"))
    answer = act(reader, document, asked, "replies", body="بالأرقام\nوالشهود", key="again")
    assert answer.headers["location"] == f"/documents/{document}/comments?lang=ar&state=all#{asked}"
    assert act(reader, document, asked, "replies", body="بالأرقام\nوالشهود", key="again").status_code == 303
    assert "You are asked in a comment" not in words(reader.get("/"))
    shown = tree(page(reader, document))
    assert [one.get("id") for one in shown.xpath("//article")] == [whole, asked]
    assert shown.xpath("//section[@class='talk-part']/h2/text()") == ["المادة ١"]
    assert shown.xpath("//blockquote/text()") == ["المادة ١", "متساوون"]
    (back,) = shown.xpath("//form[contains(@action, '/withdrawal')]/@action")
    assert reader.post(back, {"lang": "ar"}).status_code == 303
    assert "بالأرقام" not in words(page(reader, document))
    assert tree(page(reader, document, f"&person={yusuf}")).xpath("//article/@id") == [asked]
    assert tree(page(reader, document, "&scope=organisation")).xpath("//article/@id") == []


def test_a_passage_that_is_gone_is_still_quoted(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    made(reader.sign_in("lama"), document)
    made(reader, document, words="أمام القانون")
    a_save(stage, document, TEXT.replace("متساوون ", "").replace("القانون", "الله والقانون"))
    said = words(page(reader, document))
    assert "The passage is gone. It said: متساوون" in said and "The passage has changed since" in said
