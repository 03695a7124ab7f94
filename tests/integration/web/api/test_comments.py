"""Comments over the API, in this order: outsider, wrong role, not found, conflict, success."""

from typing import Any

import pytest

from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document

TEXT = "## المادة ١ {#one}\n\nالمواطنون متساوون أمام القانون.\n"
WORDS = "متساوون"


def path(document: str, *more: str, lang: str = "ar") -> str:
    return "/".join((f"/documents/{document}/editions/{lang}/comments", *more))


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"ar": TEXT})


def comment_body(**more: Any) -> dict[str, Any]:
    start = TEXT.index(WORDS)
    place = {"epoch": 1, "seq": 1, "start": start, "end": start + len(WORDS), "quote": WORDS}
    return {**place, "body": "كيف نقيس ذلك؟", "scope": "all", "mentions": [], **more}


def create_comment(api: ApiTestClient, document: str, *, by: str = "lama", **more: Any) -> Any:
    response = api.post(path(document), comment_body(**more), by=by)
    assert response.status_code == 201, response.text
    return response.json()


def test_outsider_must_authenticate(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    assert api.get(path(document)).status_code == 401
    assert api.post(path(document), comment_body()).status_code == 401


def test_comments_are_hidden_from_who_may_not_read_the_draft(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    thread = create_comment(api, document)["thread"]
    assert api.get(path(document), by="reem").status_code == 404
    for act in ("replies", "settlement", "reopening", "withdrawal"):
        body = {"body": "لا"} if act == "replies" else None
        assert api.post(path(document, thread, act), body, by="reem").status_code == 404


def test_signatory_cannot_resolve_thread_of_another(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    assert (
        api.post(path(document, create_comment(api, document)["thread"], "settlement"), by="yusuf").status_code == 403
    )


def test_cross_site_request_cannot_comment(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    api.client.cookies.set("mithaq", "whatever")
    assert api.post(path(document), comment_body(), origin="http://elsewhere.example").status_code == 401


def test_unknown_comment_is_not_found(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    assert api.get(path("doc_none"), by="lama").status_code == 404
    assert api.get(path(document, lang="fr"), by="lama").status_code == 404
    assert api.post(path(document, "cmt_none", "replies"), {"body": "لا"}, by="lama").status_code == 404


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"quote": "غيرها"}, 409, "passage_moved"),
        ({"quote": "ا" * 5_001, "end": 5_100}, 413, "passage_too_long"),
        ({"scope": "nobody"}, 400, "invalid_fields"),
        ({"body": ""}, 400, "empty_comment"),
        ({"mentions": ["prs_none"]}, 400, "not_a_reader"),
    ],
)
def test_invalid_comment_is_rejected(api: ApiTestClient, more: dict[str, Any], status: int, code: str) -> None:
    response = api.post(path(create_text(api.instance)), comment_body(**more), by="lama")
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_filters_are_validated(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    first, own = create_comment(api, document), create_comment(api, document, scope="organisation")
    yusuf = api.instance.members.people["yusuf"].id
    api.post(path(document, first["thread"], "replies"), {"body": "رأيي", "mentions": [yusuf]}, by="jihan")
    api.post(path(document, first["thread"], "settlement"), by="lama")

    def found(query: str, *, by: str = "lama") -> list[str]:
        response = api.get(f"{path(document)}?{query}", by=by).json()
        return list(dict.fromkeys(one["thread"] for one in response["comments"]))

    assert found("") == found("state=all") == [first["id"], own["id"]]
    assert (found("state=open"), found("state=settled")) == ([own["id"]], [first["id"]])
    assert (found("scope=all"), found("scope=organisation")) == ([first["id"]], [own["id"]])
    assert (found(f"person={yusuf}"), found("person=prs_none")) == ([first["id"]], [])
    assert found("", by="jihan") == [first["id"]]
    response = api.get(f"{path(document)}?state=other", by="lama")
    assert (response.status_code, response.json()["code"]) == (400, "unknown_filter")


def test_names_are_in_the_language_asked_for_and_complete(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    create_comment(api, document)
    page = api.get(f"{path(document)}?names=en", by="salma").json()
    assert [one["by"]["name"] for one in page["comments"]] == ["Lama Shahin"]
    lama = next(one for one in page["people"] if one["name"] == "Lama Shahin")
    assert (lama["names"], lama["organisation"]) == (
        ["Lama Shahin", "لمى شاهين"],
        "Sindyan Centre for Constitutional Studies",
    )
    assert page["own_names"] == ["Salma al-Hakim", "سلمى الحكيم"]
    assert api.get(path(document), by="salma").json()["comments"][0]["by"]["name"] == "لمى شاهين"


def test_thread_from_creation_to_resolution(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    jihan = api.instance.members.people["jihan"].id
    first = create_comment(api, document, mentions=[jihan])
    assert first["by"]["person"] == api.instance.members.people["lama"].id and first["mentions"] == [jihan]
    assert first["may"] == {"reply": True, "settle": True, "reopen": False, "withdraw": True}
    start = TEXT.index(WORDS)
    assert (first["start"], first["end"], first["fate"]) == (start, start + len(WORDS), "kept")
    assert (first["last"]["client"], first["last"]["clock"] - first["first"]["clock"]) == (
        first["first"]["client"],
        len(WORDS) - 1,
    )
    thread = first["thread"]
    response = api.post(path(document, thread, "replies"), {"body": "بالأرقام"}, by="jihan", idempotency_key="once")
    again = api.post(path(document, thread, "replies"), {"body": "بالأرقام"}, by="jihan", idempotency_key="once")
    assert response.json() == again.json() and response.status_code == 201
    settled = api.post(path(document, thread, "settlement"), by="lama").json()
    assert (settled["state"], settled["settled_by"]["name"]) == ("settled", "لمى شاهين")
    assert api.post(path(document, thread, "reopening"), by="lama").json()["state"] == "open"
    assert api.post(path(document, response.json()["id"], "withdrawal"), by="jihan").status_code == 204
    page = api.get(path(document), by="jihan").json()
    assert [one["id"] for one in page["comments"]] == [thread]
    assert (page["epoch"], page["seq"], page["may"]) == (1, 1, {"add": True})
    assert {one["id"] for one in page["people"]} >= {
        api.instance.members.people[key].id for key in ("lama", "salma", "yusuf")
    }
    assert jihan not in {one["id"] for one in page["people"]}
