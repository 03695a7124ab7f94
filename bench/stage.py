"""The sample house the benches of pages play in: a database of its own, a coalition, documents written by Lama."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.actions.accounts import sign_in
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.config import Settings
from service.domain.membership.people import Actor
from service.files import open_files
from service.job_dispatch import Silence
from service.sample import coalition, document
from service.sample.document import Cast
from service.store.db import Database, connect
from service.store.drafts import journal as journal_store
from service.store.migrate import migrate
from service.web.http.app_state import House

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
            return document.actor_of(tx, self.cast.people[key].id)

    def cookie(self, key: str) -> str:
        """A session of that person, as its cookie says it."""
        with self.database.write(Silence()) as tx:
            return sign_in.by_name(tx, person=self.cast.people[key].id, sample=True, browser=sign_in.Browser())


@contextmanager
def stage() -> Iterator[Stage]:
    """On SQLite, in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.read({}, var=Path(directory), sample=True)
        migrate(settings.database)
        database = connect(settings.database)
        try:
            play = coalition.script()
            cast = document.gather(database, origin=settings.public_origin, play=play)
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
            save.save(tx, lama, document_id=id, lang="en", text=text, epoch=head.epoch, seq=head.seq)
    return id
