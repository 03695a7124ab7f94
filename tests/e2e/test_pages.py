"""More pages in a real browser: both languages, a phone and a desk, light and dark; then one document by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.conftest import RunningInstance
from tests.support.page_checks import open_checker
from tests.support.web_client import finish_exports

PAGE_SECTIONS = """async foot => {
    await document.fonts.ready;
    return document.documentElement.scrollHeight - foot.getBoundingClientRect().bottom - scrollY;
}"""
"""Pixels of the page below its footer, once its fonts are loaded."""

PEOPLE = {
    "": ("withdrawn", "translated"),
    "yusuf": ("asked",),
    "lama": ("comparison", "draft+/comments?lang=ar&state=all", "/documents/doc_none"),
    "reem": ("sealed", "sealed+/files", "followed", "followed+/translations"),
    "salma": ("draft+/people", "person", "/import"),
}
"""Pages that are neither on the path of a role (test_role_scenarios) nor checked by another browser test."""

PAGES = [pytest.param(who, place, id=f"{who}{place}") for who, places in PEOPLE.items() for place in places]


@pytest.fixture(scope="module")
def storage_states(chromium: Browser, running_instance: RunningInstance) -> dict[str, StorageState | None]:
    """Return the storage state of each reader's browser after signing in by the form."""
    kept: dict[str, StorageState | None] = {"": None}
    for who in filter(None, PEOPLE):
        with chromium.new_context() as context:
            sign_in(context.new_page(), running_instance, who)
            kept[who] = context.storage_state()
    return kept


def sign_in(page: Page, running_instance: RunningInstance, who: str) -> None:
    page.goto(f"{running_instance.origin}/sign-in")
    page.locator(f"button[value='{running_instance.instance.members.people[who].id}']").click()
    expect(page.locator(".doclist")).to_be_visible()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(locale="en", accept_downloads=True) as context:
        yield context.new_page()


@pytest.mark.parametrize(("who", "place"), PAGES)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_page_passes_page_checks(
    chromium: Browser,
    running_instance: RunningInstance,
    storage_states: dict[str, StorageState | None],
    lang: str,
    who: str,
    place: str,
) -> None:
    with open_checker(
        chromium, running_instance.origin, lang=lang, width=360, other_widths=[1280], storage_state=storage_states[who]
    ) as reader:
        place, _, below = place.partition("+")
        reader.page.goto(running_instance.origin + running_instance.paths.get(place, place) + below)
        reader.check(f"{(place + below).strip('/').replace('/', '-') or 'first'}{'.' if who else ''}{who}")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_phone_has_five_places_in_bottom_bar(
    chromium: Browser, running_instance: RunningInstance, storage_states: dict[str, StorageState | None], lang: str
) -> None:
    with open_checker(
        chromium, running_instance.origin, lang=lang, width=360, storage_state=storage_states["salma"]
    ) as reader:
        page = reader.page
        for place, current in (("/", 0), ("draft", 1), ("/organisations", 2), ("/notices", 3), ("/account", 4)):
            page.goto(running_instance.origin + running_instance.paths.get(place, place))
            tabs = page.locator(".tabbar a")
            assert tabs.evaluate_all("all => all.findIndex(one => one.hasAttribute('aria-current'))") == current
            for box in tabs.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())"):
                assert box["width"] >= 44 and box["height"] >= 44 and box["bottom"] <= 740
            below = page.get_by_role("contentinfo").evaluate(PAGE_SECTIONS)
            assert below >= 56, "the footer is covered by the bar"
        expect(page.get_by_role("contentinfo").get_by_role("button").last).to_be_visible()
    with open_checker(
        chromium, running_instance.origin, lang=lang, width=1280, storage_state=storage_states["salma"]
    ) as reader:
        reader.page.goto(running_instance.origin)
        expect(reader.page.locator(".tabbar")).to_be_hidden()


def test_web_fonts_are_used(chromium: Browser, running_instance: RunningInstance) -> None:
    with chromium.new_context(locale="ar") as context:
        page = context.new_page()
        page.goto(running_instance.origin + running_instance.paths["public"], wait_until="networkidle")
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        if page.locator("link[href*='built/fonts.css']").count() == 0:
            pytest.skip("the web fonts were not made: python -m service.cli.local.provision")
        assert {"Amiri", "IBM Plex Sans Arabic"} <= {family.strip('"') for family in loaded}


def test_wrong_token_is_shown_at_its_field(page: Page, running_instance: RunningInstance) -> None:
    page.goto(f"{running_instance.origin}/sign-in")
    page.get_by_text("Sign in with a key").click()
    page.locator("#key").fill("mtq_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This key is unknown or has expired")
    expect(page.locator("#key")).to_have_attribute("aria-invalid", "true")


def test_one_document_is_followed_from_sign_in_to_publication(page: Page, running_instance: RunningInstance) -> None:
    approved = running_instance.paths["approved"]
    finish_exports(running_instance.instance, approved.removeprefix("/documents/"))
    page.goto(running_instance.origin + approved)
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_text("Sign in with a key").click()
    page.locator("#key").fill(running_instance.instance.token("reem"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(running_instance.origin + approved)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)  # a key does not publish
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    sign_in(page, running_instance, "reem")
    page.goto(running_instance.origin + approved)
    page.get_by_role("link", name="Endorsement", exact=True).click()
    expect(page.get_by_text("2 of 3 organisations have endorsed").first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("link", name="Files", exact=True).click()
    with page.expect_download() as download:
        page.locator("a[href*='/exports/']").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is published.")).to_be_visible()
    page.get_by_role("link", name="What strangers see").click()
    expect(page.get_by_role("heading", name="Signatories")).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(page.get_by_role("heading", name="الموقّعون")).to_be_visible()


def test_language_button_switches_language_and_direction(page: Page, running_instance: RunningInstance) -> None:
    sign_in(page, running_instance, "yusuf")
    page.goto(running_instance.origin + running_instance.paths["round"])
    page.get_by_role("button", name="العربية").click()
    expect(page).to_have_url(running_instance.origin + running_instance.paths["round"])
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="الخروج").click()
    expect(page.get_by_role("link", name="الدخول").first).to_be_visible()
