"""An urgent statement in a browser: written by one person, signed by three, closed by itself, published as a PDF."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.jobs import RENDER_EXPORT
from service.sample import document
from tests.e2e.conftest import Theatre
from tests.integration.workers.conftest import job_ids
from tests.support.factories import Stage
from tests.support.page_checks import barriers, by_the_form
from workers import exports, task

WORDS = "نطالب بوقف الهدم فورًا.\n\n١- أن يتوقّف الهدم\n٢- أن يعود الأهالي"


@pytest.fixture
def press(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The stage; the press works in this process, on its database and files."""
    for name, value in theatre.stage.house.settings.environ().items():
        monkeypatch.setenv(name, value)
    task._tools.cache_clear()
    yield theatre.stage
    task.tools().database.close()
    task._tools.cache_clear()


def test_from_the_first_word_to_the_published_pdf(chromium: Browser, theatre: Theatre, press: Stage) -> None:
    with chromium.new_context(locale="en") as desk:
        by_the_form(desk)
        page = desk.new_page()
        come_in(page, theatre, "salma")
        round_ = sent_out(page, theatre)
        before = set(job_ids(press, RENDER_EXPORT))
        for who in ("yusuf", "huda", "nabil"):
            with chromium.new_context(locale="en", viewport={"width": 360, "height": 740}) as phone:
                signed(phone.new_page(), theatre, round_, who)
        page.goto(round_)
        expect(page.get_by_text("The text is approved.").first).to_be_visible()
    for job in set(job_ids(press, RENDER_EXPORT)) - before:
        exports.render_export(job)
    with chromium.new_context(locale="en", accept_downloads=True) as desk:
        published(desk.new_page(), theatre, round_)


def come_in(page: Page, theatre: Theatre, who: str) -> None:
    """`who` has come in; the door has tests of its own."""
    answer = page.context.request.post(
        f"{theatre.origin}/sign-in",
        form={"key": theatre.stage.token(who)},
        headers={"origin": theatre.origin},
        max_redirects=0,
    )
    assert answer.status == 303


def sent_out(page: Page, theatre: Theatre) -> str:
    """The address of the round of a statement that was typed and sent out."""
    page.goto(f"{theatre.origin}/documents/new?urgent=1")
    page.locator("#edition_ar").select_option("authentic")
    page.locator("#edition_en").select_option("")
    page.locator("#title_ar").fill("أوقفوا الهدم")
    page.locator("input[name=start][value=pasted]").check()
    page.locator("details:has(#text_ar) summary").click()
    page.locator("#text_ar").fill(WORDS)
    page.get_by_role("button", name="Open the document").click()
    expect(page.locator("#text")).to_have_value("نطالب بوقف الهدم فورًا.\n\n1. أن يتوقّف الهدم\n2. أن يعود الأهالي\n")
    page.get_by_role("link", name="Back to the document").click()
    page.get_by_role("link", name="Next step").click()
    assert not barriers(page)
    page.locator("#hours").fill("3")
    page.get_by_role("button", name="Send out for signature").click()
    page.wait_for_url("**/rounds/*")
    return page.url


def signed(page: Page, theatre: Theatre, round_: str, who: str) -> None:
    """`who` signs on a phone, with the code from their mail."""
    come_in(page, theatre, who)
    page.goto(f"{round_}/sign")
    page.locator("input[name=position][value=endorse]").check()
    page.get_by_role("button", name="See the sentence to sign").click()
    expect(page.locator("#code")).to_be_visible()
    with theatre.stage.read() as tx:
        code = document.mailed_code(tx, theatre.stage.cast.people[who].id)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/receipt*")


def published(page: Page, theatre: Theatre, round_: str) -> None:
    """Communications publishes it; the PDF is there for everyone."""
    come_in(page, theatre, "reem")
    page.goto(round_)
    page.locator("a[href^='/documents/doc_']").first.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Signatories")).to_be_visible()
    page.context.clear_cookies()
    with page.expect_download() as download:
        page.locator("a[href*='pdf'], a[href*='/files/']").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF-1.7")
