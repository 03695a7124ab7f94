"""Sign-in: who may sign in, what outsiders can learn, and the language of responses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.actions.membership import coalition, people
from service.config import Settings
from service.domain.membership.people import TOKEN_SCOPES
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
    "/sign-in/app",
    "/join",
    "/join/{link}",
    "/p/{publication}",
    "/rounds/{round}/sign",
    "/guide",
    "/guide/{page}",
)
PRIVATE = [route.path for route in PAGE_ROUTES if "GET" in (route.methods or ()) and route.path not in OPEN]
FORMS = [route.path for route in PAGE_ROUTES if "POST" in (route.methods or ())]


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def fill_path(path: str) -> str:
    """Return a path of routes.py with its parameters set to unknown ids."""
    given = {"number": "1", "lang": "ar"}
    return re.sub(r"\{(\w+)\}", lambda place: given.get(place[1], f"{place[1]}_none"), path)


# Outsider


@pytest.mark.parametrize("path", PRIVATE)
def test_outsider_is_asked_to_sign_in(web_client: WebClient, path: str) -> None:
    response = web_client.get(fill_path(path))
    assert response.status_code == 401
    assert "Sign in first" in page_text(response)
    assert f"/sign-in?next={fill_path(path)}" in page_links(response)


def test_outsider_learns_nothing_of_what_exists(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    there, nowhere = web_client.get(f"/documents/{document}"), web_client.get("/documents/doc_none")
    assert there.text.replace(document, "doc_none") == nowhere.text


@pytest.mark.parametrize("path", FORMS)
def test_cross_site_forms_are_rejected(web_client: WebClient, path: str) -> None:
    response = web_client.post(fill_path(path), origin="https://elsewhere.example")
    assert (response.status_code, error_code(response)) == (403, "foreign_form")


def test_same_origin_header_is_accepted(web_client: WebClient) -> None:
    response = web_client.client.post("/language", data={"lang": "en"}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403


def test_unknown_token_does_not_sign_in(web_client: WebClient) -> None:
    response = web_client.post("/sign-in", {"key": "mtq_guessed"})
    assert response.status_code == 403
    assert "This key is unknown or has expired" in page_text(response)
    assert "set-cookie" not in response.headers
    assert "mtq_guessed" not in response.text


def test_sign_in_does_not_redirect_to_other_sites(web_client: WebClient, instance: SampleInstance) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"):
        response = web_client.post("/sign-in", {"key": instance.token("lama"), "next": elsewhere})
        assert response.headers["location"] == "/"


def test_outsider_reads_published_documents_only(web_client: WebClient, instance: SampleInstance) -> None:
    create_document(instance)
    assert "Nothing published yet" in page_text(web_client.get("/"))
    publication = create_publication(instance, create_sealed_document(instance))
    response = web_client.get("/")
    assert [link for link in page_links(response) if link.startswith(("/p/", "/documents/"))] == [f"/p/{publication}"]


# Not found


@pytest.mark.parametrize("path", ["/nowhere", "/p/pub_none", "/static/none.css", "/document"])
def test_unknown_address_is_not_found(web_client: WebClient, path: str) -> None:
    assert web_client.get(path).status_code == 404


NOWHERE = {
    "ar": "لا شيء هنا",
    "en": "Page not found",
}


@pytest.mark.parametrize("lang", NOWHERE)
@pytest.mark.parametrize(
    "path", ["/nowhere", "/p", "/p/pub_none", "/p/pub_none/x", "/document", "/sign-in/x", "/static/none.css"]
)
def test_unknown_address_is_reported_in_the_language_of_the_outsider(
    web_client: WebClient, path: str, lang: str
) -> None:
    response = web_client.get(path, **{"accept-language": lang})
    assert (response.status_code, response.headers["content-language"], parse_page(response).get("lang")) == (
        404,
        lang,
        lang,
    )
    assert parse_page(response).find(".//h1").text_content() == NOWHERE[lang]
    assert error_code(response) == "not_found" and response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("lang", NOWHERE)
def test_public_api_responds_in_the_language_of_the_outsider(web_client: WebClient, lang: str) -> None:
    public = [one.path for one in OPERATIONS if one.public]
    assert public
    for path in (*map(fill_path, public), "/api/v1/nowhere"):
        response = web_client.get(path, **{"accept-language": lang})
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"].isascii() is (lang == "en")


@pytest.mark.parametrize("lang", NOWHERE)
def test_every_public_address_responds_in_the_language_of_the_outsider(web_client: WebClient, lang: str) -> None:
    for path in OPEN:
        response = web_client.get(fill_path(path), **{"accept-language": lang})
        assert response.status_code in (200, 404, 409), path
        assert response.headers["content-language"] == lang, path


def test_oversized_or_malformed_form_changes_nothing(web_client: WebClient) -> None:
    large = web_client.post("/language", {"lang": "k" * 70_000})
    assert (large.status_code, error_code(large)) == (413, "form_too_large")
    unread = web_client.client.post("/language", content=b"\xff=\xfe", headers={"origin": ORIGIN})
    assert (unread.status_code, error_code(unread)) == (400, "bad_form")


# Success


def test_sign_in_redirects_and_sign_out_ends_the_session(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    response = web_client.post("/sign-in", {"key": f"  {instance.token('lama')} ", "next": f"/documents/{document}"})
    assert response.headers["location"] == f"/documents/{document}"
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("mithaq=") and "httponly" in cookie and "samesite=lax" in cookie
    kept = dict(web_client.client.cookies)
    assert web_client.get(f"/documents/{document}").status_code == 200
    assert web_client.get("/sign-in").url.path == "/"
    web_client.post("/sign-out")
    web_client.client.cookies.update(kept)
    assert web_client.get(f"/documents/{document}").status_code == 401


@pytest.mark.parametrize(
    ("requested", "spoken"), [("en", "en"), ("ar", "ar"), ("ku, en;q=0.4", "en"), ("de", "ar"), ("en;q=0.2, ar", "ar")]
)
def test_page_uses_the_preferred_language_of_the_browser(web_client: WebClient, requested: str, spoken: str) -> None:
    response = web_client.client.get("/", headers={"accept-language": requested})
    root = parse_page(response)
    assert (root.get("lang"), root.get("dir")) == (spoken, "rtl" if spoken == "ar" else "ltr")
    assert response.headers["content-language"] == spoken


def test_language_and_time_zone_are_kept(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    web_client.sign_in("yusuf")
    assert "Europe" not in page_text(web_client.get(f"/rounds/{round_id}"))
    response = web_client.post("/language", {"lang": "ar", "zone": "Europe/London", "next": f"/rounds/{round_id}?x=1"})
    assert response.headers["location"] == f"/rounds/{round_id}?x=1"
    assert "لندن" in parse_page(web_client.get(f"/rounds/{round_id}")).find(".//main").text_content()
    web_client.post("/language", {"lang": "tlh", "zone": "Mars/Olympus"})
    assert parse_page(web_client.get("/")).get("lang") == "ar"


def policies(response: Any) -> set[str]:
    return {part.strip() for part in response.headers["content-security-policy"].split(";")}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere"])
def test_pages_comply_with_their_content_security_policy(web_client: WebClient, path: str) -> None:
    response = web_client.get(path)
    root = parse_page(response)
    assert "default-src 'none'" in policies(response)
    assert not root.xpath("//*[@style] | //style | //script | //@*[starts-with(name(), 'on')]")
    assert all(address.startswith("/") for address in root.xpath("//@src | //link/@href"))


def test_hashed_styles_are_cached_immutably(web_client: WebClient) -> None:
    address = next(one for one in parse_page(web_client.get("/")).xpath("//link/@href") if "mithaq.css" in one)
    assert "immutable" in web_client.get(address).headers["cache-control"]
    assert web_client.get("/static/mithaq.css").headers["cache-control"] == "no-cache"


@pytest.fixture
def app_state(tmp_path: Path) -> Iterator[AppState]:
    """The app state of a real instance, before its coalition is initialised."""
    create_database(tmp_path / "mithaq.db")
    settings = Settings.load({}, var=tmp_path, secret=SECRET.decode())
    database = connect(settings.resolved_database_url)
    yield AppState(settings, database, open_file_store(settings.resolved_files_url), RecordingDispatcher(), SECRET)
    database.close()


def test_instance_without_a_coalition_still_responds(app_state: AppState) -> None:
    with create_test_client(app_state) as client:
        assert client.get("/").status_code == 200
        assert client.get("/documents/x").status_code == 401


def test_real_instance_has_no_banner_and_shows_no_mail(app_state: AppState) -> None:
    first = {"name": "سلمى", "email": "salma@coalition.example", "lang": "ar"}
    with app_state.database.write(NullDispatcher()) as tx:
        settings = {"names": {"en": "A coalition"}}
        _, person = coalition.create_coalition(tx, origin=ORIGIN, sample=False, settings=settings, first_person=first)
    with app_state.database.write(NullDispatcher()) as tx:
        token = people.issue_token(tx, load_actor(tx, person), label="test", scopes=TOKEN_SCOPES).token
    with create_test_client(app_state) as client:
        page = client.post("/sign-in", data={"key": token}, headers={"origin": ORIGIN, "accept-language": "en"})
        assert page.status_code == 200
        assert "This is a demo" not in page.text and "/mails" not in page.text
        assert client.get("/mails").status_code == 404


def test_error_page_renders_without_a_database(app_state: AppState, tmp_path: Path) -> None:
    with create_test_client(app_state) as client:
        (tmp_path / "mithaq.db").write_bytes(b"this is no database any more")
        app_state.database.close()
        page = client.get("/", headers={"accept-language": "en"})
    assert (page.status_code, error_code(page)) == (503, "internal")
    assert "Part of the service is not working" in page.text


def test_pages_are_compressed_and_responses_to_forms_are_not(web_client: WebClient, instance: SampleInstance) -> None:
    page = web_client.get("/sign-in", **{"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    refused = web_client.post("/sign-in", {"key": "mtq_wrong"})
    assert refused.status_code == 403 and "content-encoding" not in refused.headers
    whole = web_client.get("/sign-in", **{"accept-encoding": "identity"})
    assert "content-encoding" not in whole.headers and whole.text == page.text


def test_field_of_a_wrong_password_is_in_view_and_focused(web_client: WebClient) -> None:
    page = web_client.post("/sign-in", {"email": "salma@example.org", "password": "wrong"})
    assert page.status_code == 403
    assert parse_page(page).xpath("//*[@autofocus]/@name") == ["password"]
