"""Page checks: accessibility, no horizontal overflow, no console errors or external requests.

With MITHAQ_TEST_SHOTS=DIRECTORY screenshots of every checked page are stored there, as `name.language.width.light.png`
and `….dark.png`; `python -m tests.support.contact_sheets DIRECTORY` joins them.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState

VIEWPORT_HEIGHT = {360: 740, 1280: 800}

DARK_MODE_CHECKS = {("ar", 360), ("en", 1280)}
"""Combinations in which contrast is checked in dark mode too: it depends on more than language or width alone."""


@dataclass(frozen=True)
class PageChecker:
    """A page in a browser of `width` pixels with language `lang`, and its recorded faults; `also`: other widths it is
    checked in."""

    page: Page
    lang: str
    width: int
    faults: list[str]
    other_widths: Sequence[int] = ()

    def check(self, name: str = "") -> None:
        """Check a page: its language, no horizontal overflow, no accessibility violations in light and dark mode, no
        console errors and no request to another host. A named page gets a screenshot, where that is asked for."""
        assert self.page.locator("html").get_attribute("lang") == self.lang
        self._check_width(name, self.width)
        for width in self.other_widths:
            self.page.set_viewport_size({"width": width, "height": VIEWPORT_HEIGHT[width]})
            self._check_width(name, width)
        if self.other_widths:
            self.page.set_viewport_size({"width": self.width, "height": VIEWPORT_HEIGHT[self.width]})
        assert not self.faults

    def _check_width(self, name: str, width: int) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
        violations = accessibility_violations(self.page)
        assert not violations, violations
        self._save_screenshot(name, width)
        if (self.lang, width) in DARK_MODE_CHECKS:
            self.page.emulate_media(color_scheme="dark")
            assert not accessibility_violations(self.page, runOnly=["color-contrast"])
            self.page.emulate_media(color_scheme="light")

    def _save_screenshot(self, name: str, width: int) -> None:
        directory = os.environ.get("MITHAQ_TEST_SHOTS", "")
        if directory and name:
            for scheme in ("dark", "light"):
                self.page.emulate_media(color_scheme=scheme)
                path = Path(directory) / f"{name}.{self.lang}.{width}.{scheme}.png"
                self.page.screenshot(path=path, full_page=True)


@contextmanager
def open_checker(
    chromium: Browser,
    origin: str,
    *,
    lang: str,
    width: int,
    other_widths: Sequence[int] = (),
    storage_state: StorageState | None = None,
    editor: bool = False,
) -> Iterator[PageChecker]:
    """Open a browser context; `key`: a stored state. Drafts are edited in the plain form, unless with the `editor`."""
    with chromium.new_context(
        locale=lang,
        viewport={"width": width, "height": VIEWPORT_HEIGHT[width]},
        color_scheme="light",
        reduced_motion="reduce",
        storage_state=storage_state,
        accept_downloads=True,
    ) as context:
        if not editor:
            without_editor(context)
        page = context.new_page()
        yield PageChecker(page, lang, width, record_faults(page, origin), other_widths)


def without_editor(context: BrowserContext) -> None:
    """Disable the editor, as in an instance whose editor was not built."""
    context.route(
        "**/static/built/editor.js*",
        lambda route: route.fulfill(body="", content_type="text/javascript; charset=utf-8"),
    )


def accessibility_violations(page: Page, **options: object) -> str:
    """Return the violations axe finds, as its report; empty where there are none."""
    found = Axe().run(page, options=options)
    return str(found.generate_report()) if found.violations_count else ""


def record_faults(page: Page, origin: str) -> list[str]:
    """Record errors on the console, and any request to another host."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if _is_fault(message) else None)
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(origin) else None)
    return faults


EXPECTED_ERRORS = ("the server responded with a status of 40", "ERR_INTERNET_DISCONNECTED")
"""Chromium reports the status of a page itself as an error, and a missing connection: tests cause those on purpose."""


def _is_fault(message: ConsoleMessage) -> bool:
    return message.type in ("error", "warning") and not any(one in message.text for one in EXPECTED_ERRORS)
