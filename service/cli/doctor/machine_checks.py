"""Doctor checks of the machine: programs, fonts, directories, the port, the disk."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pypandoc

from service.cli.common.errors import CommandError
from service.cli.common.free_space import nearest_existing
from service.cli.doctor.finding import Finding
from service.cli.local.preflight import FONT_FAMILIES, check_file_modes, check_fonts, check_sample
from service.cli.local.processes import is_healthy, is_running
from service.cli.local.web_sockets import check_port
from service.config import Settings
from service.domain.errors import N_
from workers.render.content.templates import find_templates
from workers.render.errors import RenderRefused

MIN_FREE_BYTES = 500_000_000
"""Bytes of free disk space below which an instance will soon be unable to save."""


def python(_: Settings) -> Finding:
    """Report the version of Python."""
    return Finding(N_("Python {version}"), version=platform.python_version())


def fonts(_: Settings) -> Finding:
    """Check that the fonts are installed."""
    check_fonts()
    return Finding(N_("{count} font families"), count=len(FONT_FAMILIES))


def pandoc(_: Settings) -> Finding:
    """Check that pandoc runs."""
    program = Path(pypandoc.__file__).parent / "files" / "pandoc"
    try:
        output = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise CommandError(N_("Pandoc does not run ({reason}). Run: make install"), reason=error) from error
    return Finding(N_("Pandoc {version}"), version=output.split()[1])


def typst(_: Settings) -> Finding:
    """Check that Typst is installed."""
    try:
        return Finding(N_("Typst {version}"), version=version("typst"))
    except PackageNotFoundError as error:
        raise CommandError(N_("Typst is not installed. Run: make install")) from error


def templates(settings: Settings) -> Finding:
    """Check that the print templates exist."""
    try:
        return Finding(N_("Templates in {place}"), place=find_templates(settings.templates_dir))
    except RenderRefused as error:
        raise CommandError("{detail}", detail=error.params["detail"]) from error


def var_directory(settings: Settings) -> Finding:
    """Check that the data directory is private and writable, if anything is stored in it."""
    var = settings.var
    if _keeps_nothing_in_var(settings):
        return Finding(N_("Nothing is stored in {var}: database, Redis and files are elsewhere"), var=var)
    if not var.exists():
        if not os.access(nearest_existing(var), os.W_OK | os.X_OK):
            raise CommandError(N_("{var} cannot be created. Use another directory: --var DIR."), var=var)
        return Finding(N_("mithaq up will create {var}"), var=var)
    if not var.is_dir() or not os.access(var, os.W_OK | os.X_OK):
        raise CommandError(
            N_("{var} is not writable. Make this user its owner, or use another directory: --var DIR."), var=var
        )
    if var.stat().st_mode & 0o077:
        raise CommandError(N_("Other users can read {var}. Run: chmod 700 {var}"), var=var)
    check_file_modes(settings)
    return Finding(N_("{var} is private and writable"), var=var)


def port(settings: Settings) -> Finding:
    """Check that the port is free or serves this instance."""
    if is_healthy(settings):
        return Finding(N_("Mithaq is running on port {port}"), port=settings.port)
    if is_running(settings.var):
        raise CommandError(
            N_("Mithaq is running on {var} but does not respond on port {port}."), var=settings.var, port=settings.port
        )
    check_port(settings)
    return Finding(N_("Port {port} is free"), port=settings.port)


def sample(settings: Settings) -> Finding:
    """Check that sample settings keep the instance on this machine."""
    if not settings.sample:
        return Finding(N_("Settings are compatible"))
    check_sample(settings)
    return Finding(N_("Demo settings are compatible"))


def disk(settings: Settings) -> Finding:
    """Check the free disk space."""
    free = shutil.disk_usage(nearest_existing(settings.var)).free
    if free < MIN_FREE_BYTES:
        raise CommandError(N_("Only {free} MB are free on the disk of {var}."), free=free // 10**6, var=settings.var)
    return Finding(N_("{free} GB free on the disk"), free=free // 10**9)


def _keeps_nothing_in_var(settings: Settings) -> bool:
    """Return whether database, messages, files and secret are all elsewhere, so that it may be read-only."""
    elsewhere = (settings.redis_url, settings.files_url, settings.secret)
    return not settings.resolved_database_url.startswith("sqlite:") and all(elsewhere)
