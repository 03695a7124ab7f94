"""Doctor checks of the record, what protects it, the secret, and of a restored instance."""

from service.actions.trust import record_check
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import CheckSkipped, Finding
from service.cli.doctor.queries import run_query, with_database
from service.cli.local.start_checks import check_secret
from service.config import Settings
from service.domain.errors import N_
from service.store import health as health_store
from service.store import protections as protections_store
from service.store import schema_version as schema_version_store
from service.store.accounts import recoveries as recoveries_store
from service.store.membership import organisations as organisations_store


def roles(settings: Settings) -> Finding:
    """Check that the database role of the service cannot change the record."""
    if run_query(settings, health_store.can_modify_record):
        limited = run_query(settings, protections_store.list_limited_roles)
        if limited:
            return Finding(
                N_("Checked as the owner of the tables. The service must use another role, such as {names}"),
                names=", ".join(limited),
            )
        raise CommandError(
            N_("The service can change the record. Give it its own role: mithaq migrate --grant-to ROLE")
        )
    excess = run_query(settings, protections_store.list_excess_privileges)
    current, newest = with_database(settings, schema_version_store.get_schema_versions)
    changed = with_database(settings, protections_store.list_changed_protections) if current == newest else []
    if excess:
        raise CommandError(
            N_("The service may do more in the database than it should ({names}). Run: mithaq migrate --grant-to ROLE"),
            names=", ".join(excess[:5]),
        )
    if changed:
        raise CommandError(
            N_("Protections of the database are missing or were changed ({names}). Run: mithaq record check"),
            names=", ".join(changed[:5]),
        )
    return Finding(N_("The service cannot change the record"))


def record(settings: Settings) -> Finding:
    """Check the hash chain of the record, and compare every row that it names with it."""
    report = run_query(settings, record_check.check_record)
    for one in report.differences:
        if one.kind == "chain":
            raise CommandError(N_("Entry {seq} of the record is damaged or was changed. Restore a backup."), seq=one.id)
    if report.differences:
        raise CommandError(
            N_("Rows that differ from the record: {count}. The first: {first}. Run: mithaq record check"),
            count=len(report.differences),
            first=" ".join(
                filter(None, (report.differences[0].table, report.differences[0].id, report.differences[0].column))
            ),
        )
    return Finding(
        N_("The record is intact and the rows agree with it; entries: {count}, rows: {rows}, not bound: {unbound}"),
        count=report.entries,
        rows=report.agrees,
        unbound=report.unbound,
    )


def secrets(settings: Settings) -> Finding:
    """Check that the secret is the one that this instance was started with, and list which secrets exist."""
    if run_query(settings, organisations_store.get_coalition) is None:
        raise CheckSkipped
    names = [
        name
        for name, exists in (
            (f"MITHAQ_SECRET ({check_secret(settings, store=False)})", True),
            ("MITHAQ_DATABASE_URL", settings.database_url),
            ("MITHAQ_REDIS_URL", settings.redis_url),
            ("MITHAQ_FILES_URL", settings.files_url),
            ("MITHAQ_SMTP_URL", settings.smtp_url),
        )
        if exists
    ]
    return Finding(N_("The secret is the one of this instance. Secrets to keep: {names}"), names=", ".join(names))


def paused(settings: Settings) -> Finding:
    """Report a restored instance that nobody has declared live."""
    found = run_query(settings, organisations_store.get_coalition)
    if found is None or found.paused_at is None:
        raise CheckSkipped
    return Finding(N_("Paused since it was restored: no emails, no closing of rounds. When people use it: mithaq live"))


def recoveries(settings: Settings) -> Finding:
    """Report recovered accesses whose waiting time is not over."""
    pending = run_query(settings, recoveries_store.list_unfinished)
    if not pending:
        raise CheckSkipped
    return Finding(
        N_("People let in again who can only read for now: {count}. See the page /recoveries"), count=len(pending)
    )
