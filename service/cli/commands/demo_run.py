"""The state of a running demo, and its checks."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from service.cli.common.api_client import ApiClient
from service.sample.document import SampleMembers, people_with_role


class CheckFailed(click.ClickException):
    """A check of the demo failed. Exit code 1."""

    exit_code = 1


@dataclass
class DemoRun:
    """A running demo: API client, members, script, output directory, sessions by person, and times."""

    api: ApiClient
    members: SampleMembers
    script: Mapping[str, Any]
    out: Path
    sessions: Mapping[str, str]
    started: float = field(default_factory=time.monotonic)
    last_step: float = field(default_factory=time.monotonic)

    def session(self, key: str) -> str:
        """Return the session of a person, by key in the script."""
        return self.sessions[key]

    def session_for_role(self, role: str, *, index: int = 0) -> str:
        """Return the session of the first, second … person with a role."""
        return self.session(people_with_role(self.script, role)[index])

    def report(self, step: str) -> None:
        """Print a step and the seconds since the last one."""
        now = time.monotonic()
        click.echo(f"{now - self.last_step:7.2f} s  {step}")
        self.last_step = now


def require(condition: bool, promise: str) -> None:
    """Check a condition. Raises CheckFailed."""
    if not condition:
        raise CheckFailed(f"did not hold: {promise}")


def wait_for(probe: "Callable[[], Any]", *, timeout: float, what: str) -> Any:
    """Call `probe` until its result is true, and return that. Raises CheckFailed after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        result = probe()
        if result:
            return result
        time.sleep(0.05)
    raise CheckFailed(f"waited {timeout:.0f} s in vain for {what}")
