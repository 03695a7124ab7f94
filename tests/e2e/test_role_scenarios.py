"""A day of each role in the sample, in one scenario: a statement is written, put to a round, signed, published and
read.

In Arabic on a phone, in English at a desk; every page on the way is checked in both widths.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.actions.endorsement import endings
from service.sample import coalition
from service.sample import document as document_module
from service.sample.document import SampleMembers
from service.store.db import connect
from tests.e2e.conftest import RunningInstance, serve
from tests.support import factories
from tests.support.factories import ORIGIN, SECRET, SampleInstance, complete_proofs, create_database, open_instance
from tests.support.page_checks import PageChecker, open_checker
from tests.support.web_client import finish_exports

TITLES = {"ar": "بيان في شأن المياه", "en": "On the water"}
ADDITIONS = {"ar": "\n\nنطالب بماء نظيف لكلّ حيّ.\n", "en": "\n\nWe ask for clean water in every quarter.\n"}


@pytest.fixture(scope="module")
def sample_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleMembers]:
    """The sample as `mithaq up --sample` opens it."""
    directory = tmp_path_factory.mktemp("house")
    create_database(directory / "mithaq.db")
    database = connect(f"sqlite:///{directory / 'mithaq.db'}")
    try:
        script = coalition.load_full_script()
        members = document_module.create_coalition(database, origin=ORIGIN, script=script)
        document_module.create_sealed_document(database, members, secret=SECRET, prove=complete_proofs, script=script)
        for one in script["documents"]:
            coalition.write_document(database, {key: member.id for key, member in members.people.items()}, script, one)
        return directory, members
    finally:
        database.close()


@pytest.fixture
def running_instance(sample_template: tuple[Path, SampleMembers], tmp_path: Path) -> Iterator[RunningInstance]:
    directory, cast = sample_template
    shutil.copytree(directory, tmp_path / "var")
    instance = open_instance("", cast, tmp_path / "var")
    with serve(instance, {}) as running_instance:
        yield running_instance
    instance.database.close()


@pytest.mark.parametrize(("lang", "width", "also"), [("ar", 360, 1280), ("en", 1280, 360)])
def test_day_of_each_role(
    chromium: Browser, running_instance: RunningInstance, lang: str, width: int, also: int
) -> None:
    @contextmanager
    def day(who: str) -> Iterator[PageChecker]:
        with open_checker(chromium, running_instance.origin, lang=lang, width=width, other_widths=[also]) as reader:
            _sign_in(reader.page, running_instance, who)
            reader.page.goto(running_instance.origin)
            reader.check(f"home-{who}")
            yield reader

    with day("lama") as drafter:
        document = _write_document(drafter)
    with day("jihan") as focal_point:
        _read_and_invite(focal_point, running_instance, document)
    with day("salma") as secretariat:
        round_ = _open_round(secretariat, running_instance, document)
    with day("yusuf") as signatory:
        _sign(signatory, running_instance)
    with day("salma") as secretariat:
        _close_round(secretariat, running_instance, round_)
    with day("reem") as press:
        public = _publish(press, running_instance, document)
    with day("nour") as observer:
        _observe(observer, running_instance, document)
    with day("adnan") as auditor:
        _audit(auditor, running_instance)
    with open_checker(chromium, running_instance.origin, lang=lang, width=width, other_widths=[also]) as outsider:
        _read_published(outsider, running_instance, public)


def _sign_in(page: Page, running_instance: RunningInstance, who: str) -> None:
    """Sign in by one click on the sign-in page."""
    page.goto(f"{running_instance.origin}/sign-in")
    page.locator(f"button[value='{running_instance.instance.members.people[who].id}']").click()
    page.wait_for_url(f"{running_instance.origin}/")


def _follow_link(reader: PageChecker, address: str) -> None:
    """Follow the first link to an address of this shape."""
    link = reader.page.locator("main a").filter(visible=True)
    pattern = re.compile(address)
    for place in range(link.count()):
        if pattern.search(link.nth(place).get_attribute("href") or ""):
            link.nth(place).click()
            reader.page.wait_for_url(pattern)
            return
    raise AssertionError(f"no link of {reader.page.url} leads to {address}")


def _submit_form(reader: PageChecker, action: str) -> None:
    """Submit the form whose action ends like this."""
    reader.page.locator(f"form[action$='{action}'] button").first.click()


def _submit_and_confirm(reader: PageChecker, action: str, *, name: str) -> None:
    """Submit a form whose act is asked about first, check the question as `name`, and answer it."""
    _submit_form(reader, action)
    expect(reader.page.get_by_role("dialog")).to_be_visible()
    reader.check(name)
    reader.page.locator("dialog form button").first.click()


def _write_document(reader: PageChecker) -> str:
    """Return the path of a document that was opened with a first text, edited, and cut as a version."""
    page = reader.page
    _follow_link(reader, r"/documents/new$")
    reader.check("new-document")
    for lang, title in TITLES.items():
        page.locator(f"#edition_{lang}").select_option("authentic")
        page.locator(f"#title_{lang}").fill(title)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/documents/doc_\w+"))
    path = re.search(r"/documents/doc_\w+", page.url)
    assert path
    for lang, more in ADDITIONS.items():
        page.goto(f"{_origin(page)}{path[0]}/texts/{lang}")
        page.locator("#text").fill(page.locator("#text").input_value() + more)
        page.locator("form:has(#text) button.btn--go").click()
        expect(page.locator("[role=status]").first).to_be_visible()
    reader.check("writing")
    page.goto(f"{_origin(page)}{path[0]}")
    reader.check("document-draft")
    _follow_link(reader, r"/steps$")
    page.locator("#note").fill(TITLES[reader.lang])
    reader.check("steps-drafter")
    _submit_form(reader, "/versions")
    page.wait_for_url("**/versions/1")
    reader.check("version")
    return path[0]


def _read_and_invite(reader: PageChecker, running_instance: RunningInstance, document: str) -> None:
    page = reader.page
    page.goto(running_instance.origin + document)
    reader.check("document-focal-point")
    page.goto(f"{running_instance.origin}/mandates")
    reader.check("mandates-focal-point")
    page.goto(f"{running_instance.origin}/invitations")
    page.locator("#i-email").fill("sara@two-banks.example")
    page.locator("input[name=role_drafter]").check()
    page.locator("input[name=show]").check()
    reader.check("invitations")
    _submit_form(reader, "/invitations")
    expect(page.locator("input[readonly], textarea[readonly]").first).to_be_visible()
    reader.check("invited")


def _open_round(reader: PageChecker, running_instance: RunningInstance, document: str) -> str:
    """Return the path of the round of its first version."""
    page = reader.page
    for name, path in (("organisations", "/organisations"), ("people", "/people"), ("settings", "/coalition")):
        page.goto(running_instance.origin + path)
        reader.check(name)
    page.goto(f"{running_instance.origin}{document}/steps")
    _submit_form(reader, "/review")
    page.wait_for_url(re.compile(f"{document}/endorsement$"))
    reader.check("document-review")
    _follow_link(reader, r"/round$")
    page.locator("input[name=rule][value=sign_on]").check()
    page.locator("#at_least").fill("1")
    reader.check("round-form")
    _submit_and_confirm(reader, "/round", name="round-question")
    page.wait_for_url("**/rounds/rnd_*")
    reader.check("round-open")
    return page.url.removeprefix(running_instance.origin)


def _sign(reader: PageChecker, running_instance: RunningInstance) -> None:
    page = reader.page
    _follow_link(reader, r"/sign")
    reader.check("sign")
    page.locator("input[name=position][value=endorse]").check()
    page.locator("#decide form button").first.click()
    page.wait_for_url("**/sign/*")
    reader.check("sign-code")
    with running_instance.instance.read() as tx:
        page.locator("#code").fill(factories.mailed_code(tx, running_instance.instance.members.people["yusuf"].id))
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    reader.check("receipt")
    page.goto(f"{running_instance.origin}/mails")
    reader.check("mails")


def _close_round(reader: PageChecker, running_instance: RunningInstance, round_: str) -> None:
    """Close the round; the other person of the secretariat has requested it before."""
    _ask_to_close(running_instance.instance, round_.removeprefix("/rounds/"))
    page = reader.page
    page.goto(running_instance.origin + round_)
    expect(page.locator("details[open]:has(form[action$='/close'])")).to_have_count(1)
    reader.check("round-ending")
    _submit_and_confirm(reader, "/close", name="closing-question")
    expect(page.locator("form[action$='/close']")).to_have_count(0)
    reader.check("round-passed")


def _ask_to_close(instance: SampleInstance, round_id: str) -> None:
    with instance.write() as tx:
        endings.request_close(tx, instance.actor(tx, "karim"), round_id=round_id)


def _publish(reader: PageChecker, running_instance: RunningInstance, document: str) -> str:
    """Return the path of the public page."""
    page = reader.page
    page.goto(f"{running_instance.origin}{document}/files")
    reader.check("files-waiting")
    finish_exports(running_instance.instance, document.removeprefix("/documents/"))
    page.reload()
    reader.check("files-ready")
    _submit_and_confirm(reader, "/publication", name="publishing-question")
    page.wait_for_url("**/files")
    reader.check("files-published")
    page.goto(running_instance.origin + document)
    reader.check("document-published")
    _follow_link(reader, r"/p/pub_")
    return page.url.removeprefix(running_instance.origin)


def _observe(reader: PageChecker, running_instance: RunningInstance, document: str) -> None:
    for name, path in (("document-observer", document), ("account", "/account"), ("notices", "/notices")):
        reader.page.goto(running_instance.origin + path)
        reader.check(name)


def _audit(reader: PageChecker, running_instance: RunningInstance) -> None:
    organisation = running_instance.instance.members.organisations["two-banks"]
    for name, path in (("organisation", f"/organisations/{organisation}"), ("mandates", "/mandates")):
        reader.page.goto(running_instance.origin + path)
        reader.check(name)


def _read_published(reader: PageChecker, running_instance: RunningInstance, public: str) -> None:
    pages = (("first-page", "/"), ("sign-in", "/sign-in"), ("public", public), ("not-found", "/p/pub_none"))
    for name, path in pages:
        reader.page.goto(running_instance.origin + path)
        reader.check(name)


def _origin(page: Page) -> str:
    return page.url.split("/documents")[0]
