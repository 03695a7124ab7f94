"""A day of each role in the sample, in one story: a statement is written, put to a round, signed, published and read.

In Arabic on a phone, in English at a desk; every page on the way is looked at in both widths.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.actions.endorsement import rounds
from service.sample import coalition
from service.sample import document as document_module
from service.sample.document import Cast
from service.store.db import connect
from tests.e2e.conftest import Theatre, served
from tests.support.factories import ORIGIN, SECRET, Stage, a_database, a_stage_on
from tests.support.page_checks import Looker, looking
from tests.support.web_client import with_files

TITLES = {"ar": "بيان في شأن المياه", "en": "On the water"}
MORE = {"ar": "\n\nنطالب بماء نظيف لكلّ حيّ.\n", "en": "\n\nWe ask for clean water in every quarter.\n"}


@pytest.fixture(scope="module")
def sample_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """The sample as `mithaq up --sample` opens it."""
    directory = tmp_path_factory.mktemp("house")
    a_database(directory / "mithaq.db")
    database = connect(f"sqlite:///{directory / 'mithaq.db'}")
    try:
        play = coalition.script()
        cast = document_module.gather(database, origin=ORIGIN, play=play)
        document_module.perform(database, cast, secret=SECRET, play=play)
        for one in play["documents"]:
            coalition.write(database, {key: member.id for key, member in cast.people.items()}, play, one)
        return directory, cast
    finally:
        database.close()


@pytest.fixture
def scene(sample_house: tuple[Path, Cast], tmp_path: Path) -> Iterator[Theatre]:
    directory, cast = sample_house
    shutil.copytree(directory, tmp_path / "var")
    stage = a_stage_on("", cast, tmp_path / "var")
    with served(stage, {}) as theatre:
        yield theatre
    stage.database.close()


@pytest.mark.parametrize(("lang", "width", "also"), [("ar", 360, 1280), ("en", 1280, 360)])
def test_a_day_of_each_role(chromium: Browser, scene: Theatre, lang: str, width: int, also: int) -> None:
    @contextmanager
    def day(who: str) -> Iterator[Looker]:
        with looking(chromium, scene.origin, lang=lang, width=width, also=[also]) as reader:
            _come_in(reader.page, scene, who)
            reader.page.goto(scene.origin)
            reader.look(f"home-{who}")
            yield reader

    with day("lama") as drafter:
        document = _written(drafter)
    with day("jihan") as focal_point:
        _read_and_invited(focal_point, scene, document)
    with day("salma") as secretariat:
        round_ = _put_to_a_round(secretariat, scene, document)
    with day("yusuf") as signatory:
        _signed(signatory, scene)
    with day("salma") as secretariat:
        _closed(secretariat, scene, round_)
    with day("reem") as press:
        public = _published(press, scene, document)
    with day("nour") as observer:
        _observed(observer, scene, document)
    with day("adnan") as auditor:
        _audited(auditor, scene)
    with looking(chromium, scene.origin, lang=lang, width=width, also=[also]) as stranger:
        _read_by_all(stranger, scene, public)


def _come_in(page: Page, scene: Theatre, who: str) -> None:
    """One click on the page of the door."""
    page.goto(f"{scene.origin}/sign-in")
    page.locator(f"button[value='{scene.stage.cast.people[who].id}']").click()
    page.wait_for_url(f"{scene.origin}/")


def _follow(reader: Looker, address: str) -> None:
    """Take the first link that leads to an address of this shape."""
    link = reader.page.locator("main a").filter(visible=True)
    pattern = re.compile(address)
    for place in range(link.count()):
        if pattern.search(link.nth(place).get_attribute("href") or ""):
            link.nth(place).click()
            reader.page.wait_for_url(pattern)
            return
    raise AssertionError(f"no link of {reader.page.url} leads to {address}")


def _press(reader: Looker, action: str) -> None:
    """Press the button of the form that is sent to an address of this end."""
    reader.page.locator(f"form[action$='{action}'] button").first.click()


def _written(reader: Looker) -> str:
    """The path of a document that was opened with a first text, written on, and cut."""
    page = reader.page
    _follow(reader, r"/documents/new$")
    reader.look("new-document")
    for lang, title in TITLES.items():
        page.locator(f"#edition_{lang}").select_option("authentic")
        page.locator(f"#title_{lang}").fill(title)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/documents/doc_\w+"))
    path = re.search(r"/documents/doc_\w+", page.url)
    assert path
    for lang, more in MORE.items():
        page.goto(f"{_origin(page)}{path[0]}/texts/{lang}")
        page.locator("#text").fill(page.locator("#text").input_value() + more)
        page.locator("form:has(#text) button.btn--go").click()
        expect(page.locator("[role=status]").first).to_be_visible()
    reader.look("writing")
    page.goto(f"{_origin(page)}{path[0]}")
    reader.look("document-draft")
    _follow(reader, r"/steps$")
    page.locator("#note").fill(TITLES[reader.lang])
    reader.look("steps-drafter")
    _press(reader, "/versions")
    page.wait_for_url("**/versions/1")
    reader.look("version")
    return path[0]


def _read_and_invited(reader: Looker, scene: Theatre, document: str) -> None:
    page = reader.page
    page.goto(scene.origin + document)
    reader.look("document-focal-point")
    page.goto(f"{scene.origin}/mandates")
    reader.look("mandates-focal-point")
    page.goto(f"{scene.origin}/invitations")
    page.locator("#i-email").fill("sara@two-banks.example")
    page.locator("input[name=role_drafter]").check()
    reader.look("invitations")
    _press(reader, "/invitations")
    expect(page.locator("input[readonly], textarea[readonly]").first).to_be_visible()
    reader.look("invited")


def _put_to_a_round(reader: Looker, scene: Theatre, document: str) -> str:
    """The path of the round of its first version."""
    page = reader.page
    for name, path in (("organisations", "/organisations"), ("people", "/people"), ("settings", "/coalition")):
        page.goto(scene.origin + path)
        reader.look(name)
    page.goto(f"{scene.origin}{document}/steps")
    _press(reader, "/review")
    page.wait_for_url(re.compile(f"{document}$"))
    reader.look("document-review")
    _follow(reader, r"/round$")
    page.locator("input[name=rule][value=sign_on]").check()
    page.locator("#at_least").fill("1")
    reader.look("round-form")
    _press(reader, "/round")
    page.wait_for_url("**/rounds/rnd_*")
    reader.look("round-open")
    return page.url.removeprefix(scene.origin)


def _signed(reader: Looker, scene: Theatre) -> None:
    page = reader.page
    _follow(reader, r"/sign")
    reader.look("sign")
    page.locator("input[name=position][value=endorse]").check()
    page.locator("#decide form button").first.click()
    page.wait_for_url("**/sign/*")
    reader.look("sign-code")
    with scene.stage.read() as tx:
        page.locator("#code").fill(document_module.mailed_code(tx, scene.stage.cast.people["yusuf"].id))
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    reader.look("receipt")
    page.goto(f"{scene.origin}/mails")
    reader.look("mails")


def _closed(reader: Looker, scene: Theatre, round_: str) -> None:
    """The other person of the secretariat has asked for it before."""
    _close_by_hand(scene.stage, round_.removeprefix("/rounds/"))
    page = reader.page
    page.goto(scene.origin + round_)
    page.locator("details:has(form[action$='/close']) summary").click()
    reader.look("round-ending")
    _press(reader, "/close")
    expect(page.locator("form[action$='/close']")).to_have_count(0)
    reader.look("round-passed")


def _close_by_hand(stage: Stage, round_id: str) -> None:
    with stage.write() as tx:
        rounds.close(tx, stage.actor(tx, "karim"), round_id=round_id)


def _published(reader: Looker, scene: Theatre, document: str) -> str:
    """The path of the public page."""
    page = reader.page
    page.goto(f"{scene.origin}{document}/files")
    reader.look("files-waiting")
    with_files(scene.stage, document.removeprefix("/documents/"))
    page.reload()
    reader.look("files-ready")
    _press(reader, "/publication")
    page.goto(scene.origin + document)
    reader.look("document-published")
    _follow(reader, r"/p/pub_")
    return page.url.removeprefix(scene.origin)


def _observed(reader: Looker, scene: Theatre, document: str) -> None:
    for name, path in (("document-observer", document), ("account", "/account"), ("notices", "/notices")):
        reader.page.goto(scene.origin + path)
        reader.look(name)


def _audited(reader: Looker, scene: Theatre) -> None:
    organisation = scene.stage.cast.organisations["two-banks"]
    for name, path in (("organisation", f"/organisations/{organisation}"), ("mandates", "/mandates")):
        reader.page.goto(scene.origin + path)
        reader.look(name)


def _read_by_all(reader: Looker, scene: Theatre, public: str) -> None:
    pages = (("first-page", "/"), ("sign-in", "/sign-in"), ("public", public), ("not-found", "/p/pub_none"))
    for name, path in pages:
        reader.page.goto(scene.origin + path)
        reader.look(name)


def _origin(page: Page) -> str:
    return page.url.split("/documents")[0]
