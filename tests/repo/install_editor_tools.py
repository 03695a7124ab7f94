"""`make install-dev`: what checks the editor's sources, beside what builds them."""

import subprocess

import click

from service.cli.local import editor_build
from service.domain.errors import DomainError


def main() -> None:
    """Fetch everything the editor's lock file names. Without a Node its types stay unchecked, and it says so."""
    try:
        editor_build.install_packages(editor_build.find_node(), dev=True)
    except (click.ClickException, DomainError, OSError, subprocess.SubprocessError) as wrong:
        click.echo(f"The editor's types will not be checked: {wrong}")


if __name__ == "__main__":
    main()
