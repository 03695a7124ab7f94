"""What needs one now: a stranger is asked for nothing, each role for what is theirs, and each thing once."""

from collections.abc import Iterator

import pytest

from service.actions.membership import mandates
from service.store.publication import exports as exports_store
from tests.support.factories import Stage, a_cast, a_document, a_save, a_sealed_document, an_open_round
from tests.support.web_client import Reader, links, opened, tree, with_files, words


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def asked(reader: Reader, who: str) -> str:
    """What the part of the first page says that comes before the documents; they are signed out again."""
    page = reader.sign_in(who).get("/")
    said = " ".join(str(tree(page).xpath("string(//section[@class='asks'])")).split())
    reader.post("/sign-out")
    return said


def test_a_stranger_is_asked_for_nothing(reader: Reader, stage: Stage) -> None:
    an_open_round(stage)
    assert "needs" not in words(reader.get("/"))


@pytest.mark.parametrize("who", ["salma", "reem"])
def test_who_has_nothing_to_do_reads_that(reader: Reader, stage: Stage, who: str) -> None:
    a_document(stage)
    assert "nothing needs you now" in words(reader.sign_in(who).get("/"))


def test_a_round_waits_for_the_organisations_that_have_not_answered(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    page = reader.sign_in("yusuf").get("/")
    assert f"/rounds/{round_id}/sign" in links(page)
    said = words(page)
    assert "1 thing needs you" in said and "Closes in 23 hours" in said and "Read the text and decide" in said
    assert "endorsed by 0 of 3 organisations" in said and "Coming up" in said
    reader.post("/sign-out")
    assert "Read the text and decide" not in asked(reader, "lama")
    assert asked(reader, "reem") == "" and asked(reader, "salma") == ""
    a_cast(stage, round_id, "yusuf")
    assert "Waiting for your organisation" not in asked(reader, "yusuf") + asked(reader, "lama")
    assert "Waiting for your organisation" in asked(reader, "nabil")


def test_a_mandate_waits_for_those_who_may_still_confirm_it(reader: Reader, stage: Stage) -> None:
    with stage.write() as tx:
        its = stage.cast.organisations["sindyan"]
        id = mandates.grant(tx, stage.actor(tx, "lama"), organisation=its, person=stage.cast.people["yusuf"].id)
        mandates.confirm(tx, stage.actor(tx, "karim"), mandate=id)
    said = asked(reader, "salma")
    assert "A mandate waits for your confirmation" in said and stage.cast.people["yusuf"].names["en"] in said
    assert asked(reader, "karim") == "" and asked(reader, "lama") == ""


def test_a_draft_that_moved_is_told_to_those_who_work_on_it(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_save(stage, document, "## المادة ١ {#one}\n\nنصّ آخر.\n", by="jihan")
    said = asked(reader, "lama")
    assert "Others went on writing" in said and stage.cast.people["jihan"].names["en"] in said
    assert asked(reader, "jihan") == "" and asked(reader, "salma") == ""
    reader.sign_in("lama").get(f"/documents/{document}/changes?lang=ar")
    reader.post("/sign-out")
    assert asked(reader, "lama") == "", "who has seen it is asked no more"


def test_communications_publish_what_is_ready(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    assert "Ready to be published" not in asked(reader, "reem")
    with_files(stage, document)
    assert "Ready to be published" in asked(reader, "reem")
    assert "Ready to be published" not in asked(reader, "salma") + asked(reader, "lama")


def test_a_file_that_could_not_be_made_is_told_to_who_can_ask_again(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with stage.write() as tx:
        (_, first), *_ = exports_store.of_document(tx, document)
        exports_store.fail(tx, first.id, {"v": 1, "code": "x", "message": "y"})
    for who in ("reem", "salma"):
        assert "A file could not be made" in asked(reader, who)
    assert "A file could not be made" not in asked(reader, "lama")
