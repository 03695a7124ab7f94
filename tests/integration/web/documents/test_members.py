"""Roles for one document, given and taken by hand: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from service.domain.membership.people import Grant
from service.store.accounts import people as people_store
from service.store.publication import notices as notices_store
from tests.support.factories import Stage, a_document, a_version, in_review
from tests.support.web_client import Reader, code, links, opened, words


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def held(stage: Stage, key: str) -> frozenset[Grant]:
    with stage.read() as tx:
        return people_store.grants(tx, stage.cast.people[key].id)


def test_a_stranger_neither_sees_nor_gives(reader: Reader, stage: Stage) -> None:
    place = f"/documents/{a_document(stage)}/people"
    before = held(stage, "reem")
    assert reader.get(place).status_code == 401
    for path in (place, f"{place}/end"):
        assert reader.post(path, {"person": stage.cast.people["reem"].id, "role": "drafter"}).status_code == 401
    assert held(stage, "reem") == before


def test_only_the_secretariat_gives_and_takes(reader: Reader, stage: Stage) -> None:
    place = f"/documents/{a_document(stage)}/people"
    before = held(stage, "reem")
    reader.sign_in("lama")
    assert code(reader.get(place)) == "forbidden"
    for path in (place, f"{place}/end"):
        answer = reader.post(path, {"person": stage.cast.people["reem"].id, "role": "drafter"})
        assert (answer.status_code, code(answer)) == (403, "forbidden")
    assert held(stage, "reem") == before


def test_what_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    reader.sign_in("salma")
    reem = stage.cast.people["reem"].id
    assert code(reader.get("/documents/doc_none/people")) == "not_found"
    assert code(reader.post("/documents/doc_none/people", {"person": reem, "role": "drafter"})) == "not_found"
    assert code(reader.post(f"/documents/{document}/people", {"person": "per_none", "role": "drafter"})) == "not_found"
    assert code(reader.post(f"/documents/{document}/people", {"person": reem, "role": "king"})) == "unknown_role"
    assert code(reader.post(f"/documents/{document}/people/end", {"person": reem, "role": "drafter"})) == "not_found"


def test_a_role_opens_this_document_and_no_other(reader: Reader, stage: Stage) -> None:
    document, other = a_document(stage), a_document(stage)
    place, reem = f"/documents/{document}/people", stage.cast.people["reem"]
    reader.sign_in("reem")
    assert code(reader.get(f"/documents/{document}")) == "not_found"
    reader.post("/sign-out")
    reader.sign_in("salma")
    assert reader.post(place, {"person": reem.id, "role": "drafter"}).headers["location"] == place
    assert reader.post(place, {"person": reem.id, "role": "drafter"}).status_code == 303
    for page in (reader.get(place), reader.get(f"/documents/{document}")):
        assert reem.names["en"] in words(page) and "Drafter" in words(page)
    assert f"/people/{reem.id}" in links(reader.get(place))
    reader.post("/sign-out")
    reader.sign_in("reem")
    assert f"/documents/{document}" in links(reader.get("/")) and f"/documents/{other}" not in links(reader.get("/"))
    assert f"/documents/{document}/texts/ar" in links(reader.get(f"/documents/{document}"))
    assert code(reader.get(f"/documents/{other}")) == "not_found"
    assert "You were given a role for one document." in words(reader.get("/notices"))


def test_a_role_that_was_taken_back_opens_nothing_more(reader: Reader, stage: Stage) -> None:
    document, reem = a_document(stage), stage.cast.people["reem"]
    place = f"/documents/{document}/people"
    reader.sign_in("salma")
    reader.post(place, {"person": reem.id, "role": "observer"})
    reader.post(place, {"person": reem.id, "role": "drafter"})
    reader.post(f"{place}/end", {"person": reem.id, "role": "drafter"})
    assert held(stage, "reem") == {Grant("communications", ""), Grant("observer", document)}
    reader.post("/sign-out")
    assert code(reader.sign_in("reem").get(f"/documents/{document}")) == "not_found"
    a_version(stage, document)
    in_review(stage, document)
    assert reader.get(f"/documents/{document}").status_code == 200
    with stage.read() as tx:
        assert notices_store.unread(tx, reem.id) == 2


def test_a_focal_point_is_shown_the_people_of_their_own_organisation_alone(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    reader.sign_in("salma")
    for key in ("yusuf", "huda"):
        reader.post(f"/documents/{document}/people", {"person": stage.cast.people[key].id, "role": "drafter"})
    reader.post("/sign-out")
    said = words(reader.sign_in("lama").get(f"/documents/{document}"))
    assert stage.cast.people["yusuf"].names["en"] in said and stage.cast.people["huda"].names["en"] not in said
