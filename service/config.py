"""Every setting, once. Read from MITHAQ_* variables when a process starts; never changed afterwards."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self
from urllib.parse import quote

MIN_SECRET_BYTES = 32
"""Bytes."""


class InvalidSetting(ValueError):
    """A MITHAQ_* variable cannot be used; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Field `x` is read from MITHAQ_X. README lists them; a house test compares."""

    var: Path = Path("var")
    """Directory of everything an embedded instance keeps: database, files, sockets, secrets. Mode 0700."""

    host: str = "127.0.0.1"
    """Address the web server listens on."""

    port: int = 8000
    """Port the web server listens on; 1–65535."""

    database_url: str = ""
    """SQLAlchemy address, the path of SQLite percent-encoded; empty: SQLite in `var`."""

    redis_url: str = ""
    """Redis address; empty: the private Redis of `mithaq up`, on a Unix socket."""

    files_url: str = ""
    """Where artefacts are kept: a file:// directory or s3://BUCKET/PREFIX?endpoint=…&region=…; empty: `var/files`."""

    smtp_url: str = ""
    """smtp://user:password@host:port, smtps:// for TLS from the start; empty: mails wait, or in a sample are shown."""

    mail_from: str = ""
    """Sender address of mails; empty: mithaq@ the host of the origin."""

    origin: str = ""
    """Public address; empty: http://localhost:PORT. Fixed in the database once the instance is initialised."""

    templates_dir: str = ""
    """Where the print templates are; empty: beside the checkout, else in the wheel's shared data."""

    secret: str = ""
    """Key of code digests, invitation links and digests of networks, 32 bytes at least; empty: made once and kept in
    `var/secret`; a must with a server."""

    sample: bool = False
    """Sample mode: loopback only, sign-ins printed, mails shown in the app, exports watermarked."""

    workers: int = 2
    """Worker processes that render and deliver; 1–64."""

    task_seconds: int = 120
    """Seconds a job may take before it is killed and tried again; 5–3600. A lost worker's job rests a bit longer."""

    sweep_seconds: int = 15
    """Seconds between two sweeps, which ring again for jobs nobody heard of and close rounds; 1–300."""

    log: str = "info"
    """Least level written to standard error: debug, info, warning, error."""

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: object) -> Self:
        """Settings from `environ`, then `overrides` (command line). Raises BadSetting."""
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
        """Raises BadSetting where values contradict each other or lie outside their range."""
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
        """The MITHAQ_* variables that give a child process these settings."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            f"MITHAQ_{name.upper()}": _format_value(value) for name, value in values.items() if value not in ("", False)
        }

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{quote(str(self.var.absolute()))}/mithaq.db"

    @property
    def job_lease(self) -> int:
        """How long a worker holds a job, in µs: longer than it may take, so that no two ever work on one."""
        return self.task_seconds * 1_250_000

    @property
    def resolved_files_url(self) -> str:
        return self.files_url or f"file://{quote(str(self.var.absolute()))}/files"

    @property
    def public_origin(self) -> str:
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
    """The key of code digests: from the setting, else from `var/secret`, made there once (0600), whole or not at all.

    Raises BadSetting where the file is shorter than a key of ours can be.
    """
    if settings.secret:
        return settings.secret.encode()
    path = settings.var / "secret"
    if not path.exists():
        _create_secret(path)
    key = path.read_bytes()
    if len(key) < MIN_SECRET_BYTES:
        raise InvalidSetting(f"{path} has less than {MIN_SECRET_BYTES} bytes; take it away, and a new one is made.")
    return key


def _create_secret(path: Path) -> None:
    """Written and synced aside, then linked into place: of two processes that make one, both read the first."""
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
