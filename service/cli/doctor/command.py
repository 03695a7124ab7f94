"""`mithaq doctor`: checks the machine and the instance, says what to fix, and changes nothing but the search index."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_port, with_var
from service.cli.common.terminal import terminal_language
from service.cli.doctor import (
    backup_checks,
    instance_checks,
    machine_checks,
    proxy_checks,
    record_checks,
    search_index,
    server_checks,
)
from service.cli.doctor.finding import CheckSkipped, Finding
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.i18n import LANGUAGES, Translator

Check = Callable[[Settings], Finding]
"""Returns the finding of a check that passed; raises CommandError with the problem and its remedy, or CheckSkipped."""


@click.command()
@with_var
@with_port
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language. Default: that of the terminal.")
@click.option("--rebuild-search", is_flag=True, help="Make the search index again.")
def doctor(var: Path | None, port: int | None, lang: str | None, *, rebuild_search: bool) -> None:
    """Check this computer and this instance, and say what to fix."""
    settings = load_settings(var=var, port=port)
    if rebuild_search:
        with open_database(settings) as database:
            search_index.rebuild(database)
    reports = list(filter(None, (run_check(check, settings, lang=lang or terminal_language()) for check in CHECKS)))
    for ok, sentence in reports:
        click.echo(f"{'✓' if ok else '✗'} {sentence}")
    if not all(ok for ok, _ in reports):
        sys.exit(1)


def run_check(check: Check, settings: Settings, *, lang: str = "en") -> tuple[bool, str] | None:
    """Run a check; return whether it passed and its sentence, or None if it was skipped.

    Parameters are formatted as by `str`, not for the language.
    """
    try:
        ok, finding = True, check(settings)
    except CheckSkipped:
        return None
    except CommandError as error:
        ok, finding = False, Finding(error.sentence, **error.params)
    values = {name: str(value) for name, value in finding.params.items()}
    return ok, Translator(lang).t(finding.sentence, **values)


CHECKS: tuple[Check, ...] = (
    machine_checks.python,
    machine_checks.fonts,
    machine_checks.pandoc,
    machine_checks.typst,
    machine_checks.templates,
    machine_checks.sample,
    machine_checks.var_directory,
    machine_checks.port,
    machine_checks.disk,
    server_checks.redis,
    server_checks.worker,
    instance_checks.database,
    instance_checks.durability,
    record_checks.roles,
    record_checks.record,
    instance_checks.drafts,
    search_index.search,
    instance_checks.clock,
    instance_checks.coalition,
    proxy_checks.proxy,
    record_checks.secrets,
    record_checks.paused,
    record_checks.recoveries,
    instance_checks.jobs,
    instance_checks.files,
    backup_checks.backups,
    server_checks.mail,
)
"""The checks, in the order in which they are reported."""
