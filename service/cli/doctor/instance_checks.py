"""What the doctor looks at of the house: Redis, workers, the database and what is in it, files, mail."""

import smtplib
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from celery.exceptions import CeleryError
from kombu.exceptions import OperationalError as NoBroker
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from service import job_dispatch
from service.actions.drafts.integrity import legible
from service.cli.common.errors import Refused
from service.cli.doctor.finding import NotAsked, Said
from service.cli.local import private_redis
from service.cli.local.processes import is_up
from service.config import Settings
from service.domain.errors import N_, NotFound, Unavailable
from service.domain.trust.leaf import verify
from service.files import Files, open_files
from service.store import health as health_store
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import Tx, connect, now_us
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store
from service.store.publication import artefacts as artefacts_store

Found = TypeVar("Found")

UNHEARD = 10 * 60 * 1_000_000
"""µs a job may wait before somebody should look."""

AHEAD = 60 * 1_000_000
"""µs by which the record may be ahead of the clock."""

LOOKED_AT = 200
"""Files that are read and compared, the rest being taken on trust."""


def redis(settings: Settings) -> Said:
    url = _redis_url(settings)
    if url:
        if not job_dispatch.answers(url):
            raise Refused(
                N_("Redis does not answer. Start it, or mend MITHAQ_REDIS_URL; nothing is lost, but files wait.")
            )
        return Said(N_("Redis answers"))
    program = private_redis.find_server()
    if program is None:
        raise Refused(N_("No redis-server of version 6.2 or later was found. Install one, or run: make install"))
    major, minor = private_redis.version(program) or (0, 0)
    return Said(N_("Redis {version} ({program})"), version=f"{major}.{minor}", program=program)


def worker(settings: Settings) -> Said:
    url = _redis_url(settings)
    if not url or not job_dispatch.answers(url):
        raise NotAsked
    try:
        well = job_dispatch.has_worker(url)
    except (NoBroker, RedisError, CeleryError, OSError):
        well = False
    if not well:
        raise Refused(N_("No worker answers, so files and mails wait. Start one: mithaq worker"))
    return Said(N_("A worker answers"))


def database(settings: Settings) -> Said:
    if _is_new(settings):
        return Said(N_("The database will be made by mithaq up"))
    opened = connect(settings.database)
    try:
        has, newest = schema_version_store.state(opened)
    except SQLAlchemyError as wrong:
        raise _away(wrong) from wrong
    finally:
        opened.close()
    if has != newest:
        raise Refused(
            N_("The database is at {has}, this release needs {newest}. Run: mithaq migrate"), has=has, newest=newest
        )
    return Said(N_("Database at {newest}"), newest=newest)


def durability(settings: Settings) -> Said:
    losing, broken = _asked(settings, lambda tx: (health_store.loses(tx), health_store.damage(tx)))
    if losing:
        raise Refused(
            N_(
                "PostgreSQL does not wait for the disk ({names}), so a power cut may lose what was answered with yes. "
                "Set it to on."
            ),
            names=", ".join(losing),
        )
    if broken:
        raise _damaged(broken)
    return Said(N_("What is answered with yes is on the disk"))


def roles(settings: Settings) -> Said:
    if _asked(settings, health_store.may_change_record):
        raise Refused(
            N_("The service may change the record. Give it a role of its own: mithaq migrate --grant-to ROLE")
        )
    return Said(N_("The service cannot change the record"))


def record(settings: Settings) -> Said:
    rows = _asked(settings, lambda tx: record_store.rows(tx, limit=10_000_000))
    wrong = verify(rows)
    if wrong:
        raise Refused(
            N_("Row {seq} of the record does not recompute. Somebody changed it, or the disk did: restore a backup."),
            seq=rows[wrong.index].seq,
        )
    return Said(N_("The record recomputes; acts: {count}"), count=len(rows))


def drafts(settings: Settings) -> Said:
    broken, count = _asked(settings, _illegible)
    if broken:
        said = N_("Drafts nobody can read to their end: {count}. The first: {draft}, change {row}. Restore a backup.")
        raise Refused(said, count=len(broken), draft=broken[0][0], row=broken[0][1])
    return Said(N_("Every draft can be read; drafts: {count}"), count=count)


def _illegible(tx: Tx) -> tuple[list[tuple[str, int]], int]:
    """Which drafts end before their head, at which row; and how many there are of all."""
    heads = journal_store.every_head(tx)
    found = {draft: legible(tx, draft, head)[1] for draft, head in heads.items()}
    return [(draft, row) for draft, row in found.items() if row is not None], len(heads)


def clock(settings: Settings) -> Said:
    ahead = _asked(settings, lambda tx: tx.now) - now_us()
    if ahead > AHEAD:
        raise Refused(
            N_("The clock of this machine is {minutes} minutes behind the record. Set it."), minutes=ahead // 60_000_000
        )
    return Said(N_("The clock agrees with the record"))


def coalition(settings: Settings) -> Said:
    found = _asked(settings, organisations_store.the_coalition)
    if found is None:
        return Said(N_("There is no coalition yet. A real one begins with: mithaq init"))
    if settings.origin and settings.public_origin != found.origin:
        raise Refused(
            N_("MITHAQ_ORIGIN is {origin}, but this coalition began at {fixed}. Put that there."),
            origin=settings.public_origin,
            fixed=found.origin,
        )
    return Said(N_("The coalition lives at {origin}"), origin=found.origin)


def jobs(settings: Settings) -> Said:
    counts, since = _asked(settings, lambda tx: (jobs_store.counts(tx), health_store.oldest_unheard(tx)))
    waited = now_us() - since if since else 0
    if waited > UNHEARD:
        raise Refused(
            N_("A job has waited for {minutes} minutes. Are a worker and the timetable running?"),
            minutes=waited // 60_000_000,
        )
    return Said(
        N_("Jobs: waiting {waiting}, given up {failed}"),
        waiting=counts.get("queued", 0),
        failed=counts.get("failed", 0),
    )


def files(settings: Settings) -> Said:
    wanted = _asked(settings, artefacts_store.digests)
    if not wanted and not settings.files_url.startswith("s3:"):
        return Said(N_("No files yet"))
    kept = open_files(settings.files)
    lost = [sha256 for sha256 in wanted[:LOOKED_AT] or ["0" * 64] if _is_lost(kept, sha256, asked=bool(wanted))]
    if lost:
        raise Refused(
            N_("Files that are damaged or missing: {count}, first {first}. They are made again when somebody asks."),
            count=len(lost),
            first=lost[0][:12],
        )
    return Said(N_("Files are whole; looked at: {count}"), count=min(len(wanted), LOOKED_AT))


def mail(settings: Settings) -> Said:
    if not settings.smtp_url:
        return Said(N_("No mail server: mails wait, or are shown in a sample"))
    parts = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(parts.hostname or "", parts.port or 0, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as wrong:
        raise Refused(
            N_("The mail server {host} does not answer ({reason}). Mend MITHAQ_SMTP_URL; mails wait meanwhile."),
            host=parts.hostname or "",
            reason=wrong,
        ) from wrong
    return Said(N_("The mail server answers"))


def _is_lost(kept: Files, sha256: str, *, asked: bool) -> bool:
    try:
        kept.get(sha256)
    except NotFound:
        return asked
    except Unavailable as away:
        if away.code == "file_damaged":
            return True
        raise Refused(
            N_("The bucket of the files does not answer. Mend MITHAQ_FILES_URL and its keys (AWS_ACCESS_KEY_ID).")
        ) from away
    return False


def _redis_url(settings: Settings) -> str:
    """The Redis of this house; empty where it would be a private one that does not run."""
    if settings.redis_url or not is_up(settings.var):
        return settings.redis_url
    return private_redis.url(private_redis.socket_path(settings.var))


def _is_new(settings: Settings) -> bool:
    return settings.database.startswith("sqlite:") and not (settings.var / "mithaq.db").exists()


def _asked(settings: Settings, question: Callable[[Tx], Found]) -> Found:
    """The answer of the database. Raises NotAsked where there is none yet, or `database` says what is wrong with it."""
    if _is_new(settings):
        raise NotAsked
    opened = connect(settings.database)
    try:
        with opened.read() as tx:
            return question(tx)
    except SQLAlchemyError as wrong:
        raise NotAsked from wrong
    finally:
        opened.close()


def _away(wrong: SQLAlchemyError) -> Refused:
    if health_store.is_damage(wrong):
        return _damaged(str(wrong).splitlines()[0])
    return Refused(N_("The database cannot be reached ({reason})."), reason=str(wrong).splitlines()[0])


def _damaged(reason: str) -> Refused:
    return Refused(N_("The database file is damaged ({reason}). Stop, and restore a backup."), reason=reason)
