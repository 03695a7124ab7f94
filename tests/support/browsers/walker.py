"""A person who finds the way by the words on buttons, links and fields, and whose taps and pages are counted."""

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from playwright.sync_api import Browser, Page

from service.i18n import Translator
from tests.support.mail.servers import MailServer
from tests.support.waiting import wait_until

Role = Literal["button", "link"]


@dataclass
class Walker:
    """A person in a browser of their own; `words` are those of the language they read."""

    page: Page
    words: Translator
    address: str
    mails: MailServer
    taps: int = 0
    pages: list[str] = field(default_factory=list)

    def say(self, message: str) -> str:
        """Return a message of the pages in the person's language.

        Raises:
            AssertionError: no page has this message any more.
        """
        said = self.words.t(message)
        assert self.words.language.code == "en" or said != message, f"no message {message!r}"
        return said

    def tap(self, message: str, *, role: Role = "button", within: str = "body") -> None:
        """Tap on the first button or link whose name begins so, and wait for the page that it leads to."""
        loaded = len(self.pages)
        self._tap_on_name(message, role=role, within=within)
        wait_until(lambda: self.page.evaluate("true") and len(self.pages) > loaded)

    def tap_and_confirm(self, message: str, verb: str) -> None:
        """Tap on a button that asks once more, then on the verb of its dialog."""
        self._tap_on_name(message, role="button", within="main")
        self.tap(verb, within="dialog")

    def _tap_on_name(self, message: str, *, role: Role, within: str) -> None:
        self.taps += 1
        name = re.compile(rf"^\s*{re.escape(self.say(message))}")
        self.page.locator(within).get_by_role(role, name=name).first.click()

    def follow(self, message: str) -> None:
        self.tap(message, role="link")

    def tap_on(self, selector: str) -> None:
        """Tap on what leads to no other page."""
        self.taps += 1
        self.page.locator(selector).first.click()

    def fill(self, message: str, text: str) -> None:
        """Fill in the first field with this label."""
        self.page.get_by_label(self.say(message)).first.fill(text)

    def reload_until_offered(self, link: str) -> None:
        """Look at the page again until it has this link."""
        offered = self.page.get_by_role("link", name=self.say(link))
        wait_until(lambda: offered.count() or (self.page.reload() and False))

    def find_in_mail(self, pattern: str) -> str:
        """Wait for a mail to this person whose text has the pattern; return its first group, from the newest."""
        found: list[str] = []

        def look() -> bool:
            texts = [text_of(mail) for mail in self._received()]
            found[:] = [match[1] for text in texts for match in re.finditer(pattern, text)]
            return bool(found)

        wait_until(look)
        return found[-1]

    def _received(self) -> list[EmailMessage]:
        mails = [email.message_from_bytes(one, policy=email.policy.default) for one in self.mails.got]
        return [mail for mail in mails if self.address in str(mail["to"])]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@contextmanager
def walk(chromium: Browser, mails: MailServer, address: str, *, lang: str) -> Iterator[Walker]:
    """Give a person a phone."""
    phone = {"width": 390, "height": 780}
    with chromium.new_context(locale=lang, viewport=phone, has_touch=True) as context:  # type: ignore[arg-type]  # a size
        page = context.new_page()
        walker = Walker(page, Translator(lang), address, mails)
        page.on("load", lambda loaded: walker.pages.append(loaded.url))
        yield walker
