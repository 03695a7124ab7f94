"""A page as a person meets it: what can be seen is waited for, and only what can be reached is clicked."""

import time
from typing import Any

from tests.support.browsers.driver import Driver, PageChanging

TIMEOUT = 20.0
"""Seconds that only a fault exceeds."""

PLACE = """([selector, name]) => {
  const named = (one) => one.getAttribute("aria-label") ?? one.textContent;
  const found = [...document.querySelectorAll(selector)].filter((one) => named(one).includes(name));
  for (const one of found) {
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const box = one.getBoundingClientRect();
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const top = document.elementFromPoint(at.x, at.y);
    if (box.width && top && (one.contains(top) || top.closest("label")?.contains(one))) return at;
  }
  return null;
}"""
"""Where the first such element can be clicked: in view, and nothing lies above it."""

PLACE_OF_WORDS = """([selector, words]) => {
  const walk = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walk.currentNode, at);
    range.setEnd(walk.currentNode, at + words.length);
    const box = range.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }
  return null;
}"""

WITH_WORDS = "[...document.querySelectorAll(selector)].filter((one) => one.textContent.includes(words))"


class JourneyPage:
    """A driver with the waiting of a person."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    def wait(self, function: str, *arguments: object) -> Any:
        """Return the first result of a JavaScript function that is not false.

        Raises:
            AssertionError: there was none in time.
        """
        until = time.monotonic() + TIMEOUT
        while not (result := self._evaluate(function, *arguments)):
            assert time.monotonic() < until, f"{self.driver.name}: timed out: {function} {arguments}\n{self.words()}"
            time.sleep(0.05)
        return result

    def _evaluate(self, function: str, *arguments: object) -> Any:
        try:
            return self.driver.evaluate(function, *arguments)
        except PageChanging:
            return None

    def words(self) -> str:
        """Return what the page says."""
        return str(self.driver.evaluate("() => location.pathname + ' ' + document.body.innerText"))[:2000]

    def click(self, selector: str, name: str = "") -> None:
        """Click the first element of this kind whose name contains `name`."""
        at = self.wait(PLACE, [selector, name])
        self.driver.click(at["x"], at["y"])

    def expect_element(self, selector: str) -> None:
        self.wait("selector => document.querySelector(selector) !== null", selector)

    def expect_words(self, selector: str, words: str) -> None:
        self.wait(f"([selector, words]) => {WITH_WORDS}.length > 0", [selector, words])

    def expect_no_words(self, selector: str, words: str) -> None:
        self.wait(f"([selector, words]) => {WITH_WORDS}.length === 0", [selector, words])

    def expect_path(self, ending: str) -> None:
        self.wait("ending => document.readyState === 'complete' && location.pathname.endsWith(ending)", ending)

    def select_word(self, selector: str, word: str) -> None:
        """Click twice on a word."""
        at = self.wait(PLACE_OF_WORDS, [selector, word])
        self.driver.click(at["x"], at["y"], times=2)
        self.wait("word => getSelection().toString().trim() === word", word)
