"""The pages in a real browser: both languages, a phone and a desk, light and dark; then one document by hand."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.conftest import Theatre
from tests.integration.web.browsers import with_files

READERS = {
    "": ("/", "/sign-in", "/nowhere", "public", "withdrawn"),
    "yusuf": ("/", "/mails", "asked", "round"),
    "lama": ("draft", "version", "comparison", "/documents/doc_none"),
    "reem": ("approved", "sealed"),
    "salma": ("/", "/organisations", "organisation", "/people", "person", "/coalition", "/import", "/notices"),
}
PAGES = [pytest.param(who, place, id=f"{who}{place}") for who, places in READERS.items() for place in places]


@pytest.fixture(scope="module")
def keys(chromium: Browser, theatre: Theatre) -> dict[str, StorageState | None]:
    """What each reader's browser keeps after they came in through the door."""
    kept: dict[str, StorageState | None] = {"": None}
    for who in filter(None, READERS):
        with chromium.new_context() as context:
            sign_in(context.new_page(), theatre, who)
            kept[who] = context.storage_state()
    return kept


def sign_in(page: Page, theatre: Theatre, who: str) -> None:
    page.goto(f"{theatre.origin}/sign-in")
    page.locator(f"button[value='{theatre.stage.cast.people[who].id}']").click()
    expect(page.locator(".doclist")).to_be_visible()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(locale="en", accept_downloads=True) as context:
        yield context.new_page()


@pytest.mark.parametrize(("who", "place"), PAGES)
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_page_is_fit_to_be_read(
    chromium: Browser,
    theatre: Theatre,
    keys: dict[str, StorageState | None],
    lang: str,
    width: int,
    who: str,
    place: str,
) -> None:
    with chromium.new_context(
        locale=lang,
        viewport={"width": width, "height": 800},
        color_scheme="light",
        reduced_motion="reduce",
        storage_state=keys[who],
    ) as context:
        page = context.new_page()
        faults = watched(page, theatre)
        page.goto(theatre.origin + theatre.places.get(place, place))
        assert page.locator("html").get_attribute("lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
        assert not barriers(page)
        page.emulate_media(color_scheme="dark")
        assert not barriers(page, runOnly=["color-contrast"])
        assert not faults


def barriers(page: Page, **options: object) -> str:
    """What axe finds in the way of a reader, as its report; empty where the way is clear."""
    found = Axe().run(page, options=options)
    return str(found.generate_report()) if found.violations_count else ""


def watched(page: Page, theatre: Theatre) -> list[str]:
    """What goes wrong unseen: errors on the console, and any request that leaves for another host."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if _is_fault(message.text, message.type) else None)
    page.on(
        "request", lambda request: faults.append(request.url) if not request.url.startswith(theatre.origin) else None
    )
    return faults


def _is_fault(text: str, kind: str) -> bool:
    """Chromium reports the status of a page itself as an error; those are answers we meant."""
    return kind in ("error", "warning") and "the server responded with a status of 40" not in text


def test_the_fonts_of_the_house_are_used(chromium: Browser, theatre: Theatre) -> None:
    with chromium.new_context(locale="ar") as context:
        page = context.new_page()
        page.goto(theatre.origin + theatre.places["public"], wait_until="networkidle")
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        if page.locator("link[href*='built/fonts.css']").count() == 0:
            pytest.skip("the web fonts were not made: python -m service.cli.provision")
        assert {"Amiri", "IBM Plex Sans Arabic"} <= {family.strip('"') for family in loaded}


def test_a_wrong_key_is_told_at_its_field(page: Page, theatre: Theatre) -> None:
    page.goto(f"{theatre.origin}/sign-in")
    page.get_by_text("Sign in with a key").click()
    page.locator("#key").fill("mtq_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This key is not known here")
    expect(page.locator("#key")).to_have_attribute("aria-invalid", "true")


def test_one_document_is_followed_by_hand_from_the_door_to_the_public_page(page: Page, theatre: Theatre) -> None:
    approved = theatre.places["approved"]
    with_files(theatre.stage, approved.removeprefix("/documents/"))
    page.goto(theatre.origin + approved)
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_text("Sign in with a key").click()
    page.locator("#key").fill(theatre.stage.token("reem"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(theatre.origin + approved)
    page.get_by_role("link", name="2 of 3 organisations have endorsed").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="For publication and print").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Signatories")).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(page.get_by_role("heading", name="الموقّعون")).to_be_visible()


def test_the_language_button_turns_the_page_round(page: Page, theatre: Theatre) -> None:
    sign_in(page, theatre, "yusuf")
    page.goto(theatre.origin + theatre.places["round"])
    page.get_by_role("button", name="العربية").click()
    expect(page).to_have_url(theatre.origin + theatre.places["round"])
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="الخروج").click()
    expect(page.get_by_role("link", name="الدخول").first).to_be_visible()
