"""The edit pages, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.drafts import save
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from tests.support.factories import (
    SampleInstance,
    close_round,
    create_document,
    cut_version,
    ensure_signatory,
    move_to_review,
    open_round_with_document,
    save_text,
)
from tests.support.web_client import (
    WebClient,
    error_code,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)

TEXTS = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n\nنصّ ثانٍ.\n",
    "en": "## Article 1 {#one}\n\nThe first text.\n\nThe second text.\n",
}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def draft_text(instance: SampleInstance, document: str, lang: str = "en") -> str:
    with instance.read() as tx:
        return save.read(tx, instance.actor(tx, "lama"), document_id=document, lang=lang).text


def document_revision(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found
        return str(found.rev)


# Outsider


def test_outsider_is_redirected_to_sign_in(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    for path in ("/documents/new", f"/documents/{document}/texts/en", f"/documents/{document}/steps"):
        assert web_client.get(path).status_code == 401
    assert web_client.post(f"/documents/{document}/versions", {"rev": "1"}).status_code == 401


def test_input_of_an_expired_session_is_restored_after_sign_in(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    response = web_client.post(f"/documents/{document}/texts/en", {"text": "My long work.", "epoch": "1", "seq": "1"})
    assert response.status_code == 401 and "My long work." in page_text(response)
    assert "The first text." in draft_text(instance, document)


def test_cross_site_form_is_rejected(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    response = web_client.post(
        f"/documents/{document}/texts/en", {"text": "Theirs."}, origin="http://elsewhere.example"
    )
    assert (response.status_code, error_code(response)) == (403, "foreign_form")


# Wrong role


@pytest.mark.parametrize("path", ["texts/en", "front"])
def test_reader_gets_no_form(web_client: WebClient, instance: SampleInstance, path: str) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("yusuf")
    assert web_client.get(f"/documents/{document}/{path}").status_code == 403
    assert f"/documents/{document}/{path}" not in page_links(web_client.get(f"/documents/{document}"))


def test_drafter_is_not_offered_secretariat_actions(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    text = page_text(web_client.get(f"/documents/{document}/steps"))
    assert "Create a version" in text and "Send to review" not in text and "Withdraw the document" not in text
    response = web_client.post_confirmed(
        f"/documents/{document}/withdrawal", {"rev": document_revision(instance, document), "note": "No."}
    )
    assert (response.status_code, error_code(response)) == (403, "forbidden")


def test_signatory_cannot_create_documents(web_client: WebClient) -> None:
    web_client.sign_in("yusuf")
    assert web_client.get("/documents/new").status_code == 403
    assert web_client.post("/documents/new", {"kind": "statement"}).status_code == 403


# Not found


def test_unknown_document_or_language_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    for path in (f"/documents/{document}/texts/en", "/documents/doc_none/texts/ar", "/documents/doc_none/steps"):
        assert web_client.get(path).status_code == 404, path


# Conflict


def test_conflict_shows_both_texts_and_loses_neither(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    save_text(instance, document, TEXTS["en"].replace("first", "opening"), lang="en", by="jihan")
    form["text"] = form["text"].replace("first", "initial").replace("second", "last")
    response = web_client.post(f"/documents/{document}/texts/en", form)
    assert response.status_code == 409
    text = page_text(response)
    assert "opening" in text and "initial" in text and instance.members.people["jihan"].names["en"] in text
    assert "opening" in draft_text(instance, document) and "last" not in draft_text(instance, document)
    settling = form_fields(response, "/settled")
    unanswered = web_client.post(f"/documents/{document}/texts/en/settled", settling)
    assert unanswered.status_code == 409 and form_fields(unanswered, "/settled") == settling
    settled = web_client.post(f"/documents/{document}/texts/en/settled", {**settling, "choice_0": "mine"})
    assert "Not saved yet" in page_text(settled) and "initial" not in draft_text(instance, document)
    saved = web_client.post(f"/documents/{document}/texts/en", form_fields(settled))
    assert saved.status_code == 200
    assert "The initial text." in draft_text(instance, document) and "The last text." in draft_text(instance, document)


PARTS = (
    "Everyone has the right to take part in the public affairs of the country without discrimination.",
    "Courts are independent, and no authority may meddle in their work or in how the law is applied.",
    "The army obeys the elected government and takes no part in the contest between political parties.",
    "Water belongs to all who live in the country, and nobody may be cut off from it for a debt.",
)


def create_moved_paragraph_conflict(
    instance: SampleInstance, web_client: WebClient, *, by_others: bool = True
) -> tuple[str, Any]:
    """Move the first paragraph to the end on one side, and replace a word of it on the other; return the document and
    the response to lama, who saved last."""
    document = create_document(instance, texts={"en": "\n\n".join(PARTS) + "\n"})
    moved = "\n\n".join([*PARTS[1:], PARTS[0]]) + "\n"
    edited = "\n\n".join([PARTS[0].replace("discrimination", "any distinction"), *PARTS[1:]]) + "\n"
    form = form_fields(web_client.sign_in("lama").get(f"/documents/{document}/texts/en"))
    theirs, mine = (moved, edited) if by_others else (edited, moved)
    save_text(instance, document, theirs, lang="en", by="jihan")
    return document, web_client.post(f"/documents/{document}/texts/en", {**form, "text": mine})


@pytest.mark.parametrize("by_others", [True, False])
def test_change_to_moved_paragraph_is_offered_its_new_place_and_accepted(
    web_client: WebClient, instance: SampleInstance, by_others: bool
) -> None:
    document, answer = create_moved_paragraph_conflict(instance, web_client, by_others=by_others)
    assert answer.status_code == 409
    text = page_text(answer)
    assert ("Others moved it" if by_others else "You moved it") in text and "almost the same" in text
    live = draft_text(instance, document)
    form = form_fields(answer, "/settled")
    taken = web_client.post(f"/documents/{document}/texts/en/settled", {**form, "offer": "0"})
    assert "Not saved yet" in page_text(taken) and draft_text(instance, document) == live
    assert web_client.post(f"/documents/{document}/texts/en", form_fields(taken)).status_code == 200
    end = PARTS[0].replace("discrimination", "any distinction")
    assert draft_text(instance, document) == "\n\n".join([*PARTS[1:], end]) + "\n"


def test_invalid_relocation_is_rejected(web_client: WebClient, instance: SampleInstance) -> None:
    document, answer = create_moved_paragraph_conflict(instance, web_client)
    form = form_fields(answer, "/settled")
    refused = web_client.post(f"/documents/{document}/texts/en/settled", {**form, "offer": "7"})
    assert (refused.status_code, error_code(refused)) == (400, "unknown_offer")
    assert "any distinction" in form_fields(refused)["text"]


def test_remaining_conflict_is_resolved_after_the_relocation(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "\n\n".join(PARTS) + "\n"})
    form = form_fields(web_client.sign_in("lama").get(f"/documents/{document}/texts/en"))
    moved = "\n\n".join([PARTS[1], PARTS[2].replace("army", "armed force"), PARTS[3], PARTS[0]]) + "\n"
    edited = "\n\n".join(
        [PARTS[0].replace("country", "land"), PARTS[1], PARTS[2].replace("army", "military"), PARTS[3]]
    )
    save_text(instance, document, moved, lang="en", by="jihan")
    response = web_client.post(f"/documents/{document}/texts/en", {**form, "text": edited + "\n"})
    left = web_client.post(
        f"/documents/{document}/texts/en/settled", {**form_fields(response, "/settled"), "offer": "0"}
    )
    assert left.status_code == 409 and "now has both changes" in page_text(left)
    again = form_fields(left, "/settled")
    assert (again["passages"], again["moved"]) == ("1", "0")
    settled = web_client.post(f"/documents/{document}/texts/en/settled", {**again, "choice_0": "mine"})
    text = form_fields(settled)["text"].replace("\r", "")
    assert (
        text.startswith(PARTS[1]) and "The military obeys" in text and "affairs of the land" in text.split(PARTS[3])[1]
    )


def test_sentences_changed_by_both_are_listed_after_the_save(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "\n\n".join(PARTS) + "\n"})
    form = form_fields(web_client.sign_in("lama").get(f"/documents/{document}/texts/en"))
    save_text(instance, document, form["text"].replace("Courts are", "All courts are"), lang="en", by="jihan")
    saved = web_client.post(
        f"/documents/{document}/texts/en", {**form, "text": form["text"].replace("the law", "any law")}
    )
    text = page_text(saved)
    assert "Check these sentences" in text and "All courts are independent" in text
    quoted = parse_page(saved).xpath("string(//div[contains(@class, 'banner--care')]//q)")
    assert quoted.startswith("All courts are") and quoted.endswith("how any law is applied.")
    (link,) = parse_page(saved).xpath("//div[contains(@class, 'banner--care')]//a/@href")
    line = int(link.rpartition("#line-")[2])
    assert form_fields(web_client.get(link))["text"].splitlines()[line - 1].strip().startswith("All courts are")


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        (
            "en",
            (
                "## Article 1\n\nFirst words.\n\n## Article 2\n\nLast words.\n",
                "## Article 3\n\nTheir own matter.\n",
                "## Article 3\n\nWater for all.\n",
            ),
        ),
        (
            "ar",
            (
                "## المادة ١\n\nنصّ أوّل.\n\n## المادة ٢\n\nنصّ أخير.\n",
                "## المادة ٣\n\nشأن آخر لهم.\n",
                "## المادة ٣\n\nالماء للجميع.\n",
            ),
        ),
    ],
)
def test_doubled_numbers_are_shown_with_links_to_both_places(
    web_client: WebClient, instance: SampleInstance, lang: str, texts: tuple[str, str, str]
) -> None:
    base, theirs, mine = texts
    document = create_document(instance, texts={"ar": "نصّ.\n", lang: base})
    form = form_fields(web_client.sign_in("lama").get(f"/documents/{document}/texts/{lang}"))
    first, second = form["text"].replace("\r", "").split("\n\n## ")
    save_text(instance, document, f"{first}\n\n{theirs}\n## {second}", lang=lang, by="jihan")
    saved = web_client.post(
        f"/documents/{document}/texts/{lang}", {**form, "text": f"{first}\n\n## {second.rstrip()}\n\n{mine}"}
    )
    links = parse_page(saved).xpath("//div[contains(@class, 'banner--care')]//a/@href")
    lines = form_fields(web_client.get(f"/documents/{document}/texts/{lang}"))["text"].splitlines()
    heading = mine.partition("\n")[0]
    assert len(links) == 2
    assert all(lines[int(link.rpartition("#line-")[2]) - 1].startswith(heading) for link in links)


def test_invalid_text_stays_in_the_form(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    for bad, refusal in (("Turned \u202eround.", "bidi_override"), ("x" * 1_000_001, "text_too_long")):
        response = web_client.post(f"/documents/{document}/texts/en", {**form, "text": bad})
        assert error_code(response) == refusal and form_fields(response)["text"].strip() == bad
    response = web_client.post(f"/documents/{document}/texts/en", {**form, "seq": "x", "text": "Mine."})
    assert (response.status_code, error_code(response), form_fields(response)["text"].strip()) == (
        400,
        "bad_form",
        "Mine.",
    )
    response = web_client.post(f"/documents/{document}/texts/en", {**form, "epoch": "7", "text": "Mine."})
    assert (response.status_code, error_code(response)) == (409, "draft_restarted")


def test_concurrent_title_changes_conflict(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    assert web_client.post(f"/documents/{document}/texts/en", {**form, "title": "One title"}).status_code == 200
    response = web_client.post(f"/documents/{document}/texts/en", {**form, "title": "Another", "text": "My words."})
    assert (response.status_code, error_code(response)) == (409, "title_changed")
    assert "One title" in page_text(response) and "My words." not in draft_text(instance, document)


def test_nothing_is_saved_or_moved_in_an_open_round(web_client: WebClient, instance: SampleInstance) -> None:
    document, _ = open_round_with_document(instance)
    web_client.sign_in("salma")
    assert "A round is open on this document." in page_text(web_client.get(f"/documents/{document}/steps"))
    response = web_client.post(f"/documents/{document}/texts/ar", {"text": "x", "title": "x", "epoch": "1", "seq": "1"})
    assert (response.status_code, error_code(response)) == (409, "document_state")
    response = web_client.post(f"/documents/{document}/drafting", {"rev": document_revision(instance, document)})
    assert (response.status_code, error_code(response)) == (409, "document_state")


def test_version_of_an_unseen_draft_is_rejected(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/steps"), "/versions")
    save_text(instance, document, TEXTS["en"] + "\nMore.\n", lang="en", by="jihan")
    response = web_client.post(f"/documents/{document}/versions", {**form, "note": "My note"})
    assert (response.status_code, error_code(response)) == (412, "stale_document")
    response = web_client.post(
        f"/documents/{document}/versions", {**form, "rev": document_revision(instance, document), "note": "My note"}
    )
    assert (response.status_code, error_code(response)) == (409, "draft_moved")
    assert form_fields(response, "/versions")["note"] == "My note"


@pytest.mark.parametrize(
    ("text", "refusal", "message"),
    [
        ("Fine.\n\nA sign \U0001f9ff here.\n", "unprintable_character", "line 3:"),
        ("See [](#nowhere).\n", "broken_reference", "nowhere"),
        (" ", "empty_text", "still empty"),
    ],
)
def test_unprintable_character_is_reported_with_its_position(
    web_client: WebClient, instance: SampleInstance, text: str, refusal: str, message: str
) -> None:
    document = create_document(instance, texts={"en": text})
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/steps"), "/versions")
    response = web_client.post(f"/documents/{document}/versions", form)
    assert response.status_code in (400, 409) and error_code(response) == refusal
    assert message in page_text(response) and f"/documents/{document}/texts/en" in page_links(response)


def test_second_version_needs_a_change(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    cut_version(instance, document)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/steps"), "/versions")
    response = web_client.post(f"/documents/{document}/versions", form)
    assert (response.status_code, error_code(response)) == (409, "nothing_new")


def test_concurrently_changed_front_matter_is_a_conflict(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/front"))
    save_text(instance, document, TEXTS["en"] + "\nMore.\n", lang="en", by="jihan")
    response = web_client.post(f"/documents/{document}/front", {**form, "place_en": "Berlin"})
    assert (response.status_code, error_code(response)) == (412, "stale_document")
    assert form_fields(response)["place_en"] == "Berlin"


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
def test_rejected_new_document_keeps_its_input(web_client: WebClient, form: dict[str, str], refusal: str) -> None:
    web_client.sign_in("lama")
    whole = {"kind": "statement", "issued_by": "coalition", "edition_en": "authentic", "title_en": "T", **form}
    response = web_client.post("/documents/new", {**whole, "start": "pasted", "text_en": "Long words."})
    assert (response.status_code, error_code(response)) == (400, refusal)
    assert form_fields(response)["text_en"].strip() == "Long words."


def test_only_an_urgent_statement_skips_review(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("salma")
    assert "Send for signature" not in page_text(web_client.get(f"/documents/{document}/steps"))
    form = {"rev": document_revision(instance, document), "hours": "3", "at_least": "2"}
    response = web_client.post(f"/documents/{document}/sending-out", form)
    assert (response.status_code, error_code(response)) == (409, "not_urgent")


def test_urgent_statement_needs_a_feasible_deadline(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS, urgent=True)
    web_client.sign_in("salma")
    form = form_fields(web_client.get(f"/documents/{document}/steps"), "/sending-out")
    response = web_client.post(f"/documents/{document}/sending-out", {**form, "hours": "0"})
    assert (response.status_code, error_code(response)) == (400, "hours_out_of_range")
    with instance.read() as tx:
        assert versions_store.get_latest(tx, document) is None


# Success


def test_new_document_begins_with_the_starter_text_of_its_kind(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    form = form_fields(web_client.get("/documents/new"))
    form |= {"kind": "constitution", "title_ar": "مقترح", "edition_ar": "authentic", "edition_en": "translation"}
    form |= {"title_en": "A proposal", "place_ar": "دمشق", "addressees_en": "One\nTwo\n"}
    response = web_client.post("/documents/new", form)
    assert response.status_code == 303
    page = web_client.get(response.headers["location"])
    assert "المادة ١" in form_fields(page)["text"]
    document = response.headers["location"].split("/")[2]
    assert "## Preamble {#preamble}" in draft_text(instance, document)
    front = form_fields(web_client.get(f"/documents/{document}/front"))
    assert front["place_ar"] == "دمشق" and front["addressees_en"].split() == ["One", "Two"]
    assert "Translation" in page_text(web_client.get(f"/documents/{document}/texts/en"))


def test_pasted_text_is_converted_by_the_rule_for_typed_markers(
    web_client: WebClient, instance: SampleInstance
) -> None:
    web_client.sign_in("lama")
    form = {"kind": "letter", "issued_by": "signatories", "edition_ar": "authentic", "title_ar": "رسالة"}
    response = web_client.post("/documents/new", {**form, "start": "pasted", "text_ar": "نطلب:\r\n١- أوّلًا\r\n٢- ثانيًا"})
    document = response.headers["location"].split("/")[2]
    assert draft_text(instance, document, "ar") == "نطلب:\n1. أوّلًا\n2. ثانيًا\n"


def test_text_and_title_are_saved_and_normalisation_is_reported(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    form |= {"title": "A better title", "text": form["text"] + "\r\n\r\n• one\r\n• two \u2067in\u2069"}
    text = page_text(web_client.post(f"/documents/{document}/texts/en", form))
    assert "Saved." in text and "2 typed numbers, letters or bullets" in text and "2 invisible direction marks" in text
    assert "backslash" in text
    assert draft_text(instance, document).endswith("- one\n- two in\n")
    assert "A better title" in page_text(web_client.get(f"/documents/{document}?lang=en"))


def test_concurrent_changes_are_merged_and_attributed(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    save_text(instance, document, TEXTS["en"].replace("first", "opening"), lang="en", by="jihan")
    response = web_client.post(
        f"/documents/{document}/texts/en", {**form, "text": form["text"].replace("second", "last")}
    )
    assert "Others changed the text too" in page_text(response) and instance.members.people["jihan"].names[
        "en"
    ] in page_text(response)
    assert "opening text" in form_fields(response)["text"] and "last text" in form_fields(response)["text"]
    again = web_client.post(f"/documents/{document}/texts/en", form_fields(response))
    assert "Others changed the text too" not in page_text(again)


def test_preview_saves_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    response = web_client.post(f"/documents/{document}/texts/en/preview", {**form, "text": "Some **strong** words."})
    assert parse_page(response).xpath("string(//article//strong)") == "strong"
    assert (
        form_fields(response)["text"].strip() == "Some **strong** words."
        and form_fields(response)["seq"] == form["seq"]
    )
    assert parse_page(response).xpath("//nav[@class='tabbar']/a[@aria-current]/@href") == ["/documents"]
    with instance.read() as tx:
        assert journal_store.get_head(tx, f"{document}.en").seq == 1


def test_document_goes_through_its_phases_by_form(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("salma")
    page = web_client.get(f"/documents/{document}/steps")
    assert "There is no version yet." in page_text(page)
    response = web_client.post(
        f"/documents/{document}/versions", {**form_fields(page, "/versions"), "note": "The first"}
    )
    assert response.headers["location"] == f"/documents/{document}/versions/1"
    assert "The first" in page_text(web_client.get(response.headers["location"]))
    page = web_client.get(f"/documents/{document}/steps")
    assert web_client.post(f"/documents/{document}/review", form_fields(page, "/review")).status_code == 303
    page = web_client.get(f"/documents/{document}/steps")
    assert web_client.post(f"/documents/{document}/drafting", form_fields(page, "/drafting")).status_code == 303
    page = web_client.get(f"/documents/{document}/steps")
    end = {**form_fields(page, "/withdrawal"), "note": "It came too late."}
    assert web_client.post_confirmed(f"/documents/{document}/withdrawal", end).status_code == 303
    assert "It came too late." in page_text(web_client.get(f"/documents/{document}"))


def test_sending_to_review_creates_a_version_only_if_the_text_changed(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("salma")
    for note, newest in (("First", 1), ("Nothing new", 1)):
        fields = form_fields(web_client.get(f"/documents/{document}/steps"), "/review")
        sent = web_client.post(f"/documents/{document}/review", {**fields, "note": note})
        assert sent.headers["location"] == f"/documents/{document}/endorsement"
        page = web_client.get(sent.headers["location"])
        undo = parse_page(page).xpath("//*[@data-toast]//form")[0]
        assert "can now read" in page_text(page) and undo.get("action") == f"/documents/{document}/drafting"
        with instance.read() as tx:
            assert versions_store.list_newest_numbers(tx, [document]) == {document: newest}
        assert web_client.post(undo.get("action"), dict(undo.form_values())).status_code == 303
    assert "is in drafting again" in page_text(web_client.get(f"/documents/{document}"))
    move_to_review(instance, document)
    assert web_client.get(f"/documents/{document}/texts/en").status_code == 200


def test_urgent_statement_is_sent_out_in_one_step(web_client: WebClient, instance: SampleInstance) -> None:
    ensure_signatory(instance)
    web_client.sign_in("salma")
    form = form_fields(web_client.get("/documents/new?urgent=1"))
    form |= {"title_en": "Urgent", "edition_en": "authentic", "edition_ar": "", "start": "pasted", "text_en": "Words."}
    response = web_client.post("/documents/new", form)
    document = response.headers["location"].split("/")[2]
    page = web_client.get(f"/documents/{document}/steps")
    response = web_client.post(f"/documents/{document}/sending-out", form_fields(page, "/sending-out"))
    assert (response.status_code, response.headers["location"]) == (303, f"/documents/{document}/sending")
    opened = web_client.get(response.headers["location"])
    assert opened.url.path.startswith("/rounds/"), "the round is open"
    text = page_text(opened)
    assert "5 hours" in text or "6 hours" in text


def test_urgent_statement_can_be_sent_out_again_unchanged_after_a_failed_round(
    web_client: WebClient, instance: SampleInstance
) -> None:
    ensure_signatory(instance)
    document = create_document(instance, texts=TEXTS, urgent=True)
    web_client.sign_in("salma")

    def send_out() -> str:
        form = form_fields(web_client.get(f"/documents/{document}/steps"), "/sending-out")
        response = web_client.post(f"/documents/{document}/sending-out", form)
        assert response.status_code == 303, page_text(response)
        return str(web_client.get(response.headers["location"]).url.path)

    first = send_out()
    close_round(instance, first.removeprefix("/rounds/"))
    steps = web_client.get(f"/documents/{document}/steps")
    assert f"/documents/{document}/round" in page_links(steps), "the same version can be put to a round from review"
    assert web_client.post(f"/documents/{document}/drafting", form_fields(steps, "/drafting")).status_code == 303
    assert send_out() != first
    with instance.read() as tx:
        assert [one.number for one in versions_store.list_by_document(tx, document)] == [1]


def test_readable_part_of_a_damaged_draft_is_shown(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "The first text.\n"})
    save_text(instance, document, "The second text.\n", lang="en")
    with instance.write() as tx:
        head = journal_store.lock_head(tx, f"{document}.en")
        journal_store.append_all(tx, f"{document}.en", head, [("per_nobody", b"\xff")], origin="typed")
    web_client.sign_in("lama")
    for path in (f"/documents/{document}", f"/documents/{document}/texts/en"):
        page = web_client.get(path)
        assert page.status_code == 200 and "The second text." in page.text
        assert "change 3" in page_text(page) and "draft_broken" in page_text(page)
    (field,) = parse_page(page).xpath("//textarea[@name='text']")
    assert field.get("readonly") is not None
    assert not parse_page(page).xpath("//form[@data-writing]//button[normalize-space()='Save']")
    assert (
        error_code(web_client.post(f"/documents/{document}/texts/en", form_fields(page) | {"text": "More.\n"}))
        == "draft_broken"
    )
