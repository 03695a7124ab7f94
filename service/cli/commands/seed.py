"""`mithaq seed`: add documents to a sample instance, to see long lists."""

from pathlib import Path

import click

from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.domain.errors import N_
from service.sample import coalition as sample_coalition
from service.store.accounts import people as people_store
from service.store.db import Database
from service.store.membership import organisations as organisations_store


@click.command()
@with_var
@click.option(
    "--documents", type=click.IntRange(1, 500), default=10, show_default=True, help="Number of documents to add."
)
def seed(var: Path | None, documents: int) -> None:
    """Add more documents to the demo."""
    settings = load_settings(var=var)
    with open_database(settings) as database:
        require_sample_instance(database)
        script = sample_coalition.load_full_script()
        ids = _person_ids(
            database, [str(one["email"]) for one in script["people"]], [one["key"] for one in script["people"]]
        )
        for number in range(documents):
            entry = script["documents"][number % len(script["documents"])]
            title = {lang: f"{text} ({number + 1})" for lang, text in entry["title"].items()}
            sample_coalition.write_document(database, ids, script, {**entry, "title": title})
    click.echo(N_("Documents added to the demo: {count}.").format(count=documents))


def require_sample_instance(database: Database) -> None:
    """Check that this is a sample instance. Raises CommandError."""
    with database.read() as tx:
        coalition = organisations_store.get_coalition(tx)
    if coalition is None or not coalition.sample:
        raise CommandError(
            N_("This is not a demo. Only a demo can be filled with invented texts: mithaq up --sample creates one.")
        )


def _person_ids(database: Database, emails: list[str], keys: list[str]) -> dict[str, str]:
    """Return the ids of people by their keys in the script."""
    with database.read() as tx:
        found = {key: people_store.get_by_email(tx, email) for key, email in zip(keys, emails, strict=True)}
    return {key: one.id for key, one in found.items() if one}
