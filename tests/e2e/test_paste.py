"""Pasting into the plain form: what Word, LibreOffice and Google Docs copy becomes text of the dialect."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Heading, OrderedList, Table
from service.domain.text.structure.outline import build_outline
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_urgent_statement import sign_in
from tests.support.factories import create_document
from tests.support.page_checks import accessibility_violations, record_faults, without_editor

CLIPBOARDS = Path(__file__).parent / "clipboards"
SAMPLES = sorted(path.stem for path in CLIPBOARDS.glob("*.html"))
TEXTS = {"ar": "أوّل.\n", "en": "First.\n"}

COPY = """([html, plain]) => {
  const copied = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain);
  };
  document.addEventListener("copy", copied, { once: true });
  document.execCommand("copy");
}"""


@pytest.fixture(params=["ar", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(chromium: Browser, running_instance: RunningInstance, lang: str) -> Iterator[Page]:
    """The form of writing, with one sentence in it, in a browser that may use the clipboard."""
    with chromium.new_context(locale=lang, permissions=["clipboard-read", "clipboard-write"]) as context:
        without_editor(context)
        page = context.new_page()
        sign_in(page, running_instance, "salma")
        faults = record_faults(page, running_instance.origin)
        document = create_document(running_instance.instance, texts=TEXTS)
        page.goto(f"{running_instance.origin}/documents/{document}/texts/{lang}")
        yield page
        assert not faults


def paste(page: Page, html: str, plain: str = "plain", *, into: str = "#text", keys: str = "Control+End") -> None:
    page.evaluate(COPY, [html, plain])
    page.locator(into).focus()
    page.keyboard.press(keys)
    page.keyboard.press("Control+v")


def sample(name: str) -> tuple[str, str]:
    return tuple((CLIPBOARDS / f"{name}.{kind}").read_text("utf-8") for kind in ("html", "md"))  # type: ignore[return-value]  # two


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_copied_keeps_its_form(page: Page, name: str) -> None:
    html, meant = sample(name)
    paste(page, html, keys="Control+a")
    expect(page.locator("#text")).to_have_value(meant.rstrip("\n"))
    assert page.title() != "ran"
    assert canonicalise_entry(meant).text == meant, "the server takes it as it is"
    assert not accessibility_violations(page)


def test_the_reader_reads_what_was_meant() -> None:
    tree = parse_markup(sample("word.ar")[1])
    kinds = [type(block).__name__ for block in tree.blocks]
    assert kinds == ["Heading", "Paragraph", "Paragraph", "OrderedList", "Paragraph", "Table"]
    items = next(block for block in tree.blocks if isinstance(block, OrderedList)).items
    assert [len(item.blocks) for item in items] == [2, 1]
    assert len(tree.notes) == 1
    assert not build_outline(tree).broken


def test_the_reader_reads_what_was_meant_in_english() -> None:
    tree = parse_markup(sample("word.en")[1])
    assert [block.level for block in tree.blocks if isinstance(block, Heading)] == [1, 2, 3]
    table = next(block for block in tree.blocks if isinstance(block, Table))
    assert [len(row.cells) for row in table.rows] == [2, 2]
    assert len(tree.notes) == 1


def test_a_pasted_text_is_taken_back_and_put_in_plain(page: Page, lang: str) -> None:
    html, meant = sample(f"word.{lang}")
    field, notice = page.locator("#text"), page.locator("#text-pasted")
    paste(page, html, "one\ntwo")
    expect(field).to_have_value(f"{TEXTS[lang]}\n{meant}".rstrip("\n"))
    expect(notice).to_contain_text({"ar": "القوائم", "en": "Lists"}[lang])
    notice.get_by_role("button").first.click()
    expect(field).to_have_value(TEXTS[lang])
    expect(notice).to_be_empty()
    paste(page, html, "one\ntwo")
    notice.get_by_role("button").last.click()
    expect(field).to_have_value(f"{TEXTS[lang]}one\ntwo")
    page.keyboard.press("Control+z")
    expect(field).to_have_value(TEXTS[lang])


def test_words_in_a_line_stay_in_their_line(page: Page, lang: str) -> None:
    paste(page, "so <b>we</b> say", keys="Control+Home")
    expect(page.locator("#text")).to_have_value(f"so **we** say{TEXTS[lang]}")
    page.keyboard.type(" ")
    expect(page.locator("#text-pasted")).to_be_empty()


def test_footnotes_keep_apart_from_those_that_are_there(page: Page) -> None:
    page.locator("#text").fill("Old[^1].\n\n[^1]: note\n")
    html, _ = sample("office.ar")
    paste(page, html)
    expect(page.locator("#text")).to_have_value(value := page.locator("#text").input_value())
    assert "نقول[^2]" in value
    assert "[^2]: حاشية" in value
    assert len(parse_markup(value).notes) == 2


def test_plain_words_are_pasted_by_the_browser(page: Page, lang: str) -> None:
    paste(page, "<meta charset='utf-8'><span style='color: red'>no *more* than words</span>", "no *more* than words")
    expect(page.locator("#text")).to_have_value(f"{TEXTS[lang]}no *more* than words")
    expect(page.locator("#text-pasted")).to_be_empty()
