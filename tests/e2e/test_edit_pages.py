"""The edit pages in a real browser: both languages, a phone and a desk, and a conflict resolved by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.actions.documents import word_import
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_urgent_statement import sign_in
from tests.support.factories import create_document, save_text
from tests.support.page_checks import accessibility_violations, record_faults, without_editor
from tests.support.word_files import build_document, fill_untidy_document
from workers.intake.docx_reader import read_word

TEXTS = {"ar": "النصّ الأوّل.\n\nوالثاني.\n", "en": "The first text.\n\nThe second.\n"}


@pytest.fixture(params=["ar", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[360, 1280])
def page(
    chromium: Browser, running_instance: RunningInstance, lang: str, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The browser of the secretariat, signed in as `salma`."""
    size = {"width": int(request.param), "height": 800}
    with chromium.new_context(locale=lang, viewport=size, color_scheme="light", reduced_motion="reduce") as context:  # type: ignore[arg-type]  # a size is a dict
        without_editor(context)
        page = context.new_page()
        sign_in(page, running_instance, "salma")
        faults = record_faults(page, running_instance.origin)
        yield page
        assert not faults


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing, in light and dark mode."""
    assert page.viewport_size and page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert not accessibility_violations(page)
    page.emulate_media(color_scheme="dark")
    assert not accessibility_violations(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")


def test_edit_pages_pass_page_checks(page: Page, running_instance: RunningInstance, lang: str) -> None:
    document = create_document(running_instance.instance, texts=TEXTS)
    for path in ("/documents/new", *(f"/documents/{document}/{rest}" for rest in (f"texts/{lang}", "front", "steps"))):
        page.goto(running_instance.origin + path)
        assert_accessible(page)


def test_language_is_added_and_rejected_form_shows_errors(
    page: Page, running_instance: RunningInstance, lang: str
) -> None:
    document = create_document(running_instance.instance, texts={lang: TEXTS[lang]})
    page.goto(f"{running_instance.origin}/documents/{document}/editions")
    assert_accessible(page)
    page.locator("#title").fill("one \u202e two")
    page.locator("main form .btn--go").click()
    expect(page.locator("main [role=alert]")).to_be_focused()
    expect(page.locator("#title")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#title")).to_have_value("one \u202e two")
    assert_accessible(page)
    page.locator("#title").fill("Another title")
    page.locator("main form .btn--go").click()
    page.wait_for_url("**/documents/*?lang=*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


def test_word_import_report_passes_page_checks(page: Page, running_instance: RunningInstance) -> None:
    document = create_document(running_instance.instance, texts=TEXTS)
    file = build_document(fill_untidy_document)
    taken = read_word(file, lang="ar")
    with running_instance.instance.write() as tx:
        actor = running_instance.instance.actor(tx, "salma")
        id = word_import.add_import(tx, actor, document_id=document, lang="ar", data=file)
    page.goto(f"{running_instance.origin}/intakes/{id}")
    assert_accessible(page)
    with running_instance.instance.write() as tx:
        word_import.finish_reading(tx, id, text=taken.text, found=taken.found)
    expect(page.locator("#text")).to_be_visible()  # the page that waits shows the result by itself
    page.locator("aside details").first.evaluate("part => { part.open = true }")
    assert_accessible(page)
    page.locator("main form button").click()
    expect(page.locator("#text")).to_have_value(taken.text)


def test_conflict_is_resolved_by_hand(page: Page, running_instance: RunningInstance, lang: str) -> None:
    document = create_document(running_instance.instance, texts=TEXTS)
    page.goto(f"{running_instance.origin}/documents/{document}/texts/{lang}")
    save_text(running_instance.instance, document, f"1 {TEXTS[lang]}", lang=lang, by="jihan")
    page.locator("#text").fill(f"2 {TEXTS[lang]}")
    page.locator("button[formaction]").click()
    page.wait_for_url("**/preview")
    assert_accessible(page)
    page.locator("main form button.btn--go").first.click()
    expect(page.locator(".passage")).to_have_count(1)
    assert_accessible(page)
    page.locator("input[value=both]").check()
    page.locator(".clash button").click()
    page.wait_for_url("**/settled")
    assert_accessible(page)
    expect(page.locator("#text")).to_have_value(f"1 2 {TEXTS[lang]}")
    page.locator("main form button.btn--go").first.click()
    expect(page.locator(".banner--yes")).to_be_visible()
    assert_accessible(page)
