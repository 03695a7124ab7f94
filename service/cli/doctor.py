"""`mithaq doctor`: looks at machine and house, changes nothing, and says in plain words what to mend."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from service.cli import doctor_house as house
from service.cli import doctor_machine as machine
from service.cli.finding import NotAsked, Said
from service.cli.ground import settings_of
from service.cli.options import with_port, with_var
from service.cli.refusal import Refused
from service.config import Settings
from service.words import LANGUAGES, Words

Check = Callable[[Settings], Said]
"""Says in one sentence what is well; raises Refused with what is not, and the remedy."""


@click.command()
@with_var
@with_port
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="The language; else that of the terminal.")
def doctor(var: Path | None, port: int | None, lang: str | None) -> None:
    """Check this machine and this house, and say what to mend."""
    settings = settings_of(var=var, port=port)
    reports = list(filter(None, (examine(check, settings, lang=lang or spoken()) for check in CHECKS)))
    for well, sentence in reports:
        click.echo(f"{'✓' if well else '✗'} {sentence}")
    if not all(well for well, _ in reports):
        sys.exit(1)


def spoken() -> str:
    """The language of the terminal (LC_ALL, LC_MESSAGES, LANG), where it is one of ours; else English."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = named.partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else "en"


def examine(check: Check, settings: Settings, *, lang: str = "en") -> tuple[bool, str] | None:
    """Whether all is well, and the sentence of `check`; None where it cannot be asked. What stands in its places is
    shown as machines write it."""
    try:
        well, said = True, check(settings)
    except NotAsked:
        return None
    except Refused as found:
        well, said = False, Said(found.sentence, **found.params)
    shown = {name: str(value) for name, value in said.params.items()}
    return well, Words(lang).t(said.sentence, **shown)


CHECKS: tuple[Check, ...] = (
    machine.python,
    machine.fonts,
    machine.pandoc,
    machine.typst,
    machine.templates,
    machine.sample,
    machine.var_directory,
    machine.port,
    machine.disk,
    house.redis,
    house.worker,
    house.database,
    house.durability,
    house.roles,
    house.record,
    house.drafts,
    house.clock,
    house.coalition,
    house.jobs,
    house.files,
    house.mail,
)
