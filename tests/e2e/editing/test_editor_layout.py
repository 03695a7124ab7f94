"""The editor's bar and sheet on a phone and on a wide screen: what is visible, and that nothing jumps."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.cli.local import editor_build
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_urgent_statement import sign_in
from tests.support.factories import create_document
from tests.support.page_checks import open_checker

TEXTS = {
    "ar": "## المادة ١ {#one}\n\n" + "كلام طويل في هذه المادة. " * 60 + "\n\n## المادة ٢ {#two}\n\nكلام.\n",
    "en": "## Article 1 {#one}\n\n" + "Long words of this article. " * 60 + "\n\n## Article 2 {#two}\n\nWords.\n",
}

MAX_TEXT_TOP = 120
"""Pixels from the top of a phone at which the text begins at the latest."""

MIN_LINES = 8
"""Whole lines of text that stay visible on a phone of 360 × 740 while the keyboard takes half of it."""

MAX_LAYOUT_SHIFT = 0.02

RECORD_SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (window.shifts += one.value)))
    .observe({ type: "layout-shift", buffered: true });
}"""

VISIBLE_LINES = """() => {
  const bottom = document.querySelector("[data-part=tools]").getBoundingClientRect().top;
  const walk = document.createTreeWalker(document.getElementById("ed-text"), NodeFilter.SHOW_TEXT);
  const lines = new Set();
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.top >= 0 && box.bottom <= bottom) lines.add(Math.round(box.top / 8));
  }
  return lines.size;
}"""


@pytest.fixture
def written(running_instance: RunningInstance) -> Iterator[str]:
    """The path of a document with a long text in two languages."""
    if not editor_build.is_built():
        pytest.skip("the editor was not built: no Node")
    yield f"/documents/{create_document(running_instance.instance, texts=TEXTS)}/texts"


@pytest.mark.parametrize(("lang", "width"), [("ar", 360), ("en", 360), ("en", 1280)])
def test_nothing_moves_when_the_editor_arrives(
    chromium: Browser, running_instance: RunningInstance, written: str, lang: str, width: int
) -> None:
    with open_checker(chromium, running_instance.origin, lang=lang, width=width, editor=True) as checker:
        page = checker.page
        sign_in(page, running_instance, "lama")
        page.add_init_script(f"({RECORD_SHIFTS})()")
        page.goto(f"{running_instance.origin}{written}/{lang}")
        expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "saved")
        expect(page.locator("#ed-outline button").first).to_be_attached()
        shift = page.evaluate("new Promise((done) => setTimeout(() => done(window.shifts), 300))")
        sys.stdout.write(f"layout shift {lang} {width}: {shift:.4f}\n")
        assert shift < MAX_LAYOUT_SHIFT


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_phone_shows_text_first_and_tools_above_the_keyboard(
    chromium: Browser, running_instance: RunningInstance, written: str, lang: str
) -> None:
    with open_checker(chromium, running_instance.origin, lang=lang, width=360, editor=True) as checker:
        page = checker.page
        sign_in(page, running_instance, "lama")
        page.goto(f"{running_instance.origin}{written}/{lang}")
        expect(page.locator("#ed-text")).to_be_visible()
        top = page.locator("#ed-text .cm-line").first.evaluate("line => line.getBoundingClientRect().top")
        assert top <= MAX_TEXT_TOP
        expect(page.locator(".tabbar")).to_be_visible()
        page.locator("#ed-text").focus()
        expect(page.locator(".tabbar")).to_be_hidden()
        page.set_viewport_size({"width": 360, "height": 370})
        expect_tools_at_the_bottom(page, 370)
        page.evaluate("scrollTo(0, document.querySelectorAll('#ed-text .cm-line')[2].getBoundingClientRect().top - 2)")
        lines = page.evaluate(VISIBLE_LINES)
        sys.stdout.write(f"text begins at {top:.0f} px; lines above the keyboard in {lang}: {lines}\n")
        assert lines >= MIN_LINES
        assert_every_tool_is_reachable(page)
        checker.check("write-phone")


def expect_tools_at_the_bottom(page: Page, height: int) -> None:
    page.wait_for_function(
        "height => document.querySelector('[data-part=tools]').getBoundingClientRect().bottom === height", arg=height
    )


def assert_every_tool_is_reachable(page: Page) -> None:
    """Open the further rows of tools: each tool is inside the window and large enough for a finger."""
    more = page.locator("[data-act=more]")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    for tool in page.locator("[data-part=row] > :is(button, select)").all():
        expect(tool).to_be_in_viewport(ratio=1)
        box = tool.bounding_box()
        assert box and box["width"] >= 44 and box["height"] >= 44
    page.keyboard.press("Escape")
    expect(page.locator("#ed-text")).to_be_focused()
    more.click()
    expect(more).to_have_attribute("aria-expanded", "false")
