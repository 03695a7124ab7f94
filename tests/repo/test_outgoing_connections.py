"""The running service opens connections to mail, database, Redis and file store only (ASVS 13.2.4).

A module that imports a network client must be listed here with what it connects to.
"""

import ast
from pathlib import Path

from tests.repo.test_source_rules import ROOT, modules

CLIENTS = frozenset(
    {"aiohttp", "ftplib", "http.client", "httpx", "imaplib", "obstore", "poplib", "psycopg", "redis", "redis.asyncio"}
    | {"requests", "smtplib", "socket", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc.client"}
)
"""Modules that open connections. SQLAlchemy and Celery connect where the settings say."""

ALLOWED = {
    "service/mail/connection.py": "the SMTP server of the settings",
    "service/mail/failures.py": "nothing; it knows the errors of smtplib",
    "service/mail/smtp.py": "the SMTP server of the settings",
    "service/job_dispatch.py": "the Redis of the settings",
    "service/pubsub.py": "the Redis of the settings",
    "service/files/s3_store.py": "the bucket of the settings",
    "service/store/administration/database_setup.py": "PostgreSQL, for `mithaq database create`",
}
"""Modules of the running service."""

COMMANDS = "service/cli/"
"""Commands of an operator may connect: to the service itself and its public address, to Redis, to SMTP (doctor)."""


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_asvs_49_only_listed_modules_open_connections() -> None:
    connecting = {
        name
        for path in modules()
        if imported_modules(path) & CLIENTS and not (name := str(path.relative_to(ROOT))).startswith(COMMANDS)
    }
    assert connecting == set(ALLOWED)


def test_commands_that_connect_are_few() -> None:
    connecting = {
        path.name
        for path in modules()
        if imported_modules(path) & CLIENTS and str(path.relative_to(ROOT)).startswith(COMMANDS)
    }
    assert connecting <= {
        "api_client.py",
        "demo.py",
        "health_request.py",
        "preflight.py",
        "private_redis.py",
        "proxy_checks.py",
        "readiness.py",  # to the socket of systemd
        "server_checks.py",
        "web_listener.py",
        "web_sockets.py",
    }
