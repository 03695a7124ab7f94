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
    """The edit form with one sentence in it, in a browser that may use the clipboard."""
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
def test_pasted_text_keeps_its_formatting(page: Page, name: str) -> None:
    html, meant = sample(name)
    paste(page, html, keys="Control+a")
    expect(page.locator("#text")).to_have_value(meant.rstrip("\n"))
    assert page.title() != "ran"
    assert canonicalise_entry(meant).text == meant, "the server accepts it unchanged"
    assert not accessibility_violations(page)


def test_pasted_arabic_parses_as_expected() -> None:
    tree = parse_markup(sample("word.ar")[1])
    kinds = [type(block).__name__ for block in tree.blocks]
    assert kinds == ["Heading", "Paragraph", "Paragraph", "OrderedList", "Paragraph", "Table"]
    items = next(block for block in tree.blocks if isinstance(block, OrderedList)).items
    assert [len(item.blocks) for item in items] == [2, 1]
    assert len(tree.notes) == 1
    assert not build_outline(tree).broken


def test_pasted_english_parses_as_expected() -> None:
    tree = parse_markup(sample("word.en")[1])
    assert [block.level for block in tree.blocks if isinstance(block, Heading)] == [1, 2, 3]
    table = next(block for block in tree.blocks if isinstance(block, Table))
    assert [len(row.cells) for row in table.rows] == [2, 2]
    assert len(tree.notes) == 1


def test_paste_is_undone_and_repeated_as_plain_text(page: Page, lang: str) -> None:
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


def test_inline_paste_stays_inline(page: Page, lang: str) -> None:
    paste(page, "so <b>we</b> say", keys="Control+Home")
    expect(page.locator("#text")).to_have_value(f"so **we** say{TEXTS[lang]}")
    page.keyboard.type(" ")
    expect(page.locator("#text-pasted")).to_be_empty()


def test_pasted_footnotes_do_not_collide_with_existing_ones(page: Page) -> None:
    page.locator("#text").fill("Old[^1].\n\n[^1]: note\n")
    html, _ = sample("office.ar")
    paste(page, html)
    expect(page.locator("#text")).to_have_value(value := page.locator("#text").input_value())
    assert "نقول[^2]" in value
    assert "[^2]: حاشية" in value
    assert len(parse_markup(value).notes) == 2


def test_plain_text_is_pasted_by_the_browser(page: Page, lang: str) -> None:
    paste(page, "<meta charset='utf-8'><span style='color: red'>no *more* than words</span>", "no *more* than words")
    expect(page.locator("#text")).to_have_value(f"{TEXTS[lang]}no *more* than words")
    expect(page.locator("#text-pasted")).to_be_empty()


PLAIN = "First page\n\nArticle 1\nWe ask:\n•\tWater\no\tclean\n\nName\tShare\nSindyan\t40\n"
CONVERTED = "We ask:\n\n- Water\n  - clean\n\n| Name | Share |\n| --- | --- |\n| Sindyan | 40 |"


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_plain_text_keeps_structure_and_offers_article_headings(page: Page) -> None:
    field, notice = page.locator("#text"), page.locator("#text-pasted")
    page.locator("#title").fill("First page")
    field.fill("")
    paste(page, "", PLAIN)
    expect(field).to_have_value(f"Article 1\n{CONVERTED}\n")
    for kind in ("Repeated title left out: 1", "Lists: 1", "Tables: 1"):
        expect(notice).to_contain_text(kind)
    assert not accessibility_violations(page)
    notice.get_by_role("button", name="Make headings").click()
    expect(field).to_have_value(f"## Article 1\n\n{CONVERTED}\n")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("")
    assert canonicalise_entry(f"## Article 1\n\n{CONVERTED}\n").text
