"""The pages of writing in a real browser: both languages, a phone and a desk, and a conflict settled by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.actions.documents import word_import
from tests.e2e.conftest import Theatre
from tests.e2e.test_urgent_statement import come_in
from tests.support.factories import a_document, a_save
from tests.support.page_checks import barriers, by_the_form, watched
from tests.support.word_files import by_hand, of_the_street
from workers.intake.docx_reader import read_word

TEXTS = {"ar": "النصّ الأوّل.\n\nوالثاني.\n", "en": "The first text.\n\nThe second.\n"}


@pytest.fixture(params=["ar", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[360, 1280])
def page(chromium: Browser, theatre: Theatre, lang: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The secretariat's browser: `salma` has come in."""
    size = {"width": int(request.param), "height": 800}
    with chromium.new_context(locale=lang, viewport=size, color_scheme="light", reduced_motion="reduce") as context:  # type: ignore[arg-type]  # a size is a dict
        by_the_form(context)
        page = context.new_page()
        come_in(page, theatre, "salma")
        faults = watched(page, theatre.origin)
        yield page
        assert not faults


def look(page: Page) -> None:
    """Nothing is in the way of a reader, by day or by night."""
    assert page.viewport_size and page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert not barriers(page)
    page.emulate_media(color_scheme="dark")
    assert not barriers(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")


def test_the_pages_of_writing_are_fit_to_be_read(page: Page, theatre: Theatre, lang: str) -> None:
    document = a_document(theatre.stage, texts=TEXTS)
    for path in ("/documents/new", *(f"/documents/{document}/{rest}" for rest in (f"texts/{lang}", "front", "steps"))):
        page.goto(theatre.origin + path)
        look(page)


def test_a_language_is_added_and_a_refused_form_says_where(page: Page, theatre: Theatre, lang: str) -> None:
    document = a_document(theatre.stage, texts={lang: TEXTS[lang]})
    page.goto(f"{theatre.origin}/documents/{document}/editions")
    look(page)
    page.locator("#title").fill("one \u202e two")
    page.locator("main form .btn--go").click()
    expect(page.locator("main [role=alert]")).to_be_focused()
    expect(page.locator("#title")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#title")).to_have_value("one \u202e two")
    look(page)
    page.locator("#title").fill("Another title")
    page.locator("main form .btn--go").click()
    page.wait_for_url("**/documents/*?lang=*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page)


def test_what_was_found_in_a_word_file_is_fit_to_be_read(page: Page, theatre: Theatre) -> None:
    document = a_document(theatre.stage, texts=TEXTS)
    file = by_hand(of_the_street)
    taken = read_word(file, lang="ar")
    with theatre.stage.write() as tx:
        actor = theatre.stage.actor(tx, "salma")
        id = word_import.bring(tx, actor, document_id=document, lang="ar", data=file)
    page.goto(f"{theatre.origin}/intakes/{id}")
    look(page)
    with theatre.stage.write() as tx:
        word_import.finish(tx, id, text=taken.text, found=taken.found)
    page.reload()
    look(page)
    page.locator("main form button").click()
    expect(page.locator("#text")).to_have_value(taken.text)


def test_a_conflict_is_settled_by_hand(page: Page, theatre: Theatre, lang: str) -> None:
    document = a_document(theatre.stage, texts=TEXTS)
    page.goto(f"{theatre.origin}/documents/{document}/texts/{lang}")
    a_save(theatre.stage, document, f"1 {TEXTS[lang]}", lang=lang, by="jihan")
    page.locator("#text").fill(f"2 {TEXTS[lang]}")
    page.locator("button[formaction]").click()
    look(page)
    page.locator("main form button.btn--go").first.click()
    expect(page.locator(".passage")).to_have_count(1)
    look(page)
    page.locator("input[value=both]").check()
    page.locator(".clash button").click()
    look(page)
    expect(page.locator("#text")).to_have_value(f"1 2 {TEXTS[lang]}")
    page.locator("main form button.btn--go").first.click()
    expect(page.locator(".banner--yes")).to_be_visible()
    look(page)
