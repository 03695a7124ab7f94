"""Doctor checks of the backups that are kept in one directory."""

from pathlib import Path

from service.cli.common import kept_backups
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import CheckSkipped, Finding
from service.cli.doctor.queries import run_query
from service.config import Settings
from service.domain.errors import N_
from service.store.db import now_us
from service.store.membership import organisations as organisations_store

HOUR = 3_600_000_000
MAX_BACKUP_AGE = 48 * HOUR
"""µs; a daily backup may be late by a day."""


def backups(settings: Settings) -> Finding:
    """Check that the newest proved backup is recent."""
    if settings.sample or run_query(settings, organisations_store.get_coalition) is None:
        raise CheckSkipped
    if not settings.backup_dir:
        return Finding(N_("Nobody looks after the age of backups: set MITHAQ_BACKUP_DIR"))
    try:
        found = kept_backups.list_backups(Path(settings.backup_dir))
    except OSError as error:
        raise CommandError(
            N_("The backups in {directory} cannot be read ({reason})."),
            directory=settings.backup_dir,
            reason=error.strerror,
        ) from error
    proved = [one for one in found if one.proved]
    if not proved:
        raise CommandError(
            N_("There is no proved backup in {directory}. Run: mithaq backup --keep 14"), directory=settings.backup_dir
        )
    age = now_us() - proved[0].made_at
    if age > MAX_BACKUP_AGE:
        raise CommandError(
            N_("The newest proved backup is {hours} hours old. Find out why: systemctl status mithaq-backup"),
            hours=age // HOUR,
        )
    return Finding(N_("The newest backup is {hours} hours old; kept: {count}"), hours=age // HOUR, count=len(proved))
