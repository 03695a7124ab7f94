"""Roles for one document, granted and revoked by form: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from service.domain.membership.people import RoleGrant
from service.store.accounts import people as people_store
from service.store.publication import notices as notices_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review
from tests.support.web_client import WebClient, error_code, open_web_client, page_links, page_text


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def document_grants(instance: SampleInstance, key: str) -> frozenset[RoleGrant]:
    with instance.read() as tx:
        return people_store.list_grants(tx, instance.members.people[key].id)


def test_outsider_neither_sees_nor_grants_roles(web_client: WebClient, instance: SampleInstance) -> None:
    place = f"/documents/{create_document(instance)}/people"
    before = document_grants(instance, "reem")
    assert web_client.get(place).status_code == 401
    for path in (place, f"{place}/end"):
        assert (
            web_client.post(path, {"person": instance.members.people["reem"].id, "role": "drafter"}).status_code == 401
        )
    assert document_grants(instance, "reem") == before


def test_only_secretariat_grants_and_revokes(web_client: WebClient, instance: SampleInstance) -> None:
    place = f"/documents/{create_document(instance)}/people"
    before = document_grants(instance, "reem")
    web_client.sign_in("lama")
    assert error_code(web_client.get(place)) == "forbidden"
    for path in (place, f"{place}/end"):
        response = web_client.post(path, {"person": instance.members.people["reem"].id, "role": "drafter"})
        assert (response.status_code, error_code(response)) == (403, "forbidden")
    assert document_grants(instance, "reem") == before


def test_unknown_person_role_or_document_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("salma")
    reem = instance.members.people["reem"].id
    assert error_code(web_client.get("/documents/doc_none/people")) == "not_found"
    assert error_code(web_client.post("/documents/doc_none/people", {"person": reem, "role": "drafter"})) == "not_found"
    assert (
        error_code(web_client.post(f"/documents/{document}/people", {"person": "per_none", "role": "drafter"}))
        == "not_found"
    )
    assert (
        error_code(web_client.post(f"/documents/{document}/people", {"person": reem, "role": "king"})) == "unknown_role"
    )
    assert (
        error_code(web_client.post(f"/documents/{document}/people/end", {"person": reem, "role": "drafter"}))
        == "not_found"
    )


def test_role_applies_to_this_document_only(web_client: WebClient, instance: SampleInstance) -> None:
    document, other = create_document(instance), create_document(instance)
    place, reem = f"/documents/{document}/people", instance.members.people["reem"]
    web_client.sign_in("reem")
    assert error_code(web_client.get(f"/documents/{document}")) == "not_found"
    web_client.post("/sign-out")
    web_client.sign_in("salma")
    assert web_client.post(place, {"person": reem.id, "role": "drafter"}).headers["location"] == place
    assert web_client.post(place, {"person": reem.id, "role": "drafter"}).status_code == 303
    for page in (web_client.get(place), web_client.get(f"/documents/{document}")):
        assert reem.names["en"] in page_text(page) and "Drafter" in page_text(page)
    assert f"/people/{reem.id}" in page_links(web_client.get(place))
    web_client.post("/sign-out")
    web_client.sign_in("reem")
    assert f"/documents/{document}" in page_links(web_client.get("/")) and f"/documents/{other}" not in page_links(
        web_client.get("/")
    )
    assert f"/documents/{document}/texts/ar" in page_links(web_client.get(f"/documents/{document}"))
    assert error_code(web_client.get(f"/documents/{other}")) == "not_found"
    assert "You were given a role for one document." in page_text(web_client.get("/notices"))


def test_revoked_role_gives_no_access(web_client: WebClient, instance: SampleInstance) -> None:
    document, reem = create_document(instance), instance.members.people["reem"]
    place = f"/documents/{document}/people"
    web_client.sign_in("salma")
    web_client.post(place, {"person": reem.id, "role": "observer"})
    web_client.post(place, {"person": reem.id, "role": "drafter"})
    web_client.post(f"{place}/end", {"person": reem.id, "role": "drafter"})
    assert document_grants(instance, "reem") == {RoleGrant("communications", ""), RoleGrant("observer", document)}
    web_client.post("/sign-out")
    assert error_code(web_client.sign_in("reem").get(f"/documents/{document}")) == "not_found"
    cut_version(instance, document)
    move_to_review(instance, document)
    assert web_client.get(f"/documents/{document}").status_code == 200
    with instance.read() as tx:
        assert notices_store.count_unread(tx, reem.id) == 2


def test_focal_point_is_shown_people_of_own_organisation_only(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("salma")
    for key in ("yusuf", "huda"):
        web_client.post(f"/documents/{document}/people", {"person": instance.members.people[key].id, "role": "drafter"})
    web_client.post("/sign-out")
    text = page_text(web_client.sign_in("lama").get(f"/documents/{document}"))
    assert (
        instance.members.people["yusuf"].names["en"] in text and instance.members.people["huda"].names["en"] not in text
    )
