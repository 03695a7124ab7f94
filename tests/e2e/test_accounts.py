"""Signing in, in a real browser: every page of sign-in, invitations and the account passes the page checks; then one
person goes from the invitation to the account, on a phone, by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import RunningInstance
from tests.e2e.test_pages import sign_in
from tests.support.factories import mailed_code
from tests.support.page_checks import VIEWPORT_HEIGHT, accessibility_violations, record_faults

VALID_PASSWORD = "velvet harbour nineteen onions"


@pytest.fixture(params=[("ar", 360), ("en", 1280)], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    lang, width = request.param
    with chromium.new_context(
        locale=lang, viewport={"width": width, "height": 800}, color_scheme="light", reduced_motion="reduce"
    ) as context:
        yield context.new_page()


def check_fit(page: Page) -> None:
    """Check a page on a phone and at a desk: no sideways scroll, no accessibility violations, sufficient contrast in
    dark mode."""
    own = page.viewport_size
    assert own is not None
    for width in sorted(VIEWPORT_HEIGHT, key=lambda width: width == own["width"]):
        page.set_viewport_size({"width": width, "height": VIEWPORT_HEIGHT[width]})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
        assert not accessibility_violations(page)
    page.emulate_media(color_scheme="dark")
    assert not accessibility_violations(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")


def test_sign_in_pages_pass_page_checks(page: Page, running_instance: RunningInstance) -> None:
    faults = record_faults(page, running_instance.origin)
    page.goto(f"{running_instance.origin}/sign-in")
    page.locator("#email").fill("nobody@x.example")
    page.locator("#password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    check_fit(page)
    page.locator("button[formaction]").click()
    page.locator("#code").fill("00000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    check_fit(page)
    assert not faults


def test_forgotten_password_can_be_reset(page: Page, running_instance: RunningInstance) -> None:
    faults = record_faults(page, running_instance.origin)
    page.goto(f"{running_instance.origin}/sign-in")
    page.locator("a[href='/forgotten']").click()
    check_fit(page)
    page.locator("#email").fill("reem@mithaq.example")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_visible()
    with running_instance.instance.read() as tx:
        code = mailed_code(tx, running_instance.instance.members.people["reem"].id)
    page.locator("#code").fill(code)
    page.locator("#new").fill("password1234")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#code")).to_have_value(code)
    check_fit(page)
    page.locator("#new").fill(VALID_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("a.me")).to_be_visible()
    page.goto(f"{running_instance.origin}/notices")
    expect(page.locator("main a, main button").first).to_be_visible()
    assert not faults


def test_invitation_leads_to_account(
    page: Page, running_instance: RunningInstance, request: pytest.FixtureRequest
) -> None:
    faults = record_faults(page, running_instance.origin)
    email = f"new{abs(hash(request.node.name))}@x.example"
    path = _invite(page, running_instance, email)
    page.goto(running_instance.origin + path)
    check_fit(page)
    page.locator("#name-ar").focus()
    page.keyboard.type("رنا الأحمد")
    page.locator("#password").focus()
    page.keyboard.type("password1234")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    check_fit(page)
    expect(page.locator("#name-ar")).to_have_value("رنا الأحمد")
    page.locator("#password").fill(VALID_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("a.me")).to_be_visible()
    for place in ("/account", "/confirm?next=/account"):
        page.goto(running_instance.origin + place)
        check_fit(page)
    page.goto(running_instance.origin + path)
    expect(page.get_by_text("invitation_over")).to_be_visible()
    assert not faults


def _invite(page: Page, running_instance: RunningInstance, email: str) -> str:
    """Return the path of an invitation link made by Salma; the browser is signed out again."""
    sign_in(page, running_instance, "salma")
    page.goto(f"{running_instance.origin}/invitations")
    check_fit(page)
    page.locator("#i-email").fill(email)
    page.locator("input[name=role_observer]").check()
    page.locator("input[name=show]").check()
    page.keyboard.press("Enter")
    words = page.locator("#words").input_value()
    check_fit(page)
    page.context.clear_cookies()
    return "/join#" + words.split("/join#")[1].strip()
