"""Three engines behind one interface, and a service behind a line that can be cut."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli.local import editor_build
from service.sample.document import SampleMembers
from tests.integration.cli.test_up import free_port
from tests.support.browsers.chromium import Chromium
from tests.support.browsers.driver import BrowserMissing, Driver
from tests.support.browsers.firefox import Firefox
from tests.support.browsers.page import JourneyPage
from tests.support.browsers.webkit import WebKit
from tests.support.factories import SampleInstance, copy_template
from tests.support.in_process_server import serve_in_process
from tests.support.proxy import RoundRobinProxy

WEBDRIVERS: dict[str, Callable[[Path], Driver]] = {"firefox": Firefox, "webkit": WebKit}


@dataclass(frozen=True)
class Line:
    """A service as it is reached at `origin`, through `proxy`."""

    origin: str
    instance: SampleInstance
    proxy: RoundRobinProxy


@pytest.fixture(scope="module")
def line(database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    if not editor_build.is_built():
        pytest.skip("the editor was not built: no Node")
    instance = copy_template(*database_template, tmp_path_factory.mktemp("line") / "var")
    with serve_in_process(instance) as (port, served):
        proxy = RoundRobinProxy(free_port(), [port])
        proxy.start()
        yield Line(f"http://localhost:{proxy.port}", served, proxy)
        proxy.stop()
    instance.database.close()


@pytest.fixture(scope="session", params=[*WEBDRIVERS, "chromium"])
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    try:
        driver = start_browser(request, tmp_path_factory.mktemp("browser") / request.param)
    except BrowserMissing as missing:
        pytest.skip(f"no {missing}")
    yield driver
    driver.close()


def start_browser(request: pytest.FixtureRequest, directory: Path) -> Driver:
    if request.param == "chromium":
        return Chromium(request.getfixturevalue("chromium"))
    return WEBDRIVERS[request.param](directory)


@pytest.fixture
def page(driver: Driver, line: Line) -> Iterator[JourneyPage]:
    """A page in Arabic on which nobody is signed in."""
    driver.go(f"{line.origin}/sign-in")
    driver.clear_cookies()
    driver.evaluate("() => { document.cookie = 'lang=ar; path=/'; }")
    yield JourneyPage(driver)
    line.proxy.restore()


def sign_in(page: JourneyPage, line: Line, who: str) -> None:
    """Sign in by clicking the person's name."""
    page.driver.go(f"{line.origin}/sign-in")
    page.click(f"button[value='{line.instance.members.people[who].id}']")
    page.wait("() => location.pathname !== '/sign-in' && document.readyState === 'complete'")
