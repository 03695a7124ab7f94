"""Pytest hooks (markers by folder, databases) and fixtures shared by all tests."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.sample.document import SampleMembers
from tests.support.factories import SampleInstance, copy_template, create_template, open_instance
from tests.support.hypothesis_profiles import choose_seed, describe_run, load_profile
from tests.support.postgres import PostgresTemplate, run_server
from tests.support.write_lock_guard import forbid_reading_under_lock

BOTH_DATABASES = ("actions", "cli", "live", "store")
"""Folders of tests/integration whose tests run on SQLite and on PostgreSQL."""

MARKED_FOLDERS = ("unit", "integration", "e2e", "repo")
HERE = Path(__file__).parent

load_profile()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    choose_seed(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.write_line(describe_run(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in MARKED_FOLDERS:
            item.add_marker(getattr(pytest.mark, folder))


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("unit"):
        monkeypatch.setattr(socket.socket, "connect", _refuse_connection)


def _refuse_connection(*_: object) -> None:
    raise AssertionError("a unit test opened a socket")


@pytest.fixture(scope="session", autouse=True)
def _no_reading_under_the_write_lock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        forbid_reading_under_lock(monkeypatch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _children_with_default_signals() -> Iterator[None]:
    """Let child processes start with the default actions of SIGINT and SIGHUP.

    Under nohup or in a background job the tests run with these signals ignored, and children inherit that. A handler
    that does nothing also ignores a signal, but execve(2) resets it to the default action.
    """
    ignored = [number for number in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, _ignore_signal)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def _ignore_signal(*_: object) -> None:
    pass


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleMembers]:
    directory = tmp_path_factory.mktemp("template")
    return directory, create_template(directory)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresTemplate]:
    with run_server() as server:
        yield PostgresTemplate(server)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize `instance`: both databases in the folders of BOTH_DATABASES, SQLite in the others.

    A module overrides this with DATABASES.
    """
    if "instance" in metafunc.fixturenames:
        folders = metafunc.definition.path.relative_to(HERE).parts
        both = folders[0] == "integration" and folders[1] in BOTH_DATABASES
        wanted = getattr(metafunc.module, "DATABASES", ("sqlite", "postgresql") if both else ("sqlite",))
        metafunc.parametrize("instance", wanted, indirect=True)


@pytest.fixture
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SampleInstance]:
    """Return an instance with the sample coalition and no documents."""
    if request.param == "sqlite":
        directory, members = request.getfixturevalue("database_template")
        opened = copy_template(directory, members, tmp_path / "var")
        yield opened
        opened.database.close()
    else:
        server: PostgresTemplate = request.getfixturevalue("postgres")
        url = server.create_copy()
        opened = open_instance(url, server.members, tmp_path / "var")
        yield opened
        opened.database.close()
        server.drop(url)
