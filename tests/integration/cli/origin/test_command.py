"""`mithaq origin`: says what a move means, asks, moves, and shows where the instance was."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.main import mithaq
from tests.integration.cli.test_backup import run, settings_of
from tests.support.factories import NEW_ORIGIN, OLD_ORIGIN, SECRET, SampleInstance, make_public

INIT = ("init", "--origin", OLD_ORIGIN, "--name-en", "Oak", "--person", "Salma", "--email", "salma@oak.example")
DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def settings(instance: SampleInstance) -> dict[str, str]:
    make_public(instance)
    return settings_of(instance)


def run_with_input(settings: dict[str, str], answer: str, *words: str) -> Result:
    return CliRunner().invoke(mithaq, [*words, "--lang", "en"], env=settings, input=answer)


def show(settings: dict[str, str]) -> list[str]:
    result = run(settings, "origin", "show", "--lang", "en")
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_move_says_what_it_means_and_show_lists_it(settings: dict[str, str]) -> None:
    moved = run_with_input(settings, "y\n", "origin", "move", f"{NEW_ORIGIN}/")
    assert moved.exit_code == 0, moved.output
    for said in ("signed out", "invitations (open: 0) end", "API", "passkeys", "certificate", "sealed", "bookmarks"):
        assert said in moved.output
    assert f"The public address is {NEW_ORIGIN} now" in moved.output
    current, former = show(settings)
    assert current == NEW_ORIGIN
    assert former.startswith("Until ") and former.endswith(f": {OLD_ORIGIN}")


def test_nothing_is_moved_unless_somebody_agrees(settings: dict[str, str]) -> None:
    for answer in ("n\n", "", "\n"):
        refused = run_with_input(settings, answer, "origin", "move", NEW_ORIGIN)
        assert (refused.exit_code, "Nothing was changed." in refused.output) == (2, True)
    assert show(settings) == [OLD_ORIGIN]


def test_useless_address_is_refused_with_a_sentence(settings: dict[str, str]) -> None:
    for address, said in (
        (OLD_ORIGIN, OLD_ORIGIN),
        ("http://localhost:9000", "http://localhost:9000"),
        ("https://ngo.example/mithaq", "/mithaq"),
        ("https://{brace}", "https://{brace}"),
        ("new.example", "new.example"),
    ):
        for lang in ("ar", "en"):
            refused = run(settings, "origin", "move", address, "--yes", "--lang", lang)
            assert refused.exit_code == 2 and said in refused.output and refused.output.count("\n") == 1
    assert show(settings) == [OLD_ORIGIN]


def test_settings_that_name_the_old_address_are_named(settings: dict[str, str]) -> None:
    settings |= {"MITHAQ_ORIGIN": OLD_ORIGIN, "MITHAQ_MAIL_FROM": "mithaq@mithaq.example"}
    moved = run(settings, "origin", "move", NEW_ORIGIN, "--yes", "--lang", "en")
    assert f"Set MITHAQ_ORIGIN to {NEW_ORIGIN}" in moved.output
    assert "MITHAQ_MAIL_FROM is mithaq@mithaq.example" in moved.output


def test_keys_stay_on_request(settings: dict[str, str], instance: SampleInstance) -> None:
    instance.token("reem")
    moved = run(settings, "origin", "move", NEW_ORIGIN, "--yes", "--keep-access", "--lang", "en")
    assert "stay valid. The holder of the old address can catch them." in moved.output
    assert "Keys (valid: 0)" not in run_with_input(settings, "n\n", "origin", "move", OLD_ORIGIN).output


def test_restored_copy_moves_while_it_is_paused(tmp_path: Path) -> None:
    """A machine was lost with its domain: a backup comes back under another address, and nothing leaves before that."""
    first, second = ({"MITHAQ_VAR": str(tmp_path / name), "MITHAQ_SECRET": SECRET.decode()} for name in ("a", "b"))
    for settings, words in (
        (first, INIT),
        (first, ("backup", "--no-proof", str(tmp_path / "copy"))),
        (second, ("restore", str(tmp_path / "copy"))),
        (second, ("origin", "move", NEW_ORIGIN, "--yes")),
        (second, ("record", "check")),
        (second, ("live",)),
        (second, ("record", "check")),
    ):
        result = run(settings, *words)
        assert result.exit_code == 0, (words, result.output)
    assert [show(first)[0], show(second)[0]] == [OLD_ORIGIN, NEW_ORIGIN]


def test_only_an_initialised_instance_has_an_address(tmp_path: Path) -> None:
    settings = {"MITHAQ_VAR": str(tmp_path)}
    for said in ("There is no database in", "No coalition yet"):
        for words in (["show"], ["move", NEW_ORIGIN, "--yes"]):
            result = run(settings, "origin", *words, "--lang", "en")
            assert (result.exit_code, said in result.output) == (2, True)
        assert run(settings, "migrate").exit_code == 0
