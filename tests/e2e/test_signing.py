"""The signing pages in a real browser: on a phone, in both languages, and by the keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from service.sample import document as document_module
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_pages import sign_in
from tests.support import factories
from tests.support.factories import create_document, cut_version, move_to_review, open_round, save_text
from tests.support.page_checks import accessibility_violations, record_faults

COLOUR_SCHEMES = 300_000
"""Bytes a first visit may transfer."""


def prepare_choice(running_instance: RunningInstance) -> str:
    """Return the address of a choice about a second version."""
    instance = running_instance.instance
    texts = {
        number: {lang: document_module.read_text(f"statement.{number}.{lang}.md") for lang in ("ar", "en")}
        for number in (1, 2)
    }
    document = create_document(instance, kind="letter", texts=texts[1])
    cut_version(instance, document)
    for lang in ("ar", "en"):
        save_text(instance, document, texts[2][lang], lang=lang)
    cut_version(instance, document)
    move_to_review(instance, document)
    return f"{running_instance.origin}/rounds/{open_round(instance, document, version=2)}/sign"


def mailed_code(running_instance: RunningInstance, who: str) -> str:
    with running_instance.instance.read() as tx:
        return factories.mailed_code(tx, running_instance.instance.members.people[who].id)


def assert_accessible(page: Page, width: int) -> None:
    """Assert that axe finds nothing and that the page does not scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert not accessibility_violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert not accessibility_violations(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_signatory_goes_from_link_to_receipt_on_a_phone(
    chromium: Browser, running_instance: RunningInstance, lang: str
) -> None:
    address, who = prepare_choice(running_instance), {"ar": "yusuf", "en": "huda"}[lang]
    with chromium.new_context(locale=lang) as context:
        sign_in(context.new_page(), running_instance, who)
        key = context.storage_state()
    with chromium.new_context(locale=lang, viewport={"width": 360, "height": 780}, storage_state=key) as context:
        page, weight = context.new_page(), [0]
        faults = record_faults(page, running_instance.origin)
        page.on("requestfinished", lambda request: weight.append(request.sizes()["responseBodySize"]))
        page.goto(address, wait_until="networkidle")
        assert sum(weight) <= COLOUR_SCHEMES
        assert_accessible(page, 360)
        page.get_by_role("radio").first.check()
        page.locator("#decide form button").first.click()
        assert_accessible(page, 360)
        page.locator("#code").fill("00000000")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        assert_accessible(page, 360)
        page.locator("#code").fill(mailed_code(running_instance, who))
        page.keyboard.press("Enter")
        page.wait_for_url("**/receipt")
        assert_accessible(page, 360)
        assert not faults


def test_signatory_signs_by_keyboard_without_script(chromium: Browser, running_instance: RunningInstance) -> None:
    address = prepare_choice(running_instance)
    with chromium.new_context(locale="en", java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, running_instance, "nabil")
        page.goto(address)
        tab_to(page, "input[name=position]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        tab_to(page, "button.btn--go.btn--wide")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign/*")
        tab_to(page, "#code")
        page.keyboard.type(mailed_code(running_instance, "nabil"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/receipt")
        expect(page.get_by_role("heading", name="Your abstention is recorded")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"no key leads to {selector}")
