"""An urgent statement in a browser: written by one person, signed by three, closed automatically, published as a
PDF."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.actions.endorsement import closing
from service.domain.endorsement.terms import DEFAULT_OPTIONS
from service.jobs import RENDER_EXPORT
from service.store.db import now_us
from tests.e2e.conftest import RunningInstance
from tests.integration.workers.conftest import job_ids
from tests.support import factories
from tests.support.factories import SampleInstance
from tests.support.page_checks import accessibility_violations, without_editor
from workers import exports, task

WORDS = "نطالب بوقف الهدم فورًا.\n\n١- أن يتوقّف الهدم\n٢- أن يعود الأهالي"


@pytest.fixture
def worker_instance(running_instance: RunningInstance, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleInstance]:
    """The sample instance; rendering happens in this process, on its database and files."""
    for name, value in running_instance.instance.app_state.settings.to_environ().items():
        monkeypatch.setenv(name, value)
    task._cached_context.cache_clear()
    yield running_instance.instance
    task.worker_context().database.close()
    task._cached_context.cache_clear()


def test_urgent_statement_from_first_word_to_published_pdf(
    chromium: Browser, running_instance: RunningInstance, worker_instance: SampleInstance
) -> None:
    with chromium.new_context(locale="en") as context:
        without_editor(context)
        page = context.new_page()
        sign_in(page, running_instance, "salma")
        round_ = send_statement(page, running_instance)
        before = set(job_ids(worker_instance, RENDER_EXPORT))
        for who in ("yusuf", "huda", "nabil"):
            with chromium.new_context(locale="en", viewport={"width": 360, "height": 740}) as phone:
                sign_round(phone.new_page(), running_instance, round_, who)
        wait_after_last_answer(worker_instance, round_)
        page.goto(round_)
        expect(page.get_by_text("The text is approved.").first).to_be_visible()
    for job in set(job_ids(worker_instance, RENDER_EXPORT)) - before:
        exports.render_export(job)
    with chromium.new_context(locale="en", accept_downloads=True) as context:
        publish(context.new_page(), running_instance, round_)


def wait_after_last_answer(instance: SampleInstance, round_: str) -> None:
    """Close the round as the sweep does ten minutes after the last answer."""
    with instance.write(at=now_us() + DEFAULT_OPTIONS.close_after_all_us) as tx:
        assert closing.close_if_due(tx, round_id=round_.rpartition("/")[2])


def sign_in(page: Page, running_instance: RunningInstance, who: str) -> None:
    """Sign in as `who`; the sign-in page has tests of its own."""
    response = page.context.request.post(
        f"{running_instance.origin}/sign-in/sample",
        form={"person": running_instance.instance.members.people[who].id},
        headers={"origin": running_instance.origin},
        max_redirects=0,
    )
    assert response.status == 303


def send_statement(page: Page, running_instance: RunningInstance) -> str:
    """Return the address of the round of a statement that was typed and sent out."""
    page.goto(f"{running_instance.origin}/documents/new?urgent=1")
    page.locator("#edition_ar").select_option("authentic")
    page.locator("#edition_en").select_option("")
    page.locator("#title_ar").fill("أوقفوا الهدم")
    page.locator("input[name=start][value=pasted]").check()
    page.locator("details:has(#text_ar) summary").click()
    page.locator("#text_ar").fill(WORDS)
    page.get_by_role("button", name="Create the document").click()
    expect(page.locator("#text")).to_have_value("نطالب بوقف الهدم فورًا.\n\n1. أن يتوقّف الهدم\n2. أن يعود الأهالي\n")
    page.get_by_role("link", name="Back to the document").click()
    page.get_by_role("link", name="Next step").click()
    assert not accessibility_violations(page)
    page.locator("#hours").fill("3")
    page.get_by_role("button", name="Send for signature").click()
    page.wait_for_url("**/rounds/*")
    return page.url


def sign_round(page: Page, running_instance: RunningInstance, round_: str, who: str) -> None:
    """Sign as `who` on a phone, with the code from their mail."""
    sign_in(page, running_instance, who)
    page.goto(f"{round_}/sign")
    page.locator("input[name=position][value=endorse]").check()
    page.get_by_role("button", name="Read the sentence before signing").click()
    expect(page.locator("#code")).to_be_visible()
    with running_instance.instance.read() as tx:
        code = factories.mailed_code(tx, running_instance.instance.members.people[who].id)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/receipt*")


def publish(page: Page, running_instance: RunningInstance, round_: str) -> None:
    """Publish as communications; the PDF is public."""
    sign_in(page, running_instance, "reem")
    page.goto(round_)
    page.locator("a[href^='/documents/doc_']").first.click()
    page.get_by_role("link", name="Files", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="What strangers see").click()
    expect(page.get_by_role("heading", name="Signatories")).to_be_visible()
    page.context.clear_cookies()
    with page.expect_download() as download:
        page.locator("a[href*='pdf'], a[href*='/files/']").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF-1.7")
