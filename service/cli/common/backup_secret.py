"""The secret of a backup and the one of the settings: compared before anything is restored.

Authenticator apps, recovery codes, links and codes under way are derived from the secret.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from service.cli.common import archive
from service.cli.common.errors import CommandError
from service.config import Settings
from service.domain.errors import N_
from service.domain.trust.secret_fingerprint import secret_fingerprint


@dataclass(frozen=True, slots=True)
class BackupSecret:
    """`fingerprint`: of the secret under which the instance ran, None if it never ran; `path`: its copy, if any."""

    fingerprint: str | None
    path: Path | None


def read_backup_secret(directory: Path) -> BackupSecret:
    """Return what a backup says about the secret of its instance."""
    path = directory / archive.SECRET
    copied = secret_fingerprint(path.read_bytes()) if path.exists() else None
    rows = [json.loads(line) for line in archive.read_table_lines(directory, "coalition")]
    fingerprint = (rows[0].get("secret_fingerprint") if rows else None) or copied
    return BackupSecret(fingerprint, path if copied and copied == fingerprint else None)


def check_backup_secret(settings: Settings, secret: BackupSecret) -> None:
    """Check that the restored instance will have the secret of the one that was backed up. Raises CommandError."""
    found = _find_fingerprint(settings)
    if secret.fingerprint is None or found == secret.fingerprint or (found is None and secret.path):
        return
    if secret.path:
        raise CommandError(
            N_(
                "This backup needs its own secret, and nothing was restored. Put the content of {path} into "
                "MITHAQ_SECRET. Or, if it is lost or was stolen, use --accept-secret: authenticator apps, recovery "
                "codes, and links and codes under way then stop working."
            ),
            path=secret.path,
        )
    raise CommandError(
        N_(
            "This backup needs the secret with the fingerprint {wanted}, and the one here has {found}. Nothing was "
            "restored. Put the MITHAQ_SECRET of the earlier instance into the settings. Or, if it is lost or was "
            "stolen, use --accept-secret: authenticator apps, recovery codes, and links and codes under way then stop "
            "working."
        ),
        wanted=secret.fingerprint,
        found=found or "–",
    )


def copy_backup_secret(settings: Settings, secret: BackupSecret) -> None:
    """Store the secret of a backup in `var`, unless there is one."""
    path = settings.var / archive.SECRET
    if secret.path and not settings.secret and not path.exists():
        archive.write_file(path, [secret.path.read_bytes()])


def _find_fingerprint(settings: Settings) -> str | None:
    """Return the fingerprint of the secret that is here, None if there is none yet."""
    path = settings.var / archive.SECRET
    if settings.secret:
        return secret_fingerprint(settings.secret.get_secret_value().encode())
    return secret_fingerprint(path.read_bytes()) if path.exists() else None
