"""WebKitGTK's MiniBrowser on a virtual screen, over WebDriver: a close relative of the browser of an iPhone."""

import base64
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.support.browsers.driver import CALL, START_TIMEOUT, BrowserMissing, WebDriver, as_json, stop, wait_for

LIBRARIES = Path("/usr/lib")
"""Debian keeps MiniBrowser beside the library: not on the PATH."""

SCREEN = "1280x900x24"


class WebKit(WebDriver):
    name = "webkit"

    def __init__(self, directory: Path) -> None:
        """Start with an empty home in `directory`.

        Raises:
            BrowserMissing: WebKitWebDriver, MiniBrowser or Xvfb is not installed.
        """
        programs = [shutil.which("WebKitWebDriver"), shutil.which("Xvfb")]
        browser = next(LIBRARIES.glob("*/webkit2gtk-4.*/MiniBrowser"), None)
        if browser is None or not all(programs):
            raise BrowserMissing(self.name)
        directory.mkdir(parents=True)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._session = ""
        try:
            display = self._start_screen(str(programs[1]), directory)
            self._start_driver(str(programs[0]), directory, display)
            options = {"binary": str(browser), "args": ["--automation"]}
            capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
            created = self._command("POST", "/session", capabilities=capabilities)
            self._session = f"/session/{created['sessionId']}"
        except BaseException:
            self.close()
            raise

    def go(self, url: str) -> None:
        self._command("POST", "/url", url=url)

    def evaluate(self, function: str, *arguments: object) -> Any:
        script = f"return ({CALL.replace('{function}', function)})(arguments[0])"
        return json.loads(self._command("POST", "/execute/sync", script=script, args=[as_json(*arguments)]))

    def clear_cookies(self) -> None:
        self._command("DELETE", "/cookie")

    def screenshot(self) -> bytes:
        return base64.b64decode(self._command("GET", "/screenshot"))

    def close(self) -> None:
        if self._session:
            self._command("DELETE", "")
        for process in reversed(self._processes):
            stop(process)

    def _perform(self, source: dict[str, object]) -> None:
        self._command("POST", "/actions", actions=[source])

    def _start_screen(self, program: str, directory: Path) -> str:
        """Start a virtual screen; return its name."""
        chosen = directory / "display"
        with (directory / "screen.log").open("wb") as log, chosen.open("wb") as number:
            command = [program, "-displayfd", str(number.fileno()), "-screen", "0", SCREEN, "-nolisten", "tcp"]
            screen = subprocess.Popen(command, pass_fds=[number.fileno()], stdout=log, stderr=log)
        self._processes.append(screen)
        return ":" + wait_for(lambda: chosen.read_text().strip() or None, screen, "Xvfb")

    def _start_driver(self, program: str, directory: Path, display: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self._address = f"http://127.0.0.1:{port}"
        environment = os.environ | {
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "GIO_USE_PORTALS": "0",
            "GSETTINGS_BACKEND": "memory",
            "HOME": str(directory),
            "LC_ALL": "C.UTF-8",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "XDG_RUNTIME_DIR": str(directory),
        }
        with (directory / "webkit.log").open("wb") as log:
            driver = subprocess.Popen([program, f"--port={port}"], env=environment, stdout=log, stderr=log)
        self._processes.append(driver)
        wait_for(self._is_ready, driver, "WebKitWebDriver")

    def _is_ready(self) -> bool | None:
        try:
            self._command("GET", "/status")
        except URLError:
            return None
        return True

    def _command(self, verb: str, path: str, **params: object) -> Any:
        body = json.dumps(params).encode() if verb == "POST" else None
        request = Request(f"{self._address}{self._session}{path}", body, method=verb)
        try:
            with urlopen(request, timeout=START_TIMEOUT) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(f"{verb} {path}: {error.read().decode()}") from error
