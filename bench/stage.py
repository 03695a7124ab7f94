"""The sample house the benches of pages play in: a database of its own, a coalition, documents written by Lama."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.actions import documents, drafts, entry, versions
from service.broker import Silence
from service.cli import house as sample_house
from service.cli import sample
from service.cli.sample import Cast
from service.config import Settings
from service.domain.people import Actor
from service.files import open_files
from service.store import journal as journal_store
from service.store.db import Database, connect
from service.store.migrate import migrate
from service.web.state import House

SECRET = b"a secret of the benches, as long as it must be"


@dataclass(frozen=True)
class Stage:
    house: House
    cast: Cast
    play: dict[str, object]

    @property
    def database(self) -> Database:
        return self.house.database

    def actor(self, key: str) -> Actor:
        with self.database.read() as tx:
            return sample.actor_of(tx, self.cast.people[key].id)

    def cookie(self, key: str) -> str:
        """A session of that person, as its cookie says it."""
        with self.database.write(Silence()) as tx:
            return entry.by_name(tx, person=self.cast.people[key].id, sample=True, browser=entry.Browser())


@contextmanager
def stage() -> Iterator[Stage]:
    """On SQLite, in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.read({}, var=Path(directory), sample=True)
        migrate(settings.database)
        database = connect(settings.database)
        try:
            play = sample_house.script()
            cast = sample.gather(database, origin=settings.public_origin, play=play)
            yield Stage(House(settings, database, open_files(settings.files), Silence(), SECRET), cast, play)
        finally:
            database.close()


def written(stage: Stage, texts: Sequence[str]) -> str:
    """The id of an English document that said each of `texts` in turn: all are versions but the last, its draft."""
    lama, database = stage.actor("lama"), stage.database
    with database.write(Silence()) as tx:
        id = documents.open_document(
            tx,
            lama,
            kind="constitution",
            issued_by="coalition",
            authentic=["en"],
            editions={"en": documents.First("A proposal", texts[0])},
            front={},
        )
    for text in texts[1:]:
        with database.write(Silence()) as tx:
            versions.cut(tx, lama, document_id=id)
        with database.write(Silence()) as tx:
            head = journal_store.head(tx, f"{id}.en")
            drafts.save(tx, lama, document_id=id, lang="en", text=text, epoch=head.epoch, seq=head.seq)
    return id
