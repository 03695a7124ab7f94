"""Writing in each engine: Arabic and English, undo, paste, comments, a line that goes down, an input method."""

import pytest

from service.actions.drafts import save
from tests.e2e.browsers.conftest import Line, sign_in
from tests.e2e.test_paste import sample as clipboard
from tests.support.browsers.chromium import Chromium
from tests.support.browsers.driver import Driver
from tests.support.browsers.page import JourneyPage
from tests.support.factories import create_document, save_text

TEXT = "## المادة ١ {#one}\n\nنصّ أوّل فيه UNHCR وسطه.\n"
STANDING = "standing => document.querySelector('[data-part=state]')?.dataset.standing === standing"

COPY_NEXT = """(html, plain) => {
  const copied = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain);
  };
  document.addEventListener("copy", copied, { once: true, capture: true });
}"""
"""What the next copy puts on the clipboard, as if another program had."""


def open_editor(page: JourneyPage, line: Line, *, text: str = TEXT) -> str:
    """Open a new document's Arabic text as its drafter, with the caret at its end; return the document's id."""
    document = create_document(line.instance, texts={"ar": text})
    sign_in(page, line, "lama")
    page.driver.go(f"{line.origin}/documents/{document}/texts/ar")
    expect_saved(page)
    page.click("#ed-text")
    page.driver.press("Control+End")
    return document


def expect_saved(page: JourneyPage) -> None:
    page.wait(STANDING, "saved")


def stored_text(line: Line, document: str) -> str:
    with line.instance.read() as tx:
        return save.read(tx, line.instance.actor(tx, "lama"), document_id=document, lang="ar").text


def expect_stored(page: JourneyPage, line: Line, document: str, text: str) -> None:
    expect_saved(page)
    assert stored_text(line, document) == text


def test_arabic_and_english_are_typed_undone_and_saved(page: JourneyPage, line: Line) -> None:
    document = open_editor(page, line)
    page.driver.type("نكتب معًا in one نصٍّ واحد")
    page.driver.press("Enter")
    page.driver.type("وسطر second")
    page.driver.press("Backspace")
    page.driver.type(" 😀!")
    page.expect_words("#ed-text", "وسطر secon")
    expect_stored(page, line, document, f"{TEXT}نكتب معًا in one نصٍّ واحد\nوسطر secon 😀!")
    for _ in range(9):
        page.driver.press("Control+z")
    page.expect_no_words("#ed-text", "نكتب")
    expect_stored(page, line, document, TEXT)
    page.driver.press("Control+y")
    page.expect_words("#ed-text", "نكتب")
    page.driver.press("Control+Home")
    page.driver.press("Delete")
    expect_saved(page)
    assert stored_text(line, document).startswith("# المادة ١")


def test_text_from_word_keeps_its_formatting(page: JourneyPage, line: Line) -> None:
    html, meant = clipboard("word.ar")
    document = open_editor(page, line)
    page.driver.press("Control+a")
    page.driver.evaluate(COPY_NEXT, html, "plain")
    page.driver.press("Control+c")
    page.driver.press("Control+v")
    page.expect_words("[data-part=news]", "أُلصق")
    expect_saved(page)
    assert stored_text(line, document).strip() == meant.strip()
    page.click("[data-part=news] button")
    page.expect_words("#ed-text", "UNHCR")
    expect_stored(page, line, document, TEXT)


def test_words_are_cut_and_pasted(page: JourneyPage, line: Line) -> None:
    document = open_editor(page, line, text="كلمة أولى one.\n")
    page.driver.press("Control+a")
    page.driver.press("Control+x")
    page.driver.press("Control+v")
    page.driver.press("Control+v")
    expect_stored(page, line, document, "كلمة أولى one.\n" * 2)


def test_passage_is_commented_on(page: JourneyPage, line: Line) -> None:
    open_editor(page, line)
    page.expect_element(".ed-offer")
    page.select_word("#ed-text", "UNHCR")
    page.driver.press("Control+Alt+m")
    page.wait("() => document.activeElement?.matches('.ed-card.is-new textarea')")
    page.driver.type("لماذا هنا، why?")
    page.driver.press("Control+Enter")
    page.expect_words(".ed-card:not(.is-new)", "لماذا هنا، why?")
    page.expect_words("#ed-text .ed-said", "UNHCR")


def test_words_typed_offline_are_merged_on_return(page: JourneyPage, line: Line) -> None:
    document = open_editor(page, line)
    line.proxy.cut()
    page.wait(STANDING, "offline")
    page.driver.type("كُتب بعيدًا far away.")
    page.expect_words("#ed-text", "far away.")
    save_text(line.instance, document, f"وهنا\n\n{TEXT}")
    line.proxy.restore()
    page.expect_words("#ed-text", "وهنا")
    expect_stored(page, line, document, f"وهنا\n\n{TEXT}كُتب بعيدًا far away.")


def test_words_of_a_page_closed_offline_are_sent_by_the_next(page: JourneyPage, line: Line) -> None:
    document = open_editor(page, line)
    line.proxy.cut()
    page.wait(STANDING, "offline")
    page.driver.type("في الطريق")
    page.expect_words("[data-part=state]", "محفوظ")
    page.driver.go("about:blank")
    line.proxy.restore()
    page.driver.go(f"{line.origin}/documents/{document}/texts/ar")
    page.expect_words("#ed-text", "في الطريق")
    expect_stored(page, line, document, f"{TEXT}في الطريق")


@pytest.mark.parametrize(("steps", "meant"), [(("س", "سل", "سلا"), "سلام"), (("´",), "é")], ids=["arabic", "dead-key"])
def test_input_method_composes(
    page: JourneyPage, driver: Driver, line: Line, steps: tuple[str, ...], meant: str
) -> None:
    if not isinstance(driver, Chromium):
        pytest.skip(f"{driver.name} offers no input method to a driver")
    document = open_editor(page, line)
    for step in steps:
        driver.compose(step)
        page.expect_words("#ed-text", step)
    driver.finish_composing(meant)
    driver.type("x")
    expect_stored(page, line, document, f"{TEXT}{meant}x")
