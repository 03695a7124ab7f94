"""Chromium as one more driver: the page that the other browser tests use."""

from typing import Any

from playwright.sync_api import Browser, Error

from tests.support.browsers.driver import CALL, PageChanging, as_json


class Chromium:
    name = "chromium"

    def __init__(self, browser: Browser) -> None:
        """Open a page in a context of its own."""
        permissions = ["clipboard-read", "clipboard-write"]
        self._browser = browser.new_context(permissions=permissions, viewport={"width": 1280, "height": 800})
        self._page = self._browser.new_page()

    def go(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, function: str, *arguments: object) -> Any:
        call = f"async json => JSON.parse(await ({CALL.replace('{function}', function)})(json))"
        try:
            return self._page.evaluate(call, as_json(*arguments))
        except Error as error:
            if "Execution context was destroyed" in error.message:
                raise PageChanging from error
            raise

    def press(self, keys: str) -> None:
        self._page.keyboard.press(keys)

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def click(self, x: float, y: float, *, times: int = 1) -> None:
        self._page.mouse.click(x, y, click_count=times)

    def clear_cookies(self) -> None:
        self._browser.clear_cookies()

    def screenshot(self) -> bytes:
        return self._page.screenshot()

    def close(self) -> None:
        self._browser.close()

    def compose(self, text: str) -> None:
        """Show text that an input method has not finished."""
        length = len(text.encode("utf-16-le")) // 2
        method = self._browser.new_cdp_session(self._page)
        method.send("Input.imeSetComposition", {"text": text, "selectionStart": length, "selectionEnd": length})

    def finish_composing(self, text: str) -> None:
        """Replace the unfinished text by what the input method decided on."""
        self._browser.new_cdp_session(self._page).send("Input.insertText", {"text": text})
