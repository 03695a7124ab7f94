"""Numbers, the outline and who wrote what, in a real browser: both languages, a phone and a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState, expect

from service.actions.drafts import save
from tests.e2e.conftest import Theatre
from tests.e2e.test_pages import sign_in
from tests.support.factories import a_document, a_save, a_version
from tests.support.page_checks import Looker, looking

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
def key(chromium: Browser, theatre: Theatre) -> StorageState:
    with chromium.new_context() as context:
        sign_in(context.new_page(), theatre, "lama")
        return context.storage_state()


@pytest.fixture(params=[("ar", 360, 1280), ("en", 1280, 360)], ids=lambda it: f"{it[0]}-{it[1]}")
def looker(chromium: Browser, theatre: Theatre, key: StorageState, request: pytest.FixtureRequest) -> Iterator[Looker]:
    lang, width, other = request.param
    with looking(chromium, theatre.origin, lang=lang, width=width, also=[other], key=key) as found:
        yield found


def test_numbers_become_automatic_and_follow(looker: Looker, theatre: Theatre) -> None:
    page, lang = looker.page, looker.lang
    document = a_document(theatre.stage, texts=TEXTS, kind="constitution")
    page.goto(f"{theatre.origin}/documents/{document}/numbering")
    looker.look("numbering")
    page.locator("input[value=automatic]").check()
    page.locator("main form .btn--go").click()
    expect(page.locator("article h3").first).to_contain_text(ARTICLE[lang])
    a_version(theatre.stage, document)
    page.goto(f"{theatre.origin}/documents/{document}/texts/{lang}")
    text = page.locator("#text").input_value()
    page.locator("#text").fill(text.replace("##", NEW[lang] + "##", 1))
    page.locator("button[formaction]").click()
    looker.look("numbering-preview")
    page.locator("main form .btn--go").click()
    page.goto(f"{theatre.origin}/documents/{document}/comparison?lang={lang}&old=1&new=draft")
    expect(page.locator("article ins").first).to_contain_text(ARTICLE[lang])
    looker.look("numbering-comparison")


def test_the_outline_says_what_to_look_at(looker: Looker, theatre: Theatre) -> None:
    page, lang = looker.page, looker.lang
    texts = {code: text.replace("(#one)", "(#gone)") for code, text in TEXTS.items()}
    texts[lang] += {
        "ar": "\n## المادة ٣\n\nتُدفع التعويضات وفق المادة ٩، و«الصندوق» يعني صندوق الضحايا.\n",
        "en": "\n## Article 3\n\nDamages are paid under Article 9, and “Fund” means what is set aside.\n",
    }[lang]
    document = a_document(theatre.stage, texts=texts, kind="constitution")
    page.goto(f"{theatre.origin}/documents/{document}?lang={lang}")
    page.locator(".doc-looks a").first.click()
    expect(page.locator(".remarks li").first).to_be_visible()
    looker.look("outline")
    page.locator(".provisions a").last.click()
    expect(page.locator("#t-o-4")).to_be_in_viewport()


def test_who_wrote_what_is_told_by_more_than_colour(looker: Looker, theatre: Theatre) -> None:
    page, lang = looker.page, looker.lang
    document = a_document(theatre.stage, texts=TEXTS, kind="constitution")
    a_version(theatre.stage, document)
    for key, old, new in (("jihan", "##", NEW[lang] + "##"), ("salma", "##", "> …\n\n##"), ("jihan", WORDS[lang], "…")):
        with theatre.stage.read() as tx:
            actor = theatre.stage.actor(tx, key)
            text = save.read(tx, actor, document_id=document, lang=lang).text
        a_save(theatre.stage, document, text.replace(old, new.replace("…", text[2:12]), 1), lang=lang, by=key)
    page.goto(f"{theatre.origin}/documents/{document}?lang={lang}")
    page.locator(".doc-looks a[href*='/authors?']").click()
    expect(page.locator(".authors li")).to_have_count(3)
    expect(page.locator(".authored .by-n").first).to_be_visible()
    looker.look("authors")
    page.goto(f"{theatre.origin}/documents/{document}/changes?lang={lang}&since=v1")
    expect(page.locator(".doers li")).to_have_count(2)
    expect(page.locator("del .by-n").first).to_be_visible()
    looker.look("changes")
    page.goto(f"{theatre.origin}/documents/{document}/history?lang={lang}&at=2")
    looker.look("history")
    page.locator("[data-history]").press("End")
    expect(page.locator(".hist-range output")).not_to_be_empty()
    page.locator(".hist-bar button").click()
    page.wait_for_url("**at=4**")
    page.goto(f"{theatre.origin}/documents/{document}/history/restoration?lang={lang}&at=2")
    looker.look("restoration")


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


def test_a_moved_paragraph_is_offered_its_new_place(looker: Looker, theatre: Theatre) -> None:
    page, lang = looker.page, looker.lang
    first, *rest = PARTS[lang]
    document = a_document(theatre.stage, texts={lang: "\n\n".join(PARTS[lang]) + "\n"})
    page.goto(f"{theatre.origin}/documents/{document}/texts/{lang}")
    a_save(theatre.stage, document, "\n\n".join([*rest, first]) + "\n", lang=lang, by="jihan")
    page.locator("#text").fill("\n\n".join([first[:-1] + " 1.", *rest]) + "\n")
    page.locator("form:has(#text) button.btn--go").click()
    expect(page.locator(".offer")).to_be_visible()
    looker.faults.clear()  # Chromium tells the console of every answer above 399
    looker.look("offer")
    page.locator("button[name=offer]").click()
    expect(page.locator("#text")).to_have_value("\n\n".join([*rest, first[:-1] + " 1."]) + "\n")
