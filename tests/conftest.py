"""Markers by folder, and the fixtures that every test may use."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from service.sample.document import Cast
from tests.support.factories import Stage, a_stage, a_stage_on, a_template
from tests.support.postgres import Postgres, a_server

ON_BOTH = ("actions", "cli", "live", "store")
FOLDERS = ("unit", "integration", "e2e", "repo")
HERE = Path(__file__).parent

settings.register_profile("default", deadline=None, print_blob=True)  # machines are noisy; time is measured in bench/
settings.register_profile("soak", settings.get_profile("default"), max_examples=3000)
settings.load_profile("soak" if os.environ.get("MITHAQ_TEST_SOAK") else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in FOLDERS:
            item.add_marker(getattr(pytest.mark, folder))


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("unit"):
        monkeypatch.setattr(socket.socket, "connect", _refuse)


def _refuse(*_: object) -> None:
    raise AssertionError("a unit test opened a socket")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    directory = tmp_path_factory.mktemp("template")
    return directory, a_template(directory)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with a_server() as server:
        yield Postgres(server)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What only acts and stores is tested on both databases, unless its module names one in DATABASES."""
    if "stage" in metafunc.fixturenames:
        folders = metafunc.definition.path.relative_to(HERE).parts
        both = folders[0] == "integration" and folders[1] in ON_BOTH
        wanted = getattr(metafunc.module, "DATABASES", ("sqlite", "postgresql") if both else ("sqlite",))
        metafunc.parametrize("stage", wanted, indirect=True)


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """A house with the sample coalition, empty of documents."""
    if request.param == "sqlite":
        directory, cast = request.getfixturevalue("template")
        opened = a_stage(directory, cast, tmp_path / "var")
        yield opened
        opened.database.close()
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh()
        opened = a_stage_on(url, server.cast, tmp_path / "var")
        yield opened
        opened.database.close()
        server.drop(url)
