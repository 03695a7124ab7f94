"""`mithaq init`: initialises a real instance once, and prints one link."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.commands.init import init
from service.config import Settings
from service.files import open_file_store
from service.store.db import connect
from service.store.membership import organisations as organisations_store
from service.web.http.app_state import AppState
from tests.support.factories import SECRET, RecordingDispatcher
from tests.support.web_client import create_test_client

ORIGIN = "https://mithaq.example"
GIVEN = {
    "origin": ORIGIN,
    "name-ar": "ائتلاف العهد المدني",
    "person": "سلمى الحكيم",
    "email": "salma@mithaq.example",
}

Begin = Callable[..., Result]


@pytest.fixture
def run_init(tmp_path: Path) -> Begin:
    """Run the command with the options of GIVEN, changed by the keywords."""

    def run(*flags: str, **changed: str) -> Result:
        given = GIVEN | {name.replace("_", "-"): value for name, value in changed.items()}
        words = [word for name, value in given.items() for word in (f"--{name}", value)]
        return CliRunner(env={"MITHAQ_SECRET": SECRET.decode()}).invoke(init, [f"--var={tmp_path}", *flags, *words])

    return run


def link(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return next(line.strip() for line in result.output.splitlines() if "/join#" in line)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"origin": "http://mithaq.example"}, "https://"),
        (
            {"origin": "https://ngo.example/mithaq"},
            "cannot be served below a path (/mithaq). Use a host of its own, such as ",
        ),
        ({"origin": "https://mithaq.example?a=b"}, "https://"),
        ({"origin": "https://mithaq.example/#top"}, "https://"),
        ({"origin": "https://somebody@mithaq.example"}, "https://"),
        ({"origin": ""}, "https://"),
        ({"name_ar": ""}, "Enter a name"),
        ({"email": "nobody"}, "is not an email address"),
    ],
)
def test_invalid_options_initialise_nothing(
    run_init: Begin, tmp_path: Path, changed: dict[str, str], message: str
) -> None:
    result = run_init(**changed)
    assert (result.exit_code, message in result.output) == (2, True)
    assert run_init().exit_code == 0


def test_sample_cannot_become_real(run_init: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITHAQ_SAMPLE", "1")
    result = run_init()
    assert (result.exit_code, "MITHAQ_SAMPLE" in result.output) == (2, True)


def test_link_needs_initialised_instance(run_init: Begin) -> None:
    assert "No coalition yet" in run_init("--again").output


def test_instance_is_initialised_once_and_its_link_works_once(run_init: Begin, tmp_path: Path) -> None:
    first = link(run_init())
    assert first.startswith(f"{ORIGIN}/join#")
    again = run_init()
    assert (again.exit_code, "already has a coalition" in again.output) == (2, True)
    second = link(run_init("--again"))
    settings = Settings.load({}, var=tmp_path, secret=SECRET.decode())
    database = connect(settings.resolved_database_url)
    with database.read() as tx:
        found = organisations_store.get_coalition(tx)
        assert found is not None and (found.origin, found.sample) == (ORIGIN, False)
    with create_test_client(
        AppState(settings, database, open_file_store(settings.resolved_files_url), RecordingDispatcher(), SECRET),
        origin=ORIGIN,
    ) as client:
        path = second.removeprefix(ORIGIN).replace("#", "/")
        assert client.get(path).status_code == 200
        form = {"name_ar": "سلمى", "lang": "ar", "password": "velvet harbour nineteen onions"}
        answer = client.post("/join", data=form, headers={"origin": ORIGIN}, follow_redirects=False)
        assert answer.status_code == 303
        assert client.get("/api/v1/me").json()["roles"] == ["secretariat"]
        assert client.get(path).status_code == 409
    database.close()
    late = run_init("--again")
    assert (late.exit_code, "They can invite others" in late.output) == (2, True)
