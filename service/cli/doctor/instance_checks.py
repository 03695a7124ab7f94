"""Doctor checks of the instance: the database, its contents, and the files."""

from typing import TypeVar

from service.actions.drafts.integrity import load_readable_text
from service.cli.common.database import has_no_file, open_database
from service.cli.common.database_errors import damaged
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import Finding
from service.cli.doctor.queries import run_query
from service.config import Settings
from service.domain.errors import N_, NotFound, Unavailable
from service.files import FileStore, open_file_store
from service.jobs import LANES
from service.store import health as health_store
from service.store import jobs as jobs_store
from service.store import schema_version as schema_version_store
from service.store.db import Tx, now_us
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store
from service.store.publication import artefacts as artefacts_store

Result = TypeVar("Result")

MAX_JOB_WAIT = 10 * 60 * 1_000_000
"""Microseconds a job may wait before the operator should act."""

MAX_CLOCK_LAG = 60 * 1_000_000
"""Microseconds by which the record may be ahead of the clock."""

MAX_FILES_READ = 200
"""Files whose digest is checked; the rest is not read."""


def database(settings: Settings) -> Finding:
    """Check that the database is reachable and has the schema of this release."""
    if has_no_file(settings):
        return Finding(N_("mithaq up will create the database"))
    with open_database(settings):
        return Finding(N_("Database is at {newest}"), newest=schema_version_store.get_newest_version())


def durability(settings: Settings) -> Finding:
    """Check that commits wait for the disk, and the integrity of a SQLite file."""
    unsafe_settings, damage = run_query(
        settings, lambda tx: (health_store.list_unsafe_settings(tx), health_store.check_integrity(tx))
    )
    if unsafe_settings:
        raise CommandError(
            N_("PostgreSQL does not wait for the disk ({names}). A power cut could lose saved work. Set it to on."),
            names=", ".join(unsafe_settings),
        )
    if damage:
        raise damaged(damage)
    return Finding(N_("What the service confirms as saved is on the disk"))


def drafts(settings: Settings) -> Finding:
    """Check that every draft can be replayed to its head."""
    unreadable, count = run_query(settings, _unreadable_drafts)
    if unreadable:
        sentence = N_("Unreadable drafts: {count}. The first: {draft}, change {row}. Restore a backup.")
        raise CommandError(sentence, count=len(unreadable), draft=unreadable[0][0], row=unreadable[0][1])
    return Finding(N_("Every draft is readable; drafts: {count}"), count=count)


def _unreadable_drafts(tx: Tx) -> tuple[list[tuple[str, int]], int]:
    """Return (draft, first unreadable row) of damaged drafts, and the number of all drafts."""
    heads = journal_store.list_heads(tx)
    found = {draft: load_readable_text(tx, draft, head)[1] for draft, head in heads.items()}
    return [(draft, row) for draft, row in found.items() if row is not None], len(heads)


def clock(settings: Settings) -> Finding:
    """Check that the clock is not behind the record."""
    ahead = run_query(settings, lambda tx: tx.now) - now_us()
    if ahead > MAX_CLOCK_LAG:
        raise CommandError(
            N_("This computer’s clock is {minutes} minutes behind the record. Correct it."), minutes=ahead // 60_000_000
        )
    return Finding(N_("The clock agrees with the record"))


def coalition(settings: Settings) -> Finding:
    """Check the coalition and its origin."""
    found = run_query(settings, organisations_store.get_coalition)
    if found is None:
        return Finding(N_("No coalition yet. Create a real one with: mithaq init"))
    if settings.origin and settings.public_origin != found.origin:
        raise CommandError(
            N_(
                "MITHAQ_ORIGIN is {origin}, but the public address of this coalition is {stored}. Set it to that. If "
                "the address is to change, run: mithaq origin move {origin}"
            ),
            origin=settings.public_origin,
            stored=found.origin,
        )
    return Finding(N_("The coalition’s address is {origin}"), origin=found.origin)


def jobs(settings: Settings) -> Finding:
    """Check that no job has waited too long, and name the lanes in which one has."""
    counts, overdue = run_query(
        settings, lambda tx: (jobs_store.count_by_state(tx), health_store.list_oldest_overdue(tx))
    )
    now = now_us()
    waits = {
        lane: max((now - overdue[name] for name in names if name in overdue), default=0)
        for lane, names in LANES.items()
    }
    late = [f"{lane} ({wait // 60_000_000})" for lane, wait in waits.items() if wait > MAX_JOB_WAIT]
    if late:
        raise CommandError(
            N_("Jobs have been waiting (minutes): {lanes}. Are the worker and the scheduler running?"),
            lanes=", ".join(late),
        )
    return Finding(
        N_("Jobs: {waiting} waiting, {failed} failed"),
        waiting=counts.get("queued", 0),
        failed=counts.get("failed", 0),
    )


def files(settings: Settings) -> Finding:
    """Check that stored files exist and match their digests, and that a bucket is reachable."""
    digests = run_query(settings, artefacts_store.list_file_digests)
    if not digests and not settings.files_url.get_secret_value().startswith("s3:"):
        return Finding(N_("No files yet"))
    stored = open_file_store(settings.resolved_files_url)
    missing = [
        sha256
        for sha256 in digests[:MAX_FILES_READ] or ["0" * 64]
        if _is_missing(stored, sha256, expected=bool(digests))
    ]
    if missing:
        raise CommandError(
            N_(
                "Damaged or missing files: {count}. The first: {first}. They are created again when someone asks "
                "for them."
            ),
            count=len(missing),
            first=missing[0][:12],
        )
    return Finding(N_("Files are complete; checked: {count}"), count=min(len(digests), MAX_FILES_READ))


def _is_missing(stored: FileStore, sha256: str, *, expected: bool) -> bool:
    try:
        stored.get(sha256)
    except NotFound:
        return expected
    except Unavailable as error:
        if error.code == "file_damaged":
            return True
        raise CommandError(
            N_("The file storage does not respond. Correct MITHAQ_FILES_URL and its keys (AWS_ACCESS_KEY_ID).")
        ) from error
    return False
