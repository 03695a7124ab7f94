"""Numbering, the outline and authorship in a real browser: both languages, a phone and a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState, expect

from service.actions.drafts import save
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_pages import sign_in
from tests.support.factories import create_document, cut_version, save_text
from tests.support.page_checks import PageChecker, open_checker

TEXTS = {
    "ar": "# الباب الأول: المبادئ\n\n## المادة ١ {#one}\n\nالسيادة للشعب، والشعب مصدر كل سلطة في البلاد.\n\n"
    "## المادة ٢: الماء {#two}\n\nالماء حقّ للجميع، كما في [](#one).\n",
    "en": "# Part One: Principles\n\n## Article 1 {#one}\n\nSovereignty belongs to the people of the country.\n\n"
    "## Article 2: Water {#two}\n\nWater is a right of all, as in [](#one).\n",
}
NEW = {
    "ar": "## المادة: الهواء {#air}\n\nالهواء النظيف حقّ لكل من يعيش في البلاد.\n\n",
    "en": "## Article: Air {#air}\n\nClean air is a right of all who live in the country.\n\n",
}


WORDS = {"ar": "مصدر كل سلطة", "en": "the people of"}
ARTICLE = {"ar": "المادة", "en": "Article"}


@pytest.fixture(scope="module")
def storage_state(chromium: Browser, running_instance: RunningInstance) -> StorageState:
    with chromium.new_context() as context:
        sign_in(context.new_page(), running_instance, "lama")
        return context.storage_state()


@pytest.fixture(params=[("ar", 360, 1280), ("en", 1280, 360)], ids=lambda it: f"{it[0]}-{it[1]}")
def checker(
    chromium: Browser, running_instance: RunningInstance, storage_state: StorageState, request: pytest.FixtureRequest
) -> Iterator[PageChecker]:
    lang, width, other = request.param
    with open_checker(
        chromium, running_instance.origin, lang=lang, width=width, other_widths=[other], storage_state=storage_state
    ) as found:
        yield found


def test_numbers_become_automatic_and_follow(checker: PageChecker, running_instance: RunningInstance) -> None:
    page, lang = checker.page, checker.lang
    document = create_document(running_instance.instance, texts=TEXTS, kind="constitution")
    page.goto(f"{running_instance.origin}/documents/{document}/numbering")
    checker.check("numbering")
    page.locator("input[value=automatic]").check()
    page.locator("main form .btn--go").click()
    expect(page.locator("article h3").first).to_contain_text(ARTICLE[lang])
    cut_version(running_instance.instance, document)
    page.goto(f"{running_instance.origin}/documents/{document}/texts/{lang}")
    text = page.locator("#text").input_value()
    page.locator("#text").fill(text.replace("##", NEW[lang] + "##", 1))
    page.locator("button[formaction]").click()
    checker.check("numbering-preview")
    page.locator("main form .btn--go").click()
    page.goto(f"{running_instance.origin}/documents/{document}/comparison?lang={lang}&old=1&new=draft")
    expect(page.locator("article ins").first).to_contain_text(ARTICLE[lang])
    checker.check("numbering-comparison")


def test_outline_shows_warnings(checker: PageChecker, running_instance: RunningInstance) -> None:
    page, lang = checker.page, checker.lang
    texts = {code: text.replace("(#one)", "(#gone)") for code, text in TEXTS.items()}
    texts[lang] += {
        "ar": "\n## المادة ٣\n\nتُدفع التعويضات وفق المادة ٩، و«الصندوق» يعني صندوق الضحايا.\n",
        "en": "\n## Article 3\n\nDamages are paid under Article 9, and “Fund” means what is set aside.\n",
    }[lang]
    document = create_document(running_instance.instance, texts=texts, kind="constitution")
    page.goto(f"{running_instance.origin}/documents/{document}?lang={lang}")
    if not page.locator("a[href*='/outline?']").is_visible():
        page.locator(".doc-outline summary").first.click()
    page.locator("a[href*='/outline?']").click()
    expect(page.locator(".remarks li").first).to_be_visible()
    checker.check("outline")
    page.locator(".provisions a").last.click()
    expect(page.locator("#t-o-4")).to_be_in_viewport()


def test_authorship_is_shown_by_more_than_colour(checker: PageChecker, running_instance: RunningInstance) -> None:
    page, lang = checker.page, checker.lang
    document = create_document(running_instance.instance, texts=TEXTS, kind="constitution")
    cut_version(running_instance.instance, document)
    for key, old, new in (("jihan", "##", NEW[lang] + "##"), ("salma", "##", "> …\n\n##"), ("jihan", WORDS[lang], "…")):
        with running_instance.instance.read() as tx:
            actor = running_instance.instance.actor(tx, key)
            text = save.read(tx, actor, document_id=document, lang=lang).text
        save_text(
            running_instance.instance, document, text.replace(old, new.replace("…", text[2:12]), 1), lang=lang, by=key
        )
    page.goto(f"{running_instance.origin}/documents/{document}?lang={lang}")
    page.locator("[data-tabs] a[href*='/versions']").click()
    page.locator("a[href*='/authors?']").click()
    expect(page.locator(".authors li")).to_have_count(3)
    expect(page.locator(".authored .by-n").first).to_be_visible()
    checker.check("authors")
    page.goto(f"{running_instance.origin}/documents/{document}/changes?lang={lang}&since=v1")
    expect(page.locator(".doers li")).to_have_count(2)
    expect(page.locator("del .by-n").first).to_be_visible()
    checker.check("changes")
    page.goto(f"{running_instance.origin}/documents/{document}/history?lang={lang}&at=2")
    checker.check("history")
    page.locator("[data-history]").press("End")
    expect(page.locator(".hist-range output")).not_to_be_empty()
    page.locator(".hist-bar button").click()
    page.wait_for_url("**at=4**")
    page.goto(f"{running_instance.origin}/documents/{document}/history/restoration?lang={lang}&at=2")
    checker.check("restoration")


PARTS = {
    "ar": (
        "لكل مواطنة ومواطن حقّ المشاركة في الحياة العامة للبلاد وفي إدارتها من غير تمييز.",
        "القضاء مستقلّ، ولا يجوز لأي سلطة أن تتدخّل في عمله أو في تطبيق القانون على أحد.",
        "الماء ملك لكل من يعيش في البلاد، ولا يجوز قطعه عن أحد بسبب دين عليه لأي جهة.",
    ),
    "en": (
        "Everyone has the right to take part in the public affairs of the country without discrimination.",
        "Courts are independent, and no authority may meddle in their work or in how the law is applied.",
        "Water belongs to all who live in the country, and nobody may be cut off from it for a debt.",
    ),
}


def test_change_to_moved_paragraph_is_offered_its_new_place(
    checker: PageChecker, running_instance: RunningInstance
) -> None:
    page, lang = checker.page, checker.lang
    first, *rest = PARTS[lang]
    document = create_document(running_instance.instance, texts={lang: "\n\n".join(PARTS[lang]) + "\n"})
    page.goto(f"{running_instance.origin}/documents/{document}/texts/{lang}")
    save_text(running_instance.instance, document, "\n\n".join([*rest, first]) + "\n", lang=lang, by="jihan")
    page.locator("#text").fill("\n\n".join([first[:-1] + " 1.", *rest]) + "\n")
    page.locator("form:has(#text) button.btn--go").click()
    expect(page.locator(".offer")).to_be_visible()
    checker.faults.clear()  # Chromium logs every response above 399 to the console
    checker.check("offer")
    page.locator("button[name=offer]").click()
    expect(page.locator("#text")).to_have_value("\n\n".join([*rest, first[:-1] + " 1."]) + "\n")
