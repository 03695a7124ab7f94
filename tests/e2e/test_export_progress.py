"""Export progress in a real browser: the page updates itself, and does not disturb a person who is typing."""

from playwright.sync_api import Browser, expect

from service.actions.publication import exports
from service.domain.publication.render_failure import RenderFailure
from service.store.publication import exports as exports_store
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_pages import sign_in
from tests.support.page_checks import open_checker
from tests.support.web_client import finish_exports


def test_page_follows_rendering_stage_by_stage(chromium: Browser, running_instance: RunningInstance) -> None:
    stage, place = running_instance.instance, running_instance.paths["approved"]
    document = place.removeprefix("/documents/")
    with open_checker(chromium, running_instance.origin, lang="en", width=1280) as reader:
        page = reader.page
        sign_in(page, running_instance, "reem")
        page.goto(f"{running_instance.origin}{place}/files")
        expect(page.locator("#made-n")).to_have_text("0 of 4 files ready")
        page.evaluate("window.here = true")
        with stage.write() as tx:
            first, second = [one.id for _, one in exports_store.list_by_document(tx, document)][:2]
            exports_store.set_stage(tx, first, "typesetting")
        expect(page.get_by_text("Step 3 of 4: the pages are laid out")).to_be_visible()
        with stage.write() as tx:
            exports.fail_export(tx, second, failure=RenderFailure("render_timeout", "x"))
        expect(page.get_by_text("It took too long")).to_be_visible()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        page.evaluate("window.here = true")
        finish_exports(stage, document)
        expect(page.locator("#made-n")).to_have_text("4 of 4 files ready")
        expect(page.get_by_role("button", name="Publish")).to_be_visible()
        assert page.evaluate("window.here"), "the page was not reloaded"
        assert page.locator("[data-progress]").get_attribute("data-progress") == "done"
        reader.check()
