"""The HMAC key of an instance: a setting, or a file that is created once."""

import os
import secrets
from pathlib import Path

from service.config import InvalidSetting, Settings
from service.setting_types import MIN_SECRET_BYTES


def load_secret(settings: Settings) -> bytes:
    """Return the HMAC key: the setting, else the content of `var/secret`, created atomically (mode 0600) if missing.

    Raises InvalidSetting if the file is shorter than MIN_SECRET_BYTES.
    """
    if settings.secret:
        return settings.secret.get_secret_value().encode()
    path = settings.var / "secret"
    if not path.exists():
        _create_secret(path)
    key = path.read_bytes()
    if len(key) < MIN_SECRET_BYTES:
        raise InvalidSetting(f"{path} has less than {MIN_SECRET_BYTES} bytes; delete it, and a new one is created.")
    return key


def _create_secret(path: Path) -> None:
    """Write and fsync a temporary file, then link it into place: of two concurrent processes, both read the first."""
    temporary = path.with_name(f".secret-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(MIN_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink(missing_ok=True)
