"""`mithaq seed`: more documents in a sample, for whoever wants to see long lists."""

from pathlib import Path

import click

from service.cli.common.errors import Refused
from service.cli.common.options import with_var
from service.cli.local.preflight import settings_of
from service.domain.errors import N_
from service.sample import coalition as coalition_module
from service.store.accounts import people as people_store
from service.store.db import Database, connect
from service.store.membership import organisations as organisations_store


@click.command()
@with_var
@click.option("--documents", type=click.IntRange(1, 500), default=10, show_default=True, help="How many to add.")
def seed(var: Path | None, documents: int) -> None:
    """Fill a sample with more documents."""
    database = connect(settings_of(var=var).database)
    try:
        check_sample(database)
        play = coalition_module.script()
        ids = _ids(database, [str(one["email"]) for one in play["people"]], [one["key"] for one in play["people"]])
        for number in range(documents):
            one = play["documents"][number % len(play["documents"])]
            title = {lang: f"{words} ({number + 1})" for lang, words in one["title"].items()}
            coalition_module.write(database, ids, play, {**one, "title": title})
    finally:
        database.close()
    click.echo(N_("Added to the sample: {count} documents.").format(count=documents))


def check_sample(database: Database) -> None:
    """Raises Refused for anything but a sample: a real coalition is filled by its people."""
    with database.read() as tx:
        coalition = organisations_store.the_coalition(tx)
    if coalition is None or not coalition.sample:
        raise Refused(
            N_("This is not a sample. Only a sample is filled with invented texts: mithaq up --sample makes one.")
        )


def _ids(database: Database, emails: list[str], keys: list[str]) -> dict[str, str]:
    """People by their keys in the script."""
    with database.read() as tx:
        found = {key: people_store.by_email(tx, email) for key, email in zip(keys, emails, strict=True)}
    return {key: one.id for key, one in found.items() if one}
