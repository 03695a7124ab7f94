"""The guide and the tour: every page has help, in both languages, and every link of the guide works."""

import re
from collections.abc import Iterator

import pytest

from service.web.rendering.help_links import GUIDE_PAGES, help_link
from service.web.routes import PAGE_ROUTES
from service.web.system.guide import guide_html
from tests.support.factories import SampleInstance
from tests.support.web_client import WebClient, open_web_client, page_links, page_text, parse_page

DATABASES = ("sqlite",)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def test_tour_is_for_people_who_are_signed_in(web_client: WebClient) -> None:
    assert web_client.get("/tour").status_code == 401
    assert web_client.post("/tour/end").status_code == 401


def test_unknown_page_of_the_guide_is_not_found(web_client: WebClient) -> None:
    assert web_client.get("/guide/none").status_code == 404
    assert web_client.get("/guide/..%2Fapi").status_code == 404


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("name", GUIDE_PAGES)
def test_pages_of_the_guide_have_only_links_that_work(web_client: WebClient, name: str, lang: str) -> None:
    page = web_client.get(f"/guide/{name}", **{"accept-language": lang})
    assert page.status_code == 200 and parse_page(page).get("lang") == lang
    for link in page_links(page):
        if link.startswith("/guide"):
            assert web_client.get(link).status_code == 200, link
        assert not link.endswith(".md")


@pytest.mark.parametrize("name", GUIDE_PAGES)
def test_headings_are_the_same_in_both_languages(name: str) -> None:
    counts = [len(re.findall(r"<h\d id=", guide_html(name, lang=lang))) for lang in ("ar", "en")]
    assert counts[0] == counts[1]


def test_every_page_has_help_that_exists(web_client: WebClient) -> None:
    for route in PAGE_ROUTES:
        path = re.sub(r"\{\w+\}", "x", route.path)
        page, _, anchor = help_link(path).partition("#")
        shown = web_client.get(page)
        assert shown.status_code == 200, path
        assert not anchor or parse_page(shown).xpath(f"//*[@id='{anchor}']"), path


def test_help_of_the_editor_is_about_writing(web_client: WebClient) -> None:
    page, _, anchor = help_link("/documents/doc_a/texts/ar").partition("#")
    assert parse_page(web_client.get(page)).xpath(f"string(//*[@id='{anchor}'])") == "Writing"


def test_tour_is_offered_until_it_is_ended(web_client: WebClient) -> None:
    web_client.sign_in("yusuf")
    assert "Take the tour" in page_text(web_client.get("/"))
    page, seen = web_client.get("/tour"), []
    while following := parse_page(page).xpath("//a[@rel='next']/@href"):
        seen.append(parse_page(page).xpath("string(//h1)"))
        page = web_client.get(following[0])
    assert "You sign for your organisation" in seen and "Everyone writes in the same text" not in seen
    assert "Done" in page_text(page)
    assert web_client.get("/tour?step=99").status_code == web_client.get("/tour?step=x").status_code == 200
    assert web_client.post("/tour/end").headers["location"] == "/"
    assert "Take the tour" not in page_text(web_client.get("/"))
