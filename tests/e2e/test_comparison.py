"""A comparison in a real browser: every view on a phone and at a desk, and from change to change by keys."""

import pytest
from playwright.sync_api import Browser, StorageState, expect

from tests.e2e.conftest import Theatre
from tests.e2e.test_pages import sign_in
from tests.support.page_checks import looking


@pytest.fixture(scope="module")
def key(chromium: Browser, theatre: Theatre) -> StorageState:
    with chromium.new_context() as context:
        sign_in(context.new_page(), theatre, "lama")
        return context.storage_state()


@pytest.mark.parametrize(("lang", "width"), [("ar", 360), ("en", 1280)])
@pytest.mark.parametrize("view", ["side", "changes", "provision"])
def test_every_view_is_fit_to_be_read(
    chromium: Browser, theatre: Theatre, key: StorageState, view: str, lang: str, width: int
) -> None:
    with looking(chromium, theatre.origin, lang=lang, width=width, key=key) as reader:
        reader.page.goto(f"{theatre.origin}{theatre.places['comparison']}&view={view}")
        reader.look(f"comparison-{view}")


def test_keys_lead_from_change_to_change(chromium: Browser, theatre: Theatre, key: StorageState) -> None:
    with looking(chromium, theatre.origin, lang="en", width=1280, key=key) as reader:
        page = reader.page
        page.goto(theatre.origin + theatre.places["comparison"])
        stepper = page.get_by_role("group", name="From change to change")
        expect(stepper.get_by_role("status")).to_contain_text("Change 1 of")
        page.keyboard.press("j")
        expect(page.locator("#c-1")).to_be_focused()
        page.keyboard.press("j")
        expect(page.locator("#c-2")).to_be_focused()
        expect(stepper.get_by_role("status")).to_contain_text("Change 2 of")
        stepper.get_by_role("button", name="Previous").click()
        expect(page.locator("#c-1")).to_be_in_viewport()
        page.locator("#old").focus()
        page.keyboard.press("j")
        expect(stepper.get_by_role("status")).to_contain_text("Change 1 of")


def test_without_scripts_nothing_waits_for_one(chromium: Browser, theatre: Theatre, key: StorageState) -> None:
    with chromium.new_context(locale="en", storage_state=key, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(theatre.origin + theatre.places["comparison"])
        expect(page.locator(".stepper")).to_be_hidden()
        page.get_by_role("navigation", name="Where it changed").get_by_role("link").first.click()
        expect(page.locator("section:target, details:target")).to_be_in_viewport()
