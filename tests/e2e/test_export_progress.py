"""Files while they are made, in a real browser: the page follows by itself, and takes nothing from who is writing."""

from playwright.sync_api import Browser, expect

from service.actions.publication import exports
from service.store.publication import exports as exports_store
from tests.e2e.conftest import Theatre
from tests.e2e.test_pages import sign_in
from tests.support.page_checks import looking
from tests.support.web_client import with_files


def test_the_page_follows_the_press_step_by_step(chromium: Browser, theatre: Theatre) -> None:
    stage, place = theatre.stage, theatre.places["approved"]
    document = place.removeprefix("/documents/")
    with looking(chromium, theatre.origin, lang="en", width=1280) as reader:
        page = reader.page
        sign_in(page, theatre, "reem")
        page.goto(f"{theatre.origin}{place}/files")
        expect(page.get_by_role("status")).to_have_text("0 of 4 files are ready")
        page.evaluate("window.here = true")
        with stage.write() as tx:
            first, second = [one.id for _, one in exports_store.of_document(tx, document)][:2]
            exports_store.stage(tx, first, "typesetting")
        expect(page.get_by_text("Step 3 of 4: the pages are set")).to_be_visible()
        with stage.write() as tx:
            exports.fail(tx, second, code="render_timeout", message="x")
        expect(page.get_by_text("It took longer than it may")).to_be_visible()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        page.evaluate("window.here = true")
        with_files(stage, document)
        expect(page.get_by_role("status")).to_have_text("4 of 4 files are ready")
        expect(page.get_by_role("button", name="Publish")).to_be_visible()
        assert page.evaluate("window.here"), "the page was not loaded again"
        assert page.locator("[data-progress]").get_attribute("data-progress") == "done"
        reader.look()
