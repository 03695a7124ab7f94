"""nginx, Apache, Caddy and Traefik with the settings that docs/proxies.md prints, run by an ordinary user.

Only addresses, ports, paths of certificates and times are replaced; around a block stands what the packages of Debian
have in their main files.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]
HOST = "mithaq.example"
PAGES = ("docs/proxies.md", "docs/ar/proxies.md")
CERTIFICATES = "/etc/letsencrypt/live/mithaq.example/"
NOBODY = 65534
MODULES = Path("/etc/apache2/mods-available")

APACHE_DEFAULTS = ("mpm_event", "authz_core", "alias", "reqtimeout")
"""Modules that Debian enables; those of the page are added."""


@dataclass(frozen=True)
class Ports:
    """Where a proxy listens, and the web servers before which it stands."""

    http: int
    https: int
    upstreams: tuple[int, int]


def printed_blocks(page: str) -> dict[str, list[str]]:
    """Return the blocks of a page of PAGES by the program, which is the heading of their section."""
    sections = re.split(r"^## ", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = {one.partition("\n")[0].lower(): re.findall(r"^```\w+\n(.*?)^```", one, re.M | re.S) for one in sections}
    return {program: blocks for program, blocks in found.items() if program in PROGRAMS}


def printed_modules(page: str) -> list[str]:
    """Return the modules of Apache that the page tells to enable."""
    found = re.search(r"`a2enmod ([^`]+)`", (ROOT / page).read_text("utf-8"))
    assert found
    return found[1].split()


def find_program(name: str) -> str | None:
    """Return the path of a program; that of an ordinary user's PATH does not name /usr/sbin."""
    return shutil.which(PROGRAMS[name], path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def adapt(block: str, ports: Ports, directory: Path, *, idle: int = 0) -> str:
    """Replace addresses, ports and paths, and with `idle` the seconds of time-outs."""
    replaced = {
        f"https://{HOST}": f"https://{HOST}:{ports.https}",
        "listen 80;": f"listen {ports.http};",
        "listen [::]:80;": f"listen [::]:{ports.http};",
        "listen 443 ": f"listen {ports.https} ",
        "listen [::]:443 ": f"listen [::]:{ports.https} ",
        "*:80>": f"*:{ports.http}>",
        "*:443>": f"*:{ports.https}>",
        '":80"': f'":{ports.http}"',
        '":443"': f'":{ports.https}"',
        "127.0.0.1:8000": f"127.0.0.1:{ports.upstreams[0]}",
        "127.0.0.1:8001": f"127.0.0.1:{ports.upstreams[1]}",
        CERTIFICATES: f"{directory}/",
        "/etc/traefik/": f"{directory}/",
    }
    if idle:
        replaced |= {"timeout=60": f"timeout={idle}", "proxy_read_timeout 60s": f"proxy_read_timeout {idle}s"}
    for printed, own in replaced.items():
        block = block.replace(printed, own)
    return block


def _nginx(blocks: Sequence[str], ports: Ports, directory: Path) -> list[str]:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "\n".join(f"{kind}_temp_path {directory}/{kind};" for kind in kinds)
    (directory / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {paths}\n{blocks[0]} }}\n"
    )
    return ["-p", str(directory), "-e", "stderr", "-c", str(directory / "nginx.conf")]


def _apache(blocks: Sequence[str], ports: Ports, directory: Path) -> list[str]:
    loads = _with_dependencies((*APACHE_DEFAULTS, *printed_modules(PAGES[0])))
    paths = [MODULES / f"{name}.{kind}" for kind in ("load", "conf") for name in loads]
    includes = [str(path) for path in paths if path.exists()]
    (directory / "apache.conf").write_text(
        "\n".join(
            [
                f"ServerRoot {directory}",
                f"PidFile {directory}/apache.pid",
                f"DefaultRuntimeDir {directory}",
                "ErrorLog /dev/stderr",
                f"ServerName {HOST}",
                *(f"Include {path}" for path in includes),
                f"Listen {ports.http}",
                f"Listen {ports.https}",
                blocks[0],
            ]
        )
    )
    return ["-f", str(directory / "apache.conf"), "-DFOREGROUND"]


def _with_dependencies(names: Sequence[str]) -> list[str]:
    """Return the modules and those that a2enmod enables with them, each after what it depends on."""
    found: list[str] = []
    for name in names:
        text = (MODULES / f"{name}.load").read_text()
        needed = re.findall(r"^# Depends: (.*)$", text, flags=re.MULTILINE)
        for one in [*_with_dependencies(needed[0].split() if needed else ()), name]:
            if one not in found:
                found.append(one)
    return found


def _caddy(blocks: Sequence[str], ports: Ports, directory: Path) -> list[str]:
    options = f"http_port {ports.http}\nhttps_port {ports.https}\nadmin off\nlocal_certs\nskip_install_trust"
    (directory / "Caddyfile").write_text(f"{{\n{options}\n}}\n{blocks[0]}")
    return ["run", "--config", str(directory / "Caddyfile")]


def _traefik(blocks: Sequence[str], ports: Ports, directory: Path) -> list[str]:
    for name, block in zip(("traefik.yml", "mithaq.yml"), blocks, strict=True):
        (directory / name).write_text(block)
    return [f"--configfile={directory}/traefik.yml"]


PROGRAMS: Mapping[str, str] = {"nginx": "nginx", "apache": "apache2", "caddy": "caddy", "traefik": "traefik"}
"""The programs by the heading of their section."""

_WRITERS = {"nginx": _nginx, "apache": _apache, "caddy": _caddy, "traefik": _traefik}


def authority(name: str, directory: Path) -> Path:
    """Return the file of the certificate that clients of the proxy trust."""
    own = "caddy/pki/authorities/local/root.crt" if name == "caddy" else "fullchain.pem"
    return directory / own


@contextmanager
def run_proxy(name: str, blocks: Sequence[str], ports: Ports, directory: Path, *, idle: int = 0) -> Iterator[None]:
    """Run a proxy with the printed blocks; `directory` holds its certificate, and belongs to the user who runs it."""
    program = find_program(name)
    assert program
    options = _WRITERS[name]([adapt(block, ports, directory, idle=idle) for block in blocks], ports, directory)
    places = ("HOME", "XDG_DATA_HOME", "APACHE_RUN_DIR", "APACHE_LOG_DIR", "APACHE_LOCK_DIR")
    environ = {"PATH": os.environ["PATH"], **dict.fromkeys(places, str(directory))}
    log = directory / "log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [*ordinary_user(directory), program, *options],
            env=environ,
            cwd=directory,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
        try:
            wait_until(lambda: process.poll() is not None or _listens(process, ports))
            assert process.poll() is None, log.read_text()
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # Apache waits ten seconds for its children
            process.wait()


def ordinary_user(directory: Path) -> list[str]:
    """Return the command that runs another one as an ordinary user, and ends it with this process."""
    command = ["setpriv", "--pdeathsig", "TERM"]
    if os.getuid() == 0:
        command += ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        for path in (directory, *directory.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    return command


def _listens(process: "subprocess.Popen[bytes]", ports: Ports) -> bool:
    listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    return all(re.search(rf":{port:04X} 0+:0000 0A ", listening) for port in (ports.http, ports.https))
