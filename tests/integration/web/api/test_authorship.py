"""Whose the client ids of a shared text are, in this order: outsider, wrong role, not found, success."""

from typing import Any

from service.actions.drafts import live, restore
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import parse
from service.store.drafts import journal as journal_store
from tests.integration.web.conftest import Caller
from tests.support.factories import Stage, a_document, a_save, a_version, in_review

TYPIST = 77_001


def a_text(stage: Stage) -> str:
    """Begun by lama, saved by jihan, typed by salma, put back by jihan."""
    document = a_document(stage)
    a_version(stage, document)
    a_save(stage, document, "قالت جهان.\n", by="jihan")
    with stage.write() as tx:
        stored = live.load(tx, f"{document}.ar")
        copy = SharedText.load(stored.state, [row.data for row in stored.updates], client_id=TYPIST)
        who = stage.cast.people["salma"].id
        rows = [(who, copy.splice([Edit(0, 0, "وسلمى")]))]
        live.land(tx, f"{document}.ar", epoch=1, after=stored.seq, rows=rows, claims={TYPIST: who})
    with stage.write() as tx:
        restore.restore(tx, stage.actor(tx, "jihan"), document_id=document, lang="ar", number=1)
    return document


def asked(api: Caller, document: str, *, by: str = "", lang: str = "ar") -> Any:
    return api.get(f"/documents/{document}/editions/{lang}/authors", by=by)


def test_a_stranger_is_told_nothing(api: Caller) -> None:
    assert asked(api, a_text(api.stage)).status_code == 401


def test_who_may_not_read_the_draft_is_told_nothing(api: Caller) -> None:
    document = a_text(api.stage)
    assert asked(api, document, by="reem").status_code == 404
    in_review(api.stage, document)
    assert asked(api, document, by="reem").status_code == 403


def test_what_is_not_there(api: Caller) -> None:
    assert asked(api, "doc_none", by="lama").status_code == 404
    assert asked(api, a_text(api.stage), by="lama", lang="fr").status_code == 404


def test_every_unit_of_the_text_is_somebodys(api: Caller) -> None:
    document = a_text(api.stage)
    answer = asked(api, document, by="lama").json()
    assert (answer["epoch"], answer["seq"]) == (1, 4)
    ids = {key: api.stage.cast.people[key].id for key in ("lama", "jihan", "salma")}
    assert answer["clients"][str(TYPIST)] == ids["salma"]
    with api.stage.read() as tx:
        rows = journal_store.tail(tx, f"{document}.ar", epoch=1, after=0)
    for row in rows:
        assert {answer["clients"][str(struct.run.client)] for struct in parse(row.data).structs} == {row.actor}
    people = {one["id"]: one for one in answer["people"]}
    assert people.keys() == set(ids.values())
    for key, id in ids.items():
        assert people[id]["name"] == api.stage.cast.people[key].names["ar"]
    assert people[ids["jihan"]]["organisation"]
    assert len({one["colour"] for one in people.values()}) == len(people)


def test_the_colour_is_the_one_of_their_caret(api: Caller) -> None:
    document = a_text(api.stage)
    with api.stage.read() as tx:
        guest = live.enter(tx, token=api.stage.token("salma"), session=None, document_id=document, lang="ar")
    found = {one["id"]: one["colour"] for one in asked(api, document, by="lama").json()["people"]}
    assert found[guest.actor.person] == guest.colour


def test_a_text_is_put_back_by_version_or_by_row_not_both(api: Caller) -> None:
    document = a_text(api.stage)
    path = f"/documents/{document}/editions/ar/restoration"
    for body in ({}, {"number": 1, "seq": 1}):
        assert api.post(path, body, by="lama").json()["code"] == "invalid_fields"
    assert api.post(path, {"seq": 2}, by="lama").json()["text"] == "قالت جهان.\n"
