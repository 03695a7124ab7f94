"""Markers by folder; the house every test may stand in."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from service.cli.sample import Cast
from tests.factories import Stage, a_stage, a_template

FOLDERS = ("unit", "integration", "e2e", "house")
HERE = Path(__file__).parent

settings.register_profile("house", deadline=None, print_blob=True)  # machines are noisy; time is measured in bench/
settings.register_profile("soak", settings.get_profile("house"), max_examples=3000)
settings.load_profile("soak" if os.environ.get("MITHAQ_TEST_SOAK") else "house")


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


@pytest.fixture
def stage(template: tuple[Path, Cast], tmp_path: Path) -> Iterator[Stage]:
    """A house with the sample coalition, empty of documents."""
    opened = a_stage(*template, tmp_path / "var")
    yield opened
    opened.database.close()
