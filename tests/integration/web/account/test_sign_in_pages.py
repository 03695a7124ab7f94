"""The door of the pages: who comes in, what strangers learn, in which language they are answered."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.actions.membership import coalition, people
from service.config import Settings
from service.domain.membership.people import SCOPES
from service.files import open_file_store
from service.job_dispatch import NullDispatcher
from service.sample.document import load_actor
from service.store.db import connect
from service.web.api.operations import OPERATIONS
from service.web.http.app_state import AppState
from service.web.routes import PAGE_ROUTES
from tests.support.factories import (
    SECRET,
    RecordingDispatcher,
    SampleInstance,
    create_database,
    create_document,
    create_sealed_document,
    open_round_with_document,
)
from tests.support.web_client import (
    ORIGIN,
    WebClient,
    create_publication,
    create_test_client,
    error_code,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)

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
PRIVATE = [route.path for route in PAGE_ROUTES if "GET" in (route.methods or ()) and route.path not in OPEN]
FORMS = [route.path for route in PAGE_ROUTES if "POST" in (route.methods or ())]


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def fill_path(path: str) -> str:
    """A path of routes.py with its places filled by what names nothing."""
    given = {"number": "1", "lang": "ar"}
    return re.sub(r"\{(\w+)\}", lambda place: given.get(place[1], f"{place[1]}_none"), path)


# Outsider


@pytest.mark.parametrize("path", PRIVATE)
def test_a_stranger_is_asked_to_sign_in(web_client: WebClient, path: str) -> None:
    answer = web_client.get(fill_path(path))
    assert answer.status_code == 401
    assert "Sign in first" in page_text(answer)
    assert f"/sign-in?next={fill_path(path)}" in page_links(answer)


def test_a_stranger_learns_nothing_of_what_exists(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    there, nowhere = web_client.get(f"/documents/{document}"), web_client.get("/documents/doc_none")
    assert there.text.replace(document, "doc_none") == nowhere.text


@pytest.mark.parametrize("path", FORMS)
def test_forms_of_other_sites_are_refused(web_client: WebClient, path: str) -> None:
    answer = web_client.post(fill_path(path), origin="https://elsewhere.example")
    assert (answer.status_code, error_code(answer)) == (403, "foreign_form")


def test_a_browser_that_says_where_a_form_came_from_is_believed(web_client: WebClient) -> None:
    answer = web_client.client.post("/language", data={"lang": "en"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_an_unknown_key_opens_nothing(web_client: WebClient) -> None:
    answer = web_client.post("/sign-in", {"key": "mtq_guessed"})
    assert answer.status_code == 403
    assert "This key is unknown or has expired" in page_text(answer)
    assert "set-cookie" not in answer.headers
    assert "mtq_guessed" not in answer.text


def test_nobody_is_led_elsewhere_after_signing_in(web_client: WebClient, instance: SampleInstance) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"):
        answer = web_client.post("/sign-in", {"key": instance.token("lama"), "next": elsewhere})
        assert answer.headers["location"] == "/"


def test_strangers_read_what_is_published_and_nothing_else(web_client: WebClient, instance: SampleInstance) -> None:
    create_document(instance)
    assert "Nothing published yet" in page_text(web_client.get("/"))
    publication = create_publication(instance, create_sealed_document(instance))
    answer = web_client.get("/")
    assert [link for link in page_links(answer) if link.startswith(("/p/", "/documents/"))] == [f"/p/{publication}"]


# Not found


@pytest.mark.parametrize("path", ["/nowhere", "/p/pub_none", "/static/none.css", "/documents"])
def test_addresses_that_lead_nowhere_say_so(web_client: WebClient, path: str) -> None:
    assert web_client.get(path).status_code == 404


NOWHERE = {
    "ar": "لا شيء هنا",
    "en": "Page not found",
}


@pytest.mark.parametrize("lang", NOWHERE)
@pytest.mark.parametrize(
    "path", ["/nowhere", "/p", "/p/pub_none", "/p/pub_none/x", "/documents", "/sign-in/x", "/join", "/static/none.css"]
)
def test_a_stranger_at_an_address_that_leads_nowhere_is_told_so_in_their_language(
    web_client: WebClient, path: str, lang: str
) -> None:
    answer = web_client.get(path, **{"accept-language": lang})
    assert (answer.status_code, answer.headers["content-language"], parse_page(answer).get("lang")) == (404, lang, lang)
    assert parse_page(answer).find(".//h1").text_content() == NOWHERE[lang]
    assert error_code(answer) == "not_found" and answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("lang", NOWHERE)
def test_what_is_public_in_the_api_tells_strangers_in_their_language_too(web_client: WebClient, lang: str) -> None:
    public = [one.path for one in OPERATIONS if one.public]
    assert public
    for path in (*map(fill_path, public), "/api/v1/nowhere"):
        answer = web_client.get(path, **{"accept-language": lang})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].isascii() is (lang == "en")


@pytest.mark.parametrize("lang", NOWHERE)
def test_every_open_address_answers_a_stranger_in_their_language(web_client: WebClient, lang: str) -> None:
    for path in OPEN:
        answer = web_client.get(fill_path(path), **{"accept-language": lang})
        assert answer.status_code in (200, 404, 409), path
        assert answer.headers["content-language"] == lang, path


def test_a_form_that_is_too_large_or_unreadable_changes_nothing(web_client: WebClient) -> None:
    large = web_client.post("/language", {"lang": "k" * 70_000})
    assert (large.status_code, error_code(large)) == (413, "form_too_large")
    unread = web_client.client.post("/language", content=b"\xff=\xfe", headers={"origin": ORIGIN})
    assert (unread.status_code, error_code(unread)) == (400, "bad_form")


# Success


def test_signing_in_leads_on_and_signing_out_ends_it(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    answer = web_client.post("/sign-in", {"key": f"  {instance.token('lama')} ", "next": f"/documents/{document}"})
    assert answer.headers["location"] == f"/documents/{document}"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("mithaq=") and "httponly" in cookie and "samesite=lax" in cookie
    kept = dict(web_client.client.cookies)
    assert web_client.get(f"/documents/{document}").status_code == 200
    assert web_client.get("/sign-in").url.path == "/"
    web_client.post("/sign-out")
    web_client.client.cookies.update(kept)
    assert web_client.get(f"/documents/{document}").status_code == 401


def test_over_tls_the_cookie_belongs_to_this_host_alone(web_client: WebClient, instance: SampleInstance) -> None:
    answer = web_client.client.post(
        "https://localhost/sign-in", data={"key": instance.token("lama")}, headers={"origin": "https://localhost"}
    )
    cookie = answer.history[0].headers["set-cookie"].lower()
    assert cookie.startswith("__host-mithaq=") and "secure" in cookie and "domain" not in cookie


@pytest.mark.parametrize(
    ("asked", "spoken"), [("en", "en"), ("ar", "ar"), ("ku, en;q=0.4", "en"), ("de", "ar"), ("en;q=0.2, ar", "ar")]
)
def test_a_page_speaks_the_language_the_browser_prefers(web_client: WebClient, asked: str, spoken: str) -> None:
    answer = web_client.client.get("/", headers={"accept-language": asked})
    root = parse_page(answer)
    assert (root.get("lang"), root.get("dir")) == (spoken, "rtl" if spoken == "ar" else "ltr")
    assert answer.headers["content-language"] == spoken


def test_a_choice_of_language_and_zone_is_kept(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    web_client.sign_in("yusuf")
    assert "Europe" not in page_text(web_client.get(f"/rounds/{round_id}"))
    answer = web_client.post("/language", {"lang": "ar", "zone": "Europe/London", "next": f"/rounds/{round_id}?x=1"})
    assert answer.headers["location"] == f"/rounds/{round_id}?x=1"
    assert "لندن" in parse_page(web_client.get(f"/rounds/{round_id}")).find(".//main").text_content()
    web_client.post("/language", {"lang": "tlh", "zone": "Mars/Olympus"})
    assert parse_page(web_client.get("/")).get("lang") == "ar"


def policies(answer: Any) -> set[str]:
    return {part.strip() for part in answer.headers["content-security-policy"].split(";")}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere"])
def test_no_page_needs_what_its_policy_forbids(web_client: WebClient, path: str) -> None:
    answer = web_client.get(path)
    root = parse_page(answer)
    assert "default-src 'none'" in policies(answer)
    assert not root.xpath("//*[@style] | //style | //script | //@*[starts-with(name(), 'on')]")
    assert all(address.startswith("/") for address in root.xpath("//@src | //link/@href"))


def test_styles_are_kept_as_long_as_their_address_names_their_bytes(web_client: WebClient) -> None:
    address = next(one for one in parse_page(web_client.get("/")).xpath("//link/@href") if "mithaq.css" in one)
    assert "immutable" in web_client.get(address).headers["cache-control"]
    assert web_client.get("/static/mithaq.css").headers["cache-control"] == "no-cache"


@pytest.fixture
def app_state(tmp_path: Path) -> Iterator[AppState]:
    """A real instance, before its coalition is founded."""
    create_database(tmp_path / "mithaq.db")
    settings = Settings.load({}, var=tmp_path, secret=SECRET.decode())
    database = connect(settings.resolved_database_url)
    yield AppState(settings, database, open_file_store(settings.resolved_files_url), RecordingDispatcher(), SECRET)
    database.close()


def test_an_instance_without_a_coalition_still_answers(app_state: AppState) -> None:
    with create_test_client(app_state) as client:
        assert client.get("/").status_code == 200
        assert client.get("/documents/x").status_code == 401


def test_a_real_instance_wears_no_banner_and_shows_no_mails(app_state: AppState) -> None:
    first = {"name": "سلمى", "email": "salma@coalition.example", "lang": "ar"}
    with app_state.database.write(NullDispatcher()) as tx:
        settings = {"names": {"en": "A coalition"}}
        _, person = coalition.create_coalition(tx, origin=ORIGIN, sample=False, settings=settings, first_person=first)
    with app_state.database.write(NullDispatcher()) as tx:
        token = people.issue_token(tx, load_actor(tx, person), label="test", scopes=SCOPES).token
    with create_test_client(app_state) as client:
        page = client.post("/sign-in", data={"key": token}, headers={"origin": ORIGIN, "accept-language": "en"})
        assert page.status_code == 200
        assert "This is a demo" not in page.text and "/mails" not in page.text
        assert client.get("/mails").status_code == 404


def test_the_page_of_a_problem_needs_nothing_that_may_be_down(app_state: AppState, tmp_path: Path) -> None:
    with create_test_client(app_state) as client:
        (tmp_path / "mithaq.db").write_bytes(b"this is no database any more")
        app_state.database.close()
        page = client.get("/", headers={"accept-language": "en"})
    assert (page.status_code, error_code(page)) == (503, "internal")
    assert "Part of the service is not working" in page.text


def test_a_page_travels_compressed_and_the_answer_to_a_form_does_not(
    web_client: WebClient, instance: SampleInstance
) -> None:
    page = web_client.get("/sign-in", **{"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    refused = web_client.post("/sign-in", {"key": "mtq_wrong"})
    assert refused.status_code == 403 and "content-encoding" not in refused.headers
    whole = web_client.get("/sign-in", **{"accept-encoding": "identity"})
    assert "content-encoding" not in whole.headers and whole.text == page.text
