"""Classification of failed commits: each way in which a database reports it, or does not respond."""

from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from service.store.db import CommitOutcomeUnknown, DatabaseUnavailable, _commit


class DriverError(Exception):
    """An error of the driver; `severity` is the field set by PostgreSQL, empty where it sent nothing."""

    def __init__(self, severity: str) -> None:
        if severity:
            self.diag = SimpleNamespace(severity_nonlocalized=severity)


def driver_error(severity: str, *, invalidated: bool) -> SimpleNamespace:
    def commit() -> None:
        raise OperationalError("COMMIT", None, DriverError(severity), connection_invalidated=invalidated)

    return SimpleNamespace(commit=commit)


@pytest.mark.parametrize(
    ("severity", "invalidated", "unsure"),
    [("ERROR", False, False), ("", False, False), ("FATAL", False, True), ("PANIC", False, True), ("", True, True)],
)
def test_only_an_error_from_a_live_server_means_not_committed(severity: str, invalidated: bool, unsure: bool) -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        _commit(driver_error(severity, invalidated=invalidated))  # type: ignore[arg-type]
    assert isinstance(raised.value, CommitOutcomeUnknown) == unsure
