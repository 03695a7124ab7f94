"""The development tools of the editor: installing them (`make install-dev`), and running its npm scripts.

python -m tests.repo.editor_tools            install what the lock file names, development tools included
python -m tests.repo.editor_tools check      types, lint, format and style sheets
python -m tests.repo.editor_tools format     rewrite the sources in their format
"""

import os
import re
import subprocess
import sys

import click

from service.cli.local import editor_build
from service.domain.errors import DomainError

LEAST = (20, 19)
"""The oldest Node on which the tools run: vite's. Building needs less."""

TIMEOUT = 600
"""Seconds."""


def install() -> None:
    """Install everything the lock file names. Without a Node the sources stay unchecked, and a message says so."""
    try:
        editor_build.install_packages(editor_build.find_node(), dev=True)
    except (click.ClickException, DomainError, OSError, subprocess.SubprocessError) as wrong:
        click.echo(f"The editor's sources will not be checked: {wrong}")


def reason_to_skip() -> str | None:
    """Return why the tools cannot run; None where they can. Downloads nothing."""
    if not (editor_build.SOURCES / "node_modules" / "vitest").is_dir():
        return "the editor's development tools are not installed: make install-dev"
    result = subprocess.run(
        [editor_build.find_node().program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    version = tuple(int(number) for number in re.findall(r"\d+", result)[:2])
    return None if version >= LEAST else f"the editor's development tools need Node {LEAST[0]}.{LEAST[1]} or later"


def run(script: str) -> subprocess.CompletedProcess[str]:
    """Run an npm script of the editor's package.json and capture its output. Raises SubprocessError."""
    node = editor_build.find_node()
    path = f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        (*node.npm, "run", "--silent", script),
        cwd=editor_build.SOURCES,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )


def main(arguments: list[str]) -> int:
    """Install, or run the named script. Returns the exit status: 0 also where the tools are missing, with a message."""
    if not arguments:
        install()
        return 0
    missing = reason_to_skip()
    if missing:
        click.echo(f"The editor's sources were not checked: {missing}.")
        return 0
    ended = run(arguments[0])
    if ended.returncode:
        click.echo(ended.stdout + ended.stderr, nl=False)
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
