"""Settings, read from MITHAQ_* environment variables when a process starts and immutable afterwards."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from annotated_types import Ge, Le
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from service.setting_types import DatabaseUrl, MailAddress, ProxyList, SecretKey, SmtpUrl
from service.smtp_url import SmtpServer, parse_smtp_url

NO_SECRET = SecretStr("")


class InvalidSetting(ValueError):
    """A MITHAQ_* variable cannot be used. The message is one sentence for the operator."""


class Settings(BaseSettings):
    """All settings: field `x` is read from MITHAQ_X. The README lists them; a repository test compares."""

    model_config = SettingsConfigDict(env_prefix="MITHAQ_", frozen=True, extra="forbid", hide_input_in_errors=True)

    var: Path = Path("var")
    """Directory of everything an embedded instance keeps: database, files, sockets, secrets. Mode 0700."""

    host: str = "127.0.0.1"
    """Address the web server listens on."""

    port: int = Field(default=8000, ge=1, le=65535)
    """Port the web server listens on; 1–65535."""

    database_url: DatabaseUrl = NO_SECRET
    """SQLAlchemy URL, the path of SQLite percent-encoded; empty: SQLite in `var`."""

    redis_url: SecretStr = NO_SECRET
    """Redis URL; empty: the private Redis of `mithaq up`, on a Unix socket."""

    files_url: SecretStr = NO_SECRET
    """Where files are stored: a file:// directory or s3://BUCKET/PREFIX?endpoint=…&region=…; empty: `var/files`."""

    smtp_url: SmtpUrl = NO_SECRET
    """smtp://user:password@host:port?tls=…&ca=FILE or smtps://; empty: emails wait, or a sample shows them in the app.

    `tls` is require, starttls, implicit or none; without it none on loopback without a password, else require.
    """

    mail_from: MailAddress = ""
    """Sender address of emails; empty: mithaq@ the host of the origin."""

    origin: str = ""
    """Public URL; empty: http://localhost:PORT. Stored by `mithaq init`; changed by `mithaq origin move`."""

    trusted_proxies: ProxyList = ""
    """Addresses or networks of proxies, separated by commas: of them alone X-Forwarded-For is believed; empty: none.

    `*` trusts every peer, for a port that only a proxy can reach; networks beside it are those of proxies before that.
    """

    hsts_seconds: int = Field(default=63_072_000, ge=0, le=63_072_000)
    """Seconds for which browsers use https only (HSTS, RFC 6797); 0–63072000; 0: they forget it."""

    hsts_subdomains: bool = False
    """Extend that to every host below the host of the origin (includeSubDomains)."""

    templates_dir: str = ""
    """Directory of the print templates; empty: beside the checkout, else in the wheel's shared data."""

    secret: SecretKey = NO_SECRET
    """HMAC key of email codes, invitation links and network digests, 32 bytes at least.

    Empty: generated once and stored in `var/secret`. Required with a database server.
    """

    backup_dir: str = ""
    """Directory of dated backups: of `mithaq backup --keep`, `mithaq rehearse` and the doctor; empty: none."""

    sample: bool = False
    """Sample mode: loopback only, sign-in links printed, emails shown in the app, exports watermarked."""

    workers: int = Field(default=2, ge=1, le=64)
    """Worker processes that render files and read Word files; 1–64. Emails and the sweep have their own."""

    task_seconds: int = Field(default=120, ge=5, le=3600)
    """Seconds a job may run before it is killed and retried; 5–3600. The job of a lost worker waits a bit longer."""

    sweep_seconds: int = Field(default=15, ge=1, le=300)
    """Seconds between two sweeps, which dispatch unclaimed jobs again and close rounds; 1–300."""

    invitations_per_hour: int = Field(default=40, ge=1)
    """Invitations a person may send within an hour. Before the first round the secretariat has no hourly limit."""

    documents_per_hour: int = Field(default=40, ge=1)
    """Documents a person may open within an hour."""

    organisations_per_hour: int = Field(default=100, ge=1)
    """Organisations that the secretariat may add within an hour, besides those of a table import."""

    uploads_per_hour: int = Field(default=30, ge=1)
    """Word files a person may import within an hour."""

    log: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    """Lowest log level written to standard error: debug, info, warning, error."""

    log_format: str = Field(default="text", pattern="^(text|journal|json)$")
    """Format of log lines: text; journal, text without the time and with priorities, for systemd; json."""

    access_log: bool = False
    """Whether the web server writes a line for each request. It names pages and networks, never people."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments only; `load` reads the environment."""
        return (init_settings,)

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: object) -> Self:
        """Read the settings from `environ`, then apply `overrides` (command line). Raises InvalidSetting."""
        source = EnvSettingsSource(cls)
        source.env_vars = {name.lower(): value for name, value in environ.items() if value}
        values = {**source(), **{name: value for name, value in overrides.items() if value is not None}}
        try:
            return cls(**values)
        except ValidationError as wrong:
            sentence = _sentence(wrong.errors(include_url=False)[0])
        raise InvalidSetting(sentence)

    def replace(self, **changes: object) -> Self:
        """Return a copy with `changes`, validated. Raises pydantic.ValidationError."""
        return self.model_validate({**dict(self), **changes})

    @model_validator(mode="after")
    def _check_secret_is_shared(self) -> Self:
        if not (self.secret or self.sample or self.resolved_database_url.startswith("sqlite")):
            raise PydanticCustomError(
                "secret_missing",
                "MITHAQ_SECRET must be set, and the same everywhere, where MITHAQ_DATABASE_URL is a server.",
            )
        return self

    def to_environ(self) -> dict[str, str]:
        """Return the MITHAQ_* variables that give a child process these settings."""
        values = {name: _format_value(value) for name, value in self}
        return {f"MITHAQ_{name.upper()}": value for name, value in values.items() if value}

    @property
    def resolved_database_url(self) -> str:
        """The database URL, SQLite in `var` by default."""
        return self.database_url.get_secret_value() or f"sqlite:///{quote(str(self.var.absolute()))}/mithaq.db"

    @property
    def smtp_server(self) -> SmtpServer | None:
        """The mail server; None if there is none, and emails wait."""
        return parse_smtp_url(self.smtp_url.get_secret_value()) if self.smtp_url else None

    @property
    def job_lease(self) -> int:
        """Lease of a claimed job in µs: longer than a job may run, so that no two workers run the same job."""
        return self.task_seconds * 1_250_000

    @property
    def resolved_files_url(self) -> str:
        """The URL of the file store, `var/files` by default."""
        return self.files_url.get_secret_value() or f"file://{quote(str(self.var.absolute()))}/files"

    @property
    def public_origin(self) -> str:
        """The public URL without a trailing slash."""
        return self.origin.rstrip("/") or f"http://localhost:{self.port}"


def _format_value(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return {True: "1", False: ""}[value] if isinstance(value, bool) else str(value)


def _sentence(error: ErrorDetails) -> str:
    """The sentence for the operator; the value of a secret is never in it."""
    if not error["loc"]:
        return error["msg"]
    name = str(error["loc"][0])
    match error["type"]:
        case "greater_than_equal" | "less_than_equal":
            limits = Settings.model_fields[name].metadata
            low = next(limit.ge for limit in limits if isinstance(limit, Ge))
            high = next(limit.le for limit in limits if isinstance(limit, Le))
            wanted = f"between {low} and {high}"
        case "int_parsing" | "int_parsing_size" | "int_type":
            wanted = "a whole number"
        case "bool_parsing":
            wanted = "1 or 0"
        case "string_pattern_mismatch":
            *others, last = error["ctx"]["pattern"].strip("^()$").split("|")
            wanted = f"{', '.join(others)} or {last}"
        case _:
            return error["msg"]
    return f"MITHAQ_{name.upper()} must be {wanted}, not {error['input']}."
