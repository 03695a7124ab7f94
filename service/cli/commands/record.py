"""`mithaq record`: compare the database with the record, and the record with a head that was given away."""

from pathlib import Path

import click

from service.actions.trust import record_check
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_lang, with_var
from service.cli.common.record_report import check_database, list_sentences
from service.cli.common.terminal import terminal_language
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.errors import N_, DomainError
from service.domain.trust.record_differences import RecordReport
from service.domain.trust.record_head import RecordHead, parse_head
from service.files import open_file_store
from service.i18n import Translator
from service.store import record as record_store
from service.store.db import Database


@click.group()
def record() -> None:
    """Compare the database with the record of every act."""


@record.command()
@with_var
@with_lang
@click.option("--head", help="A number and hash from a receipt or an email, such as 412:3fa8-91c2-…")
def check(var: Path | None, lang: str | None, head: str | None) -> None:
    """Compare every row with the record, or say whether the record contains --head."""
    settings, translator = load_settings(var=var), Translator(lang or terminal_language())
    with open_database(settings) as database:
        if head is None:
            _check_all(database, settings, translator)
        else:
            _check_head(database, head, translator)


@record.command(name="head")
@with_var
def show_head(var: Path | None) -> None:
    """Print the number and hash of the newest entry of the record."""
    with open_database(load_settings(var=var)) as database, database.read() as tx:
        click.echo(str(record_store.get_head(tx)))


def _check_all(database: Database, settings: Settings, translator: Translator) -> None:
    report = check_database(database)
    with database.read() as tx:
        damaged, read, missing = record_check.check_files(tx, open_file_store(settings.resolved_files_url))
        head = record_store.get_head(tx)
    report.differences += damaged
    _print_report(report, translator, read=read, missing=missing)
    if report.differences:
        raise CommandFailed(
            translator.t(N_("Do not publish and do not delete anything. Keep a copy, and ask for help."))
        )
    click.echo(translator.t(N_("The newest entry is {head}"), head=str(head)))


def _print_report(report: RecordReport, translator: Translator, *, read: int, missing: int) -> None:
    for sentence in list_sentences(report.differences, translator.t):
        click.echo(f"✗ {sentence}")
    counts = {"agrees": report.agrees, "differs": len(report.differences), "unbound": report.unbound}
    click.echo(
        translator.t(
            N_("Rows that agree with the record: {agrees}. That differ: {differs}. Not bound by an entry: {unbound}."),
            **{name: str(count) for name, count in counts.items()},
        )
    )
    click.echo(
        translator.t(
            N_("Entries: {entries}. Files read: {read}. Files missing: {missing}."),
            entries=str(report.entries),
            read=str(read),
            missing=str(missing),
        )
    )


def _check_head(database: Database, text: str, translator: Translator) -> None:
    try:
        head = parse_head(text)
    except DomainError as error:
        raise CommandError(translator.error_message(error)) from error
    with database.read() as tx:
        report = record_check.check_chain(tx)
        commitment = record_store.get_commitment(tx, head.seq)
    if report.differences:
        raise CommandFailed(list_sentences(report.differences, translator.t)[0])
    if commitment is None or not head.matches(commitment):
        raise CommandFailed(_missing_head(head, translator))
    click.echo(translator.t(N_("The record of today contains entry {seq} with this hash."), seq=str(head.seq)))


def _missing_head(head: RecordHead, translator: Translator) -> str:
    return translator.t(
        N_("The record of today does not contain entry {seq} with this hash. It was rewritten or cut off since."),
        seq=str(head.seq),
    )
