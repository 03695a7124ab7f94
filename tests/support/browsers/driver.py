"""What a journey needs of a browser, and the parts that both WebDriver protocols share."""

import json
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

START_TIMEOUT = 30.0
"""Seconds in which a browser starts, or answers a command."""

KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Alt": "\ue00a",
    "Escape": "\ue00c",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Delete": "\ue017",
}
"""Code points that WebDriver gives to keys without a character."""

CALL = "async json => JSON.stringify(await ({function})(...JSON.parse(json)) ?? null)"
"""Arguments and result as JSON: every protocol passes strings unchanged."""


class BrowserMissing(Exception):
    """The browser is not installed."""


class PageChanging(Exception):
    """The page was left while it was asked."""


class Driver(Protocol):
    """One page of one browser."""

    name: str

    def go(self, url: str) -> None:
        """Load a page."""

    def evaluate(self, function: str, *arguments: object) -> Any:
        """Return the JSON result of a JavaScript function, awaited.

        Raises:
            PageChanging: the page was left meanwhile.
        """

    def press(self, keys: str) -> None:
        """Press keys that are held together, as `Control+End`."""

    def type(self, text: str) -> None:
        """Press the key of each character."""

    def click(self, x: float, y: float, *, times: int = 1) -> None:
        """Press the mouse at CSS pixels of the window."""

    def clear_cookies(self) -> None:
        """Forget who is signed in."""

    def screenshot(self) -> bytes:
        """Return a PNG of the window."""

    def close(self) -> None:
        """End the browser."""


class WebDriver(ABC):
    """Keys and mouse as the input actions that WebDriver and WebDriver BiDi have in common."""

    def press(self, keys: str) -> None:
        values = [KEYS.get(key, key) for key in keys.split("+")]
        down = [{"type": "keyDown", "value": value} for value in values]
        up = [{"type": "keyUp", "value": value} for value in reversed(values)]
        self._perform({"type": "key", "id": "keys", "actions": down + up})

    def type(self, text: str) -> None:
        actions = [{"type": kind, "value": character} for character in text for kind in ("keyDown", "keyUp")]
        self._perform({"type": "key", "id": "keys", "actions": actions})

    def click(self, x: float, y: float, *, times: int = 1) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y), "origin": "viewport"}
        buttons = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp") * times]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self._perform({**mouse, "actions": [move, *buttons]})

    @abstractmethod
    def _perform(self, source: dict[str, object]) -> None:
        """Let one input device act."""


def as_json(*arguments: object) -> str:
    return json.dumps(arguments, ensure_ascii=False)


def wait_for(found: Callable[[], T | None], process: subprocess.Popen[bytes], what: str) -> T:
    """Return what a starting process brings.

    Raises:
        AssertionError: it ended, or `what` did not come in time.
    """
    until = time.monotonic() + START_TIMEOUT
    while (value := found()) is None:
        assert process.poll() is None, f"the process ended before {what}"
        assert time.monotonic() < until, f"timed out: {what}"
        time.sleep(0.05)
    return value


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(START_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
