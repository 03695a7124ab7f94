"""The signatory's way in a real browser: on a phone, in both languages, and by the keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from service.sample import document as document_module
from tests.e2e.conftest import Theatre
from tests.e2e.test_pages import sign_in
from tests.support.factories import a_document, a_round, a_save, a_version, in_review
from tests.support.page_checks import barriers, watched

LIGHT = 300_000
"""Bytes a first visit may take."""


def asked(theatre: Theatre) -> str:
    """The address of a choice about a second version."""
    stage = theatre.stage
    texts = {
        number: {lang: document_module.text(f"statement.{number}.{lang}.md") for lang in ("ar", "en")}
        for number in (1, 2)
    }
    document = a_document(stage, kind="letter", texts=texts[1])
    a_version(stage, document)
    for lang in ("ar", "en"):
        a_save(stage, document, texts[2][lang], lang=lang)
    a_version(stage, document)
    in_review(stage, document)
    return f"{theatre.origin}/rounds/{a_round(stage, document, version=2)}/sign"


def code_of(theatre: Theatre, who: str) -> str:
    with theatre.stage.read() as tx:
        return document_module.mailed_code(tx, theatre.stage.cast.people[who].id)


def fit(page: Page, width: int) -> None:
    """Nothing in a reader's way, nothing beyond the edge."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    assert not barriers(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert not barriers(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_on_a_phone_a_signatory_goes_from_the_link_to_the_receipt(
    chromium: Browser, theatre: Theatre, lang: str
) -> None:
    address, who = asked(theatre), {"ar": "yusuf", "en": "huda"}[lang]
    with chromium.new_context(locale=lang) as context:
        sign_in(context.new_page(), theatre, who)
        key = context.storage_state()
    with chromium.new_context(locale=lang, viewport={"width": 360, "height": 780}, storage_state=key) as context:
        page, weight = context.new_page(), [0]
        faults = watched(page, theatre.origin)
        page.on("requestfinished", lambda request: weight.append(request.sizes()["responseBodySize"]))
        page.goto(address, wait_until="networkidle")
        assert sum(weight) <= LIGHT
        fit(page, 360)
        page.get_by_role("radio").first.check()
        page.locator("#decide form button").first.click()
        fit(page, 360)
        page.locator("#code").fill("00000000")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        fit(page, 360)
        page.locator("#code").fill(code_of(theatre, who))
        page.keyboard.press("Enter")
        page.wait_for_url("**/receipt")
        fit(page, 360)
        assert not faults


def test_a_signatory_signs_by_the_keyboard_alone_and_without_script(chromium: Browser, theatre: Theatre) -> None:
    address = asked(theatre)
    with chromium.new_context(locale="en", java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, theatre, "nabil")
        page.goto(address)
        reach(page, "input[name=position]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        reach(page, "button.btn--go.btn--wide")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign/*")
        reach(page, "#code")
        page.keyboard.type(code_of(theatre, "nabil"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/receipt")
        expect(page.get_by_role("heading", name="Your abstention is recorded")).to_be_visible()


def reach(page: Page, selector: str) -> None:
    """Press Tab until the thing has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"no key leads to {selector}")
