"""What is checked before a process starts: the database, its role, and the secret of the settings."""

import hmac

from service.cli.common.database import open_database
from service.cli.common.database_errors import DatabaseUnreachable
from service.cli.common.errors import CommandError
from service.cli.common.terminal import say
from service.cli.local.preflight import read_secret
from service.config import Settings
from service.domain.errors import N_
from service.domain.trust.secret_fingerprint import secret_fingerprint
from service.job_dispatch import NullDispatcher
from service.store import health as health_store
from service.store import record as record_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def check_start(settings: Settings) -> None:
    """Check database and secret before a web server or worker starts. Raises CommandError.

    A server that cannot be reached is reported only: it may be starting too, and requests and jobs wait for it.
    """
    try:
        check_secret(settings)
        with open_database(settings) as database, database.read() as tx:
            if health_store.can_modify_record(tx):
                say(
                    N_("The service can change the record. Give it its own role: mithaq migrate --grant-to ROLE"),
                    err=True,
                )
    except DatabaseUnreachable as error:
        error.show()


def check_secret(settings: Settings, *, accept: bool = False, store: bool = True) -> str:
    """Return the fingerprint of the secret, stored in the database with the first start and compared from then on.

    `accept` stores the new one; without `store` nothing is written. Raises CommandError if the secret is another one,
    or if the database cannot be used.
    """
    fingerprint = secret_fingerprint(read_secret(settings))
    with open_database(settings) as database:
        with database.read() as tx:
            stored = organisations_store.get_secret_fingerprint(tx)
        if stored is None or (accept and stored != fingerprint):
            if store:
                with database.write(NullDispatcher()) as tx:
                    _store(tx, fingerprint, replaces=stored)
            return fingerprint
    if not hmac.compare_digest(stored, fingerprint):
        raise CommandError(
            N_(
                "MITHAQ_SECRET has the fingerprint {found}, but this instance was started with {stored}. Codes and "
                "links would fail. Use the earlier secret, or run: mithaq migrate --accept-secret"
            ),
            found=fingerprint,
            stored=stored,
        )
    return fingerprint


def _store(tx: Tx, fingerprint: str, *, replaces: str | None) -> None:
    if organisations_store.set_secret_fingerprint(tx, fingerprint) and replaces:
        facts = {"fingerprint": fingerprint, "replaces": replaces}
        record_store.append(tx, act="secret.accept", actor=None, facts=facts)
