"""From an empty PostgreSQL to a restored instance with the services of docker-compose.yml, as the documents say.

Every command runs with the settings of its service, and with a data directory in which nothing can be created, as in a
container.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, mithaq
from tests.support.compose_file import own_services, services
from tests.support.compose_topology import create_roles
from tests.support.postgres import run_server

READ_ONLY = Path("/sys/kernel")
"""A directory in which not even root creates files."""

INIT = ("init", "--name-ar", "ائتلاف", "--name-en", "Coalition", "--person", "Reem", "--email", "reem@example.org")


@dataclass(frozen=True)
class Machine:
    """A database and a directory of files in the place of the containers' own."""

    database: URL
    files: Path

    def run(self, name: str, *words: str) -> str:
        """Run a command in the service `name`; return its output."""
        settings: dict[str, str] = own_services()[name]["environment"]
        url = make_url(settings["MITHAQ_DATABASE_URL"])
        here = {
            "MITHAQ_VAR": str(READ_ONLY),
            "MITHAQ_FILES_URL": f"file://{self.files}",
            "MITHAQ_DATABASE_URL": self.database.set(username=url.username).render_as_string(hide_password=False),
        }
        ended = subprocess.run(
            mithaq(*(words or own_services()[name]["command"])),
            cwd=REPOSITORY_ROOT,
            env=environment(**{**settings, **here}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Machine]]:
    """Two machines of one PostgreSQL, as its image leaves it at its first start."""
    variables: dict[str, str] = services()["postgres"]["environment"]
    with run_server() as postgres:
        server = make_url(postgres.get_uri(driver="psycopg"))
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {variables['POSTGRES_DB']}")
            create_roles(server.render_as_string(hide_password=False), **variables)
            connection.exec_driver_sql("CREATE DATABASE another OWNER mithaq")
        engine.dispose()
        yield [
            Machine(server.set(database=database), tmp_path_factory.mktemp("files"))
            for database in (variables["POSTGRES_DB"], "another")
        ]


def test_instance_is_set_up_backed_up_and_restored_on_another_machine(machines: list[Machine], tmp_path: Path) -> None:
    first, second = machines
    first.run("migrate")
    assert "https://mithaq.example/join#" in first.run("admin", *INIT)
    assert "Proved" in first.run("admin", "backup", str(tmp_path / "backup"))
    second.run("migrate")
    assert "Everything is restored" in second.run("admin", "restore", str(tmp_path / "backup"))
    second.run("migrate")
    second.run("admin", "live")
