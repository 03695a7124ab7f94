"""The door of the pages: who comes in, what strangers learn, in which language they are answered."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.actions.membership import coalition, people
from service.config import Settings
from service.domain.membership.people import SCOPES
from service.files import open_files
from service.job_dispatch import Silence
from service.sample.document import actor_of
from service.store.db import connect
from service.web.api.operations import OPERATIONS
from service.web.http.app_state import House
from service.web.routes import PAGES
from tests.support.factories import SECRET, Doorbell, Stage, a_database, a_document, a_sealed_document, an_open_round
from tests.support.web_client import ORIGIN, Reader, a_publication, browser, code, links, opened, tree, words

OPEN = (
    "/",
    "/sign-in",
    "/sign-in/code",
    "/forgotten",
    "/forgotten/code",
    "/join/{link}",
    "/p/{publication}",
    "/rounds/{round}/sign",
)
PRIVATE = [route.path for route in PAGES if "GET" in (route.methods or ()) and route.path not in OPEN]
FORMS = [route.path for route in PAGES if "POST" in (route.methods or ())]


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def ours(path: str) -> str:
    """A path of routes.py with its places filled by what names nothing."""
    given = {"number": "1", "lang": "ar"}
    return re.sub(r"\{(\w+)\}", lambda place: given.get(place[1], f"{place[1]}_none"), path)


# Outsider


@pytest.mark.parametrize("path", PRIVATE)
def test_a_stranger_is_asked_to_sign_in(reader: Reader, path: str) -> None:
    answer = reader.get(ours(path))
    assert answer.status_code == 401
    assert "Sign in first" in words(answer)
    assert f"/sign-in?next={ours(path)}" in links(answer)


def test_a_stranger_learns_nothing_of_what_exists(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    there, nowhere = reader.get(f"/documents/{document}"), reader.get("/documents/doc_none")
    assert there.text.replace(document, "doc_none") == nowhere.text


@pytest.mark.parametrize("path", FORMS)
def test_forms_of_other_sites_are_refused(reader: Reader, path: str) -> None:
    answer = reader.post(ours(path), origin="https://elsewhere.example")
    assert (answer.status_code, code(answer)) == (403, "foreign_form")


def test_a_browser_that_says_where_a_form_came_from_is_believed(reader: Reader) -> None:
    answer = reader.client.post("/language", data={"lang": "en"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_an_unknown_key_opens_nothing(reader: Reader) -> None:
    answer = reader.post("/sign-in", {"key": "mtq_guessed"})
    assert answer.status_code == 403
    assert "This key is not known here" in words(answer)
    assert "set-cookie" not in answer.headers
    assert "mtq_guessed" not in answer.text


def test_nobody_is_led_elsewhere_after_signing_in(reader: Reader, stage: Stage) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"):
        answer = reader.post("/sign-in", {"key": stage.token("lama"), "next": elsewhere})
        assert answer.headers["location"] == "/"


def test_strangers_read_what_is_published_and_nothing_else(reader: Reader, stage: Stage) -> None:
    a_document(stage)
    assert "Nothing has been published yet" in words(reader.get("/"))
    publication = a_publication(stage, a_sealed_document(stage))
    answer = reader.get("/")
    assert [link for link in links(answer) if link.startswith(("/p/", "/documents/"))] == [f"/p/{publication}"]


# Not found


@pytest.mark.parametrize("path", ["/nowhere", "/p/pub_none", "/static/none.css", "/documents"])
def test_addresses_that_lead_nowhere_say_so(reader: Reader, path: str) -> None:
    assert reader.get(path).status_code == 404


NOWHERE = {
    "ar": "لا شيء هنا",
    "en": "There is nothing here to see",
}


@pytest.mark.parametrize("lang", NOWHERE)
@pytest.mark.parametrize(
    "path", ["/nowhere", "/p", "/p/pub_none", "/p/pub_none/x", "/documents", "/sign-in/x", "/join", "/static/none.css"]
)
def test_a_stranger_at_an_address_that_leads_nowhere_is_told_so_in_their_language(
    reader: Reader, path: str, lang: str
) -> None:
    answer = reader.get(path, **{"accept-language": lang})
    assert (answer.status_code, answer.headers["content-language"], tree(answer).get("lang")) == (404, lang, lang)
    assert tree(answer).find(".//h1").text_content() == NOWHERE[lang]
    assert code(answer) == "not_found" and answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("lang", NOWHERE)
def test_what_is_public_in_the_api_tells_strangers_in_their_language_too(reader: Reader, lang: str) -> None:
    public = [one.path for one in OPERATIONS if one.public]
    assert public
    for path in (*map(ours, public), "/api/v1/nowhere"):
        answer = reader.get(path, **{"accept-language": lang})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].isascii() is (lang == "en")


@pytest.mark.parametrize("lang", NOWHERE)
def test_every_open_address_answers_a_stranger_in_their_language(reader: Reader, lang: str) -> None:
    for path in OPEN:
        answer = reader.get(ours(path), **{"accept-language": lang})
        assert answer.status_code in (200, 404, 409), path
        assert answer.headers["content-language"] == lang, path


def test_a_form_that_is_too_large_or_unreadable_changes_nothing(reader: Reader) -> None:
    large = reader.post("/language", {"lang": "k" * 70_000})
    assert (large.status_code, code(large)) == (413, "form_too_large")
    unread = reader.client.post("/language", content=b"\xff=\xfe", headers={"origin": ORIGIN})
    assert (unread.status_code, code(unread)) == (400, "bad_form")


# Success


def test_signing_in_leads_on_and_signing_out_ends_it(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    answer = reader.post("/sign-in", {"key": f"  {stage.token('lama')} ", "next": f"/documents/{document}"})
    assert answer.headers["location"] == f"/documents/{document}"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("mithaq=") and "httponly" in cookie and "samesite=lax" in cookie
    kept = dict(reader.client.cookies)
    assert reader.get(f"/documents/{document}").status_code == 200
    assert reader.get("/sign-in").url.path == "/"
    reader.post("/sign-out")
    reader.client.cookies.update(kept)
    assert reader.get(f"/documents/{document}").status_code == 401


def test_over_tls_the_cookie_belongs_to_this_host_alone(reader: Reader, stage: Stage) -> None:
    answer = reader.client.post(
        "https://localhost/sign-in", data={"key": stage.token("lama")}, headers={"origin": "https://localhost"}
    )
    cookie = answer.history[0].headers["set-cookie"].lower()
    assert cookie.startswith("__host-mithaq=") and "secure" in cookie and "domain" not in cookie


@pytest.mark.parametrize(
    ("asked", "spoken"), [("en", "en"), ("ar", "ar"), ("ku, en;q=0.4", "en"), ("de", "ar"), ("en;q=0.2, ar", "ar")]
)
def test_a_page_speaks_the_language_the_browser_prefers(reader: Reader, asked: str, spoken: str) -> None:
    answer = reader.client.get("/", headers={"accept-language": asked})
    root = tree(answer)
    assert (root.get("lang"), root.get("dir")) == (spoken, "rtl" if spoken == "ar" else "ltr")
    assert answer.headers["content-language"] == spoken


def test_a_choice_of_language_and_zone_is_kept(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    reader.sign_in("yusuf")
    assert "Europe" not in words(reader.get(f"/rounds/{round_id}"))
    answer = reader.post("/language", {"lang": "ar", "zone": "Europe/London", "next": f"/rounds/{round_id}?x=1"})
    assert answer.headers["location"] == f"/rounds/{round_id}?x=1"
    assert "لندن" in tree(reader.get(f"/rounds/{round_id}")).find(".//main").text_content()
    reader.post("/language", {"lang": "tlh", "zone": "Mars/Olympus"})
    assert tree(reader.get("/")).get("lang") == "ar"


def policies(answer: Any) -> set[str]:
    return {part.strip() for part in answer.headers["content-security-policy"].split(";")}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere"])
def test_no_page_needs_what_its_policy_forbids(reader: Reader, path: str) -> None:
    answer = reader.get(path)
    root = tree(answer)
    assert "default-src 'none'" in policies(answer)
    assert not root.xpath("//*[@style] | //style | //script | //@*[starts-with(name(), 'on')]")
    assert all(address.startswith("/") for address in root.xpath("//@src | //link/@href"))


def test_styles_are_kept_as_long_as_their_address_names_their_bytes(reader: Reader) -> None:
    address = next(one for one in tree(reader.get("/")).xpath("//link/@href") if "mithaq.css" in one)
    assert "immutable" in reader.get(address).headers["cache-control"]
    assert reader.get("/static/mithaq.css").headers["cache-control"] == "no-cache"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A real instance, before its coalition is founded."""
    a_database(tmp_path / "mithaq.db")
    settings = Settings.read({}, var=tmp_path, secret=SECRET.decode())
    database = connect(settings.database)
    yield House(settings, database, open_files(settings.files), Doorbell(), SECRET)
    database.close()


def test_an_instance_without_a_coalition_still_answers(house: House) -> None:
    with browser(house) as client:
        assert client.get("/").status_code == 200
        assert client.get("/documents/x").status_code == 401


def test_a_real_instance_wears_no_banner_and_shows_no_mails(house: House) -> None:
    first = {"name": "سلمى", "email": "salma@coalition.example", "lang": "ar"}
    with house.database.write(Silence()) as tx:
        settings = {"names": {"en": "A coalition"}}
        _, person = coalition.found(tx, origin=ORIGIN, sample=False, settings=settings, first=first)
    with house.database.write(Silence()) as tx:
        token = people.issue_token(tx, actor_of(tx, person), label="test", scopes=SCOPES).token
    with browser(house) as client:
        page = client.post("/sign-in", data={"key": token}, headers={"origin": ORIGIN, "accept-language": "en"})
        assert page.status_code == 200
        assert "This is a sample" not in page.text and "/mails" not in page.text
        assert client.get("/mails").status_code == 404


def test_the_page_of_a_problem_needs_nothing_that_may_be_down(house: House, tmp_path: Path) -> None:
    with browser(house) as client:
        (tmp_path / "mithaq.db").write_bytes(b"this is no database any more")
        house.database.close()
        page = client.get("/", headers={"accept-language": "en"})
    assert (page.status_code, code(page)) == (503, "internal")
    assert "Something is down on our side" in page.text


def test_a_page_travels_compressed_and_the_answer_to_a_form_does_not(reader: Reader, stage: Stage) -> None:
    page = reader.get("/sign-in", **{"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    refused = reader.post("/sign-in", {"key": "mtq_wrong"})
    assert refused.status_code == 403 and "content-encoding" not in refused.headers
    whole = reader.get("/sign-in", **{"accept-encoding": "identity"})
    assert "content-encoding" not in whole.headers and whole.text == page.text
