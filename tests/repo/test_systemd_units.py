"""The systemd units in deploy/: known commands, the same restrictions everywhere, and what systemd says of them."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from service.cli.main import COMMANDS, mithaq
from service.config import Settings
from service.jobs import LANES
from tests.support.systemd_units import Unit, read_start, read_unit

pytestmark = pytest.mark.repo

DIRECTORY = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(DIRECTORY.rglob("*.service"))
TIMERS = sorted(DIRECTORY.rglob("*.timer"))
MAX_EXPOSURE = 20
"""Tenths of the exposure level of `systemd-analyze security`, from 0 (safe) to 100."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def name_of(path: Path) -> str:
    return path.name


def restrictions(unit: Unit) -> dict[str, list[str]]:
    """Return the directives that restrict the processes, which come last in each unit."""
    service = unit["Service"]
    names = list(service)
    return {name: service[name] for name in names[names.index("NoNewPrivileges") :]}


def test_every_unit_has_the_same_restrictions() -> None:
    found = {path.name: restrictions(read_unit(path)) for path in SERVICES}
    assert len(found) == 6
    assert found["mithaq-rehearse.service"].pop("RestrictAddressFamilies") == ["AF_UNIX"]
    common = dict(found["mithaq.service"])
    assert common.pop("RestrictAddressFamilies") == ["AF_UNIX AF_INET AF_INET6"]
    for one in found.values():
        one.pop("RestrictAddressFamilies", None)
        assert one == common


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_commands_and_variables_are_known_to_mithaq(path: Path, tmp_path: Path) -> None:
    unit = tmp_path / path.name
    (tmp_path / "mithaq.env").touch()
    unit.write_text(path.read_text().replace("/etc/mithaq/mithaq.env", f"{tmp_path}/mithaq.env").replace("%i", "mails"))
    start = read_start(unit)
    program, name, *words = start.command
    assert (program, name in COMMANDS) == ("/opt/mithaq/.venv/bin/mithaq", True)
    command = mithaq.get_command(click.Context(mithaq), name)
    assert command
    command.make_context(name, list(words))  # rejects unknown options; runs nothing
    Settings.load(start.environ)
    assert {one for one in start.environ if one.startswith("MITHAQ_")} <= {
        f"MITHAQ_{field.upper()}" for field in Settings.model_fields
    }


def test_systemd_waits_for_those_that_say_when_they_are_ready() -> None:
    notifying = {path.name for path in SERVICES if read_unit(path)["Service"]["Type"] == ["notify"]}
    assert notifying == {"mithaq.service", "mithaq-web.service"}


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_sandboxes_may_set_limits_and_one_killed_file_stops_nothing(path: Path) -> None:
    service = read_unit(path)["Service"]
    assert not [value for value in service["SystemCallFilter"] if "@resources" in value]
    assert service["Type"] == ["oneshot"] or service["OOMPolicy"] == ["continue"]


def test_timers_start_the_service_of_their_name() -> None:
    assert [path.name for path in TIMERS] == ["mithaq-backup.timer", "mithaq-rehearse.timer"]
    for path in TIMERS:
        assert path.with_suffix(".service") in SERVICES
        timer = read_unit(path)["Timer"]
        assert (timer["Persistent"], len(timer["RandomizedDelaySec"])) == (["true"], 1)


def test_units_of_many_machines_name_the_lanes() -> None:
    description = read_unit(DIRECTORY / "many-machines" / "mithaq-worker@.service")["Unit"]["Description"][0]
    assert set(re.findall(r"\w+", description.partition("(")[2])) - {"or"} == set(LANES)


@needs_systemd
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    (tmp_path / "mithaq").write_text("#!/bin/sh\n")
    (tmp_path / "mithaq").chmod(0o755)
    units = []
    for path in (*SERVICES, *TIMERS):
        unit = tmp_path / path.name
        unit.write_text(path.read_text().replace("/opt/mithaq/.venv/bin", str(tmp_path)))
        units.append(unit)
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "mithaq" in line]
    assert ours == []


@needs_systemd
@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_systemd_rates_the_units_as_safe(path: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MAX_EXPOSURE}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
