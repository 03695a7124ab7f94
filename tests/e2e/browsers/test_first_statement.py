"""From an empty instance to a sealed statement: three organisations, two people in the secretariat, mail over SMTP.

Apart from the links in their mails nobody is given an address: everyone follows the words on buttons and links, on a
phone. What it costs in taps and pages is printed.
"""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, mithaq, run_up
from tests.support.browsers.walker import Walker, walk
from tests.support.mail.servers import MailServer, run_mail_server
from tests.support.waiting import TIMEOUT

MAX_TAPS = 5
"""From the page of a draft to its open round; and for a signatory, from the link in the mail to the receipt."""

PASSWORD = "velvet harbour nineteen onions"
ORIGIN = "http://localhost"
JOIN_LINK = r"(http\S+/join#\w+)"
ROUND_LINK = r"(http\S+/rounds/\w+\S*)"
CODE = r"\b([0-9]{8})\b"

NAMES = {
    "ar": ("سلمى", "باسل", {"الزيتون": "هدى", "الأرز": "يوسف", "الغار": "نبيل"}),
    "en": ("Salma", "Basil", {"Olive": "Huda", "Cedar": "Yusuf", "Laurel": "Nabil"}),
}
"""The first and the second person in the secretariat; the person of each organisation."""

STATEMENT = {"ar": ("بيان مشترك", "نطالب بوقف الهدم."), "en": ("A joint statement", "The demolitions must stop.")}


@dataclass
class Coalition:
    """Everybody on their phones; `database` is that of the instance."""

    database: Path
    chromium: Browser
    mails: MailServer
    lang: str
    phones: ExitStack
    people: list[Walker] = field(default_factory=list)

    def arrive(self, address: str, name: str, link: str = "") -> Walker:
        """Join with the link, or with the one in the invitation that came by mail."""
        person = self.phones.enter_context(walk(self.chromium, self.mails, address, lang=self.lang))
        self.people.append(person)
        person.page.goto(link or person.find_in_mail(JOIN_LINK))
        expect(person.page.get_by_role("button", name=person.say("Join"))).to_be_visible()
        person.page.locator(f"#name-{self.lang}").fill(name)
        person.fill("Password", PASSWORD)
        person.tap("Join")
        return person

    def pass_time(self) -> None:
        """Let notices that wait for others to share an email go out now."""
        with closing(sqlite3.connect(self.database, timeout=TIMEOUT)) as connection, connection:
            connection.execute("UPDATE notice SET mail_at = 1 WHERE mail_at IS NOT NULL")


@contextmanager
def fresh_coalition(chromium: Browser, var: Path, lang: str) -> Iterator[tuple[Coalition, str]]:
    """Set up an instance as its operator does; yield its people and the link of the first."""
    mails = MailServer()
    with run_mail_server(mails) as smtp, ExitStack() as phones:
        settings = {"MITHAQ_SMTP_URL": f"smtp://127.0.0.1:{smtp}?tls=none", "MITHAQ_SWEEP_SECONDS": "1"}
        with run_up(var, **settings) as up:
            up.wait_for_line("Mithaq is ready")
            link = initialise(var, f"{ORIGIN}:{up.port}", lang)
            yield Coalition(var / "mithaq.db", chromium, mails, lang, phones), link


def initialise(var: Path, origin: str, lang: str) -> str:
    """Run `mithaq init`; return the link it prints."""
    options = {"origin": origin, "name-en": "Dawn Coalition", "name-ar": "ائتلاف الفجر", "lang": lang}
    options |= {"person": NAMES[lang][0], "email": "first@dawn.example", "var": str(var)}
    command = mithaq("init", *(f"--{name}={value}" for name, value in options.items()))
    run = subprocess.run(command, env=environment(), capture_output=True, text=True, cwd=REPOSITORY_ROOT, check=True)
    found = re.search(JOIN_LINK, run.stdout)
    assert found, run.stdout
    return found[1]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_first_person_gets_a_statement_signed(
    chromium: Browser, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_coalition(chromium, tmp_path / "var", lang) as (coalition, link):
        first_name, second_name, organisations = NAMES[lang]
        first = coalition.arrive("first@dawn.example", first_name, link)
        invite(first, "second@dawn.example", "secretariat")
        second = coalition.arrive("second@dawn.example", second_name)
        add_organisations(first, organisations)
        signatories = []
        for number, (organisation, name) in enumerate(organisations.items()):
            invite(first, f"person{number}@dawn.example", "focal_point", "signatory", organisation=organisation)
            signatories.append(coalition.arrive(f"person{number}@dawn.example", name))
        approve_people(second, len(organisations))
        for signatory, organisation in zip(signatories, organisations, strict=True):
            grant_mandate(signatory, organisation)
        for secretary in (first, second):
            confirm_mandates(secretary, len(organisations))
        draft(first, lang)
        taps = {"draft to open round": send_to_signatories(first)}
        coalition.pass_time()
        taps |= {f"signatory {nth}": sign(signatory) for nth, signatory in enumerate(signatories, 1)}
        close(first, second)
        with capsys.disabled():
            total = sum(one.taps for one in coalition.people), sum(len(one.pages) for one in coalition.people)
            print(f"\n{lang}: first statement in {total[0]} taps, {total[1]} pages; {taps}")  # noqa: T201  # a figure
    assert {name: count for name, count in taps.items() if count > MAX_TAPS} == {}


def invite(person: Walker, address: str, *roles: str, organisation: str = "") -> None:
    person.follow("Organisations")
    person.follow("All the people you can see")
    person.follow("Invite someone")
    person.page.locator("#i-email").fill(address)
    if organisation:
        person.page.locator("#i-org").select_option(label=organisation)
    person.page.locator("#i-lang").select_option(person.words.language.code)
    for role in roles:
        person.tap_on(f"[name=role_{role}]")
    person.tap("Invite")


def add_organisations(person: Walker, names: dict[str, str]) -> None:
    for name in names:
        person.follow("Organisations")
        person.page.locator(f"#name-{person.words.language.code}").fill(name)
        person.tap("Add")


def approve_people(person: Walker, count: int) -> None:
    for _ in range(count):
        person.follow("Home")
        person.follow("Confirm or refuse")
        person.fill("I checked by", "+963")
        person.tap("Confirm")


def grant_mandate(person: Walker, organisation: str) -> None:
    """Let the only person of an organisation sign for it."""
    person.follow("Organisations")
    person.taps += 1
    person.page.locator("main").get_by_role("link", name=organisation).click()
    person.follow("Mandates")
    person.page.locator("[name=person]").select_option(index=1)
    person.tap("Grant")


def confirm_mandates(person: Walker, count: int) -> None:
    for _ in range(count):
        person.follow("Home")
        person.follow("Review and confirm")
        person.fill("How did you check this person?", "+963")
        person.tap("Confirm")


def draft(person: Walker, lang: str) -> None:
    """Create a document in one language and write it."""
    title, text = STATEMENT[lang]
    person.follow("Home")
    person.follow("New document")
    person.page.locator(f"#edition_{lang}").select_option("authentic")
    person.page.locator(f"#edition_{'ar' if lang == 'en' else 'en'}").select_option("")
    person.page.locator(f"#title_{lang}").fill(title)
    person.tap_on("input[name=start][value=pasted]")
    person.tap_on(f"details:has(#text_{lang}) summary")
    person.page.locator(f"#text_{lang}").fill(text)
    person.tap("Create the document")
    person.follow("Back to the document")
    expect(person.page.locator("main")).to_contain_text(text)


def send_to_signatories(person: Walker) -> int:
    """Bring a draft to its open round; return the taps."""
    before = person.taps
    person.follow("Next step")
    person.tap("Send to review")
    person.reload_until_offered("Open a round of endorsement")
    person.follow("Open a round of endorsement")
    person.tap_and_confirm("Open the round", "Open the round")
    person.page.wait_for_url("**/rounds/*")
    return person.taps - before


def sign(person: Walker) -> int:
    """Sign from the link in the mail; return the taps."""
    before = person.taps
    person.page.goto(person.find_in_mail(ROUND_LINK))
    if "/sign" not in person.page.url:
        person.follow("Read and decide")
    person.tap_on("input[name=position][value=endorse]")
    person.tap("Read the sentence before signing")
    person.page.locator("#code").fill(person.find_in_mail(CODE))
    person.tap("Sign")
    person.page.wait_for_url("**/receipt*")
    return person.taps - before


def close(first: Walker, second: Walker) -> None:
    """Close the round early, which needs two of the secretariat; its text is sealed."""
    first.page.reload()
    address = first.page.url
    first.tap_on("#end summary")
    first.tap_and_confirm("Close the round now", "Close the round")
    second.page.goto(address)
    second.tap_and_confirm("Confirm: close the round now", "Close the round")
    expect(second.page.get_by_text(second.say("The text is approved.")).first).to_be_visible()
