"""The secret of the settings, compared with the one under which the instance's codes and links were made."""

import hmac

from sqlalchemy.exc import SQLAlchemyError

from service.cli.common.errors import CommandError
from service.config import Settings
from service.domain.errors import N_
from service.domain.trust.secret_fingerprint import secret_fingerprint
from service.job_dispatch import NullDispatcher
from service.secret_key import load_secret
from service.store import record as record_store
from service.store.db import Tx, connect
from service.store.membership import organisations as organisations_store


def check_secret(settings: Settings, *, accept: bool = False, store: bool = True) -> str:
    """Return the fingerprint of the secret, stored in the database with the first start and compared from then on.

    A database that cannot be read is reported elsewhere. `accept` stores the new one; without `store` nothing is
    written. Raises CommandError if the secret is another one.
    """
    fingerprint = secret_fingerprint(load_secret(settings))
    database = connect(settings.resolved_database_url)
    try:
        with database.read() as tx:
            stored = organisations_store.get_secret_fingerprint(tx)
        if stored is None or (accept and stored != fingerprint):
            if not store:
                return fingerprint
            with database.write(NullDispatcher()) as tx:
                _store(tx, fingerprint, replaces=stored)
            return fingerprint
    except SQLAlchemyError:
        return fingerprint
    finally:
        database.close()
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
