"""Options that several commands share."""

from pathlib import Path

import click

with_var = click.option(
    "--var", type=click.Path(path_type=Path), help="Directory where the instance stores everything."
)
with_port = click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server.")
