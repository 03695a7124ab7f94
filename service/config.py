"""Settings, read from MITHAQ_* environment variables when a process starts and immutable afterwards."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self
from urllib.parse import quote

MIN_SECRET_BYTES = 32
"""Bytes that a secret needs."""


class InvalidSetting(ValueError):
    """A MITHAQ_* variable cannot be used. The message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings: field `x` is read from MITHAQ_X. The README lists them; a repository test compares."""

    var: Path = Path("var")
    """Directory of everything an embedded instance keeps: database, files, sockets, secrets. Mode 0700."""

    host: str = "127.0.0.1"
    """Address the web server listens on."""

    port: int = 8000
    """Port the web server listens on; 1–65535."""

    database_url: str = ""
    """SQLAlchemy URL, the path of SQLite percent-encoded; empty: SQLite in `var`."""

    redis_url: str = ""
    """Redis URL; empty: the private Redis of `mithaq up`, on a Unix socket."""

    files_url: str = ""
    """Where files are stored: a file:// directory or s3://BUCKET/PREFIX?endpoint=…&region=…; empty: `var/files`."""

    smtp_url: str = ""
    """smtp://user:password@host:port or smtps:// (TLS); empty: emails wait, or a sample shows them in the app."""

    mail_from: str = ""
    """Sender address of emails; empty: mithaq@ the host of the origin."""

    origin: str = ""
    """Public URL; empty: http://localhost:PORT. Fixed in the database once the instance is initialised."""

    templates_dir: str = ""
    """Directory of the print templates; empty: beside the checkout, else in the wheel's shared data."""

    secret: str = ""
    """HMAC key of email codes, invitation links and network digests, 32 bytes at least.

    Empty: generated once and stored in `var/secret`. Required with a database server.
    """

    sample: bool = False
    """Sample mode: loopback only, sign-in links printed, emails shown in the app, exports watermarked."""

    workers: int = 2
    """Worker processes that render files and deliver email; 1–64."""

    task_seconds: int = 120
    """Seconds a job may run before it is killed and retried; 5–3600. The job of a lost worker waits a bit longer."""

    sweep_seconds: int = 15
    """Seconds between two sweeps, which dispatch unclaimed jobs again and close rounds; 1–300."""

    log: str = "info"
    """Lowest log level written to standard error: debug, info, warning, error."""

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: object) -> Self:
        """Read the settings from `environ`, then apply `overrides` (command line). Raises InvalidSetting."""
        values: dict[str, object] = {}
        for field in fields(cls):
            raw = environ.get(f"MITHAQ_{field.name.upper()}")
            if raw:
                values[field.name] = _parse_value(field.name, field.type, raw)
        values.update({name: value for name, value in overrides.items() if value is not None})
        settings = cls(**values)  # type: ignore[arg-type]  # parsed per field just above
        settings.check()
        return settings

    def check(self) -> None:
        """Raise InvalidSetting if values contradict each other or are out of range."""
        if not 1 <= self.port <= 65535:
            raise InvalidSetting(f"MITHAQ_PORT must be between 1 and 65535, not {self.port}.")
        if not 1 <= self.workers <= 64:
            raise InvalidSetting(f"MITHAQ_WORKERS must be between 1 and 64, not {self.workers}.")
        if not 5 <= self.task_seconds <= 3600:
            raise InvalidSetting(f"MITHAQ_TASK_SECONDS must be between 5 and 3600, not {self.task_seconds}.")
        if not 1 <= self.sweep_seconds <= 300:
            raise InvalidSetting(f"MITHAQ_SWEEP_SECONDS must be between 1 and 300, not {self.sweep_seconds}.")
        if self.log not in {"debug", "info", "warning", "error"}:
            raise InvalidSetting(f"MITHAQ_LOG must be debug, info, warning or error, not {self.log}.")
        if 0 < len(self.secret.encode()) < MIN_SECRET_BYTES:
            raise InvalidSetting(f"MITHAQ_SECRET must have {MIN_SECRET_BYTES} bytes at least.")
        if not (self.secret or self.sample or self.resolved_database_url.startswith("sqlite")):
            raise InvalidSetting(
                "MITHAQ_SECRET must be set, and the same everywhere, where MITHAQ_DATABASE_URL is a server."
            )

    def to_environ(self) -> dict[str, str]:
        """Return the MITHAQ_* variables that give a child process these settings."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            f"MITHAQ_{name.upper()}": _format_value(value) for name, value in values.items() if value not in ("", False)
        }

    @property
    def resolved_database_url(self) -> str:
        """The database URL, SQLite in `var` by default."""
        return self.database_url or f"sqlite:///{quote(str(self.var.absolute()))}/mithaq.db"

    @property
    def job_lease(self) -> int:
        """Lease of a claimed job in µs: longer than a job may run, so that no two workers run the same job."""
        return self.task_seconds * 1_250_000

    @property
    def resolved_files_url(self) -> str:
        """The URL of the file store, `var/files` by default."""
        return self.files_url or f"file://{quote(str(self.var.absolute()))}/files"

    @property
    def public_origin(self) -> str:
        """The public URL without a trailing slash."""
        return self.origin.rstrip("/") or f"http://localhost:{self.port}"


def _parse_value(name: str, type_: object, raw: str) -> object:
    if type_ is Path:
        return Path(raw)
    if type_ is bool:
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise InvalidSetting(f"MITHAQ_{name.upper()} must be 1 or 0, not {raw}.")
        return raw.lower() in {"1", "true", "yes"}
    if type_ is int:
        if not raw.isascii() or not raw.isdigit():
            raise InvalidSetting(f"MITHAQ_{name.upper()} must be a whole number, not {raw}.")
        return int(raw)
    return raw


def _format_value(value: object) -> str:
    return "1" if value is True else str(value)


def load_secret(settings: Settings) -> bytes:
    """Return the HMAC key: the setting, else the content of `var/secret`, created atomically (mode 0600) if missing.

    Raises InvalidSetting if the file is shorter than MIN_SECRET_BYTES.
    """
    if settings.secret:
        return settings.secret.encode()
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
