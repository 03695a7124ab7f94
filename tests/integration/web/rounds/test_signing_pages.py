"""The way of a signatory: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents
from service.domain.trust.statement import statement_sha256
from service.sample import document as document_module
from tests.support.factories import (
    Stage,
    a_cast,
    a_document,
    a_round,
    a_save,
    a_version,
    an_open_round,
    closed,
    in_review,
)
from tests.support.web_client import Reader, code, links, opened, tree, words


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def fields(answer: Any, *, form: int = 0) -> dict[str, str]:
    """What the hidden fields of a form of the page's body carry."""
    found = tree(answer).xpath("//main//form")[form]
    return {str(one.get("name")): str(one.get("value")) for one in found.xpath(".//input[@type='hidden']")}


def chosen(reader: Reader, round_id: str, position: str, **more: str) -> str:
    """Where the code of a choice is asked."""
    page = reader.get(f"/rounds/{round_id}/sign")
    answer = reader.post(f"/rounds/{round_id}/sign", {**fields(page), "position": position, **more})
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["location"])


def mailed(stage: Stage, who: str) -> str:
    with stage.read() as tx:
        return document_module.mailed_code(tx, stage.cast.people[who].id)


def signed(reader: Reader, round_id: str, who: str, position: str = "endorse", **more: str) -> Any:
    """The receipt after the whole way."""
    address = chosen(reader, round_id, position, **more)
    answer = reader.post(address, {**fields(reader.get(address)), "code": mailed(reader.stage, who)})
    assert answer.status_code == 303, words(answer)
    return reader.get(answer.headers["location"])


# Outsider


def test_a_stranger_comes_to_the_door_and_from_there_to_the_choice(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    for id in (round_id, "rnd_none"):
        answer = reader.client.get(f"/rounds/{id}/sign", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=/rounds/{id}/sign")
    assert reader.get(f"/rounds/{round_id}/receipt").status_code == 401
    assert reader.post(f"/rounds/{round_id}/sign", {"position": "endorse"}).status_code == 401


# Wrong role


@pytest.mark.parametrize("who", ["salma", "lama"])
def test_who_has_no_mandate_reads_and_is_told_who_answers(reader: Reader, stage: Stage, who: str) -> None:
    _, round_id = an_open_round(stage)
    page = reader.sign_in(who).get(f"/rounds/{round_id}/sign")
    assert page.status_code == 200 and not tree(page).xpath("//input[@type='radio']")
    assert "answering is for those who hold a mandate" in words(page)
    answer = reader.post(f"/rounds/{round_id}/sign", {"position": "endorse", "lang": "ar"})
    assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_a_signatory_whose_mandate_is_not_confirmed_is_told_the_way(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    round_id = a_round(stage, document)
    said = words(reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    assert "You hold no confirmed mandate" in said and "the secretariat confirms them" in said
    answer = reader.post(f"/rounds/{round_id}/sign", {"position": "endorse", "lang": "ar"})
    assert (answer.status_code, code(answer)) == (403, "no_mandate")
    assert f"/rounds/{round_id}" in links(answer)


# Not found


def test_what_is_not_there_or_another_persons(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    address = chosen(reader.sign_in("yusuf"), round_id, "endorse")
    for path in ("/rounds/rnd_none/sign", f"/rounds/{round_id}/sign/chl_none", f"/rounds/{round_id}/receipt"):
        assert reader.get(path).status_code == 404
    assert reader.get(f"/rounds/{round_id}/sign?lang=en").status_code == 404
    assert reader.sign_in("huda").get(address).status_code == 404


# Conflict


def test_a_closed_round_takes_no_answer_and_says_where_to_look(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    page = reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    closed(stage, round_id)
    answer = reader.post(f"/rounds/{round_id}/sign", {**fields(page), "position": "endorse"})
    assert (answer.status_code, code(answer)) == (409, "round_closed")
    assert f"/rounds/{round_id}" in links(answer)
    assert "This round is closed." in words(reader.get(f"/rounds/{round_id}/sign"))


def test_an_answer_given_meanwhile_is_not_overwritten_unseen(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    page = reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    a_cast(stage, round_id, "yusuf", "decline")
    answer = reader.post(f"/rounds/{round_id}/sign", {**fields(page), "position": "endorse"})
    assert (answer.status_code, code(answer)) == (409, "already_endorsed")
    assert f"/rounds/{round_id}/sign" in links(answer)


def test_a_reservation_without_words_is_told_on_the_page_and_nothing_typed_is_lost(
    reader: Reader, stage: Stage
) -> None:
    _, round_id = an_open_round(stage)
    page = reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    form = {**fields(page), "position": "abstain", "reservation.ar": "نتحفّظ."}
    answer = reader.post(f"/rounds/{round_id}/sign", form)
    assert answer.status_code == 400
    assert "A reservation needs its words" in words(answer)
    assert tree(answer).xpath("string(//textarea[@lang='ar'])") == "نتحفّظ."
    assert tree(answer).xpath("string(//input[@checked]/@value)") == "abstain"


def test_a_wrong_code_is_told_at_its_field_until_there_are_no_tries_left(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    address = chosen(reader.sign_in("yusuf"), round_id, "endorse")
    for left in (4, 3, 2, 1):
        answer = reader.post(address, {"code": "00000000"})
        assert answer.status_code == 403
        assert tree(answer).xpath("string(//*[@id='code']/@aria-invalid)") == "true"
        assert f"Tries left: {left}." in words(answer)
    reader.post(address, {"code": "00000000"})
    void = reader.get(address)
    assert (void.status_code, code(void)) == (403, "code_void")
    assert f"/rounds/{round_id}/sign" in links(void)


def test_a_form_with_a_used_key_and_other_words_is_refused(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    form = fields(reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    assert reader.post(f"/rounds/{round_id}/sign", {**form, "position": "endorse"}).status_code == 303
    answer = reader.post(f"/rounds/{round_id}/sign", {**form, "position": "decline"})
    assert (answer.status_code, code(answer)) == (409, "form_reused")


# Success


def test_from_the_choice_to_the_receipt(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    reader.sign_in("yusuf")
    address = chosen(reader, round_id, "endorse_with_reservation", **{"reservation.ar": "نتحفّظ على <المادة> ١."})
    page = reader.get(address)
    assert "نؤيّد الإصدار" in words(page) and "نتحفّظ على <المادة> ١." in words(page)
    spaced = mailed(stage, "yusuf")
    done = reader.post(address, {**fields(page), "code": f" {spaced[:4]} {spaced[4:]} "})
    receipt = reader.get(done.headers["location"])
    for sentence in (
        "Your endorsement with its reservation is recorded",
        "1 of 3 organisations has endorsed.",
        "نتحفّظ على <المادة> ١.",
        "Signed by",
        "by a code sent by mail",
        "your organisation may change its answer or take it back",
    ):
        assert sentence in words(receipt)
    file = reader.get(f"/rounds/{round_id}/receipt/statement")
    assert file.headers["content-disposition"].startswith("attachment;")
    assert statement_sha256(file.content)[:4] in words(receipt)


def test_a_form_sent_twice_acts_once(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    form = {**fields(reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign")), "position": "endorse"}
    first, second = (reader.post(f"/rounds/{round_id}/sign", form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    address = first.headers["location"]
    given = {**fields(reader.get(address)), "code": mailed(stage, "yusuf")}
    assert [reader.post(address, given).status_code for _ in range(2)] == [303, 303]


def test_an_answer_is_changed_and_taken_back(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    reader.sign_in("yusuf")
    signed(reader, round_id, "yusuf")
    assert "Your organisation has answered." in words(reader.get(f"/rounds/{round_id}/sign"))
    assert "Your abstention is recorded" in words(signed(reader, round_id, "yusuf", "abstain"))
    receipt = words(signed(reader, round_id, "yusuf", "withdraw"))
    assert "The answer of your organisation was taken back" in receipt and "Answer anew" in receipt


def test_after_the_seal_an_answer_may_still_be_taken_back(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    for who in ("yusuf", "huda"):
        a_cast(stage, round_id, who)
    closed(stage, round_id)
    page = reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    assert not tree(page).xpath("//input[@type='radio']") and "the seal stays as it is" in words(page)
    assert "nothing more can be answered" in words(signed(reader, round_id, "yusuf", "withdraw"))


def test_what_changed_is_told_since_the_version_the_organisation_knows(reader: Reader, stage: Stage) -> None:
    document, first = an_open_round(stage)
    a_cast(stage, first, "yusuf")
    closed(stage, first)
    with stage.write() as tx:
        documents.move(tx, stage.actor(tx, "salma"), document_id=document, to="drafting")
    for number, word in ((2, "ثانٍ"), (3, "ثالث")):
        a_save(stage, document, f"## المادة ١ {{#one}}\n\nنصّ {word}.\n")
        assert a_version(stage, document) == number
    in_review(stage, document)
    round_id = a_round(stage, document, version=3)
    page = reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    assert "What changed since version 1" in words(page) and "knows version 1" in words(page)
    assert "ثالث" in tree(page).xpath("string(//details//ins)")
    assert "What changed since version 2" in words(reader.get(f"/rounds/{round_id}/sign?since=2"))
