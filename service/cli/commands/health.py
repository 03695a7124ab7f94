"""`mithaq health`: does one process of this machine or container do its work? For health checks every few seconds."""

from pathlib import Path

import click

from service import heartbeat
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_var
from service.cli.local.health_request import is_healthy
from service.config import InvalidSetting, Settings
from service.domain.errors import N_
from service.jobs import LANES

SCHEDULER = "beat"
"""The name of the scheduler among the heartbeats."""


@click.command()
@click.argument("process", type=click.Choice(["web", "worker", SCHEDULER]))
@with_var
@click.option("--lane", type=click.Choice(list(LANES)), help="The lane of a worker that runs only this one.")
def health(process: str, var: Path | None, lane: str | None) -> None:
    """Check one process of this computer or container, for health checks."""
    try:
        settings = Settings.load(var=var)
    except InvalidSetting as error:
        raise CommandError("{wrong}", wrong=error) from error
    if process == "web":
        _check_web(settings)
    elif process == SCHEDULER:
        _check_heartbeat(settings, SCHEDULER, max_age=heartbeat.max_age_of_scheduler(settings.sweep_seconds))
    else:
        for name in (lane,) if lane else LANES:
            _check_heartbeat(settings, name, max_age=heartbeat.MAX_AGE)
    click.echo(N_("{process} works.").format(process=process))


def _check_web(settings: Settings) -> None:
    if not is_healthy(settings):
        raise CommandFailed(N_("The web server does not answer on port {port}."), port=settings.port)


def _check_heartbeat(settings: Settings, name: str, *, max_age: float) -> None:
    age = heartbeat.measure_age(settings.var, name)
    if age is None:
        raise CommandFailed(N_("“{name}” has not started to work here: Redis may be away."), name=name)
    if age > max_age:
        raise CommandFailed(
            N_("“{name}” has done nothing for {seconds} seconds: it hangs, or Redis is away."),
            name=name,
            seconds=round(age),
        )
