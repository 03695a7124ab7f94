"""Firefox without a window, over WebDriver BiDi: a WebSocket that the browser itself listens on."""

import base64
import json
import re
import shutil
import subprocess
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.support.browsers.driver import CALL, START_TIMEOUT, BrowserMissing, WebDriver, as_json, stop, wait_for

PROGRAMS = ("firefox-esr", "firefox")

PREFERENCES: dict[str, object] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
}
"""A browser that asks nobody on the network but the service under test."""


class Firefox(WebDriver):
    name = "firefox"

    def __init__(self, directory: Path) -> None:
        """Start with an empty profile in `directory`.

        Raises:
            BrowserMissing: no Firefox on the PATH.
        """
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise BrowserMissing(self.name)
        profile, log = directory / "profile", directory / "firefox.log"
        profile.mkdir(parents=True)
        (profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
        )
        command = [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output)
        self._resources = ExitStack()
        self._resources.callback(stop, process)
        try:
            found = wait_for(lambda: re.search(r"listening on (ws://\S+)", log.read_text()), process, "Firefox")
            self._socket = self._resources.enter_context(
                connect(f"{found[1]}/session", max_size=None, open_timeout=START_TIMEOUT)
            )
            self._numbers = count(1)
            self._command(
                "session.new", capabilities={"alwaysMatch": {"unhandledPromptBehavior": {"default": "accept"}}}
            )
            self._context = self._command("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self.close()
            raise

    def go(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, function: str, *arguments: object) -> Any:
        answer = self._command(
            "script.callFunction",
            functionDeclaration=CALL.replace("{function}", function),
            arguments=[{"type": "string", "value": as_json(*arguments)}],
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def clear_cookies(self) -> None:
        self._command("storage.deleteCookies")

    def screenshot(self) -> bytes:
        return base64.b64decode(self._command("browsingContext.captureScreenshot", context=self._context)["data"])

    def close(self) -> None:
        self._resources.close()

    def _perform(self, source: dict[str, object]) -> None:
        self._command("input.performActions", context=self._context, actions=[source])

    def _command(self, method: str, **params: object) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (message := json.loads(self._socket.recv(START_TIMEOUT))).get("id") != number:
            pass
        assert message["type"] == "success", f"{method}: {message.get('message')}"
        return message["result"]
