"""The first screen of the comparison of two long texts, as a browser gets it: each pair is met for the first time."""

import asyncio
import re
import tempfile
from pathlib import Path

from bench.pages import SECRET, actor, asker, key, timed
from bench.render_texts import constitution
from service.actions import documents, drafts, versions
from service.broker import Silence
from service.cli import house as sample_house
from service.cli import sample
from service.cli.sample import Cast
from service.config import Settings
from service.files import open_files
from service.store import journal
from service.store.db import Database, connect
from service.store.migrate import migrate
from service.web.app import create_app
from service.web.comparisons import VIEWS
from service.web.state import House

WORDS = 90_000
GOAL = 1000
"""Milliseconds."""


def run() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.read({}, var=Path(directory), sample=True)
        migrate(settings.database)
        database = connect(settings.database)
        try:
            cast = sample.gather(database, origin=settings.public_origin, play=sample_house.script())
            house = House(settings, database, open_files(settings.files), Silence(), SECRET)
            asyncio.run(_table(house, _stage(database, cast), cast))
        finally:
            database.close()


async def _table(house: House, document: str, cast: Cast) -> None:
    app, cookie = create_app(house), key(house.database, cast.people["lama"].id)
    print(f"{f'comparison of {WORDS:,} words':34} {'kB':>6} {'first ms':>10} {'again ms':>10} {'goal':>6}")
    await asker(app, f"/documents/{document}", cookie)()
    for number, view in enumerate(VIEWS, 1):
        path = f"/documents/{document}/comparison?lang=en&old={number}&new={number + 1}&view={view}"
        ask = asker(app, path, cookie)
        first = await timed(ask)
        again = await timed(ask)
        print(f"{view:34} {await ask() / 1000:6.0f} {first:10.0f} {again:10.0f} {GOAL:6}")


def _stage(database: Database, cast: Cast) -> str:
    """A document with a version more than there are views; each changes words everywhere and adds an article."""
    lama, text = actor(database, cast, "lama"), constitution()
    copies = (re.sub(r"([{(]#)", rf"\g<1>n{number}-", text) for number in range(WORDS // len(text.split()) + 1))
    text = "\n".join(copies)
    with database.write(Silence()) as tx:
        id = documents.open_document(
            tx,
            lama,
            kind="constitution",
            issued_by="coalition",
            authentic=["en"],
            editions={"en": documents.First("A proposal", text)},
            front={},
        )
    for number in range(len(VIEWS) + 1):
        with database.write(Silence()) as tx:
            versions.cut(tx, lama, document_id=id)
        added = f"## Article {number}\n\nThis article is new in version {number + 2} of the text.\n\n"
        text = added + text.replace("sixty days", f"{number + 61} days").replace(
            f"{number + 60} days", f"{number + 61} days"
        )
        with database.write(Silence()) as tx:
            head = journal.head(tx, f"{id}.en")
            drafts.save(tx, lama, document_id=id, lang="en", text=text, epoch=head.epoch, seq=head.seq)
    return id
