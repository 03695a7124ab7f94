"""Sample instance for benchmarks: a database of its own, the sample coalition, and documents written by Lama."""

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
from service.files import open_file_store
from service.job_dispatch import NullDispatcher
from service.sample import coalition, document
from service.sample.document import SampleMembers
from service.store.db import Database, connect
from service.store.drafts import journal as journal_store
from service.store.migrate import migrate
from service.web.http.app_state import AppState

SECRET = b"a secret of the benchmarks, long enough"


@dataclass(frozen=True)
class SampleBench:
    """The open sample instance; `script` is the script of the full sample."""

    app_state: AppState
    members: SampleMembers
    script: dict[str, object]

    @property
    def database(self) -> Database:
        """Return the database of the instance."""
        return self.app_state.database

    def actor(self, key: str) -> Actor:
        """Return the person `key` of the script, with roles."""
        with self.database.read() as tx:
            return document.load_actor(tx, self.members.people[key].id)

    def session_cookie(self, key: str) -> str:
        """Create a session of the person `key`; return its cookie value."""
        with self.database.write(NullDispatcher()) as tx:
            return sign_in.sign_in_as_sample_person(
                tx, person=self.members.people[key].id, sample=True, browser=sign_in.Browser()
            )


@contextmanager
def open_sample_bench() -> Iterator[SampleBench]:
    """Open an instance on SQLite, in a directory that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.load({}, var=Path(directory), sample=True)
        migrate(settings.resolved_database_url)
        database = connect(settings.resolved_database_url)
        try:
            script = coalition.load_full_script()
            members = document.create_coalition(database, origin=settings.public_origin, script=script)
            yield SampleBench(
                AppState(settings, database, open_file_store(settings.resolved_files_url), NullDispatcher(), SECRET),
                members,
                script,
            )
        finally:
            database.close()


def create_document_versions(sample_bench: SampleBench, texts: Sequence[str]) -> str:
    """Create an English document with `texts`, and return its id.

    Each text but the last is a version; the last is the draft.
    """
    lama, database = sample_bench.actor("lama"), sample_bench.database
    with database.write(NullDispatcher()) as tx:
        id = documents.open_document(
            tx,
            lama,
            kind="constitution",
            issued_by="coalition",
            authentic=["en"],
            editions={"en": documents.InitialText("A proposal", texts[0])},
            front={},
        )
    for text in texts[1:]:
        with database.write(NullDispatcher()) as tx:
            versions.cut_version(tx, lama, document_id=id)
        with database.write(NullDispatcher()) as tx:
            head = journal_store.get_head(tx, f"{id}.en")
            save.save(tx, lama, document_id=id, lang="en", text=text, epoch=head.epoch, seq=head.seq)
    return id
