"""ASVS 45 and 50: the secret is inventoried and compared at start; files that others can read stop the start."""

import os
from pathlib import Path

import pytest

from service.cli.common.errors import CommandError
from service.cli.doctor import command, machine_checks, record_checks
from service.cli.local.preflight import lock_var_directory
from service.cli.local.start_checks import check_secret
from service.config import Settings
from service.store import record as record_store
from tests.integration.cli.test_backup import run, settings_of
from tests.support.factories import SampleInstance

OTHER = "another secret, as long as it must be, of a mistaken administrator"


def test_asvs_45_another_secret_is_named_at_start(instance: SampleInstance) -> None:
    settings = instance.app_state.settings
    fingerprint = check_secret(settings)
    assert check_secret(settings) == fingerprint
    wrong = settings.replace(secret=OTHER)
    with pytest.raises(CommandError, match=fingerprint):
        check_secret(wrong)
    finding = command.run_check(record_checks.secrets, wrong)
    assert finding is not None
    assert (finding[0], "--accept-secret" in finding[1], OTHER in finding[1]) == (False, True, False)
    for words in (("serve",), ("worker",)):
        result = run({**settings_of(instance), "MITHAQ_SECRET": OTHER}, *words)
        assert (result.exit_code, fingerprint in result.output) == (2, True)


def test_asvs_45_secrets_are_listed_by_name_only(instance: SampleInstance) -> None:
    finding = command.run_check(record_checks.secrets, instance.app_state.settings)
    assert finding is not None
    assert finding[0]
    assert "MITHAQ_SECRET (" in finding[1]
    assert instance.app_state.settings.secret.get_secret_value() not in finding[1]
    with instance.read() as tx:  # the doctor changes nothing
        assert tx.connection.exec_driver_sql("SELECT secret_fingerprint FROM coalition").scalar_one() is None


def test_asvs_45_secret_changed_on_purpose_is_accepted_and_recorded(instance: SampleInstance) -> None:
    settings = instance.app_state.settings
    check_secret(settings)
    changed = settings.replace(secret=OTHER)
    check_secret(changed, accept=True)
    check_secret(changed)
    with pytest.raises(CommandError):
        check_secret(settings)
    with instance.read() as tx:
        assert b'"act":"secret.accept"' in (record_store.list_leaves(tx)[-1].content or b"")


@pytest.mark.parametrize("name", ["mithaq.db", "mithaq.db-wal", "secret"])
def test_asvs_50_files_that_others_can_read_stop_the_start(tmp_path: Path, name: str) -> None:
    settings = Settings.load({}, var=tmp_path / "var")
    os.close(lock_var_directory(settings))
    (settings.var / name).touch(mode=0o600)
    (settings.var / name).chmod(0o640)
    with pytest.raises(CommandError, match="chmod 600"):
        lock_var_directory(settings)
    finding = command.run_check(machine_checks.var_directory, settings)
    assert finding is not None
    assert (finding[0], "chmod 600" in finding[1]) == (False, True)
    (settings.var / name).chmod(0o600)
    os.close(lock_var_directory(settings))
