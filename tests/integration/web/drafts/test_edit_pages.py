"""Writing by hand, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.drafts import save
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_version, an_open_round, closed, in_review
from tests.support.web_client import Reader, code, fields, links, opened, tree, words

TEXTS = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n\nنصّ ثانٍ.\n",
    "en": "## Article 1 {#one}\n\nThe first text.\n\nThe second text.\n",
}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def text_of(stage: Stage, document: str, lang: str = "en") -> str:
    with stage.read() as tx:
        return save.read(tx, stage.actor(tx, "lama"), document_id=document, lang=lang).text


def rev_of(stage: Stage, document: str) -> str:
    with stage.read() as tx:
        found = documents_store.get(tx, document)
        assert found
        return str(found.rev)


# Outsider


def test_a_stranger_is_sent_to_the_door(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    for path in ("/documents/new", f"/documents/{document}/texts/en", f"/documents/{document}/steps"):
        assert reader.get(path).status_code == 401
    assert reader.post(f"/documents/{document}/versions", {"rev": "1"}).status_code == 401


def test_words_of_someone_who_was_signed_out_come_back(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    answer = reader.post(f"/documents/{document}/texts/en", {"text": "My long work.", "epoch": "1", "seq": "1"})
    assert answer.status_code == 401 and "My long work." in words(answer)
    assert "The first text." in text_of(stage, document)


def test_a_form_of_another_site_is_not_taken(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    answer = reader.post(f"/documents/{document}/texts/en", {"text": "Theirs."}, origin="http://elsewhere.example")
    assert (answer.status_code, code(answer)) == (403, "foreign_form")


# Wrong role


@pytest.mark.parametrize("path", ["texts/en", "front"])
def test_who_may_not_write_gets_no_form(reader: Reader, stage: Stage, path: str) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("yusuf")
    assert reader.get(f"/documents/{document}/{path}").status_code == 403
    assert f"/documents/{document}/{path}" not in links(reader.get(f"/documents/{document}"))


def test_a_drafter_is_not_offered_what_the_secretariat_does(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    said = words(reader.get(f"/documents/{document}/steps"))
    assert "Cut a version" in said and "Send to review" not in said and "Withdraw the document" not in said
    answer = reader.post(f"/documents/{document}/withdrawal", {"rev": rev_of(stage, document), "note": "No."})
    assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_a_signatory_opens_no_documents(reader: Reader) -> None:
    reader.sign_in("yusuf")
    assert reader.get("/documents/new").status_code == 403
    assert reader.post("/documents/new", {"kind": "statement"}).status_code == 403


# Not found


def test_a_text_or_document_that_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    reader.sign_in("lama")
    for path in (f"/documents/{document}/texts/en", "/documents/doc_none/texts/ar", "/documents/doc_none/steps"):
        assert reader.get(path).status_code == 404, path


# Conflict


def test_a_conflict_shows_both_texts_and_loses_neither(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    a_save(stage, document, TEXTS["en"].replace("first", "opening"), lang="en", by="jihan")
    form["text"] = form["text"].replace("first", "initial").replace("second", "last")
    answer = reader.post(f"/documents/{document}/texts/en", form)
    assert answer.status_code == 409
    said = words(answer)
    assert "opening" in said and "initial" in said and stage.cast.people["jihan"].names["en"] in said
    assert "opening" in text_of(stage, document) and "last" not in text_of(stage, document)
    settling = fields(answer, "/settled")
    unanswered = reader.post(f"/documents/{document}/texts/en/settled", settling)
    assert unanswered.status_code == 409 and fields(unanswered, "/settled") == settling
    settled = reader.post(f"/documents/{document}/texts/en/settled", {**settling, "choice_0": "mine"})
    assert "not saved yet" in words(settled) and "initial" not in text_of(stage, document)
    saved = reader.post(f"/documents/{document}/texts/en", fields(settled))
    assert saved.status_code == 200
    assert "The initial text." in text_of(stage, document) and "The last text." in text_of(stage, document)


PARTS = (
    "Everyone has the right to take part in the public affairs of the country without discrimination.",
    "Courts are independent, and no authority may meddle in their work or in how the law is applied.",
    "The army obeys the elected government and takes no part in the contest between political parties.",
    "Water belongs to all who live in the country, and nobody may be cut off from it for a debt.",
)


def a_moved_paragraph(stage: Stage, reader: Reader, *, by_others: bool = True) -> tuple[str, Any]:
    """The first paragraph goes to the end on one side, and a word of it becomes another on the other: the document, and
    the answer to lama who saved last."""
    document = a_document(stage, texts={"en": "\n\n".join(PARTS) + "\n"})
    moved = "\n\n".join([*PARTS[1:], PARTS[0]]) + "\n"
    edited = "\n\n".join([PARTS[0].replace("discrimination", "any distinction"), *PARTS[1:]]) + "\n"
    form = fields(reader.sign_in("lama").get(f"/documents/{document}/texts/en"))
    theirs, mine = (moved, edited) if by_others else (edited, moved)
    a_save(stage, document, theirs, lang="en", by="jihan")
    return document, reader.post(f"/documents/{document}/texts/en", {**form, "text": mine})


@pytest.mark.parametrize("by_others", [True, False])
def test_a_moved_paragraph_is_offered_its_new_place_and_a_person_takes_it(
    reader: Reader, stage: Stage, by_others: bool
) -> None:
    document, answer = a_moved_paragraph(stage, reader, by_others=by_others)
    assert answer.status_code == 409
    said = words(answer)
    assert ("Others moved it" if by_others else "You moved it") in said and "almost word for word" in said
    live = text_of(stage, document)
    form = fields(answer, "/settled")
    taken = reader.post(f"/documents/{document}/texts/en/settled", {**form, "offer": "0"})
    assert "not saved yet" in words(taken) and text_of(stage, document) == live
    assert reader.post(f"/documents/{document}/texts/en", fields(taken)).status_code == 200
    end = PARTS[0].replace("discrimination", "any distinction")
    assert text_of(stage, document) == "\n\n".join([*PARTS[1:], end]) + "\n"


def test_an_offer_that_does_not_stand(reader: Reader, stage: Stage) -> None:
    document, answer = a_moved_paragraph(stage, reader)
    form = fields(answer, "/settled")
    refused = reader.post(f"/documents/{document}/texts/en/settled", {**form, "offer": "7"})
    assert (refused.status_code, code(refused)) == (400, "unknown_offer")
    assert "any distinction" in fields(refused)["text"]


def test_what_is_left_after_an_offer_is_decided_next(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"en": "\n\n".join(PARTS) + "\n"})
    form = fields(reader.sign_in("lama").get(f"/documents/{document}/texts/en"))
    moved = "\n\n".join([PARTS[1], PARTS[2].replace("army", "armed force"), PARTS[3], PARTS[0]]) + "\n"
    edited = "\n\n".join(
        [PARTS[0].replace("country", "land"), PARTS[1], PARTS[2].replace("army", "military"), PARTS[3]]
    )
    a_save(stage, document, moved, lang="en", by="jihan")
    answer = reader.post(f"/documents/{document}/texts/en", {**form, "text": edited + "\n"})
    left = reader.post(f"/documents/{document}/texts/en/settled", {**fields(answer, "/settled"), "offer": "0"})
    assert left.status_code == 409 and "holds both changes now" in words(left)
    again = fields(left, "/settled")
    assert (again["passages"], again["moved"]) == ("1", "0")
    settled = reader.post(f"/documents/{document}/texts/en/settled", {**again, "choice_0": "mine"})
    text = fields(settled)["text"].replace("\r", "")
    assert (
        text.startswith(PARTS[1]) and "The military obeys" in text and "affairs of the land" in text.split(PARTS[3])[1]
    )


def test_sentences_that_both_changed_are_named_after_the_save(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"en": "\n\n".join(PARTS) + "\n"})
    form = fields(reader.sign_in("lama").get(f"/documents/{document}/texts/en"))
    a_save(stage, document, form["text"].replace("Courts are", "All courts are"), lang="en", by="jihan")
    saved = reader.post(f"/documents/{document}/texts/en", {**form, "text": form["text"].replace("the law", "any law")})
    said = words(saved)
    assert "Look at these sentences" in said and "All courts are independent" in said
    quoted = tree(saved).xpath("string(//div[contains(@class, 'banner--care')]//q)")
    assert quoted.startswith("All courts are") and quoted.endswith("how any law is applied.")


def test_a_text_that_cannot_be_taken_stays_in_the_form(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    for bad, refusal in (("Turned \u202eround.", "bidi_override"), ("x" * 1_000_001, "text_too_long")):
        answer = reader.post(f"/documents/{document}/texts/en", {**form, "text": bad})
        assert code(answer) == refusal and fields(answer)["text"].strip() == bad
    answer = reader.post(f"/documents/{document}/texts/en", {**form, "seq": "x", "text": "Mine."})
    assert (answer.status_code, code(answer), fields(answer)["text"].strip()) == (400, "bad_form", "Mine.")
    answer = reader.post(f"/documents/{document}/texts/en", {**form, "epoch": "7", "text": "Mine."})
    assert (answer.status_code, code(answer)) == (409, "draft_restarted")


def test_two_titles_at_once(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    assert reader.post(f"/documents/{document}/texts/en", {**form, "title": "One title"}).status_code == 200
    answer = reader.post(f"/documents/{document}/texts/en", {**form, "title": "Another", "text": "My words."})
    assert (answer.status_code, code(answer)) == (409, "title_changed")
    assert "One title" in words(answer) and "My words." not in text_of(stage, document)


def test_while_a_round_is_open_nothing_is_written_or_moved(reader: Reader, stage: Stage) -> None:
    document, _ = an_open_round(stage)
    reader.sign_in("salma")
    assert "A round is open on this document." in words(reader.get(f"/documents/{document}/steps"))
    answer = reader.post(f"/documents/{document}/texts/ar", {"text": "x", "title": "x", "epoch": "1", "seq": "1"})
    assert (answer.status_code, code(answer)) == (409, "document_state")
    answer = reader.post(f"/documents/{document}/drafting", {"rev": rev_of(stage, document)})
    assert (answer.status_code, code(answer)) == (409, "document_state")


def test_a_version_is_not_cut_from_what_one_has_not_seen(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/steps"), "/versions")
    a_save(stage, document, TEXTS["en"] + "\nMore.\n", lang="en", by="jihan")
    answer = reader.post(f"/documents/{document}/versions", {**form, "note": "My note"})
    assert (answer.status_code, code(answer)) == (412, "stale_document")
    answer = reader.post(f"/documents/{document}/versions", {**form, "rev": rev_of(stage, document), "note": "My note"})
    assert (answer.status_code, code(answer)) == (409, "draft_moved")
    assert fields(answer, "/versions")["note"] == "My note"


@pytest.mark.parametrize(
    ("text", "refusal", "said"),
    [
        ("Fine.\n\nA sign \U0001f9ff here.\n", "unprintable_character", "line 3:"),
        ("See [](#nowhere).\n", "broken_reference", "nowhere"),
        (" ", "empty_text", "still empty"),
    ],
)
def test_what_cannot_be_printed_is_told_with_its_place(
    reader: Reader, stage: Stage, text: str, refusal: str, said: str
) -> None:
    document = a_document(stage, texts={"en": text})
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/steps"), "/versions")
    answer = reader.post(f"/documents/{document}/versions", form)
    assert answer.status_code in (400, 409) and code(answer) == refusal
    assert said in words(answer) and f"/documents/{document}/texts/en" in links(answer)


def test_a_second_version_needs_something_new(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    a_version(stage, document)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/steps"), "/versions")
    answer = reader.post(f"/documents/{document}/versions", form)
    assert (answer.status_code, code(answer)) == (409, "nothing_new")


def test_front_matter_that_someone_changed_meanwhile(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/front"))
    a_save(stage, document, TEXTS["en"] + "\nMore.\n", lang="en", by="jihan")
    answer = reader.post(f"/documents/{document}/front", {**form, "place_en": "Berlin"})
    assert (answer.status_code, code(answer)) == (412, "stale_document")
    assert fields(answer)["place_en"] == "Berlin"


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ({"kind": "poem"}, "unknown_kind"),
        ({"issued_by": "nobody"}, "unknown_issuer"),
        ({"edition_en": ""}, "no_edition"),
        ({"edition_en": "translation"}, "no_authentic_text"),
        ({"title_en": " "}, "name_empty"),
    ],
)
def test_a_new_document_that_cannot_be_opened_keeps_its_words(
    reader: Reader, form: dict[str, str], refusal: str
) -> None:
    reader.sign_in("lama")
    whole = {"kind": "statement", "issued_by": "coalition", "edition_en": "authentic", "title_en": "T", **form}
    answer = reader.post("/documents/new", {**whole, "start": "pasted", "text_en": "Long words."})
    assert (answer.status_code, code(answer)) == (400, refusal)
    assert fields(answer)["text_en"].strip() == "Long words."


def test_only_an_urgent_statement_skips_review(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("salma")
    assert "Send out for signature" not in words(reader.get(f"/documents/{document}/steps"))
    form = {"rev": rev_of(stage, document), "hours": "3", "at_least": "2"}
    answer = reader.post(f"/documents/{document}/sending-out", form)
    assert (answer.status_code, code(answer)) == (409, "not_urgent")


def test_an_urgent_statement_needs_a_deadline_people_can_meet(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS, urgent=True)
    reader.sign_in("salma")
    form = fields(reader.get(f"/documents/{document}/steps"), "/sending-out")
    answer = reader.post(f"/documents/{document}/sending-out", {**form, "hours": "0"})
    assert (answer.status_code, code(answer)) == (400, "hours_out_of_range")
    with stage.read() as tx:
        assert versions_store.latest(tx, document) is None


# Success


def test_a_document_begins_with_a_first_text_of_its_kind(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    form = fields(reader.get("/documents/new"))
    form |= {"kind": "constitution", "title_ar": "مقترح", "edition_ar": "authentic", "edition_en": "translation"}
    form |= {"title_en": "A proposal", "place_ar": "دمشق", "addressees_en": "One\nTwo\n"}
    answer = reader.post("/documents/new", form)
    assert answer.status_code == 303
    page = reader.get(answer.headers["location"])
    assert "المادة ١" in fields(page)["text"]
    document = answer.headers["location"].split("/")[2]
    assert "## Preamble {#preamble}" in text_of(stage, document)
    front = fields(reader.get(f"/documents/{document}/front"))
    assert front["place_ar"] == "دمشق" and front["addressees_en"].split() == ["One", "Two"]
    assert "Translation" in words(reader.get(f"/documents/{document}/texts/en"))


def test_pasted_text_is_taken_as_the_rule_for_typed_marks_says(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    form = {"kind": "letter", "issued_by": "signatories", "edition_ar": "authentic", "title_ar": "رسالة"}
    answer = reader.post("/documents/new", {**form, "start": "pasted", "text_ar": "نطلب:\r\n١- أوّلًا\r\n٢- ثانيًا"})
    document = answer.headers["location"].split("/")[2]
    assert text_of(stage, document, "ar") == "نطلب:\n1. أوّلًا\n2. ثانيًا\n"


def test_text_and_title_are_saved_with_what_was_changed_on_entry(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    form |= {"title": "A better title", "text": form["text"] + "\r\n\r\n• one\r\n• two \u2067in\u2069"}
    said = words(reader.post(f"/documents/{document}/texts/en", form))
    assert "Saved." in said and "2 typed numbers or bullets" in said and "2 invisible direction marks" in said
    assert "backslash" in said
    assert text_of(stage, document).endswith("- one\n- two in\n")
    assert "A better title" in words(reader.get(f"/documents/{document}?lang=en"))


def test_what_others_wrote_meanwhile_is_merged_and_named(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    a_save(stage, document, TEXTS["en"].replace("first", "opening"), lang="en", by="jihan")
    answer = reader.post(f"/documents/{document}/texts/en", {**form, "text": form["text"].replace("second", "last")})
    assert "Others had written meanwhile" in words(answer) and stage.cast.people["jihan"].names["en"] in words(answer)
    assert "opening text" in fields(answer)["text"] and "last text" in fields(answer)["text"]
    again = reader.post(f"/documents/{document}/texts/en", fields(answer))
    assert "Others had written" not in words(again)


def test_a_preview_saves_nothing(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    answer = reader.post(f"/documents/{document}/texts/en/preview", {**form, "text": "Some **strong** words."})
    assert tree(answer).xpath("string(//article//strong)") == "strong"
    assert fields(answer)["text"].strip() == "Some **strong** words." and fields(answer)["seq"] == form["seq"]
    assert tree(answer).xpath("//nav[@class='tabbar']/a[@aria-current]/@href") == ["/#documents"]
    with stage.read() as tx:
        assert journal_store.head(tx, f"{document}.en").seq == 1


def test_a_document_goes_through_its_steps_by_hand(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("salma")
    page = reader.get(f"/documents/{document}/steps")
    assert "Cut a version first" in words(page)
    answer = reader.post(f"/documents/{document}/versions", {**fields(page, "/versions"), "note": "The first"})
    assert answer.headers["location"] == f"/documents/{document}/versions/1"
    assert "The first" in words(reader.get(answer.headers["location"]))
    page = reader.get(f"/documents/{document}/steps")
    assert reader.post(f"/documents/{document}/review", fields(page, "/review")).status_code == 303
    page = reader.get(f"/documents/{document}/steps")
    assert reader.post(f"/documents/{document}/drafting", fields(page, "/drafting")).status_code == 303
    page = reader.get(f"/documents/{document}/steps")
    end = {**fields(page, "/withdrawal"), "note": "It came too late."}
    assert reader.post(f"/documents/{document}/withdrawal", end).status_code == 303
    assert "It came too late." in words(reader.get(f"/documents/{document}"))


def test_review_waits_for_a_version(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("salma")
    answer = reader.post(f"/documents/{document}/review", {"rev": rev_of(stage, document)})
    assert (answer.status_code, code(answer)) == (409, "no_version")
    a_version(stage, document)
    in_review(stage, document)
    assert reader.get(f"/documents/{document}/texts/en").status_code == 200


def test_an_urgent_statement_goes_out_in_one_step(reader: Reader, stage: Stage) -> None:
    reader.sign_in("salma")
    form = fields(reader.get("/documents/new?urgent=1"))
    form |= {"title_en": "Urgent", "edition_en": "authentic", "edition_ar": "", "start": "pasted", "text_en": "Words."}
    answer = reader.post("/documents/new", form)
    document = answer.headers["location"].split("/")[2]
    page = reader.get(f"/documents/{document}/steps")
    answer = reader.post(f"/documents/{document}/sending-out", fields(page, "/sending-out"))
    assert answer.status_code == 303 and answer.headers["location"].startswith("/rounds/")
    said = words(reader.get(answer.headers["location"]))
    assert "5 hours" in said or "6 hours" in said


def test_an_urgent_statement_goes_out_again_as_it_is_after_a_round_that_failed(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS, urgent=True)
    reader.sign_in("salma")

    def send_out() -> str:
        form = fields(reader.get(f"/documents/{document}/steps"), "/sending-out")
        answer = reader.post(f"/documents/{document}/sending-out", form)
        assert answer.status_code == 303, words(answer)
        return str(answer.headers["location"])

    first = send_out()
    closed(stage, first.removeprefix("/rounds/"))
    steps = reader.get(f"/documents/{document}/steps")
    assert f"/documents/{document}/round" in links(steps), "the same version can be put to a round from review"
    assert reader.post(f"/documents/{document}/drafting", fields(steps, "/drafting")).status_code == 303
    assert send_out() != first
    with stage.read() as tx:
        assert [one.number for one in versions_store.every(tx, document)] == [1]


def test_of_a_damaged_draft_is_shown_what_can_be_read(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"en": "The first text.\n"})
    a_save(stage, document, "The second text.\n", lang="en")
    with stage.write() as tx:
        head = journal_store.lock(tx, f"{document}.en")
        journal_store.append_all(tx, f"{document}.en", head, [("per_nobody", b"\xff")], origin="typed")
    reader.sign_in("lama")
    for path in (f"/documents/{document}", f"/documents/{document}/texts/en"):
        page = reader.get(path)
        assert page.status_code == 200 and "The second text." in page.text
        assert "change 3" in words(page) and "draft_broken" in words(page)
    (field,) = tree(page).xpath("//textarea[@name='text']")
    assert field.get("readonly") is not None
    assert not tree(page).xpath("//form[@data-writing]//button[normalize-space()='Save']")
    assert code(reader.post(f"/documents/{document}/texts/en", fields(page) | {"text": "More.\n"})) == "draft_broken"
