"""`mithaq record`: what differs is named, and a head that was given away is found again or not."""

from pathlib import Path

import pytest

from service.store import record as record_store
from tests.integration.cli.test_backup import create_busy_instance, run, settings_of
from tests.support.factories import SampleInstance, stored_path


def test_untouched_instance_agrees(instance: SampleInstance) -> None:
    create_busy_instance(instance)
    result = run(settings_of(instance), "record", "check", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "That differ: 0" in result.output
    assert "Not bound by an entry: 0" in result.output


def test_head_given_away_is_found_until_the_record_is_rewritten(instance: SampleInstance) -> None:
    create_busy_instance(instance)
    settings = settings_of(instance)
    given = run(settings, "record", "head").output.strip()
    with instance.write() as tx:
        record_store.append(tx, act="test", actor=None, facts={})
    assert run(settings, "record", "check", "--head", given).exit_code == 0
    seq, _, digits = given.partition(":")
    assert run(settings, "record", "check", "--head", f"{seq} : {digits.replace('-', ' ').upper()}").exit_code == 0
    for wrong in (f"{seq}:{'f' * 32}", f"{int(seq) + 7}:{digits}", f"{int(seq) - 1}:{digits}"):
        result = run(settings, "record", "check", "--head", wrong, "--lang", "en")
        assert (result.exit_code, "does not contain entry" in result.output) == (1, True)
    result = run(settings, "record", "check", "--head", "some words", "--lang", "en")
    assert (result.exit_code, "32 digits" in result.output) == (2, True)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_difference_and_damaged_file_are_named(instance: SampleInstance, lang: str) -> None:
    sha256 = create_busy_instance(instance)
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE document SET state = 'withdrawn' WHERE state = 'approved'")
    stored_path(instance.app_state.files, sha256).write_bytes(b"another file")
    result = run(settings_of(instance), "record", "check", "--lang", lang)
    assert result.exit_code == 1
    assert "document doc_" in result.output
    assert sha256[:16] in result.output


def test_command_without_a_database_says_so(tmp_path: Path) -> None:
    result = run({"MITHAQ_VAR": str(tmp_path)}, "record", "check")
    assert (result.exit_code, "no database" in result.output) == (2, True)
