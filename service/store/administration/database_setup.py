"""The two roles and the database of an instance on PostgreSQL, as statements that can be repeated.

The owner migrates; the service gets its privileges from `grants`. Nobody else may connect. A statement that creates
something runs only if it is missing. An existing role or database that does not fit stops everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL

MAX_NAME_BYTES = 63
"""PostgreSQL silently cuts longer names off."""


@dataclass(frozen=True, slots=True)
class DatabaseSetup:
    """Names of the two roles and the database, and the passwords as SCRAM verifiers: no password is sent or logged.

    `replace_passwords`: roles that exist get the new passwords too.
    """

    owner: str
    service: str
    database: str
    owner_verifier: str
    service_verifier: str
    replace_passwords: bool = False


@dataclass(frozen=True, slots=True)
class SetupStatement:
    """An SQL statement; it runs only if the query `unless` returns no row."""

    text: str
    unless: str = ""


def scram_verifier(password: str, role: str) -> str:
    """Return what PostgreSQL stores of a password (SCRAM-SHA-256, RFC 5803), computed by libpq without a server."""
    unconnected = PGconn.connect_start(b"host=/")
    try:
        return unconnected.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    finally:
        unconnected.finish()


def list_server_statements(setup: DatabaseSetup) -> list[SetupStatement]:
    """Return the statements for any database of the server, as a superuser or a role with CREATEROLE and CREATEDB."""
    is_superuser = "SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper"
    owner, service, database = map(_identifier, (setup.owner, setup.service, setup.database))
    verifiers = ((setup.owner, setup.owner_verifier), (setup.service, setup.service_verifier))
    create = (
        f"CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'"
        " LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    )
    return [
        *_list_guards(setup),
        *(statement for role, verifier in verifiers for statement in _list_role_statements(setup, role, verifier)),
        SetupStatement(f"GRANT {owner} TO CURRENT_USER", unless=is_superuser),
        SetupStatement(create, unless=f"SELECT FROM pg_database WHERE datname = {_literal(setup.database)}"),
        SetupStatement(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"),
        SetupStatement(f"GRANT CONNECT ON DATABASE {database} TO {service}"),
    ]


def list_database_statements(setup: DatabaseSetup) -> list[SetupStatement]:
    """Return the statements for the database itself, after those for the server."""
    owner, service = _identifier(setup.owner), _identifier(setup.service)
    return [
        SetupStatement("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        SetupStatement(f"ALTER SCHEMA public OWNER TO {owner}"),
        SetupStatement(f"GRANT USAGE ON SCHEMA public TO {service}"),
        SetupStatement(
            f"REVOKE {owner} FROM CURRENT_USER",
            unless="SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper",
        ),
    ]


def list_script_lines(setup: DatabaseSetup) -> list[str]:
    """Return all statements as lines of a script for psql."""
    return [
        r"\set ON_ERROR_STOP on",
        "SET client_min_messages = warning;",
        *map(_script_line, list_server_statements(setup)),
        rf"\connect -reuse-previous=on {_identifier(make_conninfo(dbname=setup.database))}",
        *map(_script_line, list_database_statements(setup)),
    ]


def create_database(url: URL, setup: DatabaseSetup) -> tuple[str, ...]:
    """Run all statements; return the roles that got their password. Raises SQLAlchemyError.

    `url` is the address of any database of the server, for a superuser or a role with CREATEROLE and CREATEDB.
    """
    changed: list[str] = []
    for address, statements in (
        (url, list_server_statements(setup)),
        (url.set(database=setup.database), list_database_statements(setup)),
    ):
        engine = create_engine(address, isolation_level="AUTOCOMMIT", hide_parameters=True)
        try:
            with engine.connect() as connection:
                done = _run(connection, statements)
        finally:
            engine.dispose()
        changed += [role for role in (setup.owner, setup.service) if done & _password_statements(setup, role)]
    return tuple(dict.fromkeys(changed))


def _run(connection: Connection, statements: Iterable[SetupStatement]) -> set[str]:
    """Run statements; return the text of those that were not skipped."""
    done = set()
    plain = connection.execution_options(no_parameters=True)  # a per cent sign in a name is no placeholder
    for one in statements:
        if not one.unless or plain.exec_driver_sql(one.unless).first() is None:
            plain.exec_driver_sql(one.text)
            done.add(one.text)
    return done


def _list_role_statements(setup: DatabaseSetup, role: str, verifier: str) -> list[SetupStatement]:
    create, alter = _role_statements(role, verifier)
    exists = f"SELECT FROM pg_roles WHERE rolname = {_literal(role)}"
    return [SetupStatement(create, unless=exists), *([SetupStatement(alter)] if setup.replace_passwords else [])]


def _password_statements(setup: DatabaseSetup, role: str) -> set[str]:
    return set(_role_statements(role, setup.owner_verifier if role == setup.owner else setup.service_verifier))


def _role_statements(role: str, verifier: str) -> tuple[str, str]:
    name, password = _identifier(role), _literal(verifier)
    return f"CREATE ROLE {name} LOGIN PASSWORD {password}", f"ALTER ROLE {name} LOGIN PASSWORD {password}"


def _list_guards(setup: DatabaseSetup) -> list[SetupStatement]:
    """Return statements that fail if an existing role or database does not fit."""
    owner, service, database = _literal(setup.owner), _literal(setup.service), _literal(setup.database)
    privileged = f"rolname IN ({owner}, {service}) AND (rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication)"
    related = f"a.rolname = {service} AND b.rolname = {owner} AND pg_has_role(a.oid, b.oid, 'MEMBER')"
    existing = f"datname = {database} AND datdba = r.oid"
    return [
        _guard(
            f"SELECT FROM pg_roles WHERE {privileged}",
            "One of the roles exists and has rights over the whole server. Choose other names.",
        ),
        _guard(
            f"SELECT FROM pg_roles a, pg_roles b WHERE {related}",
            "The role of the service is a member of the owner. Revoke that, or choose other names.",
        ),
        _guard(
            f"SELECT FROM pg_database JOIN pg_roles r ON {existing} AND rolname <> {owner}",
            "The database exists and belongs to another role. Choose another name.",
        ),
        _guard(
            f"SELECT FROM pg_database WHERE datname = {database} AND pg_encoding_to_char(encoding) <> 'UTF8'",
            "The database exists and its encoding is not UTF8. Choose another name.",
        ),
    ]


def _guard(query: str, sentence: str) -> SetupStatement:
    body = f"BEGIN IF EXISTS ({query}) THEN RAISE EXCEPTION USING MESSAGE = {_literal(sentence)}; END IF; END"
    return SetupStatement(f"DO {_literal(body)}")


def _script_line(statement: SetupStatement) -> str:
    if not statement.unless:
        return f"{statement.text};"
    return f"SELECT {_literal(statement.text)} WHERE NOT EXISTS ({statement.unless})\n\\gexec"


def _identifier(name: str) -> str:
    return sql.Identifier(name).as_string()


def _literal(text: str) -> str:
    return sql.Literal(text).as_string()
