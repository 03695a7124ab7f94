"""The coalition, its organisations and people, CSV import, and notices: outsider, wrong role, not found, conflict,
success."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from service.actions import notifications
from service.actions.authorization import or_not_found
from service.actions.trust.record_check import check_record
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from tests.support.factories import (
    SampleInstance,
    confirm_waiting,
    create_document,
    open_round_with_document,
    set_secretariat,
)
from tests.support.web_client import ORIGIN, WebClient, error_code, open_web_client, page_links, page_text, parse_page

TABLE = """organisation_ar,organisation_en,name,email,lang,roles
منتدى قاسيون الحقوقي,Qasioun Legal Forum,هالة درويش,hala@qasioun.example,ar,focal_point signatory
منتدى قاسيون الحقوقي,,سامر العلي,samer@qasioun.example,en,drafter
,Young Lawyers’ Network,,,,
"""

DECIDED = {"decided": "1"}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def post_multipart(web_client: WebClient, path: str, *, file: bytes = b"", origin: str = ORIGIN, **fields: str) -> Any:
    """Post a multipart form with a file, as a browser sends it."""
    headers = {"accept-language": "en", "origin": origin}
    files = {"file": ("table.csv", file, "application/octet-stream")}
    return web_client.client.post(path, data=fields, files=files, headers=headers, follow_redirects=False)


def counts(instance: SampleInstance) -> tuple[int, int]:
    with instance.read() as tx:
        return len(organisations_store.list_members(tx)), people_store.count(tx)


# Outsider

PAGES = ("/organisations", "/people", "/people/per_none", "/import", "/coalition", "/coalition/logo", "/notices")
ACTS = (
    "/organisations",
    "/organisations/org_none/names",
    "/organisations/org_none/leaving",
    "/organisations/org_none/return",
    "/people",
    "/people/per_none/roles",
    "/people/per_none/roles/end",
    "/people/per_none/close",
    "/coalition",
    "/notices/read",
)
FILES = ("/import", "/import/whole", "/coalition/logo")


def confirm_as_karim(instance: SampleInstance) -> None:
    """Confirm all that waits, as the other member of the secretariat."""
    with instance.write() as tx:
        confirm_waiting(tx, instance.actor(tx, "karim"))


@pytest.mark.parametrize("path", PAGES)
def test_outsider_is_asked_to_sign_in(web_client: WebClient, path: str) -> None:
    response = web_client.get(path)
    assert (response.status_code, error_code(response)) == (401, "sign_in_needed")


@pytest.mark.parametrize("path", ACTS)
def test_outsider_changes_nothing(web_client: WebClient, instance: SampleInstance, path: str) -> None:
    before = counts(instance)
    assert web_client.post(path, {"name_en": "Nobody"}).status_code == 401
    assert counts(instance) == before


@pytest.mark.parametrize("path", FILES)
def test_upload_of_an_outsider_is_rejected(web_client: WebClient, instance: SampleInstance, path: str) -> None:
    before = counts(instance)
    assert post_multipart(web_client, path, file=TABLE.encode()).status_code == 401
    assert counts(instance) == before


@pytest.mark.parametrize("path", [*ACTS, *FILES])
def test_cross_site_form_is_rejected(web_client: WebClient, path: str) -> None:
    web_client.sign_in("salma")
    response = post_multipart(web_client, path, origin="https://elsewhere.example")
    assert (response.status_code, error_code(response)) == (403, "foreign_form")


# Wrong role


@pytest.mark.parametrize("path", [path for path in ACTS if path != "/notices/read"])
def test_only_secretariat_changes_membership(web_client: WebClient, instance: SampleInstance, path: str) -> None:
    web_client.sign_in("lama")
    before = counts(instance)
    response = web_client.post(
        path.replace("per_none", instance.members.people["yusuf"].id), {"name_en": "Own", "role": "auditor"}
    )
    assert (response.status_code, error_code(response)) == (403, "forbidden")
    assert counts(instance) == before


@pytest.mark.parametrize("path", FILES)
def test_only_secretariat_uploads_files(web_client: WebClient, path: str) -> None:
    response = post_multipart(web_client.sign_in("lama"), path, file=TABLE.encode(), text=TABLE)
    assert (response.status_code, error_code(response)) == (403, "forbidden")


def test_signatory_sees_organisations_but_not_their_people(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("yusuf")
    assert web_client.get("/people").status_code == 403
    page = web_client.get(f"/organisations/{instance.members.organisations['two-banks']}")
    assert "Women of Both Banks Association" in page_text(page)
    assert instance.members.people["jihan"].names["en"] not in page.text and "jihan@" not in page.text


def test_focal_point_sees_people_of_own_organisation_only(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    listed = page_text(web_client.get("/people"))
    assert (
        instance.members.people["yusuf"].names["en"] in listed
        and instance.members.people["huda"].names["en"] not in listed
    )
    assert web_client.get(f"/people/{instance.members.people['yusuf'].id}").status_code == 200
    assert error_code(web_client.get(f"/people/{instance.members.people['huda'].id}")) == "not_found"


# Not found


@pytest.mark.parametrize("path", ["/organisations/org_none", "/people/per_none", "/coalition/logo"])
def test_unknown_organisation_or_person_is_not_found(web_client: WebClient, path: str) -> None:
    response = web_client.sign_in("salma").get(path)
    assert (response.status_code, error_code(response)) == (404, "not_found")


def test_notices_of_another_person_are_not_marked_read(web_client: WebClient, instance: SampleInstance) -> None:
    open_round_with_document(instance)
    web_client.sign_in("reem").post("/notices/read")
    with instance.read() as tx:
        yusuf = instance.members.people["yusuf"].id
        assert notices_store.count_unread(tx, yusuf) > 0


@pytest.mark.parametrize("act", ["names", "leaving", "return"])
def test_unknown_organisation_cannot_be_changed(web_client: WebClient, act: str) -> None:
    response = web_client.sign_in("salma").post(f"/organisations/org_none/{act}", {"name_en": "Nobody"})
    assert (response.status_code, error_code(response)) == (404, "not_found")


# Conflict


def test_organisation_is_removed_once(web_client: WebClient, instance: SampleInstance) -> None:
    place = f"/organisations/{instance.members.organisations['sindyan']}"
    web_client.sign_in("salma")
    assert error_code(web_client.post(f"{place}/return")) == "not_left"
    assert error_code(web_client.post(f"{place}/leaving")) == "not_confirmed"
    assert web_client.post(f"{place}/leaving", DECIDED).status_code == 303
    assert error_code(web_client.post(f"{place}/leaving", DECIDED)) == "already_asked"
    confirm_as_karim(instance)
    assert error_code(web_client.post(f"{place}/leaving", DECIDED)) == "organisation_left"
    form = {"name_ar": "هالة", "email": "hala@x.example", "lang": "ar", "organisation": place.rpartition("/")[2]}
    assert error_code(web_client.post("/people", form)) == "organisation_left"
    table = "organisation_en,name,email\nSindyan Centre for Constitutional Studies,Hala,hala@x.example\n"
    assert "This organisation has left the coalition." in page_text(
        post_multipart(web_client, "/import", file=table.encode())
    )


def test_last_secretariat_member_cannot_be_removed(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("salma")
    with instance.write() as tx:
        set_secretariat(tx, [instance.members.people["salma"].id])
    response = web_client.post(f"/people/{instance.members.people['salma'].id}/roles/end", {"role": "secretariat"})
    assert (response.status_code, error_code(response)) == (409, "last_secretary")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",,هالة,not an address,ar,", "is not an email address"),
        (",,هالة,lama@sindyan.example,ar,", "Someone with this email address already exists."),
        (",,هالة,hala@x.example,ar,signatory", "This role belongs to an organisation"),
        (",,هالة,hala@x.example,ar,king", "There is no role “king”."),
        (",,هالة,hala@x.example,xx,", "There is no language “xx”."),
        (",Electoral Integrity Watch,,,,", "This organisation is already in the coalition"),
        (
            "مرصد النزاهة الانتخابية,Women of Both Banks Association,هالة,hala@x.example,,",
            "two different organisations",
        ),
        (",,سامر,first@x.example,,", "Line 2 has the same email address."),
        (",,,nameless@x.example,,", "Enter a name in at least one language."),
    ],
)
def test_every_invalid_line_is_reported_and_nothing_is_imported(
    web_client: WebClient, instance: SampleInstance, line: str, reason: str
) -> None:
    web_client.sign_in("salma")
    table = f"organisation_ar,organisation_en,name,email,lang,roles\n,,أوّل,first@x.example,ar,\n{line}\n"
    before = counts(instance)
    text = page_text(post_multipart(web_client, "/import", file=table.encode()))
    assert "1 line cannot be imported, so nothing was imported." in text
    assert "Line 3" in text and reason in text
    response = post_multipart(web_client, "/import/whole", text=table)
    assert (response.status_code, error_code(response)) == (409, "import_has_faults")
    assert counts(instance) == before


@pytest.mark.parametrize(
    ("table", "refusal"),
    [
        (b"surname,email\nx,y\n", "csv_columns"),
        (b"", "csv_columns"),
        (b"email\n\xff\n", "csv_unreadable"),
        (b"email\n" + b"\n".join(b"x" for _ in range(2001)), "csv_too_long"),
        (b"email\n" + b"x" * (512 * 1024), "csv_too_large"),
        (b"x" * (600 * 1024), "form_too_large"),
    ],
)
def test_invalid_table_is_rejected(web_client: WebClient, table: bytes, refusal: str) -> None:
    assert error_code(post_multipart(web_client.sign_in("salma"), "/import", file=table)) == refusal


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_upload_must_be_multipart(web_client: WebClient, content_type: str) -> None:
    web_client.sign_in("salma")
    headers = {"origin": ORIGIN, "content-type": content_type}
    response = web_client.client.post("/coalition/logo", content=b"--y\r\nnonsense", headers=headers)
    assert error_code(response) == "bad_form"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"zone": "Asia/Nowhere"}, "unknown_zone"),
        ({"names_ar": "", "names_en": ""}, "no_name"),
        ({"mandate_confirmations": "many"}, "bad_setting"),
        ({"digits_ar": "roman"}, "unknown_digits"),
        ({"press_email": "nowhere"}, "bad_email"),
        ({"day_sun": ""}, "bad_working_days"),
        ({"writes_ar": "", "writes_en": ""}, "no_language"),
    ],
)
def test_unusable_setting_is_rejected(web_client: WebClient, change: dict[str, str], refusal: str) -> None:
    assert error_code(web_client.sign_in("salma").post("/coalition", {**SETTINGS, **change})) == refusal


def test_logo_must_be_an_image(web_client: WebClient) -> None:
    assert (
        error_code(post_multipart(web_client.sign_in("salma"), "/coalition/logo", file=b"<svg/>"))
        == "logo_not_an_image"
    )


# Success

SETTINGS = {
    "names_ar": "ائتلاف الجسر",
    "names_en": "Bridge Coalition",
    "place_ar": "حمص",
    "press_name_en": "Reem",
    "zone": "Europe/Berlin",
    "mandate_confirmations": "1",
    "digits_ar": "latn",
    "day_sun": "1",
    "writes_ar": "1",
    "writes_en": "1",
    "first_lang": "en",
}


def test_settings_are_saved_and_shown(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("salma")
    response = web_client.post("/coalition", SETTINGS)
    assert response.headers["location"] == "/coalition?saved=waits"
    page = web_client.get("/coalition?saved=waits")
    assert "A lower number of confirmations waits for a second person." in page_text(page)
    assert "Saved." in page_text(page) and "Bridge Coalition" in page_text(page)
    with instance.read() as tx:
        kept = or_not_found(organisations_store.get_coalition(tx)).settings
    assert kept["working_days"] == ["sun"] and kept["zone"] == "Europe/Berlin"
    assert kept["digits"] == {"ar": "latn", "en": "latn"}
    assert kept["langs"] == ["en", "ar"]


def test_settings_of_emails_are_saved_shown_and_recorded(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("salma")
    boxes = "//input[starts-with(@name, 'mail_') and @checked]/@name"
    assert parse_page(web_client.get("/coalition")).xpath(boxes) == ["mail_names_coalition"]
    emails = {"mail_code_in_subject": "1", "mail_reply_to": " Office@X.example "}
    web_client.post("/coalition", {**SETTINGS, "mandate_confirmations": "2", **emails})
    page = parse_page(web_client.get("/coalition"))
    assert page.xpath(boxes) == ["mail_code_in_subject"]
    assert page.xpath("//input[@name='mail_reply_to']/@value") == ["office@x.example"]
    with instance.read() as tx:
        kept = or_not_found(organisations_store.get_coalition(tx)).settings
        assert kept["mail"] == {"names_coalition": False, "code_in_subject": True, "reply_to": "office@x.example"}
        assert not check_record(tx).differences


def test_first_language_is_the_default_for_unknown_visitors(web_client: WebClient) -> None:
    web_client.sign_in("salma").post("/coalition", {**SETTINGS, "writes_ar": ""})
    assert (
        parse_page(web_client.client.get("/", headers={"accept-language": "de"})).get("lang") == "ar"
    )  # as in her account settings
    assert parse_page(web_client.get("/documents/new")).xpath("//textarea/@lang") == ["en", "en"]
    web_client.post("/sign-out")
    web_client.client.cookies.clear()
    assert parse_page(web_client.client.get("/", headers={"accept-language": "de"})).get("lang") == "en"


def test_others_read_the_printed_settings(web_client: WebClient) -> None:
    page = web_client.sign_in("yusuf").get("/coalition")
    assert "press@mithaq.example" in page_text(page) and not parse_page(page).xpath("//main//form")


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_uploaded_logo_is_shown(web_client: WebClient, kind: str, media_type: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, kind)
    web_client.sign_in("salma")
    assert post_multipart(web_client, "/coalition/logo", file=picture.getvalue()).status_code == 303
    assert parse_page(web_client.get("/coalition")).xpath("//img/@src")
    shown = web_client.get("/coalition/logo")
    assert (shown.content, shown.headers["content-type"]) == (picture.getvalue(), media_type)


def test_organisation_and_its_first_person_are_added(web_client: WebClient) -> None:
    web_client.sign_in("salma")
    place = web_client.post("/organisations", {"name_ar": "منتدى قاسيون", "name_en": ""}).headers["location"]
    assert "No one works for this organisation yet." in page_text(web_client.get(place))
    form = {"name_ar": "هالة درويش", "email": "hala@qasioun.example", "lang": "ar", "role_focal_point": "1"}
    person = web_client.post("/people", {**form, "organisation": place.rpartition("/")[2]}).headers["location"]
    text = page_text(web_client.get(person))
    assert "هالة درويش" in text and "Focal point" in text and "منتدى قاسيون" in text
    assert "هالة درويش" in page_text(web_client.get(place)) and "هالة درويش" in page_text(web_client.get("/people"))
    assert place in page_links(web_client.get("/organisations"))


def test_role_is_granted_and_revoked_and_a_person_is_removed(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("salma")
    place = f"/people/{instance.members.people['yusuf'].id}"
    web_client.post(f"{place}/roles", {"role": "auditor"})
    assert "Remove: Auditor" in web_client.get(place).text
    web_client.post(f"{place}/roles/end", {"role": "auditor"})
    assert "Remove: Auditor" not in web_client.get(place).text
    web_client.post_confirmed(f"{place}/close")
    assert "Waiting for a second person: Remove someone’s access" in page_text(web_client.get(place))
    confirm_as_karim(instance)
    assert "No longer a member" in page_text(web_client.get(place))
    assert not parse_page(web_client.get(place)).xpath("//main//form")


def test_organisation_is_renamed_removed_and_readmitted(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    place = f"/organisations/{instance.members.organisations['sindyan']}"
    web_client.sign_in("salma")
    web_client.post(f"{place}/names", {"name_ar": "ملتقى السنديان", "name_en": "Sindyan Forum"})
    page = web_client.get(place)
    assert "Sindyan Forum" in page_text(page) and "It stays in 1 open round." in page_text(page)
    assert "Sindyan Forum" not in page_text(web_client.get(f"/rounds/{round_id}"))
    assert web_client.post(f"{place}/leaving", DECIDED).headers["location"] == place
    confirm_as_karim(instance)
    page = web_client.get(place)
    assert "This organisation left the coalition on" in page_text(page) and "Add a person" not in page_text(page)
    listed = web_client.get("/organisations")
    assert "Former members" in page_text(listed) and place in page_links(listed)
    assert "Sindyan Forum" not in page_text(web_client.get("/invitations"))
    web_client.post(f"{place}/return")
    confirm_as_karim(instance)
    assert "left the coalition" not in page_text(web_client.get(place)) and document


def test_organisation_page_shows_mandates_and_answers(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    page = web_client.sign_in("lama").get(f"/organisations/{instance.members.organisations['sindyan']}")
    text = page_text(page)
    assert "Your organisation" in text and "Confirmed" in text and instance.members.people["yusuf"].names["en"] in text
    assert f"/rounds/{round_id}" in page_links(page) and "Has not answered yet" in text


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode("utf-16"),
    ],
)
def test_table_is_previewed_and_then_imported_whole(
    web_client: WebClient, instance: SampleInstance, data: bytes
) -> None:
    web_client.sign_in("salma")
    before = counts(instance)
    page = post_multipart(web_client, "/import", file=data)
    assert "2 new organisations" in page_text(page) and "2 new people" in page_text(page)
    assert counts(instance) == before
    kept = str(parse_page(page).xpath("string(//textarea[@hidden])")).removeprefix("\n")  # decoded as a browser does
    came = post_multipart(web_client, "/import/whole", text=kept)
    assert came.status_code == 303 and came.headers["location"].startswith("/people?organisations=2&people=2")
    assert counts(instance) == (before[0] + 2, before[1] + 2)
    listed = page_text(web_client.get("/people"))
    assert "هالة درويش" in listed and "Qasioun Legal Forum" in listed


def test_pasted_table_is_accepted(web_client: WebClient) -> None:
    assert "2 new people" in page_text(post_multipart(web_client.sign_in("salma"), "/import", text=TABLE))


def test_notices_are_new_until_read(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    web_client.sign_in("yusuf")
    page = web_client.get("/notices")
    assert "A round of endorsement is open." in page_text(page) and "Title ar" in page_text(page)
    assert parse_page(page).xpath("//header//a[@href='/notices']/@aria-label") == ["2 new notices"]
    one = str(parse_page(page).xpath("string(//input[@name='notice']/@value)"))
    went = web_client.post("/notices/read", {"notice": one, "next": f"/rounds/{round_id}"})
    assert went.headers["location"] == f"/rounds/{round_id}"
    assert "1 unread." in page_text(web_client.get("/notices"))
    assert web_client.post("/notices/read").headers["location"] == "/notices"
    assert "You have read them all." in page_text(web_client.get("/notices"))
    assert create_document(instance) != document


def test_empty_notice_list_says_so(web_client: WebClient) -> None:
    assert "No notices yet." in page_text(web_client.sign_in("reem").get("/notices"))


def test_mail_is_rendered_for_its_recipient_only(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        its = or_not_found(people_store.get(tx, instance.members.people["yusuf"].id))
        mail = notifications.send_email(
            tx, its, subject="Hello <b>", body="One.\n\nhttp://localhost:8000/rounds/rnd_x\n\nTwo.\n"
        )
    assert error_code(web_client.get(f"/mails/{mail}")) == "sign_in_needed"
    web_client.sign_in("lama")
    assert error_code(web_client.get(f"/mails/{mail}")) == "not_found"
    web_client.post("/sign-out")
    web_client.sign_in("yusuf")
    assert f"/mails/{mail}" in page_links(web_client.get("/mails"))
    shown = web_client.get(f"/mails/{mail}")
    assert set(page_links(shown)) == {"http://localhost:8000/rounds/rnd_x"} and "Hello &lt;b&gt;" in shown.text
    assert "unsafe" not in shown.headers["content-security-policy"]
    assert "script" not in shown.headers["content-security-policy"]


def test_language_and_time_zone_chosen_on_a_page_change_no_account(
    web_client: WebClient, instance: SampleInstance
) -> None:
    web_client.post("/language", {"lang": "en"})
    web_client.sign_in("yusuf")
    web_client.post("/language", {"lang": "en", "zone": "Europe/Berlin"})
    web_client.post("/language", {"lang": "xx", "zone": "Asia/Nowhere"})
    with instance.read() as tx:
        kept = or_not_found(people_store.get(tx, instance.members.people["yusuf"].id))
    assert (kept.lang, kept.zone) == ("ar", "")
