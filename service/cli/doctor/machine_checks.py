"""What the doctor looks at of the machine: programs, fonts, directories, the port, the disk."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pypandoc

from service.cli.common.errors import Refused
from service.cli.doctor.finding import Said
from service.cli.local.preflight import FAMILIES, check_fonts, check_port, check_sample
from service.cli.local.processes import healthy, is_up
from service.config import Settings
from service.domain.errors import N_
from workers.render.content.templates import root
from workers.render.errors import RenderRefused

LEAST_FREE = 500_000_000
"""Bytes of disk below which an instance will soon be unable to save."""


def python(_: Settings) -> Said:
    return Said(N_("Python {version}"), version=platform.python_version())


def fonts(_: Settings) -> Said:
    check_fonts()
    return Said(N_("{count} font families"), count=len(FAMILIES))


def pandoc(_: Settings) -> Said:
    program = Path(pypandoc.__file__).parent / "files" / "pandoc"
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as wrong:
        raise Refused(N_("Pandoc does not run ({reason}). Run: make install"), reason=wrong) from wrong
    return Said(N_("Pandoc {version}"), version=said.split()[1])


def typst(_: Settings) -> Said:
    try:
        return Said(N_("Typst {version}"), version=version("typst"))
    except PackageNotFoundError as missing:
        raise Refused(N_("Typst is not installed. Run: make install")) from missing


def templates(settings: Settings) -> Said:
    try:
        return Said(N_("Templates in {place}"), place=root(settings.templates_dir))
    except RenderRefused as refused:
        raise Refused("{detail}", detail=refused.params["detail"]) from refused


def var_directory(settings: Settings) -> Said:
    var = settings.var
    if not var.exists():
        if not os.access(_standing(var), os.W_OK | os.X_OK):
            raise Refused(N_("{var} cannot be made. Name another directory: --var DIR."), var=var)
        return Said(N_("{var} will be made by mithaq up"), var=var)
    if not var.is_dir() or not os.access(var, os.W_OK | os.X_OK):
        raise Refused(N_("{var} cannot be written. Give it to this user, or name another: --var DIR."), var=var)
    if var.stat().st_mode & 0o077:
        raise Refused(N_("Others may read {var}. Run: chmod 700 {var}"), var=var)
    return Said(N_("{var} is private and can be written"), var=var)


def port(settings: Settings) -> Said:
    if healthy(settings):
        return Said(N_("Mithaq answers on port {port}"), port=settings.port)
    if is_up(settings.var):
        raise Refused(
            N_("Mithaq runs on {var} but does not answer on port {port}."), var=settings.var, port=settings.port
        )
    check_port(settings)
    return Said(N_("Port {port} is free"), port=settings.port)


def sample(settings: Settings) -> Said:
    if not settings.sample:
        return Said(N_("Settings can be used together"))
    check_sample(settings)
    return Said(N_("Settings of a sample can be used together"))


def disk(settings: Settings) -> Said:
    free = shutil.disk_usage(_standing(settings.var)).free
    if free < LEAST_FREE:
        raise Refused(N_("Only {free} MB are free on the disk of {var}."), free=free // 10**6, var=settings.var)
    return Said(N_("{free} GB free on the disk"), free=free // 10**9)


def _standing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
