"""Options that several commands share."""

from pathlib import Path

import click

from service.languages import LANGUAGES

with_var = click.option(
    "--var", type=click.Path(path_type=Path), help="Directory where the instance stores everything."
)
with_port = click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server.")
with_lang = click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language. Default: that of the terminal.")
