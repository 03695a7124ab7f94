"""Errors of the database, as sentences that say what to do. None contains SQL, a value or a password."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from service.cli.common.errors import CommandError
from service.config import Settings
from service.domain.errors import N_
from service.store import health as health_store


class DatabaseUnreachable(CommandError):
    """No server answers; it may be there again in a moment."""


_REFUSALS = (
    (
        ("password authentication failed", "no password supplied", "authentication failed for user"),
        N_(
            "PostgreSQL does not accept the role {role} with this password. Correct MITHAQ_DATABASE_URL, or create the "
            "role: mithaq database create"
        ),
    ),
    (
        ("no pg_hba.conf entry",),
        N_(
            "PostgreSQL lets nobody in as {role} from this computer. Add a line to its pg_hba.conf: mithaq database "
            "create prints it."
        ),
    ),
    (
        ("permission denied for database",),
        N_("The role {role} may not connect to the database {name}. Allow it: mithaq database create"),
    ),
)
"""What PostgreSQL says when it refuses a connection, and the sentence for it. libpq gives no code for these."""

_MISSING = (
    ("role", N_("PostgreSQL has no role {role}. Create it: mithaq database create")),
    ("database", N_("PostgreSQL has no database {name}. Create it: mithaq database create")),
)


def explain(error: SQLAlchemyError, settings: Settings) -> CommandError:
    """Return the sentence for an error of the database."""
    if isinstance(error, (ArgumentError, NoSuchModuleError)):
        return CommandError(N_("MITHAQ_DATABASE_URL is not the address of a database."))
    reason = first_line(error)
    if settings.resolved_database_url.startswith("sqlite:"):
        return _explain_sqlite(error, reason)
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    role, name = _role_and_database(settings)
    if state == "42501":
        return CommandError(
            N_(
                "The role {role} may not do this in the database {name} ({reason}). Run with the address of the role "
                "that owns the tables: mithaq migrate --grant-to {role}"
            ),
            role=role,
            name=name,
            reason=reason,
        )
    return _explain_connection(reason, role=role, name=name) or _unreachable(error, state, reason)


def explain_file(error: OSError) -> CommandError:
    """Return the sentence for a SQLite file that cannot be opened."""
    return CommandError(
        N_("{path} cannot be opened ({reason}). Make this user its owner, or use another directory: --var DIR."),
        path=error.filename,
        reason=error.strerror,
    )


def damaged(reason: str) -> CommandError:
    """Return the sentence for a SQLite file that is damaged."""
    return CommandError(N_("The database file is damaged ({reason}). Stop, and restore a backup."), reason=reason)


def first_line(error: Exception) -> str:
    """Return the first line of what the driver said, without SQL and parameters."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(error).__name__])[0]


def _explain_sqlite(error: SQLAlchemyError, reason: str) -> CommandError:
    if health_store.is_corruption(error):
        return damaged(reason)
    return CommandError(
        N_("The database cannot be used ({reason}). See that this user owns the file and that the disk is not full."),
        reason=reason,
    )


def _explain_connection(reason: str, *, role: str, name: str) -> CommandError | None:
    """Return the sentence for a connection that PostgreSQL refused, if it is one that is known."""
    for words, sentence in _REFUSALS:
        if any(one in reason for one in words):
            return CommandError(sentence, role=role, name=name)
    for kind, sentence in _MISSING:
        if f'{kind} "' in reason and reason.endswith("does not exist"):
            return CommandError(sentence, role=role, name=name)
    return None


def _unreachable(error: SQLAlchemyError, state: str | None, reason: str) -> CommandError:
    if state is None and health_store.is_unreachable(error):
        return DatabaseUnreachable(
            N_("The database cannot be reached ({reason}). Start it, or correct MITHAQ_DATABASE_URL."), reason=reason
        )
    return CommandError(N_("The database refused this ({reason})."), reason=reason)


def _role_and_database(settings: Settings) -> tuple[str, str]:
    url = make_url(settings.resolved_database_url)
    return url.username or "", url.database or ""
