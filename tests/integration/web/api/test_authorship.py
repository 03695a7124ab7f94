"""Authors of the client ids of a live text, in this order: outsider, wrong role, not found, success."""

from typing import Any

from service.actions.drafts import live, restore
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import parse_update
from service.store.drafts import journal as journal_store
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text

TYPIST = 77_001


def create_text(instance: SampleInstance) -> str:
    """Create a text started by lama, saved by jihan, typed by salma, restored by jihan."""
    document = create_document(instance)
    cut_version(instance, document)
    save_text(instance, document, "قالت جهان.\n", by="jihan")
    with instance.write() as tx:
        stored = live.load_draft(tx, f"{document}.ar")
        copy = SharedText.load(stored.state, [row.data for row in stored.updates], client_id=TYPIST)
        who = instance.members.people["salma"].id
        rows = [(who, copy.splice([Edit(0, 0, "وسلمى")]))]
        live.append_updates(tx, f"{document}.ar", epoch=1, after=stored.seq, rows=rows, claims={TYPIST: who})
    with instance.write() as tx:
        restore.restore_version(tx, instance.actor(tx, "jihan"), document_id=document, lang="ar", number=1)
    return document


def get_authors(api: ApiTestClient, document: str, *, by: str = "", lang: str = "ar") -> Any:
    return api.get(f"/documents/{document}/editions/{lang}/authors", by=by)


def test_outsider_must_authenticate(api: ApiTestClient) -> None:
    assert get_authors(api, create_text(api.instance)).status_code == 401


def test_draft_authors_are_hidden_from_who_may_not_read_the_draft(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    assert get_authors(api, document, by="reem").status_code == 404
    move_to_review(api.instance, document)
    assert get_authors(api, document, by="reem").status_code == 403


def test_unknown_edition_is_not_found(api: ApiTestClient) -> None:
    assert get_authors(api, "doc_none", by="lama").status_code == 404
    assert get_authors(api, create_text(api.instance), by="lama", lang="fr").status_code == 404


def test_every_unit_of_the_text_has_an_author(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    answer = get_authors(api, document, by="lama").json()
    assert (answer["epoch"], answer["seq"]) == (1, 4)
    ids = {key: api.instance.members.people[key].id for key in ("lama", "jihan", "salma")}
    assert answer["clients"][str(TYPIST)] == ids["salma"]
    with api.instance.read() as tx:
        rows = journal_store.list_updates(tx, f"{document}.ar", epoch=1, after=0)
    for row in rows:
        assert {answer["clients"][str(struct.run.client)] for struct in parse_update(row.data).structs} == {row.actor}
    people = {one["id"]: one for one in answer["people"]}
    assert people.keys() == set(ids.values())
    for key, id in ids.items():
        assert people[id]["name"] == api.instance.members.people[key].names["ar"]
    assert people[ids["jihan"]]["organisation"]
    assert len({one["colour"] for one in people.values()}) == len(people)


def test_colour_is_that_of_the_caret(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    with api.instance.read() as tx:
        guest = live.admit(tx, token=api.instance.token("salma"), session=None, document_id=document, lang="ar")
    found = {one["id"]: one["colour"] for one in get_authors(api, document, by="lama").json()["people"]}
    assert found[guest.actor.person] == guest.colour


def test_restore_takes_version_or_row_not_both(api: ApiTestClient) -> None:
    document = create_text(api.instance)
    path = f"/documents/{document}/editions/ar/restoration"
    for body in ({}, {"number": 1, "seq": 1}):
        assert api.post(path, body, by="lama").json()["code"] == "invalid_fields"
    assert api.post(path, {"seq": 2}, by="lama").json()["text"] == "قالت جهان.\n"
