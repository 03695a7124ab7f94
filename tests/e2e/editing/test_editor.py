"""Live editing in real browsers: two people, two languages, one text, over real rooms."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from service.actions.comments import comments
from service.actions.drafts import save, unsaved_changes
from service.actions.membership import offboarding, roles
from service.cli.local import editor_build
from service.live import protocol
from service.sample.document import SampleMembers
from tests.e2e.conftest import RunningInstance
from tests.e2e.test_paste import COPY
from tests.e2e.test_paste import sample as clipboard
from tests.e2e.test_urgent_statement import sign_in
from tests.support.factories import copy_template, create_document, cut_version, move_to_review, reset_draft, save_text
from tests.support.in_process_server import serve_in_process
from tests.support.page_checks import PageChecker, accessibility_violations, open_checker
from tests.support.waiting import wait_until
from tests.support.ws_clients import WsClient, run_in_thread

TEXTS = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n\n## المادة ٢ {#two}\n\nونصّ ثانٍ فيه UNHCR وسطه.\n",
    "en": "## Article 1 {#one}\n\nThe first text.\n\n## Article 2 {#two}\n\nSee [](#one), **all** of it.\n",
}

CHANGES = re.compile(r"Offline: \d+ changes? kept on this device")
"""On a busy machine one sentence may become two changes, because of a pause in it."""

OpenEditor = Callable[..., PageChecker]


@pytest.fixture(scope="module")
def live_instance(
    database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningInstance]:
    if not editor_build.is_built():
        pytest.skip("the editor was not built: no Node")
    instance = copy_template(*database_template, tmp_path_factory.mktemp("live") / "var")
    with serve_in_process(instance) as (port, served):
        yield RunningInstance(f"http://localhost:{port}", served, {})
    instance.database.close()


@pytest.fixture
def open_editor(chromium: Browser, live_instance: RunningInstance) -> Iterator[OpenEditor]:
    """Open the text of a document as a person, in a browser of its own."""
    with ExitStack() as browsers:
        faults: list[list[str]] = []

        def opened(
            document: str,
            who: str = "lama",
            *,
            lang: str = "ar",
            user_lang: str = "ar",
            width: int = 1280,
            to: str = "",
        ) -> PageChecker:
            checker = browsers.enter_context(
                open_checker(chromium, live_instance.origin, lang=user_lang, width=width, editor=True)
            )
            checker.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            sign_in(checker.page, live_instance, who)
            checker.page.goto(f"{live_instance.origin}/documents/{document}/texts/{lang}{to}")
            expect(checker.page.locator("#ed-text")).to_be_visible()
            faults.append(checker.faults)
            return checker

        yield opened
        assert not [one for each in faults for one in each]


def press_in_editor(page: Page, keys: str) -> None:
    page.locator("#ed-text").focus()
    page.keyboard.press(keys)


def run_tool(page: Page, tool: str) -> None:
    """Press a tool, in the further rows of tools where it does not fit in the first."""
    button, more = page.locator(f"[data-act={tool}]"), page.locator("[data-act=more]")
    row = page.locator("[data-part=row]").bounding_box()
    box = button.bounding_box()
    if row and box and box["y"] >= row["y"] + row["height"] and more.get_attribute("aria-expanded") == "false":
        more.click()
    button.click()


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "saved")


def text_of(live: RunningInstance, document: str, lang: str = "ar") -> str:
    with live.instance.read() as tx:
        return save.read(tx, live.instance.actor(tx, "lama"), document_id=document, lang=lang).text


def expect_text(page: Page, words: str) -> None:
    expect(page.locator("#ed-text")).to_contain_text(words)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("user_lang", ["ar", "en"])
def test_editor_page_passes_page_checks(
    open_editor: OpenEditor, live_instance: RunningInstance, user_lang: str, width: int
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    checker = open_editor(document, lang=user_lang, user_lang=user_lang, width=width)
    expect(checker.page.get_by_role("textbox", name=re.compile("النصّ|text"))).to_be_visible()
    checker.check("write")
    press_in_editor(checker.page, "Control+End")
    checker.check("write-caret")
    checker.page.keyboard.press("Control+f")
    expect(checker.page.locator(".ed-find")).to_be_visible()
    checker.check("write-find")
    checker.page.keyboard.press("Escape")
    run_tool(checker.page, "link")
    checker.check("write-link")


def test_editor_opens_at_the_line_that_the_address_names(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, to="#line-7").page
    expect(page.locator("#ed-text")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "ونصّ ثانٍ فيه UNHCR وسطه."


def test_two_people_type_at_once(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    lama, salma = open_editor(document), open_editor(document, "salma", user_lang="en")
    expect(lama.page.locator("[data-part=here] li")).to_have_count(1)
    press_in_editor(lama.page, "Control+End")
    press_in_editor(salma.page, "Control+Home")
    for word in ("نكتب ", "معًا ", "in one ", "نصٍّ واحد"):
        lama.page.keyboard.type(word)
        salma.page.keyboard.type(word.upper())
    for page in (lama.page, salma.page):
        expect_text(page, "نكتب معًا in one نصٍّ واحد")
        expect_text(page, "نكتب معًا IN ONE نصٍّ واحد")
        expect_saved(page)
    run_tool(lama.page, "who")
    hers = lama.page.locator("#ed-text .by", has_text=re.compile("IN ONE"))
    expect(hers).to_have_count(1)
    expect(lama.page.locator(".ed-writers li")).to_have_count(2)
    looks = lama.page.locator("#ed-text .by").evaluate_all("all => [...new Set(all.map(one => one.className))]")
    assert len(looks) == 2
    press_in_editor(lama.page, "Control+Home")
    expect(lama.page.locator("[data-part=by]")).to_contain_text("سلمى")
    lama.check("write-who")
    lama.page.locator("[name=ed-group][value=organisation]").check()
    expect(lama.page.locator(".ed-writers li").first).to_contain_text("السنديان")
    run_tool(lama.page, "who")
    expect(hers).to_have_count(0)
    text = text_of(live_instance, document)
    assert text.startswith("نكتب معًا IN ONE نصٍّ واحد## المادة ١") and text.endswith("نكتب معًا in one نصٍّ واحد")


SELECTIONS = 5
"""Times that a script selects text before its test fails."""

CHOOSE = """(words) => {
  const text = document.getElementById("ed-text");
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (!walk.nextNode().data.includes(words));
  const at = walk.currentNode.data.indexOf(words);
  text.focus();
  document.getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
}"""


def frame_text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "ignore")


def select_text(page: Page, words: str) -> None:
    """Select text as with a mouse or a finger, once the margin is rendered.

    Focusing lets the editor write its own selection into the page, sometimes after the script has set another one.
    """
    offer = page.locator(".ed-offer")
    expect(offer).to_be_attached()
    for _ in range(SELECTIONS):
        page.evaluate(CHOOSE, words)
        with suppress(AssertionError):
            expect(offer).to_be_visible(timeout=1000)
            return
    expect(offer).to_be_visible()


def add_comment(page: Page, words: str, said: str) -> Locator:
    """Comment on a word of the text; return the card of the comment."""
    select_text(page, words)
    page.keyboard.press("Control+Alt+m")
    expect(page.locator(".ed-card.is-new textarea")).to_be_focused()
    page.keyboard.type(said)
    page.keyboard.press("Control+Enter")
    card = page.locator(".ed-card:not(.is-new)", has_text=said.partition("@")[0])
    expect(card).to_be_visible()
    return card


def test_people_discuss_a_passage_while_it_is_edited(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts={"ar": "قبل UNHCR بعد.\n\nثانٍ secret آخر.\n"})
    reader, other = open_editor(document), open_editor(document, "salma", user_lang="en", width=360)
    lama, salma = reader.page, other.page
    messages: list[str] = []
    salma.on("response", lambda response: messages.append(response.text()) if "/comments" in response.url else None)
    salma.on("websocket", lambda line: line.on("framereceived", lambda frame: messages.append(frame_text(frame))))
    salma.reload()
    card = add_comment(lama, "UNHCR", "لماذا هنا؟ ")
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
    other.check("write-asking")
    salma.keyboard.press("Enter")
    hers.get_by_role("button", name="Send").click()
    expect(card.locator(".ed-asked")).to_have_text("@Lama Shahin")
    lama.locator("[data-part=filter]").select_option("asked")
    expect(lama.locator(".ed-card")).to_have_count(1)
    lama.locator("[data-part=filter]").select_option("open")

    salma.keyboard.press("Escape")
    expect(salma.locator("#ed-text")).to_be_focused()
    press_in_editor(salma, "Control+Home")
    salma.keyboard.type("Now ")
    for _ in range(6):
        salma.keyboard.press("ArrowLeft")
    salma.keyboard.type("0")
    expect(lama.locator("#ed-text .ed-said").first).to_have_text(re.compile("^(UN0HCR|U0NHCR|UNHCR)$"))

    select_text(lama, "secret")
    lama.keyboard.press("Control+Alt+m")
    lama.locator(".ed-card.is-new input[value=organisation]").check()
    lama.locator(".ed-card.is-new textarea").fill("بيننا وحدنا")
    reader.check("write-commenting")
    lama.keyboard.press("Control+Enter")
    expect(lama.locator(".ed-card.is-own")).to_contain_text("بيننا وحدنا")
    expect(lama.locator("[data-part=open]")).to_have_text("٢")

    card.locator(".ed-cited").click()
    card.get_by_role("button", name="إغلاق النقاش").click()
    expect(salma.locator("[data-part=open]")).to_have_text("")
    expect(salma.locator("#ed-text .ed-said")).to_have_count(0)
    assert messages and not [one for one in messages if "بيننا" in one or '"quote":"secret' in one]
    salma.locator("[data-part=filter]").select_option("settled")
    hers.get_by_role("button", name="Reopen").click()
    expect(salma.locator("[data-part=open]")).to_have_text("1")

    press_in_editor(salma, "Control+Home")
    salma.keyboard.press("Shift+Control+ArrowDown")
    salma.keyboard.press("Delete")
    expect_saved(salma)
    expect(card).to_contain_text("لم يعد المقطع في النصّ")
    expect(card.locator("q")).to_have_text("UNHCR")
    reader.check("write-comments")


def test_comment_draft_waits_for_reconnection(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    select_text(page, "UNHCR")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Later.")
    page.context.set_offline(True)
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "offline")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ed-card.is-new .err")).to_contain_text("kept in this box")
    page.locator("[data-part=shut]").click()
    run_tool(page, "comments")
    expect(page.locator(".ed-card.is-new textarea")).to_have_value("Later.")
    page.context.set_offline(False)
    expect_saved(page)
    page.route("**/comments", drop_response, times=1)
    send = page.locator(".ed-card.is-new").get_by_role("button", name="Send")
    send.click()
    expect(page.locator(".ed-card.is-new .err")).to_contain_text("kept in this box")
    press_in_editor(page, "Control+Home")
    page.keyboard.type("Before it. ")
    expect_saved(page)
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
    with live_instance.instance.write() as tx:
        lama, said = live_instance.instance.actor(tx, "lama"), address.partition("#")[2]
        comments.withdraw(tx, lama, document_id=document, lang="ar", comment=said)
    card = page.locator(".ed-card")
    expect(card).not_to_contain_text("Later.")
    expect(card.locator("textarea")).to_have_value("An answer under way")
    assert not accessibility_violations(page)


def drop_response(route: Route) -> None:
    route.fetch()
    route.abort("internetdisconnected")


def test_reader_follows_live_and_comments(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    lama, reader = open_editor(document), open_editor(document, "nabil", width=360, to="/read")
    nabil = reader.page
    expect(nabil.locator("[data-part=state]")).to_have_text("للقراءة والتعليق")
    expect(nabil.locator("[data-act=strong]")).to_be_hidden()
    press_in_editor(lama.page, "Control+Home")
    lama.page.keyboard.type("كُتب الآن ")
    expect_text(nabil, "كُتب الآن")
    press_in_editor(nabil, "Control+Home")
    nabil.keyboard.type("x")
    nabil.keyboard.press("Shift+Control+ArrowLeft")
    reader.check("read")
    nabil.keyboard.press("Control+Alt+m")
    nabil.keyboard.type("من كتبها؟")
    passage, sheet = nabil.locator(".ed-said.is-new").bounding_box(), nabil.locator("[data-part=notes]").bounding_box()
    assert passage and sheet and passage["y"] + passage["height"] <= sheet["y"]
    nabil.keyboard.press("Control+Enter")
    expect(nabil.locator(".ed-card:not(.is-new)")).to_contain_text("من كتبها؟")
    reader.check("read-comments")
    expect(lama.page.locator("[data-part=open]")).to_have_text("١")
    run_tool(lama.page, "comments")
    expect(lama.page.locator(".ed-card")).to_contain_text("نبيل")
    expect(lama.page.locator(".ed-card q")).to_have_text("كُتب")
    expect_saved(lama.page)
    assert text_of(live_instance, document).startswith("كُتب الآن ## المادة")
    run_tool(lama.page, "beside")
    expect(lama.page.locator(".ed-margin")).to_be_hidden()
    cut_version(live_instance.instance, document)
    move_to_review(live_instance.instance, document)
    expect(nabil.locator("[data-part=state]")).to_have_text("للقراءة فقط")
    nabil.locator("[data-part=shut]").click()
    add_comment(nabil, "UNHCR", "وفي المراجعة أيضًا.")


def test_other_people_are_shown_at_their_carets(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    lama, salma = open_editor(document), open_editor(document, "salma", user_lang="en")
    press_in_editor(salma.page, "Control+End")
    salma.page.keyboard.press("ArrowLeft")
    caret = lama.page.locator(".ed-caret")
    expect(caret).to_have_count(1)
    name = salma.page.locator(".me .person + bdi, .me").first.inner_text()
    assert caret.inner_text().strip() and name
    salma.page.keyboard.press("Shift+Control+ArrowRight")
    expect(lama.page.locator(".ed-range").first).to_be_attached()
    salma.page.close()
    expect(caret).to_have_count(0)
    lama.page.locator("#ed-here summary").click()
    expect(lama.page.locator("[data-part=alone]")).to_be_visible()


MALFORMED_STATES = (
    b'{"cursor":NaN}',
    b'{"cursor":{"anchor":null,"head":null}}',
    b'{"user":{"name":"x","colour":1},"cursor":{"anchor":{"item":{"client":1e300,"clock":-1}},"head":{}}}',
)


def awareness_of(*states: bytes) -> bytes:
    return protocol.awareness(protocol.AwarenessEntry(4242, 99 + nth, state) for nth, state in enumerate(states))


def test_malformed_selection_of_a_reader_freezes_no_editor(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    """Sent by a person who may only read, and, past the server's checks, straight into the page."""
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    lines: list[WebSocketRoute] = []

    def listened(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket(re.compile("/live$"), listened)
    page.reload()
    expect_text(page, "نصّ أوّل.")
    url = f"{live_instance.origin.replace('http', 'ws')}/api/v1/documents/{document}/editions/ar/live"

    async def attack() -> None:
        async with WsClient(url, token=live_instance.instance.token("nabil")) as nabil:
            for state in MALFORMED_STATES:
                await nabil.send(awareness_of(state))
            await nabil.send(awareness_of(b'{"cursor":null}'))
            await nabil.wait_for(lambda: 4242 in nabil.remote_awareness)
            assert not nabil.messages_of("refused")

    run_in_thread(attack())
    for state in (*MALFORMED_STATES, b"", b"\xff"):
        lines[0].send(awareness_of(state))
    lines[0].send(b"\1\5")
    lama = open_editor(document).page
    press_in_editor(lama, "Control+End")
    lama.keyboard.type("بعد الهجوم")
    expect_text(page, "بعد الهجوم")
    press_in_editor(page, "Control+Home")
    page.keyboard.type("وأكتب ")
    expect_saved(page)
    assert text_of(live_instance, document) == f"وأكتب {TEXTS['ar']}بعد الهجوم"
    assert len(lines) == 1, "the page did not have to connect again"


def test_undo_reverts_only_own_edits(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    lama, salma = open_editor(document), open_editor(document, "salma", user_lang="en")
    press_in_editor(lama.page, "Control+Home")
    lama.page.keyboard.type("لمى ")
    press_in_editor(salma.page, "Control+End")
    salma.page.keyboard.type("Salma")
    expect_text(lama.page, "Salma")
    lama.page.keyboard.press("Control+z")
    expect(lama.page.locator("#ed-text")).not_to_contain_text("لمى")
    expect_text(lama.page, "Salma")
    lama.page.keyboard.press("Control+y")
    expect_text(salma.page, "لمى")
    expect_saved(lama.page)


def test_offline_edits_are_kept_and_merged(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    lama, salma = open_editor(document), open_editor(document, "salma", user_lang="en")
    salma.page.context.set_offline(True)
    state = salma.page.locator("[data-part=state]")
    expect(state).to_have_attribute("data-standing", "offline")
    press_in_editor(salma.page, "Control+End")
    salma.page.keyboard.type("Written far away.")
    expect(state).to_have_text(CHANGES)
    press_in_editor(lama.page, "Control+Home")
    lama.page.keyboard.type("وهنا ")
    expect_saved(lama.page)
    salma.page.context.set_offline(False)
    expect(salma.page.locator("[data-part=news]")).to_contain_text("merged")
    expect_text(lama.page, "Written far away.")
    expect_text(salma.page, "وهنا")
    expect_saved(salma.page)
    salma.page.locator("[data-part=news] button").click()
    expect(lama.page.locator("#ed-text")).not_to_contain_text("Written far away.")


def test_unsent_edits_of_a_closed_page_are_sent_by_the_next(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    """Also what was typed into its form before the script was loaded."""
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document).page
    page.context.set_offline(True)
    press_in_editor(page, "Control+End")
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
    expect_text(again, "كلمات في الطريق")
    expect_text(again, "قبلها")
    expect(again.locator("[data-part=news]")).to_contain_text("دُمج")
    expect_saved(again)
    assert text_of(live_instance, document) == f"قبلها {TEXTS['ar']}كلمات في الطريق"


def test_composed_input_arrives_whole(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts={"ar": "نصّ.\n"})
    lama, salma = open_editor(document), open_editor(document, "salma", user_lang="en")
    press_in_editor(lama.page, "Control+Home")
    method = lama.page.context.new_cdp_session(lama.page)
    for part in ("س", "سل", "سلا"):
        method.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
        press_in_editor(salma.page, "Control+End")
        salma.page.keyboard.type(".")
    method.send("Input.insertText", {"text": "سلام 😀"})
    expect_text(salma.page, "سلام 😀نصّ.")
    method.send("Input.imeSetComposition", {"text": "😃", "selectionStart": 2, "selectionEnd": 2})
    method.send("Input.insertText", {"text": "😃"})
    expect_text(salma.page, "سلام 😀😃نصّ.")
    expect_saved(lama.page)
    assert "سلام 😀😃نصّ." in text_of(live_instance, document)


@pytest.mark.parametrize("name", ["word.ar", "word.en"])
def test_text_pasted_from_word_keeps_its_formatting(
    open_editor: OpenEditor, live_instance: RunningInstance, name: str
) -> None:
    html, meant = clipboard(name)
    document = create_document(live_instance.instance, texts={"ar": "نصّ.\n"})
    checker = open_editor(document)
    checker.page.evaluate(COPY, [html, "plain"])
    press_in_editor(checker.page, "Control+a")
    checker.page.keyboard.press("Control+v")
    expect(checker.page.locator("[data-part=news]")).to_contain_text("أُلصق")
    expect_saved(checker.page)
    assert text_of(live_instance, document).strip() == meant.strip()
    checker.check(f"write-pasted-{name}")
    checker.page.locator("[data-part=news] button").first.click()
    expect_text(checker.page, "نصّ.")


def test_plain_text_pasted_into_the_editor_offers_article_headings(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts={"ar": "مقدّمة.\n"})
    checker = open_editor(document)
    page = checker.page
    page.evaluate(COPY, ["", "المادة ١\nنطلب:\n•\tماء\no\tنظيف"])
    press_in_editor(page, "Control+End")
    page.keyboard.press("Control+v")
    news = page.locator("[data-part=news]")
    expect(news).to_contain_text("القوائم: ١")
    checker.check("write-pasted-plain")
    news.get_by_role("button", name="جعل أسطر المواد عناوين").click()
    expect(page.locator("#ed-text .ed-h")).to_have_text(["المادة ١"])
    expect_saved(page)
    assert text_of(live_instance, document) == "مقدّمة.\n\n## المادة ١\n\nنطلب:\n\n- ماء\n  - نظيف"
    press_in_editor(page, "Control+z")
    expect(page.locator("#ed-text .ed-h")).to_have_count(0)


def test_toolbar_buttons_apply_their_formatting(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts={"en": "one two\n"})
    page = open_editor(document, lang="en", user_lang="en").page
    press_in_editor(page, "Control+Home")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.locator("[data-part=level]").select_option("2")
    page.keyboard.press("Control+End")
    page.keyboard.type("first")
    page.keyboard.press("Control+Shift+L")
    page.keyboard.press("Enter")
    page.keyboard.type("second")
    run_tool(page, "footnote")
    page.keyboard.type("a note")
    expect_saved(page)
    assert text_of(live_instance, document, "en") == "## **one** two\n- first\n- second[^1]\n\n[^1]: a note"
    expect(page.locator("#ed-outline button")).to_have_text(["one two"])
    run_tool(page, "undo")
    expect(page.locator("#ed-text")).not_to_contain_text("a note")


def test_refused_word_file_leaves_the_editor_open(
    open_editor: OpenEditor, live_instance: RunningInstance, tmp_path: Path
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    checker = open_editor(document, lang="en", user_lang="en")
    page = checker.page
    press_in_editor(page, "Control+End")
    page.keyboard.type("Typed before the file.")
    (tmp_path / "no.docx").write_bytes(b"no file")
    page.locator("#file").set_input_files(tmp_path / "no.docx")
    page.get_by_role("button", name="Import the file").click()
    expect(page.locator("#file-error")).to_be_visible()
    expect(page.locator("#file")).to_be_focused()
    expect_text(page, "Typed before the file.")
    assert page.url.endswith("/texts/en")
    checker.check("write-refused-file")


def test_title_is_saved_without_changing_the_text(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document).page
    press_in_editor(page, "Control+End")
    page.keyboard.type("جديد")
    expect_saved(page)
    page.locator("#title").fill("عنوان آخر")
    page.locator("[data-retitle] button").click()
    expect(page.locator("#title")).to_have_value("عنوان آخر")
    expect_text(page, "جديد")
    assert text_of(live_instance, document).endswith("جديد")


def test_distraction_free_mode_can_be_entered_and_left(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    run_tool(page, "focus")
    expect(page.locator(".side")).to_be_hidden()
    assert not accessibility_violations(page)
    page.keyboard.press("Escape")
    expect(page.locator(".side")).to_be_visible()


def type_offline(page: Page, words: str) -> None:
    """Type while the connection is down."""
    page.context.set_offline(True)
    press_in_editor(page, "Control+End")
    page.keyboard.type(words)
    expect(page.locator("[data-part=state]")).to_have_text(CHANGES)


def stored_unsaved_changes(live: RunningInstance, document: str) -> list[tuple[str, str | None, str]]:
    """Return text, base and reason of each unsaved change."""
    with live.instance.read() as tx:
        actor = live.instance.actor(tx, "salma")
        ids = [one.id for one in unsaved_changes.list_unsaved_changes(tx, actor, document_id=document)]
        found = [unsaved_changes.get_unsaved_change(tx, actor, document_id=document, change_id=id) for id in ids]
    return [(one.text, one.base, one.why) for one in found]


def test_edits_for_a_closed_text_become_an_unsaved_change(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    cut_version(live_instance.instance, document)
    checker = open_editor(document, user_lang="en")
    page = checker.page
    type_offline(page, "كلام جاء متأخّرًا.")
    move_to_review(live_instance.instance, document)
    page.context.set_offline(False)
    rejected_panel = page.locator("[data-part=aside]")
    expect(rejected_panel.locator("ins")).to_contain_text("كلام جاء متأخّرًا.")
    expect(rejected_panel.locator("[data-part=suggested]")).to_be_visible()
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "read")
    expect(page.locator("#ed-text")).not_to_contain_text("متأخّرًا")
    checker.check("write-aside")
    assert stored_unsaved_changes(live_instance, document) == [
        (f"{TEXTS['ar']}كلام جاء متأخّرًا.\n", TEXTS["ar"], "closed")
    ]
    with page.expect_download() as download:
        rejected_panel.locator("[data-aside=file]").click()
    assert download.value.path().read_text("utf-8").endswith("كلام جاء متأخّرًا.")
    page.reload()
    expect(page.locator("#ed-text")).to_be_visible()
    expect(rejected_panel).to_be_hidden()
    assert "متأخّرًا" not in text_of(live_instance, document)
    for path in ("unsaved-changes", f"unsaved-changes/{only_unsaved_change(live_instance, document)}"):
        page.goto(f"{live_instance.origin}/documents/{document}/{path}")
        checker.check(path.partition("/")[0] + ("-one" if "/" in path else ""))
    expect(page.locator("ins")).to_contain_text("كلام جاء متأخّرًا.")


def only_unsaved_change(live: RunningInstance, document: str) -> str:
    with live.instance.read() as tx:
        return unsaved_changes.list_unsaved_changes(tx, live.instance.actor(tx, "salma"), document_id=document)[0].id


KEPT_ROWS = """another => new Promise((done) => {
  indexedDB.open("mithaq-kept").onsuccess = ({ target: { result: base } }) => {
    const rows = base.transaction("updates", "readwrite").objectStore("updates");
    rows.getAll().onsuccess = ({ target: { result: found } }) => {
      if (another) rows.add({ ...found[0], id: another, aside: true });
      done(found.map((one) => one.id));
    };
  };
})"""


def test_edits_for_a_reset_draft_record_their_base(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    type_offline(page, "من قبل.")
    page.evaluate(KEPT_ROWS, 0.5)
    reset_draft(live_instance.instance, f"{document}.ar", "نصّ جديد كلّه.\n")
    page.context.set_offline(False)
    expect(page.locator("[data-part=suggested]")).to_be_visible()
    expect_text(page, "نصّ جديد كلّه.")
    assert stored_unsaved_changes(live_instance, document) == [(f"{TEXTS['ar']}من قبل.\n", TEXTS["ar"], "restarted")]
    wait_until(lambda: len(page.evaluate(KEPT_ROWS, 0)) < 2)
    assert page.evaluate(KEPT_ROWS, 0) == [0.5], "what another page put aside is not deleted with it"


def test_edits_of_a_diverged_replica_are_kept(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    """The server reports a replica whose last edits it never received. Nobody types before the new one is loaded."""
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
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
    expect_text(page, "نصّ أوّل.")
    press_in_editor(page, "Control+End")
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
    assert stored_unsaved_changes(live_instance, document) == [(f"{TEXTS['ar']}ضائع\n", TEXTS["ar"], "diverged")]
    press_in_editor(page, "Control+End")
    page.keyboard.type("بعده")
    expect_saved(page)
    assert text_of(live_instance, document) == f"{TEXTS['ar']}بعده"


def test_edits_unsent_for_a_month_are_not_sent_without_consent(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    type_offline(page, "قديم.")
    address = page.url
    page.close()
    again = page.context.new_page()
    again.clock.set_system_time(time.time() + 31 * 24 * 3600)
    again.context.set_offline(False)
    again.goto(address)
    expect(again.locator("[data-part=suggested]")).to_be_visible()
    expect_saved(again)
    assert stored_unsaved_changes(live_instance, document) == [(f"{TEXTS['ar']}قديم.\n", TEXTS["ar"], "old")]
    assert text_of(live_instance, document) == TEXTS["ar"]


def test_edits_of_an_excluded_person_stay_on_their_device(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, "jihan", user_lang="en").page
    type_offline(page, "كلامي.")
    with live_instance.instance.write() as tx:
        salma, jihan = live_instance.instance.actor(tx, "salma"), live_instance.instance.actor(tx, "jihan")
        for grant in jihan.grants:
            offboarding.take_role(tx, person=jihan.person, role=grant.role, document=grant.document, by=salma.person)
    page.context.set_offline(False)
    rejected_panel = page.locator("[data-part=aside]")
    expect(rejected_panel).to_contain_text("only on this device")
    expect(rejected_panel).to_contain_text("كلامي.")
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "gone")
    assert not accessibility_violations(page) and not stored_unsaved_changes(live_instance, document)
    with live_instance.instance.write() as tx:
        for grant in jihan.grants:
            roles.apply_grant(tx, person=jihan.person, role=grant.role, document=grant.document, by=salma.person)


def test_closed_text_is_reported_at_once(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    cut_version(live_instance.instance, document)
    page = open_editor(document).page
    press_in_editor(page, "Control+End")
    move_to_review(live_instance.instance, document)
    expect(page.locator("[data-part=state]")).to_have_text("للقراءة فقط")
    expect(page.locator("[data-act=strong]")).to_be_disabled()
    assert not accessibility_violations(page)


def test_signing_out_elsewhere_loses_nothing(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    add_comment(page, "UNHCR", "بيننا.")
    type_offline(page, "بين بابين.")
    page.context.request.post(
        f"{live_instance.origin}/sign-out", headers={"origin": live_instance.origin}, max_redirects=0
    )
    page.context.set_offline(False)
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "out")
    expect(page.locator(".ed-card")).to_have_count(0)
    assert not accessibility_violations(page)
    with page.expect_popup() as popup:
        page.locator("[data-part=again]").click()
    popup.value.locator(f"button[value='{live_instance.instance.members.people['lama'].id}']").click()
    popup.value.wait_for_url(re.compile("/texts/"))
    popup.value.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect_saved(page)
    expect(page.locator(".ed-card")).to_contain_text("بيننا.")
    assert text_of(live_instance, document).endswith("بين بابين.")


def test_edits_are_never_sent_under_another_persons_name(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, "jihan", user_lang="en").page
    type_offline(page, "كلام جيهان.")
    sign_in(page, live_instance, "lama")
    page.context.set_offline(False)
    rejected_panel = page.locator("[data-part=aside]")
    expect(rejected_panel).to_contain_text("only on this device")
    expect(rejected_panel).to_contain_text("كلام جيهان.")
    expect(page.locator("[data-part=state]")).to_have_attribute("data-standing", "gone")
    expect(page.locator("#ed-text")).to_have_attribute("contenteditable", "false")
    assert not stored_unsaved_changes(live_instance, document)
    assert text_of(live_instance, document) == TEXTS["ar"]


def test_signing_out_with_unsent_edits_asks_first(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    page = open_editor(document, user_lang="en").page
    page.context.set_offline(True)
    press_in_editor(page, "Control+End")
    page.keyboard.type("unsent")
    expect(page.locator("[data-part=state]")).to_have_text(CHANGES)
    page.locator("form[action='/sign-out'] button").first.click()
    dialog = page.locator("[data-part=leaving]")
    expect(dialog).to_be_visible()
    assert not accessibility_violations(page)
    page.context.set_offline(False)
    dialog.locator("[data-leave=send]").click()
    expect(page).not_to_have_url(re.compile("/texts/"))
    assert text_of(live_instance, document).endswith("unsent")


def kept_databases(page: Page) -> list[str]:
    return list(page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))"))


def test_signing_out_empties_the_device_after_offering_unsent_words(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    """From another page than the editor, as on a phone that several people use."""
    document = create_document(live_instance.instance, texts=TEXTS)
    checker = open_editor(document, user_lang="en")
    page = checker.page
    type_offline(page, "unsent")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route_web_socket(re.compile("/live$"), lambda line: line.close())
    page.context.set_offline(False)
    page.goto(f"{live_instance.origin}/account")
    page.locator("form[action='/sign-out'] button").first.click()
    dialog = page.locator("[data-sign-out]")
    expect(dialog).to_be_visible()
    assert not accessibility_violations(page)
    expect(dialog.get_by_role("link")).to_have_attribute("href", f"/documents/{document}/texts/ar")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    assert kept_databases(page) == ["mithaq-kept"]
    page.locator("form[action='/sign-out'] button").first.click()
    dialog.get_by_role("button", name="Delete them and sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    assert kept_databases(page) == []
    assert text_of(live_instance, document) == TEXTS["ar"]


def test_search_ignores_vowel_signs(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts={"ar": "المُوَقِّعون إلى ٣ منظمات، والموقعون الى 3 منظّمات.\n"})
    page = open_editor(document, user_lang="en").page
    press_in_editor(page, "Control+f")
    find = page.locator(".ed-find")
    find.get_by_label("Find").fill("الموقعون إلى ٣")
    expect(find.locator("output")).to_have_text("Found in 2 places")
    find.get_by_label("Find").fill("الى 3")
    expect(find.locator("output")).to_have_text("Found in 2 places")
    page.keyboard.press("Enter")
    expect(find.locator("output")).to_have_text("1 of 2")
    find.get_by_label("Match exactly").check()
    expect(find.locator("output")).to_have_text("Found in 1 place")
    find.get_by_label("Replace with").fill("حتى 4")
    find.get_by_role("button", name="Replace all").click()
    page.keyboard.press("Escape")
    expect(find).to_have_count(0)
    expect_saved(page)
    assert text_of(live_instance, document) == "المُوَقِّعون إلى ٣ منظمات، والموقعون حتى 4 منظّمات.\n"


def test_forbidden_characters_cannot_be_entered(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts={"en": "Before.\n"})
    lama = open_editor(document, lang="en")
    press_in_editor(lama.page, "Control+Home")
    lama.page.keyboard.insert_text("a\u202eb\0c\ufeffd\u2067e\u200ff\r\ng")
    expect_saved(lama.page)
    assert text_of(live_instance, document, "en") == "abcde\u200ff\ngBefore.\n"


def test_no_edit_splits_a_character(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    """An input method that replaces one emoji by another changes half of a surrogate pair."""
    document = create_document(live_instance.instance, texts={"ar": "قبل 😀 بعد\n"})
    lama, salma = open_editor(document), open_editor(document, "salma", user_lang="en")
    press_in_editor(lama.page, "Control+Home")
    lama.page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.getElementById("ed-text"), NodeFilter.SHOW_TEXT);
          while (!walk.nextNode().data.includes("😀"));
          const at = walk.currentNode.data.indexOf("😀") + 1;
          walk.currentNode.replaceData(at, 1, "\\uDE03");
        }"""
    )
    expect_text(salma.page, "قبل 😃 بعد")
    expect_saved(lama.page)
    assert text_of(live_instance, document) == "قبل 😃 بعد\n"


@pytest.mark.parametrize("concurrent", [False, True])
def test_text_typed_into_the_plain_form_is_handed_over(
    chromium: Browser, live_instance: RunningInstance, concurrent: bool
) -> None:
    """Unless somebody else changed the text in between: then it stays in the form, which merges it."""
    document = create_document(live_instance.instance, texts=TEXTS)
    held: list[Route] = []
    with open_checker(chromium, live_instance.origin, lang="en", width=1280, editor=True) as checker:
        page = checker.page
        sign_in(page, live_instance, "lama")
        page.route("**/built/editor.js*", lambda route: held.append(route), times=1)
        page.goto(f"{live_instance.origin}/documents/{document}/texts/en", wait_until="commit")
        wait_until(lambda: page.evaluate("document.readyState") == "interactive" and held)
        page.locator("#text").fill(f"{TEXTS['en']}Typed before.")
        if concurrent:
            save_text(live_instance.instance, document, f"Others.\n\n{TEXTS['en']}", lang="en", by="jihan")
        held[0].continue_()
        if concurrent:
            page.wait_for_load_state("load")
            page.locator("form[data-writing] .btn--go").first.click()
            expect(page.locator(".banner--yes")).to_be_visible()
        else:
            expect(page.locator("#ed-text")).to_be_focused()
            page.keyboard.type(" And after.")
            expect_saved(page)
        text = text_of(live_instance, document, "en")
    after = TEXTS["en"] + ("Typed before.\n" if concurrent else "Typed before. And after.")
    assert text == ("Others.\n\n" if concurrent else "") + after


def test_tables_and_numbers_are_rendered_as_preview(open_editor: OpenEditor, live_instance: RunningInstance) -> None:
    rows = "| الجهة | الحصّة |\n|---|--:|\n| **سنديان** | ٤٠ |\n| UNHCR | ٦٠ |\n"
    items = "1. بند\n   1. فرع\n3. بند آخر\n\n(ب) بند\n"
    texts = {
        "ar": f"## المادة: الماء {{#w}}\n\nكما في [](#e).\n\n{rows}\n## المادة: الأرض {{#e}}\n\n{items}",
        "en": "## Article: Water {#w}\n\nWater.\n",
    }
    document = create_document(live_instance.instance, texts=texts, numbering="automatic")
    checker = open_editor(document)
    page = checker.page
    heading = page.locator("#ed-text .ed-h")
    expect(heading).to_have_text(["المادة الأولى: الماء", "المادة الثانية: الأرض"])
    expect(page.locator("#ed-outline button")).to_have_text(["المادة الأولى: الماء", "المادة الثانية: الأرض"])
    expect(page.locator("#ed-text .ed-ref")).to_have_text("المادة الثانية")
    expect(page.locator("#ed-text table td")).to_have_text(["سنديان", "٤٠", "UNHCR", "٦٠"])
    expect(page.locator("#ed-text .ed-bullet")).to_have_text(["١-", "(أ)", "٢-"])
    expect(page.locator("#ed-text .ed-li").last).to_have_text("(ب) بند")
    run_tool(page, "beside")
    expect(page.locator("#ed-beside .ed-h")).to_have_text("Article 1: Water")
    run_tool(page, "beside")
    checker.check("write-tables")
    page.locator("#ed-text td").first.click()
    expect(page.locator("#ed-text table")).to_have_count(0)
    expect_text(page, "|---|--:|")
    press_in_editor(page, "Control+Home")
    page.keyboard.type("## المادة\n\n")
    expect(heading).to_have_text(["المادة الأولى", "## المادة الثانية: الماء {#w}", "المادة الثالثة: الأرض"])
    expect_saved(page)
    assert text_of(live_instance, document) == f"## المادة\n\n{texts['ar']}"


def test_plain_form_is_shown_without_a_connection(chromium: Browser, live_instance: RunningInstance) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    with open_checker(chromium, live_instance.origin, lang="en", width=360, editor=True) as checker:
        page = checker.page
        sign_in(page, live_instance, "lama")
        page.route_web_socket(re.compile("/live$"), lambda line: line.close())
        page.goto(f"{live_instance.origin}/documents/{document}/texts/en")
        expect(page.locator("#editor")).to_be_hidden()
        page.locator("#text").fill("From the form.")
        page.locator("form[data-writing] .btn--go").first.click()
        expect(page.locator(".banner--yes")).to_be_visible()
        checker.check()
        assert text_of(live_instance, document, "en") == "From the form.\n"


def long_texts(articles: int) -> dict[str, str]:
    words = {"ar": ("المادة", "كلام طويل في هذه المادة. " * 12), "en": ("Article", "Long words of this article. " * 30)}
    return {
        lang: "".join(f"## {name} {number} {{#n{number}}}\n\n{text}\n\n" for number in range(1, articles + 1))
        for lang, (name, text) in words.items()
    }


@pytest.mark.parametrize("width", [360, 1280])
def test_two_texts_are_shown_side_by_side_and_scroll_in_step(
    open_editor: OpenEditor, live_instance: RunningInstance, width: int
) -> None:
    document = create_document(live_instance.instance, texts=long_texts(12))
    checker = open_editor(document, width=width)
    page = checker.page
    run_tool(page, "beside")
    beside = page.locator("#ed-beside")
    expect(beside).to_contain_text("Article 1")
    expect(beside).to_have_attribute("aria-readonly", "true")
    top = page.evaluate("document.querySelector('[data-part=beside]').scrollTop")
    page.evaluate("window.scrollTo(0, document.querySelector('#ed-text').offsetHeight / 2)")
    wait_until(lambda: page.evaluate("document.querySelector('[data-part=beside]').scrollTop") > top + 100)
    expect(beside).to_contain_text("Article 6")
    checker.check("write-beside")
    run_tool(page, "beside")
    expect(beside).to_be_hidden()


def test_suggestion_is_written_shown_in_the_text_and_accepted(
    open_editor: OpenEditor, live_instance: RunningInstance
) -> None:
    document = create_document(live_instance.instance, texts=TEXTS)
    drafter = open_editor(document, "jihan", lang="en", user_lang="en").page
    signatory = open_editor(document, "yusuf", lang="en", user_lang="en", to="/read")
    page = signatory.page
    page.get_by_role("link", name="Suggesting").click()
    own = page.locator("#ed-own")
    expect(own).to_contain_text("The first text.")
    own.get_by_text("The first text.").dblclick(position={"x": 45, "y": 10})
    page.keyboard.type("best")
    expect(own.locator(".ed-own-new")).to_contain_text("best")
    expect(own.locator(".ed-own-gone")).to_have_text("first")
    page.reload()
    expect(own.locator(".ed-own-new")).to_contain_text("best")
    signatory.check("write-suggest")
    page.get_by_text("Add a reason").click()
    page.get_by_label("Reason").fill("It is better.")
    page.get_by_role("button", name="Send suggestion").click()
    expect(page.get_by_role("heading", name="Yusuf Murad, in the English text")).to_be_visible()
    signatory.check("suggestion")
    assert text_of(live_instance, document, "en") == TEXTS["en"]

    drafter.evaluate("dispatchEvent(new Event('focus'))")
    expect(drafter.locator("#ed-text .ed-sug-gone")).to_have_text("first")
    expect(drafter.locator("#ed-text .ed-sug-new")).to_have_text("best")
    drafter.get_by_role("button", name="Suggested changes").click()
    card = drafter.locator(".ed-sug")
    expect(card).to_contain_text("It is better.")
    assert not accessibility_violations(drafter)
    card.get_by_role("button", name="Accept").click()
    expect(drafter.locator("#ed-text")).to_contain_text("The best text.")
    expect(card).to_have_count(0)
    expect(drafter.locator("#ed-text .ed-sug-gone")).to_have_count(0)
    assert "The best text." in text_of(live_instance, document, "en")
    page.goto(f"{live_instance.origin}/documents/{document}/texts/en/suggest")
    expect(own).to_contain_text("The best text.")
    expect(own.locator(".ed-own-new")).to_have_count(0)
