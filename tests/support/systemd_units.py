"""systemd units as tests read them: directives by section, and what a service would be started with."""

import shlex
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Unit = Mapping[str, Mapping[str, list[str]]]
"""Section → directive → its values, in order."""


def read_unit(path: Path) -> Unit:
    """Read a unit file. Values over several lines are not supported."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), defaultdict(list))
        elif line and not line.startswith(("#", ";")):
            assert not line.endswith("\\"), line
            name, _, value = line.partition("=")
            section[name].append(value)
    return sections


@dataclass(frozen=True, slots=True)
class Start:
    """The command line of a service and the variables that its unit sets."""

    command: list[str]
    environ: dict[str, str]


def read_start(path: Path) -> Start:
    """Return what a unit starts, with its environment files read as systemd reads lines without quotes."""
    service = read_unit(path)["Service"]
    assignments = [word for value in service.get("Environment", []) for word in shlex.split(value)]
    for file in service.get("EnvironmentFile", []):
        lines = Path(file).read_text(encoding="utf-8").splitlines()
        assignments += [line.rstrip() for line in lines if line and not line.startswith(("#", ";"))]
    (command,) = service["ExecStart"]
    return Start(shlex.split(command), {name: value for name, _, value in (one.partition("=") for one in assignments)})
