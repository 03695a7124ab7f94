"""`mithaq doctor`: looks at this machine, changes nothing, and says in plain words what to mend."""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import pypandoc
from sqlalchemy.exc import SQLAlchemyError

from service.cli import redis_private
from service.cli.ground import FAMILIES, LOCK, check_fonts, check_port, check_sample, settings_of
from service.cli.options import with_port, with_var
from service.cli.refusal import Refused
from service.cli.up import healthy
from service.config import Settings
from service.domain.errors import N_
from service.store.db import connect
from service.store.migrate import state
from workers.render.errors import RenderRefused
from workers.render.templates import root

LEAST_FREE = 500_000_000
"""Bytes of disk below which an instance will soon be unable to save."""

Check = Callable[[Settings], str]
"""Says in one sentence what is well; raises Refused with what is not, and the remedy."""


@click.command()
@with_var
@with_port
def doctor(var: Path | None, port: int | None) -> None:
    """Check this machine and say what to mend."""
    settings = settings_of(var=var, port=port)
    reports = [examine(check, settings) for check in CHECKS]
    for well, sentence in reports:
        click.echo(f"{'✓' if well else '✗'} {sentence}")
    if not all(well for well, _ in reports):
        sys.exit(1)


def examine(check: Check, settings: Settings) -> tuple[bool, str]:
    """Whether all is well, and the sentence of `check`."""
    try:
        return True, check(settings)
    except Refused as found:
        return False, found.message


def python(_: Settings) -> str:
    return N_("Python {version}").format(version=platform.python_version())


def fonts(_: Settings) -> str:
    check_fonts()
    return N_("{count} font families").format(count=len(FAMILIES))


def pandoc(_: Settings) -> str:
    program = Path(pypandoc.__file__).parent / "files" / "pandoc"
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as wrong:
        raise Refused(N_("Pandoc does not run ({reason}). Run: make install"), reason=wrong) from wrong
    return N_("Pandoc {version}").format(version=said.split()[1])


def typst(_: Settings) -> str:
    try:
        return N_("Typst {version}").format(version=version("typst"))
    except PackageNotFoundError as missing:
        raise Refused(N_("Typst is not installed. Run: make install")) from missing


def redis(settings: Settings) -> str:
    if settings.redis_url:
        return N_("Redis: the one MITHAQ_REDIS_URL names")
    program = redis_private.find_server()
    if program is None:
        raise Refused(N_("No redis-server of version 6.2 or later was found. Install one, or run: make install"))
    major, minor = redis_private.version(program) or (0, 0)
    return N_("Redis {version} ({program})").format(version=f"{major}.{minor}", program=program)


def templates(settings: Settings) -> str:
    try:
        return N_("Templates in {place}").format(place=root(settings.templates_dir))
    except RenderRefused as refused:
        raise Refused("{detail}", detail=refused.params["detail"]) from refused


def var_directory(settings: Settings) -> str:
    var = settings.var
    if not var.exists():
        if not os.access(_standing(var), os.W_OK | os.X_OK):
            raise Refused(N_("{var} cannot be made. Name another directory: --var DIR."), var=var)
        return N_("{var} will be made by mithaq up").format(var=var)
    if not var.is_dir() or not os.access(var, os.W_OK | os.X_OK):
        raise Refused(N_("{var} cannot be written. Give it to this user, or name another: --var DIR."), var=var)
    if var.stat().st_mode & 0o077:
        raise Refused(N_("Others may read {var}. Run: chmod 700 {var}"), var=var)
    return N_("{var} is private and can be written").format(var=var)


def database(settings: Settings) -> str:
    if settings.database.startswith("sqlite:") and not (settings.var / "mithaq.db").exists():
        return N_("The database will be made by mithaq up")
    try:
        has, newest = _schema(settings.database)
    except SQLAlchemyError as wrong:
        raise Refused(N_("The database cannot be reached ({reason})."), reason=str(wrong).splitlines()[0]) from wrong
    if has != newest:
        raise Refused(
            N_("The database is at {has}, this release needs {newest}. Run: mithaq migrate"), has=has, newest=newest
        )
    return N_("Database at {newest}").format(newest=newest)


def _schema(url: str) -> tuple[str | None, str]:
    opened = connect(url)
    try:
        return state(opened)
    finally:
        opened.close()


def port(settings: Settings) -> str:
    if healthy(settings):
        return N_("Mithaq answers on port {port}").format(port=settings.port)
    if is_up(settings.var):
        raise Refused(
            N_("Mithaq runs on {var} but does not answer on port {port}."), var=settings.var, port=settings.port
        )
    check_port(settings)
    return N_("Port {port} is free").format(port=settings.port)


def is_up(var: Path) -> bool:
    """Whether a `mithaq up` holds the lock of `var`."""
    if not (var / LOCK).exists():
        return False
    with (var / LOCK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def sample(settings: Settings) -> str:
    if not settings.sample:
        return N_("Settings can be used together")
    check_sample(settings)
    return N_("Settings of a sample can be used together")


def disk(settings: Settings) -> str:
    free = shutil.disk_usage(_standing(settings.var)).free
    if free < LEAST_FREE:
        raise Refused(N_("Only {free} MB are free on the disk of {var}."), free=free // 10**6, var=settings.var)
    return N_("{free} GB free on the disk").format(free=free // 10**9)


def _standing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())


CHECKS: tuple[Check, ...] = (
    python,
    fonts,
    pandoc,
    typst,
    redis,
    templates,
    sample,
    var_directory,
    database,
    port,
    disk,
)
