"""The coalition, its organisations and people, their import, and notices: outsider, wrong role, not found, conflict,
success."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from service.actions import notifications
from service.actions.authorization import seen
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from tests.support.factories import Stage, a_document, an_open_round
from tests.support.web_client import ORIGIN, Reader, code, links, opened, tree, words

TABLE = """organisation_ar,organisation_en,name,email,lang,roles
منتدى قاسيون الحقوقي,Qasioun Legal Forum,هالة درويش,hala@qasioun.example,ar,focal_point signatory
منتدى قاسيون الحقوقي,,سامر العلي,samer@qasioun.example,en,drafter
,Young Lawyers’ Network,,,,
"""

DECIDED = {"decided": "1"}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def sent(reader: Reader, path: str, *, file: bytes = b"", origin: str = ORIGIN, **fields: str) -> Any:
    """A form with a file, as a browser sends it."""
    headers = {"accept-language": "en", "origin": origin}
    files = {"file": ("table.csv", file, "application/octet-stream")}
    return reader.client.post(path, data=fields, files=files, headers=headers, follow_redirects=False)


def counts(stage: Stage) -> tuple[int, int]:
    with stage.read() as tx:
        return len(organisations_store.members(tx)), people_store.count(tx)


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


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in(reader: Reader, path: str) -> None:
    answer = reader.get(path)
    assert (answer.status_code, code(answer)) == (401, "sign_in_needed")


@pytest.mark.parametrize("path", ACTS)
def test_a_stranger_changes_nothing(reader: Reader, stage: Stage, path: str) -> None:
    before = counts(stage)
    assert reader.post(path, {"name_en": "Nobody"}).status_code == 401
    assert counts(stage) == before


@pytest.mark.parametrize("path", FILES)
def test_a_strangers_file_is_not_taken(reader: Reader, stage: Stage, path: str) -> None:
    before = counts(stage)
    assert sent(reader, path, file=TABLE.encode()).status_code == 401
    assert counts(stage) == before


@pytest.mark.parametrize("path", [*ACTS, *FILES])
def test_a_form_of_another_site_is_refused(reader: Reader, path: str) -> None:
    reader.sign_in("salma")
    answer = sent(reader, path, origin="https://elsewhere.example")
    assert (answer.status_code, code(answer)) == (403, "foreign_form")


# Wrong role


@pytest.mark.parametrize("path", [path for path in ACTS if path != "/notices/read"])
def test_only_the_secretariat_changes_who_belongs(reader: Reader, stage: Stage, path: str) -> None:
    reader.sign_in("lama")
    before = counts(stage)
    answer = reader.post(path.replace("per_none", stage.cast.people["yusuf"].id), {"name_en": "Own", "role": "auditor"})
    assert (answer.status_code, code(answer)) == (403, "forbidden")
    assert counts(stage) == before


@pytest.mark.parametrize("path", FILES)
def test_only_the_secretariat_sends_files(reader: Reader, path: str) -> None:
    answer = sent(reader.sign_in("lama"), path, file=TABLE.encode(), text=TABLE)
    assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_a_signatory_sees_organisations_and_not_who_works_there(reader: Reader, stage: Stage) -> None:
    reader.sign_in("yusuf")
    assert reader.get("/people").status_code == 403
    page = reader.get(f"/organisations/{stage.cast.organisations['two-banks']}")
    assert "Women of Both Banks Association" in words(page)
    assert stage.cast.people["jihan"].names["en"] not in page.text and "jihan@" not in page.text


def test_a_focal_point_sees_the_people_of_their_own_organisation_alone(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    listed = words(reader.get("/people"))
    assert stage.cast.people["yusuf"].names["en"] in listed and stage.cast.people["huda"].names["en"] not in listed
    assert reader.get(f"/people/{stage.cast.people['yusuf'].id}").status_code == 200
    assert code(reader.get(f"/people/{stage.cast.people['huda'].id}")) == "not_found"


# Not found


@pytest.mark.parametrize("path", ["/organisations/org_none", "/people/per_none", "/coalition/logo"])
def test_what_is_not_there(reader: Reader, path: str) -> None:
    answer = reader.sign_in("salma").get(path)
    assert (answer.status_code, code(answer)) == (404, "not_found")


def test_nobodys_notices_are_read_for_them(reader: Reader, stage: Stage) -> None:
    an_open_round(stage)
    reader.sign_in("reem").post("/notices/read")
    with stage.read() as tx:
        yusuf = stage.cast.people["yusuf"].id
        assert notices_store.unread(tx, yusuf) > 0


@pytest.mark.parametrize("act", ["names", "leaving", "return"])
def test_no_organisation_that_is_not_there_changes(reader: Reader, act: str) -> None:
    answer = reader.sign_in("salma").post(f"/organisations/org_none/{act}", {"name_en": "Nobody"})
    assert (answer.status_code, code(answer)) == (404, "not_found")


# Conflict


def test_an_organisation_leaves_once(reader: Reader, stage: Stage) -> None:
    place = f"/organisations/{stage.cast.organisations['sindyan']}"
    reader.sign_in("salma")
    assert code(reader.post(f"{place}/return")) == "not_left"
    assert code(reader.post(f"{place}/leaving")) == "not_confirmed"
    assert reader.post(f"{place}/leaving", DECIDED).status_code == 303
    assert code(reader.post(f"{place}/leaving", DECIDED)) == "organisation_left"
    form = {"name_ar": "هالة", "email": "hala@x.example", "lang": "ar", "organisation": place.rpartition("/")[2]}
    assert code(reader.post("/people", form)) == "organisation_left"
    table = "organisation_en,name,email\nSindyan Centre for Constitutional Studies,Hala,hala@x.example\n"
    assert "This organisation has left the coalition." in words(sent(reader, "/import", file=table.encode()))


def test_the_last_of_the_secretariat_stays(reader: Reader, stage: Stage) -> None:
    reader.sign_in("salma")
    assert reader.post(f"/people/{stage.cast.people['karim'].id}/close").status_code == 303
    answer = reader.post(f"/people/{stage.cast.people['salma'].id}/roles/end", {"role": "secretariat"})
    assert (answer.status_code, code(answer)) == (409, "last_secretary")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",,هالة,not an address,ar,", "is not a mail address"),
        (",,هالة,lama@sindyan.example,ar,", "There is a person with this address already."),
        (",,هالة,hala@x.example,ar,signatory", "This role is held for an organisation"),
        (",,هالة,hala@x.example,ar,king", "There is no role “king”."),
        (",,هالة,hala@x.example,xx,", "There is no language “xx” here."),
        (",Electoral Integrity Watch,,,,", "The coalition has this organisation already"),
        (
            "مرصد النزاهة الانتخابية,Women of Both Banks Association,هالة,hala@x.example,,",
            "two different organisations",
        ),
        (",,سامر,first@x.example,,", "Line 2 has the same address."),
        (",,,nameless@x.example,,", "A name is needed, in at least one language."),
    ],
)
def test_every_bad_line_is_named_with_its_reason_and_nothing_comes_in(
    reader: Reader, stage: Stage, line: str, reason: str
) -> None:
    reader.sign_in("salma")
    table = f"organisation_ar,organisation_en,name,email,lang,roles\n,,أوّل,first@x.example,ar,\n{line}\n"
    before = counts(stage)
    said = words(sent(reader, "/import", file=table.encode()))
    assert "1 line cannot come in. Nothing was written." in said
    assert "Line 3" in said and reason in said
    answer = sent(reader, "/import/whole", text=table)
    assert (answer.status_code, code(answer)) == (409, "import_has_faults")
    assert counts(stage) == before


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
def test_a_table_that_is_none_is_refused(reader: Reader, table: bytes, refusal: str) -> None:
    assert code(sent(reader.sign_in("salma"), "/import", file=table)) == refusal


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_with_a_file_must_be_one(reader: Reader, content_type: str) -> None:
    reader.sign_in("salma")
    headers = {"origin": ORIGIN, "content-type": content_type}
    answer = reader.client.post("/coalition/logo", content=b"--y\r\nnonsense", headers=headers)
    assert code(answer) == "bad_form"


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
def test_a_setting_nobody_could_use_is_refused(reader: Reader, change: dict[str, str], refusal: str) -> None:
    assert code(reader.sign_in("salma").post("/coalition", {**SETTINGS, **change})) == refusal


def test_a_logo_is_a_picture(reader: Reader) -> None:
    assert code(sent(reader.sign_in("salma"), "/coalition/logo", file=b"<svg/>")) == "logo_not_an_image"


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


def test_settings_are_kept_and_shown(reader: Reader, stage: Stage) -> None:
    reader.sign_in("salma")
    answer = reader.post("/coalition", SETTINGS)
    assert answer.headers["location"] == "/coalition?saved=1"
    page = reader.get("/coalition?saved=1")
    assert "Saved." in words(page) and "Bridge Coalition" in words(page)
    with stage.read() as tx:
        kept = seen(organisations_store.the_coalition(tx)).settings
    assert kept["working_days"] == ["sun"] and kept["zone"] == "Europe/Berlin"
    assert kept["digits"] == {"ar": "latn", "en": "latn"}
    assert kept["langs"] == ["en", "ar"]


def test_the_first_language_is_spoken_to_whom_nothing_is_known_of(reader: Reader) -> None:
    reader.sign_in("salma").post("/coalition", {**SETTINGS, "writes_ar": ""})
    assert tree(reader.client.get("/", headers={"accept-language": "de"})).get("lang") == "ar"  # as her account says
    assert tree(reader.get("/documents/new")).xpath("//textarea/@lang") == ["en", "en"]
    reader.post("/sign-out")
    reader.client.cookies.clear()
    assert tree(reader.client.get("/", headers={"accept-language": "de"})).get("lang") == "en"


def test_others_read_what_stands_on_paper(reader: Reader) -> None:
    page = reader.sign_in("yusuf").get("/coalition")
    assert "press@mithaq.example" in words(page) and not tree(page).xpath("//main//form")


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_logo_is_shown_after_it_was_chosen(reader: Reader, kind: str, media_type: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, kind)
    reader.sign_in("salma")
    assert sent(reader, "/coalition/logo", file=picture.getvalue()).status_code == 303
    assert tree(reader.get("/coalition")).xpath("//img/@src")
    shown = reader.get("/coalition/logo")
    assert (shown.content, shown.headers["content-type"]) == (picture.getvalue(), media_type)


def test_an_organisation_and_its_first_person_come_in(reader: Reader) -> None:
    reader.sign_in("salma")
    place = reader.post("/organisations", {"name_ar": "منتدى قاسيون", "name_en": ""}).headers["location"]
    assert "Nobody acts for this organisation yet." in words(reader.get(place))
    form = {"name_ar": "هالة درويش", "email": "hala@qasioun.example", "lang": "ar", "role_focal_point": "1"}
    person = reader.post("/people", {**form, "organisation": place.rpartition("/")[2]}).headers["location"]
    said = words(reader.get(person))
    assert "هالة درويش" in said and "Focal point" in said and "منتدى قاسيون" in said
    assert "هالة درويش" in words(reader.get(place)) and "هالة درويش" in words(reader.get("/people"))
    assert place in links(reader.get("/organisations"))


def test_a_role_is_given_and_taken_back_and_a_person_leaves(reader: Reader, stage: Stage) -> None:
    reader.sign_in("salma")
    place = f"/people/{stage.cast.people['yusuf'].id}"
    reader.post(f"{place}/roles", {"role": "auditor"})
    assert "Take back: Auditor" in reader.get(place).text
    reader.post(f"{place}/roles/end", {"role": "auditor"})
    assert "Take back: Auditor" not in reader.get(place).text
    reader.post(f"{place}/close")
    assert "Has left" in words(reader.get(place))
    assert not tree(reader.get(place)).xpath("//main//form")


def test_an_organisation_gets_another_name_leaves_and_comes_back(reader: Reader, stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    place = f"/organisations/{stage.cast.organisations['sindyan']}"
    reader.sign_in("salma")
    reader.post(f"{place}/names", {"name_ar": "ملتقى السنديان", "name_en": "Sindyan Forum"})
    page = reader.get(place)
    assert "Sindyan Forum" in words(page) and "It stays on the roll of 1 open round." in words(page)
    assert "Sindyan Forum" not in words(reader.get(f"/rounds/{round_id}"))
    assert reader.post(f"{place}/leaving", DECIDED).headers["location"] == place
    page = reader.get(place)
    assert "This organisation left the coalition on" in words(page) and "Add a person" not in words(page)
    listed = reader.get("/organisations")
    assert "They have left" in words(listed) and place in links(listed)
    assert "Sindyan Forum" not in words(reader.get("/invitations"))
    reader.post(f"{place}/return")
    assert "left the coalition" not in words(reader.get(place)) and document


def test_an_organisation_shows_who_may_sign_and_what_it_answered(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    page = reader.sign_in("lama").get(f"/organisations/{stage.cast.organisations['sindyan']}")
    said = words(page)
    assert "Your organisation" in said and "Confirmed" in said and stage.cast.people["yusuf"].names["en"] in said
    assert f"/rounds/{round_id}" in links(page) and "Not yet" in said


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode("utf-16"),
    ],
)
def test_a_table_is_shown_first_and_then_comes_in_whole(reader: Reader, stage: Stage, data: bytes) -> None:
    reader.sign_in("salma")
    before = counts(stage)
    page = sent(reader, "/import", file=data)
    assert "2 new organisations" in words(page) and "2 new people" in words(page)
    assert counts(stage) == before
    kept = str(tree(page).xpath("string(//textarea[@hidden])")).removeprefix("\n")  # as a browser reads it
    came = sent(reader, "/import/whole", text=kept)
    assert (came.status_code, came.headers.get("location")) == (303, "/people"), words(came)
    assert counts(stage) == (before[0] + 2, before[1] + 2)
    listed = words(reader.get("/people"))
    assert "هالة درويش" in listed and "Qasioun Legal Forum" in listed


def test_a_pasted_table_is_read_too(reader: Reader) -> None:
    assert "2 new people" in words(sent(reader.sign_in("salma"), "/import", text=TABLE))


def test_notices_are_new_until_they_are_read(reader: Reader, stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    reader.sign_in("yusuf")
    page = reader.get("/notices")
    assert "A round of endorsement is open." in words(page) and "Title ar" in words(page)
    assert tree(page).xpath("//header//a[@href='/notices']/@aria-label") == ["2 new notices"]
    one = str(tree(page).xpath("string(//input[@name='notice']/@value)"))
    went = reader.post("/notices/read", {"notice": one, "next": f"/rounds/{round_id}"})
    assert went.headers["location"] == f"/rounds/{round_id}"
    assert "1 is new to you." in words(reader.get("/notices"))
    assert reader.post("/notices/read").headers["location"] == "/notices"
    assert "You have read them all." in words(reader.get("/notices"))
    assert a_document(stage) != document


def test_who_was_told_nothing_reads_that(reader: Reader) -> None:
    assert "What concerns you will be told here." in words(reader.sign_in("reem").get("/notices"))


def test_a_mail_is_shown_as_mail_programs_show_it_to_its_reader_alone(reader: Reader, stage: Stage) -> None:
    with stage.write() as tx:
        its = seen(people_store.get(tx, stage.cast.people["yusuf"].id))
        mail = notifications.send(
            tx, its, subject="Hello <b>", body="One.\n\nhttp://localhost:8000/rounds/rnd_x\n\nTwo.\n"
        )
    assert code(reader.get(f"/mails/{mail}")) == "sign_in_needed"
    reader.sign_in("lama")
    assert code(reader.get(f"/mails/{mail}")) == "not_found"
    reader.post("/sign-out")
    reader.sign_in("yusuf")
    assert f"/mails/{mail}" in links(reader.get("/mails"))
    shown = reader.get(f"/mails/{mail}")
    assert links(shown) == ["http://localhost:8000/rounds/rnd_x"] and "Hello &lt;b&gt;" in shown.text
    assert "unsafe" not in shown.headers["content-security-policy"]
    assert "script" not in shown.headers["content-security-policy"]


def test_the_language_and_zone_chosen_on_a_page_stay_with_the_person(reader: Reader, stage: Stage) -> None:
    reader.post("/language", {"lang": "en"})
    reader.sign_in("yusuf")
    reader.post("/language", {"lang": "en", "zone": "Europe/Berlin"})
    reader.post("/language", {"lang": "xx", "zone": "Asia/Nowhere"})
    with stage.read() as tx:
        kept = seen(people_store.get(tx, stage.cast.people["yusuf"].id))
    assert (kept.lang, kept.zone) == ("en", "Europe/Berlin")
