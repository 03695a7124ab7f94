"""The state of a running demo, and its checks."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from service.cli.common.api_client import ApiClient
from service.sample import document as document_module
from service.sample.document import SampleMembers


class CheckFailed(click.ClickException):
    """Something the demo promises did not hold."""

    exit_code = 1


@dataclass
class DemoRun:
    """The play as it runs: the API, who plays, what is printed."""

    api: ApiClient
    members: SampleMembers
    script: Mapping[str, Any]
    out: Path
    started: float = field(default_factory=time.monotonic)
    last_step: float = field(default_factory=time.monotonic)

    def token(self, key: str) -> str:
        return self.members.people[key].token

    def token_for_role(self, role: str, *, index: int = 0) -> str:
        """The token of the first, second … person with a role."""
        return self.token(document_module.people_with_role(self.script, role)[index])

    def report(self, step: str) -> None:
        """Print a step and how long it took since the last, in seconds."""
        now = time.monotonic()
        click.echo(f"{now - self.last_step:7.2f} s  {step}")
        self.last_step = now


def require(condition: bool, promise: str) -> None:
    """Raises NotHeld unless `true`."""
    if not condition:
        raise CheckFailed(f"did not hold: {promise}")


def wait_for(probe: "Callable[[], Any]", *, timeout: float, what: str) -> Any:
    """What `found` returns once it is true. Raises NotHeld after `within` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        result = probe()
        if result:
            return result
        time.sleep(0.05)
    raise CheckFailed(f"waited {timeout:.0f} s in vain for {what}")
