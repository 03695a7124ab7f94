"""The comparison in a real browser: every view on a phone and at a desk, and keyboard navigation between changes."""

import pytest
from playwright.sync_api import Browser, StorageState, expect

from service.actions.documents import documents
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_pages import sign_in
from tests.support.factories import create_document, cut_version, save_text
from tests.support.page_checks import open_checker


@pytest.fixture(scope="module")
def storage_state(chromium: Browser, running_instance: RunningInstance) -> StorageState:
    with chromium.new_context() as context:
        sign_in(context.new_page(), running_instance, "lama")
        return context.storage_state()


@pytest.mark.parametrize(("lang", "width"), [("ar", 360), ("en", 1280)])
@pytest.mark.parametrize("view", ["side", "changes", "provision"])
def test_every_view_passes_page_checks(
    chromium: Browser, running_instance: RunningInstance, storage_state: StorageState, view: str, lang: str, width: int
) -> None:
    with open_checker(chromium, running_instance.origin, lang=lang, width=width, storage_state=storage_state) as reader:
        reader.page.goto(f"{running_instance.origin}{running_instance.paths['comparison']}&view={view}")
        reader.check(f"comparison-{view}")


def test_keys_move_between_changes(
    chromium: Browser, running_instance: RunningInstance, storage_state: StorageState
) -> None:
    with open_checker(chromium, running_instance.origin, lang="en", width=1280, storage_state=storage_state) as reader:
        page = reader.page
        page.goto(running_instance.origin + running_instance.paths["comparison"])
        stepper = page.get_by_role("group", name="Move between changes")
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


def test_keys_reach_the_title_and_the_other_text(
    chromium: Browser, running_instance: RunningInstance, storage_state: StorageState
) -> None:
    instance = running_instance.instance
    texts = {"ar": "نبدأ يوم الأحد.\n", "en": "We begin on Sunday.\n"}
    document = create_document(instance, texts=texts)
    cut_version(instance, document)
    with instance.write() as tx:
        documents.set_title(tx, instance.actor(tx, "lama"), document_id=document, lang="ar", title="عنوان آخر")
    save_text(instance, document, "We begin on Monday.\n", lang="en")
    cut_version(instance, document)
    with open_checker(chromium, running_instance.origin, lang="ar", width=360, storage_state=storage_state) as reader:
        page = reader.page
        page.goto(f"{running_instance.origin}/documents/{document}/comparison?lang=ar&old=1&new=2")
        for id in ("h-title", "text-en"):
            page.keyboard.press("j")
            expect(page.locator(f"#{id}")).to_be_focused()
        reader.check("comparison-outside")


def test_page_works_without_scripts(
    chromium: Browser, running_instance: RunningInstance, storage_state: StorageState
) -> None:
    with chromium.new_context(locale="en", storage_state=storage_state, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(running_instance.origin + running_instance.paths["comparison"])
        expect(page.locator(".stepper")).to_be_hidden()
        page.get_by_role("navigation", name="Where it changed").get_by_role("link").first.click()
        expect(page.locator("section:target, details:target")).to_be_in_viewport()
