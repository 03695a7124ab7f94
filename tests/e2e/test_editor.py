"""Writing together in real browsers: two people, two languages, one text, over the real rooms."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from service.actions.comments import comments
from service.actions.drafts import save, suggestions
from service.actions.membership import offboarding, people
from service.cli.local import editor_build
from service.sample.document import Cast
from tests.e2e.conftest import Theatre
from tests.e2e.test_paste import COPY
from tests.e2e.test_paste import sample as clipboard
from tests.e2e.test_urgent_statement import come_in
from tests.support.factories import a_document, a_save, a_stage, a_version, begun_anew, in_review
from tests.support.in_process_server import serving
from tests.support.page_checks import Looker, barriers, looking
from tests.support.waiting import wait_until

TEXTS = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n\n## المادة ٢ {#two}\n\nونصّ ثانٍ فيه UNHCR وسطه.\n",
    "en": "## Article 1 {#one}\n\nThe first text.\n\n## Article 2 {#two}\n\nSee [](#one), **all** of it.\n",
}

CHANGES = re.compile(r"Offline: \d+ changes? kept on this device")
"""On a busy machine one sentence may be two changes: there was a pause in it."""

Opens = Callable[..., Looker]


@pytest.fixture(scope="module")
def live(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    if not editor_build.is_built():
        pytest.skip("the editor was not built: no Node")
    stage = a_stage(*template, tmp_path_factory.mktemp("live") / "var")
    with serving(stage) as (port, told):
        yield Theatre(f"http://localhost:{port}", told, {})
    stage.database.close()


@pytest.fixture
def opens(chromium: Browser, live: Theatre) -> Iterator[Opens]:
    """Somebody opens the text of a document in a browser of their own."""
    with ExitStack() as browsers:
        faults: list[list[str]] = []

        def opened(
            document: str,
            who: str = "lama",
            *,
            lang: str = "ar",
            voice: str = "ar",
            width: int = 1280,
            to: str = "",
        ) -> Looker:
            looker = browsers.enter_context(looking(chromium, live.origin, lang=voice, width=width, editor=True))
            looker.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            come_in(looker.page, live, who)
            looker.page.goto(f"{live.origin}/documents/{document}/texts/{lang}{to}")
            expect(looker.page.locator("#ed-text")).to_be_visible()
            faults.append(looker.faults)
            return looker

        yield opened
        assert not [one for each in faults for one in each]


def at(page: Page, keys: str) -> None:
    page.locator("#ed-text").focus()
    page.keyboard.press(keys)


def saved(page: Page) -> None:
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "saved")


def text_of(live: Theatre, document: str, lang: str = "ar") -> str:
    with live.stage.read() as tx:
        return save.read(tx, live.stage.actor(tx, "lama"), document_id=document, lang=lang).text


def has(page: Page, words: str) -> None:
    expect(page.locator("#ed-text")).to_contain_text(words)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("voice", ["ar", "en"])
def test_the_page_is_fit_to_be_written_on(opens: Opens, live: Theatre, voice: str, width: int) -> None:
    document = a_document(live.stage, texts=TEXTS)
    looker = opens(document, lang=voice, voice=voice, width=width)
    expect(looker.page.get_by_role("textbox", name=re.compile("النصّ|text"))).to_be_visible()
    looker.look("write")
    at(looker.page, "Control+End")
    looker.look("write-caret")
    looker.page.keyboard.press("Control+f")
    expect(looker.page.locator(".ed-find")).to_be_visible()
    looker.look("write-find")
    looker.page.keyboard.press("Escape")
    looker.page.locator("[data-act=link]").click()
    looker.look("write-link")


def test_two_people_type_at_once(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    lama, salma = opens(document), opens(document, "salma", voice="en")
    expect(lama.page.locator("[data-part=here] li")).to_have_count(1)
    at(lama.page, "Control+End")
    at(salma.page, "Control+Home")
    for word in ("نكتب ", "معًا ", "in one ", "نصٍّ واحد"):
        lama.page.keyboard.type(word)
        salma.page.keyboard.type(word.upper())
    for page in (lama.page, salma.page):
        has(page, "نكتب معًا in one نصٍّ واحد")
        has(page, "نكتب معًا IN ONE نصٍّ واحد")
        saved(page)
    lama.page.locator("[data-act=who]").click()
    hers = lama.page.locator("#ed-text .by", has_text=re.compile("IN ONE"))
    expect(hers).to_have_count(1)
    expect(lama.page.locator(".ed-writers li")).to_have_count(2)
    looks = lama.page.locator("#ed-text .by").evaluate_all("all => [...new Set(all.map(one => one.className))]")
    assert len(looks) == 2
    at(lama.page, "Control+Home")
    expect(lama.page.locator("[data-part=by]")).to_contain_text("سلمى")
    lama.look("write-who")
    lama.page.locator("[name=ed-group][value=organisation]").check()
    expect(lama.page.locator(".ed-writers li").first).to_contain_text("السنديان")
    lama.page.locator("[data-act=who]").click()
    expect(hers).to_have_count(0)
    text = text_of(live, document)
    assert text.startswith("نكتب معًا IN ONE نصٍّ واحد## المادة ١") and text.endswith("نكتب معًا in one نصٍّ واحد")


CHOOSE = """(words) => {
  const text = document.getElementById("ed-text");
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (!walk.nextNode().data.includes(words));
  const at = walk.currentNode.data.indexOf(words);
  text.focus();
  document.getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
}"""


def words_of(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "ignore")


def choose(page: Page, words: str) -> None:
    """As with a mouse or a finger, once the margin is there."""
    expect(page.locator(".ed-offer")).to_be_attached()
    page.evaluate(CHOOSE, words)
    expect(page.locator(".ed-offer")).to_be_visible()


def remark(page: Page, words: str, said: str) -> Locator:
    """Comment on a word of the text; the card in which it is said."""
    choose(page, words)
    page.keyboard.press("Control+Alt+m")
    expect(page.locator(".ed-card.is-new textarea")).to_be_focused()
    page.keyboard.type(said)
    page.keyboard.press("Control+Enter")
    card = page.locator(".ed-card:not(.is-new)", has_text=said.partition("@")[0])
    expect(card).to_be_visible()
    return card


def test_people_talk_about_a_passage_while_it_is_written(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts={"ar": "قبل UNHCR بعد.\n\nثانٍ secret آخر.\n"})
    looker, other = opens(document), opens(document, "salma", voice="en", width=360)
    lama, salma = looker.page, other.page
    heard: list[str] = []
    salma.on("response", lambda answer: heard.append(answer.text()) if "/comments" in answer.url else None)
    salma.on("websocket", lambda line: line.on("framereceived", lambda frame: heard.append(words_of(frame))))
    salma.reload()
    card = remark(lama, "UNHCR", "لماذا هنا؟ ")
    assert lama.locator("#ed-text .ed-said").all_inner_texts() == ["UNHCR"]

    salma.locator("#ed-text .ed-said").click()
    hers = salma.locator(".ed-card.is-on")
    expect(hers).to_contain_text("لماذا هنا؟")
    hers.locator("textarea").fill("Because of @")
    expect(hers.get_by_role("option")).not_to_have_count(0)
    hers.locator("textarea").press("Tab")
    expect(hers.locator("textarea")).to_have_value("Because of @")
    hers.locator("textarea").fill("Because of ")
    hers.locator("textarea").press("End")
    salma.keyboard.type("@لمى")
    expect(hers.get_by_role("option")).to_have_count(1)
    other.look("write-asking")
    salma.keyboard.press("Enter")
    hers.get_by_role("button", name="Send").click()
    expect(card.locator(".ed-asked")).to_have_text("@لمى شاهين")
    lama.locator("[data-part=filter]").select_option("asked")
    expect(lama.locator(".ed-card")).to_have_count(1)
    lama.locator("[data-part=filter]").select_option("open")

    salma.keyboard.press("Escape")
    expect(salma.locator("#ed-text")).to_be_focused()
    at(salma, "Control+Home")
    salma.keyboard.type("Now ")
    for _ in range(6):
        salma.keyboard.press("ArrowLeft")
    salma.keyboard.type("0")
    expect(lama.locator("#ed-text .ed-said").first).to_have_text(re.compile("^(UN0HCR|U0NHCR|UNHCR)$"))

    choose(lama, "secret")
    lama.keyboard.press("Control+Alt+m")
    lama.locator(".ed-card.is-new input[value=organisation]").check()
    lama.locator(".ed-card.is-new textarea").fill("بيننا وحدنا")
    looker.look("write-commenting")
    lama.keyboard.press("Control+Enter")
    expect(lama.locator(".ed-card.is-own")).to_contain_text("بيننا وحدنا")
    expect(lama.locator("[data-part=open]")).to_have_text("٢")

    card.locator(".ed-cited").click()
    card.get_by_role("button", name="تسوية").click()
    expect(salma.locator("[data-part=open]")).to_have_text("")
    expect(salma.locator("#ed-text .ed-said")).to_have_count(0)
    assert heard and not [one for one in heard if "بيننا" in one or '"quote":"secret' in one]
    salma.locator("[data-part=filter]").select_option("settled")
    hers.get_by_role("button", name="Reopen").click()
    expect(salma.locator("[data-part=open]")).to_have_text("1")

    at(salma, "Control+Home")
    salma.keyboard.press("Shift+Control+ArrowDown")
    salma.keyboard.press("Delete")
    saved(salma)
    expect(card).to_contain_text("لم يعد المقطع في النصّ")
    expect(card.locator("q")).to_have_text("UNHCR")
    looker.look("write-comments")


def test_a_comment_waits_in_its_box_for_the_line(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    choose(page, "UNHCR")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Later.")
    page.context.set_offline(True)
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "offline")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ed-card.is-new .err")).to_contain_text("stay in this box")
    page.locator("[data-part=shut]").click()
    page.locator("[data-act=comments]").click()
    expect(page.locator(".ed-card.is-new textarea")).to_have_value("Later.")
    page.context.set_offline(False)
    saved(page)
    page.route("**/comments", answer_lost, times=1)
    send = page.locator(".ed-card.is-new").get_by_role("button", name="Send")
    send.click()
    expect(page.locator(".ed-card.is-new .err")).to_contain_text("stay in this box")
    at(page, "Control+Home")
    page.keyboard.type("Before it. ")
    saved(page)
    send.click()
    card = page.locator(".ed-card:not(.is-new)")
    expect(card).to_contain_text("Later.")
    expect(page.locator(".ed-card.is-new")).to_have_count(0)
    expect(page.locator(".ed-card")).to_have_count(1)
    address = f"{page.url}#{card.get_attribute('id')}"
    page.goto("about:blank")
    page.goto(address)
    card = page.locator(".ed-card.is-on")
    expect(card).to_contain_text("Later.")
    card.locator("textarea").fill("An answer under way")
    with live.stage.write() as tx:
        lama, said = live.stage.actor(tx, "lama"), address.partition("#")[2]
        comments.take_back(tx, lama, document_id=document, lang="ar", comment=said)
    card = page.locator(".ed-card")
    expect(card).not_to_contain_text("Later.")
    expect(card.locator("textarea")).to_have_value("An answer under way")
    assert not barriers(page)


def answer_lost(route: Route) -> None:
    route.fetch()
    route.abort("internetdisconnected")


def test_who_does_not_write_reads_along_and_comments(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    lama, reader = opens(document), opens(document, "nabil", width=360, to="/read")
    nabil = reader.page
    expect(nabil.locator("[data-part=state]")).to_have_text("للقراءة والتعليق")
    expect(nabil.locator("[data-act=strong]")).to_be_hidden()
    at(lama.page, "Control+Home")
    lama.page.keyboard.type("كُتب الآن ")
    has(nabil, "كُتب الآن")
    at(nabil, "Control+Home")
    nabil.keyboard.type("x")
    nabil.keyboard.press("Shift+Control+ArrowLeft")
    reader.look("read")
    nabil.keyboard.press("Control+Alt+m")
    nabil.keyboard.type("من كتبها؟")
    passage, sheet = nabil.locator(".ed-said.is-new").bounding_box(), nabil.locator("[data-part=notes]").bounding_box()
    assert passage and sheet and passage["y"] + passage["height"] <= sheet["y"]
    nabil.keyboard.press("Control+Enter")
    expect(nabil.locator(".ed-card:not(.is-new)")).to_contain_text("من كتبها؟")
    reader.look("read-comments")
    expect(lama.page.locator("[data-part=open]")).to_have_text("١")
    lama.page.locator("[data-act=comments]").click()
    expect(lama.page.locator(".ed-card")).to_contain_text("نبيل")
    expect(lama.page.locator(".ed-card q")).to_have_text("كُتب")
    saved(lama.page)
    assert text_of(live, document).startswith("كُتب الآن ## المادة")
    lama.page.locator("[data-act=beside]").click()
    expect(lama.page.locator(".ed-margin")).to_be_hidden()
    a_version(live.stage, document)
    in_review(live.stage, document)
    expect(nabil.locator("[data-part=state]")).to_have_text("للقراءة فقط")
    nabil.locator("[data-part=shut]").click()
    remark(nabil, "UNHCR", "وفي المراجعة أيضًا.")


def test_others_are_seen_where_they_are(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    lama, salma = opens(document), opens(document, "salma", voice="en")
    at(salma.page, "Control+End")
    salma.page.keyboard.press("ArrowLeft")
    caret = lama.page.locator(".ed-caret")
    expect(caret).to_have_count(1)
    name = salma.page.locator(".me .person + bdi, .me").first.inner_text()
    assert caret.inner_text().strip() and name
    salma.page.keyboard.press("Shift+Control+ArrowRight")
    expect(lama.page.locator(".ed-range").first).to_be_attached()
    salma.page.close()
    expect(caret).to_have_count(0)
    expect(lama.page.locator("[data-part=alone]")).to_be_visible()


def test_undo_takes_back_ones_own_words_alone(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    lama, salma = opens(document), opens(document, "salma", voice="en")
    at(lama.page, "Control+Home")
    lama.page.keyboard.type("لمى ")
    at(salma.page, "Control+End")
    salma.page.keyboard.type("Salma")
    has(lama.page, "Salma")
    lama.page.keyboard.press("Control+z")
    expect(lama.page.locator("#ed-text")).not_to_contain_text("لمى")
    has(lama.page, "Salma")
    lama.page.keyboard.press("Control+y")
    has(salma.page, "لمى")
    saved(lama.page)


def test_what_is_written_offline_is_kept_and_merged(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    lama, salma = opens(document), opens(document, "salma", voice="en")
    salma.page.context.set_offline(True)
    state = salma.page.locator("[data-part=state]")
    expect(state).to_have_attribute("data-standing", "offline")
    at(salma.page, "Control+End")
    salma.page.keyboard.type("Written far away.")
    expect(state).to_have_text(CHANGES)
    at(lama.page, "Control+Home")
    lama.page.keyboard.type("وهنا ")
    saved(lama.page)
    salma.page.context.set_offline(False)
    expect(salma.page.locator("[data-part=news]")).to_contain_text("merged")
    has(lama.page, "Written far away.")
    has(salma.page, "وهنا")
    saved(salma.page)
    salma.page.locator("[data-part=news] button").click()
    expect(lama.page.locator("#ed-text")).not_to_contain_text("Written far away.")


def test_what_a_closed_page_could_not_send_is_sent_by_the_next(opens: Opens, live: Theatre) -> None:
    """Beside what was typed into its form before the script came."""
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document).page
    page.context.set_offline(True)
    at(page, "Control+End")
    page.keyboard.type("كلمات في الطريق")
    expect(page.locator("[data-part=state]")).to_contain_text("تغيير واحد محفوظ")
    address = page.url
    page.close()
    again = page.context.new_page()
    again.context.set_offline(False)
    held: list[Route] = []
    again.route("**/built/editor.js*", lambda route: held.append(route), times=1)
    again.goto(address, wait_until="commit")
    wait_until(lambda: again.evaluate("document.readyState") == "interactive" and held)
    again.locator("#text").fill(f"قبلها {TEXTS['ar']}")
    held[0].continue_()
    has(again, "كلمات في الطريق")
    has(again, "قبلها")
    expect(again.locator("[data-part=news]")).to_contain_text("دُمج")
    saved(again)
    assert text_of(live, document) == f"قبلها {TEXTS['ar']}كلمات في الطريق"


def test_words_of_a_method_that_composes_them_arrive_whole(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts={"ar": "نصّ.\n"})
    lama, salma = opens(document), opens(document, "salma", voice="en")
    at(lama.page, "Control+Home")
    method = lama.page.context.new_cdp_session(lama.page)
    for part in ("س", "سل", "سلا"):
        method.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
        at(salma.page, "Control+End")
        salma.page.keyboard.type(".")
    method.send("Input.insertText", {"text": "سلام 😀"})
    has(salma.page, "سلام 😀نصّ.")
    method.send("Input.imeSetComposition", {"text": "😃", "selectionStart": 2, "selectionEnd": 2})
    method.send("Input.insertText", {"text": "😃"})
    has(salma.page, "سلام 😀😃نصّ.")
    saved(lama.page)
    assert "سلام 😀😃نصّ." in text_of(live, document)


@pytest.mark.parametrize("name", ["word.ar", "word.en"])
def test_what_is_pasted_from_word_keeps_its_form(opens: Opens, live: Theatre, name: str) -> None:
    html, meant = clipboard(name)
    document = a_document(live.stage, texts={"ar": "نصّ.\n"})
    looker = opens(document)
    looker.page.evaluate(COPY, [html, "plain"])
    at(looker.page, "Control+a")
    looker.page.keyboard.press("Control+v")
    expect(looker.page.locator("[data-part=news]")).to_contain_text("أُلصق")
    saved(looker.page)
    assert text_of(live, document).strip() == meant.strip()
    looker.look(f"write-pasted-{name}")
    looker.page.locator("[data-part=news] button").first.click()
    has(looker.page, "نصّ.")


def test_tools_do_what_they_say(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts={"en": "one two\n"})
    page = opens(document, lang="en", voice="en").page
    at(page, "Control+Home")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.locator("[data-part=level]").select_option("2")
    page.keyboard.press("Control+End")
    page.keyboard.type("first")
    page.keyboard.press("Control+Shift+L")
    page.keyboard.press("Enter")
    page.keyboard.type("second")
    page.locator("[data-act=footnote]").click()
    page.keyboard.type("a note")
    saved(page)
    assert text_of(live, document, "en") == "## **one** two\n- first\n- second[^1]\n\n[^1]: a note"
    expect(page.locator("#ed-outline button")).to_have_text(["one two"])
    page.locator("[data-act=undo]").click()
    expect(page.locator("#ed-text")).not_to_contain_text("a note")


def test_a_title_is_saved_without_touching_the_text(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document).page
    at(page, "Control+End")
    page.keyboard.type("جديد")
    saved(page)
    page.locator("#title").fill("عنوان آخر")
    page.locator("[data-retitle] button").click()
    expect(page.locator("#title")).to_have_value("عنوان آخر")
    has(page, "جديد")
    assert text_of(live, document).endswith("جديد")


def test_the_text_alone_is_left_and_comes_back(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    page.locator("[data-act=focus]").click()
    expect(page.locator(".side")).to_be_hidden()
    assert not barriers(page)
    page.keyboard.press("Escape")
    expect(page.locator(".side")).to_be_visible()


def late(page: Page, words: str) -> None:
    """What is written while there is no line."""
    page.context.set_offline(True)
    at(page, "Control+End")
    page.keyboard.type(words)
    expect(page.locator("[data-part=state]")).to_have_text(CHANGES)


def kept_of(live: Theatre, document: str) -> list[tuple[str, str | None, str]]:
    """Text, base and reason of each suggested change."""
    with live.stage.read() as tx:
        actor = live.stage.actor(tx, "salma")
        ids = [one.id for one in suggestions.every(tx, actor, document_id=document)]
        found = [suggestions.look(tx, actor, document_id=document, suggestion_id=id) for id in ids]
    return [(one.text, one.base, one.why) for one in found]


def test_words_for_a_text_that_was_closed_meanwhile_become_a_suggested_change(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    a_version(live.stage, document)
    looker = opens(document, voice="en")
    page = looker.page
    late(page, "كلام جاء متأخّرًا.")
    in_review(live.stage, document)
    page.context.set_offline(False)
    aside = page.locator("[data-part=aside]")
    expect(aside.locator("ins")).to_contain_text("كلام جاء متأخّرًا.")
    expect(aside.locator("[data-part=suggested]")).to_be_visible()
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "read")
    expect(page.locator("#ed-text")).not_to_contain_text("متأخّرًا")
    looker.look("write-aside")
    assert kept_of(live, document) == [(f"{TEXTS['ar']}كلام جاء متأخّرًا.\n", TEXTS["ar"], "closed")]
    with page.expect_download() as download:
        aside.locator("[data-aside=file]").click()
    assert download.value.path().read_text("utf-8").endswith("كلام جاء متأخّرًا.")
    page.reload()
    expect(page.locator("#ed-text")).to_be_visible()
    expect(aside).to_be_hidden()
    assert "متأخّرًا" not in text_of(live, document)
    for path in ("suggestions", f"suggestions/{the_one(live, document)}"):
        page.goto(f"{live.origin}/documents/{document}/{path}")
        looker.look(path.partition("/")[0] + ("-one" if "/" in path else ""))
    expect(page.locator("ins")).to_contain_text("كلام جاء متأخّرًا.")


def the_one(live: Theatre, document: str) -> str:
    with live.stage.read() as tx:
        return suggestions.every(tx, live.stage.actor(tx, "salma"), document_id=document)[0].id


KEPT_ROWS = """another => new Promise((done) => {
  indexedDB.open("mithaq-kept").onsuccess = ({ target: { result: base } }) => {
    const rows = base.transaction("updates", "readwrite").objectStore("updates");
    rows.getAll().onsuccess = ({ target: { result: found } }) => {
      if (another) rows.add({ ...found[0], id: another, aside: true });
      done(found.map((one) => one.id));
    };
  };
})"""


def test_words_for_a_text_that_was_begun_anew_say_what_they_were_written_from(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    late(page, "من قبل.")
    page.evaluate(KEPT_ROWS, 0.5)
    begun_anew(live.stage, f"{document}.ar", "نصّ جديد كلّه.\n")
    page.context.set_offline(False)
    expect(page.locator("[data-part=suggested]")).to_be_visible()
    has(page, "نصّ جديد كلّه.")
    assert kept_of(live, document) == [(f"{TEXTS['ar']}من قبل.\n", TEXTS["ar"], "restarted")]
    wait_until(lambda: len(page.evaluate(KEPT_ROWS, 0)) < 2)
    assert page.evaluate(KEPT_ROWS, 0) == [0.5], "what another page laid aside is not forgotten with it"


def test_words_of_a_copy_that_went_astray_are_kept(opens: Opens, live: Theatre) -> None:
    """The server says so of a copy whose last words it never got. Nobody types before it is there anew."""
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    lines: list[WebSocketRoute] = []
    servers: list[WebSocketRoute] = []
    waiting: list[str | bytes] = []

    def listened(line: WebSocketRoute) -> None:
        server, first = line.connect_to_server(), not lines
        lines.append(line)
        servers.append(server)
        line.on_message(lambda said: None if first and said[:2] == b"\0\2" else server.send(said))
        if not first:
            server.on_message(lambda said: waiting.append(said))

    page.route_web_socket(re.compile("/live$"), listened)
    page.reload()
    has(page, "نصّ أوّل.")
    at(page, "Control+End")
    page.keyboard.type("ضائع")
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "saving")
    said = b'{"kind":"diverged"}'
    lines[0].send(bytes((101, len(said))) + said)
    expect(page.locator("#ed-text")).to_have_attribute("contenteditable", "false")
    wait_until(lambda: page.evaluate("1") and waiting)
    servers[1].on_message(lambda said: lines[1].send(said))
    for one in waiting:
        lines[1].send(one)
    expect(page.locator("[data-part=suggested]")).to_be_visible()
    assert kept_of(live, document) == [(f"{TEXTS['ar']}ضائع\n", TEXTS["ar"], "diverged")]
    at(page, "Control+End")
    page.keyboard.type("بعده")
    saved(page)
    assert text_of(live, document) == f"{TEXTS['ar']}بعده"


def test_words_that_lay_on_the_device_for_a_month_are_not_sent_unasked(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    late(page, "قديم.")
    address = page.url
    page.close()
    again = page.context.new_page()
    again.clock.set_system_time(time.time() + 31 * 24 * 3600)
    again.context.set_offline(False)
    again.goto(address)
    expect(again.locator("[data-part=suggested]")).to_be_visible()
    saved(again)
    assert kept_of(live, document) == [(f"{TEXTS['ar']}قديم.\n", TEXTS["ar"], "old")]
    assert text_of(live, document) == TEXTS["ar"]


def test_words_of_who_may_not_come_in_any_more_stay_on_their_device(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, "jihan", voice="en").page
    late(page, "كلامي.")
    with live.stage.write() as tx:
        salma, jihan = live.stage.actor(tx, "salma"), live.stage.actor(tx, "jihan")
        for grant in jihan.grants:
            offboarding.take_role(tx, salma, person=jihan.person, role=grant.role, document=grant.document)
    page.context.set_offline(False)
    aside = page.locator("[data-part=aside]")
    expect(aside).to_contain_text("on this device alone")
    expect(aside).to_contain_text("كلامي.")
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "gone")
    assert not barriers(page) and not kept_of(live, document)
    with live.stage.write() as tx:
        for grant in jihan.grants:
            people.grant_role(tx, salma, person=jihan.person, role=grant.role, document=grant.document)


def test_a_text_that_is_closed_says_so_at_once(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    a_version(live.stage, document)
    page = opens(document).page
    at(page, "Control+End")
    in_review(live.stage, document)
    expect(page.locator("[data-part=state]")).to_have_text("للقراءة فقط")
    expect(page.locator("[data-act=strong]")).to_be_disabled()
    assert not barriers(page)


def test_signed_out_elsewhere_nothing_is_lost(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    remark(page, "UNHCR", "بيننا.")
    late(page, "بين بابين.")
    page.context.request.post(f"{live.origin}/sign-out", headers={"origin": live.origin}, max_redirects=0)
    page.context.set_offline(False)
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "out")
    expect(page.locator(".ed-card")).to_have_count(0)
    assert not barriers(page)
    with page.expect_popup() as popup:
        page.locator("[data-part=again]").click()
    popup.value.locator(f"button[value='{live.stage.cast.people['lama'].id}']").click()
    popup.value.wait_for_url(re.compile("/texts/"))
    popup.value.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    saved(page)
    expect(page.locator(".ed-card")).to_contain_text("بيننا.")
    assert text_of(live, document).endswith("بين بابين.")


def test_words_of_who_was_signed_in_before_never_go_out_in_anothers_name(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, "jihan", voice="en").page
    late(page, "كلام جيهان.")
    come_in(page, live, "lama")
    page.context.set_offline(False)
    aside = page.locator("[data-part=aside]")
    expect(aside).to_contain_text("on this device alone")
    expect(aside).to_contain_text("كلام جيهان.")
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "gone")
    expect(page.locator("#ed-text")).to_have_attribute("contenteditable", "false")
    assert not kept_of(live, document)
    assert text_of(live, document) == TEXTS["ar"]


def test_who_signs_out_with_words_unsent_is_asked(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    page = opens(document, voice="en").page
    page.context.set_offline(True)
    at(page, "Control+End")
    page.keyboard.type("unsent")
    expect(page.locator("[data-part=state]")).to_have_text(CHANGES)
    page.locator("form[action='/sign-out'] button").first.click()
    dialog = page.locator("[data-part=leaving]")
    expect(dialog).to_be_visible()
    assert not barriers(page)
    page.context.set_offline(False)
    dialog.locator("[data-leave=send]").click()
    expect(page).not_to_have_url(re.compile("/texts/"))
    assert text_of(live, document).endswith("unsent")


def test_words_are_found_however_they_are_pointed(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts={"ar": "المُوَقِّعون إلى ٣ منظمات، والموقعون الى 3 منظّمات.\n"})
    page = opens(document, voice="en").page
    at(page, "Control+f")
    find = page.locator(".ed-find")
    find.get_by_label("Find").fill("الموقعون إلى ٣")
    expect(find.locator("output")).to_have_text("Found in 2 places")
    find.get_by_label("Find").fill("الى 3")
    expect(find.locator("output")).to_have_text("Found in 2 places")
    page.keyboard.press("Enter")
    expect(find.locator("output")).to_have_text("1 of 2")
    find.get_by_label("Exactly these letters").check()
    expect(find.locator("output")).to_have_text("Found in 1 place")
    find.get_by_label("Replace with").fill("حتى 4")
    find.get_by_role("button", name="Replace all").click()
    page.keyboard.press("Escape")
    expect(find).to_have_count(0)
    saved(page)
    assert text_of(live, document) == "المُوَقِّعون إلى ٣ منظمات، والموقعون حتى 4 منظّمات.\n"


def test_marks_that_no_text_may_hold_stay_outside(opens: Opens, live: Theatre) -> None:
    document = a_document(live.stage, texts={"en": "Before.\n"})
    lama = opens(document, lang="en")
    at(lama.page, "Control+Home")
    lama.page.keyboard.insert_text("a\u202eb\0c\ufeffd\u2067e\u200ff\r\ng")
    saved(lama.page)
    assert text_of(live, document, "en") == "abcde\u200ff\ngBefore.\n"


def test_no_change_parts_a_character(opens: Opens, live: Theatre) -> None:
    """A method that writes one picture over another changes half of it."""
    document = a_document(live.stage, texts={"ar": "قبل 😀 بعد\n"})
    lama, salma = opens(document), opens(document, "salma", voice="en")
    at(lama.page, "Control+Home")
    lama.page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.getElementById("ed-text"), NodeFilter.SHOW_TEXT);
          while (!walk.nextNode().data.includes("😀"));
          const at = walk.currentNode.data.indexOf("😀") + 1;
          walk.currentNode.replaceData(at, 1, "\\uDE03");
        }"""
    )
    has(salma.page, "قبل 😃 بعد")
    saved(lama.page)
    assert text_of(live, document) == "قبل 😃 بعد\n"


@pytest.mark.parametrize("meanwhile", [False, True])
def test_words_typed_into_the_plain_form_first_go_over_with_their_writer(
    chromium: Browser, live: Theatre, meanwhile: bool
) -> None:
    """Unless somebody else changed the text between: then they stay in the form, which merges them."""
    document = a_document(live.stage, texts=TEXTS)
    held: list[Route] = []
    with looking(chromium, live.origin, lang="en", width=1280, editor=True) as looker:
        page = looker.page
        come_in(page, live, "lama")
        page.route("**/built/editor.js*", lambda route: held.append(route), times=1)
        page.goto(f"{live.origin}/documents/{document}/texts/en", wait_until="commit")
        wait_until(lambda: page.evaluate("document.readyState") == "interactive" and held)
        page.locator("#text").fill(f"{TEXTS['en']}Typed before.")
        if meanwhile:
            a_save(live.stage, document, f"Others.\n\n{TEXTS['en']}", lang="en", by="jihan")
        held[0].continue_()
        if meanwhile:
            page.wait_for_load_state("load")
            page.locator("form[data-writing] .btn--go").first.click()
            expect(page.locator(".banner--yes")).to_be_visible()
        else:
            expect(page.locator("#ed-text")).to_be_focused()
            page.keyboard.type(" And after.")
            saved(page)
        text = text_of(live, document, "en")
    after = TEXTS["en"] + ("Typed before.\n" if meanwhile else "Typed before. And after.")
    assert text == ("Others.\n\n" if meanwhile else "") + after


def test_tables_and_numbers_read_as_they_will(opens: Opens, live: Theatre) -> None:
    rows = "| الجهة | الحصّة |\n|---|--:|\n| **سنديان** | ٤٠ |\n| UNHCR | ٦٠ |\n"
    texts = {
        "ar": f"## المادة: الماء {{#w}}\n\nكما في [](#e).\n\n{rows}\n## المادة: الأرض {{#e}}\n\nنصّ.\n",
        "en": "## Article: Water {#w}\n\nWater.\n",
    }
    document = a_document(live.stage, texts=texts, numbering="automatic")
    looker = opens(document)
    page = looker.page
    heading = page.locator("#ed-text .ed-h")
    expect(heading).to_have_text(["المادة الأولى: الماء", "المادة الثانية: الأرض"])
    expect(page.locator("#ed-outline button")).to_have_text(["المادة الأولى: الماء", "المادة الثانية: الأرض"])
    expect(page.locator("#ed-text .ed-ref")).to_have_text("المادة الثانية")
    expect(page.locator("#ed-text table td")).to_have_text(["سنديان", "٤٠", "UNHCR", "٦٠"])
    page.locator("[data-act=beside]").click()
    expect(page.locator("#ed-beside .ed-h")).to_have_text("Article 1: Water")
    page.locator("[data-act=beside]").click()
    looker.look("write-tables")
    page.locator("#ed-text td").first.click()
    expect(page.locator("#ed-text table")).to_have_count(0)
    has(page, "|---|--:|")
    at(page, "Control+Home")
    page.keyboard.type("## المادة\n\n")
    expect(heading).to_have_text(["المادة الأولى", "## المادة الثانية: الماء {#w}", "المادة الثالثة: الأرض"])
    saved(page)
    assert text_of(live, document) == f"## المادة\n\n{texts['ar']}"


def test_without_a_line_there_is_the_plain_form(chromium: Browser, live: Theatre) -> None:
    document = a_document(live.stage, texts=TEXTS)
    with looking(chromium, live.origin, lang="en", width=360, editor=True) as looker:
        page = looker.page
        come_in(page, live, "lama")
        page.route_web_socket(re.compile("/live$"), lambda line: line.close())
        page.goto(f"{live.origin}/documents/{document}/texts/en")
        expect(page.locator("#editor")).to_be_hidden()
        page.locator("#text").fill("From the form.")
        page.locator("form[data-writing] .btn--go").first.click()
        expect(page.locator(".banner--yes")).to_be_visible()
        looker.look()
        assert text_of(live, document, "en") == "From the form.\n"


def long_texts(articles: int) -> dict[str, str]:
    words = {"ar": ("المادة", "كلام طويل في هذه المادة. " * 12), "en": ("Article", "Long words of this article. " * 30)}
    return {
        lang: "".join(f"## {name} {number} {{#n{number}}}\n\n{text}\n\n" for number in range(1, articles + 1))
        for lang, (name, text) in words.items()
    }


@pytest.mark.parametrize("width", [360, 1280])
def test_two_texts_stand_beside_each_other_and_scroll_in_step(opens: Opens, live: Theatre, width: int) -> None:
    document = a_document(live.stage, texts=long_texts(12))
    looker = opens(document, width=width)
    page = looker.page
    page.locator("[data-act=beside]").click()
    beside = page.locator("#ed-beside")
    expect(beside).to_contain_text("Article 1")
    expect(beside).to_have_attribute("aria-readonly", "true")
    top = page.evaluate("document.querySelector('[data-part=beside]').scrollTop")
    page.evaluate("window.scrollTo(0, document.querySelector('#ed-text').offsetHeight / 2)")
    wait_until(lambda: page.evaluate("document.querySelector('[data-part=beside]').scrollTop") > top + 100)
    expect(beside).to_contain_text("Article 6")
    looker.look("write-beside")
    page.locator("[data-act=beside]").click()
    expect(beside).to_be_hidden()
