"""What tests are made of: a house with the sample coalition, and shortcuts through its actions."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.actions.documents import documents, versions
from service.actions.drafts import save, suggestions
from service.actions.endorsement import endorsements, rounds
from service.actions.membership import invitations, mandates
from service.config import Settings
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.documents.suggestion import Suggestion
from service.domain.membership.people import Actor
from service.files import Files, open_files
from service.files.directory_store import Directory
from service.jobs import Job
from service.sample import document as document_module
from service.sample.document import Cast
from service.store.db import Database, Tx, connect
from service.store.drafts import journal as journal_store
from service.store.migrate import migrate
from service.store.tables import draft
from service.web.http.app_state import House

SECRET = b"a secret of the tests, as long as it must be"
ORIGIN = "http://localhost:8000"


class Doorbell:
    """Remembers every ring."""

    def __init__(self) -> None:
        self.rung: list[Job] = []

    def ring(self, job: Job) -> None:
        self.rung.append(job)


@dataclass(frozen=True)
class Stage:
    """A house with the sample coalition, and who plays in it."""

    house: House
    cast: Cast
    bell: Doorbell

    @property
    def database(self) -> Database:
        return self.house.database

    @contextmanager
    def write(self, *, at: int | None = None) -> Iterator[Tx]:
        """A writing transaction, with the clock standing at `at` (µs UTC) if given."""
        clock = {} if at is None else {"clock": lambda: at}
        with self.database.write(self.bell, **clock) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self.database.read() as tx:
            yield tx

    def actor(self, tx: Tx, key: str) -> Actor:
        """The person of that key in sample.json, with a key to everything they may do."""
        return document_module.actor_of(tx, self.cast.people[key].id)

    def token(self, key: str) -> str:
        return self.cast.people[key].token


def place_of(files: Files, sha256: str = "") -> Path:
    """Where a file lies in the directory of a stage; without a digest, the directory."""
    assert isinstance(files.shelf, Directory)
    return files.shelf.path(sha256) if sha256 else files.shelf.root


def a_database(path: Path) -> None:
    """An empty migrated SQLite file."""
    migrate(f"sqlite:///{path}")


def a_template(directory: Path) -> Cast:
    """`mithaq.db` with the sample coalition in `directory`; copies of it are what tests run on."""
    path = directory / "mithaq.db"
    a_database(path)
    database = connect(f"sqlite:///{path}")
    try:
        return document_module.gather(database, origin=ORIGIN)
    finally:
        database.close()


def a_stage(template: Path, cast: Cast, directory: Path) -> Stage:
    """A fresh copy of the template in `directory`, opened."""
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(template / "mithaq.db", directory / "mithaq.db")
    return a_stage_on("", cast, directory)


def a_stage_on(database_url: str, cast: Cast, directory: Path) -> Stage:
    """The house on a database that holds the sample coalition; an empty address: the SQLite file in `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    more = {"database_url": database_url, "secret": SECRET.decode()}
    settings = Settings.read({}, var=directory, sample=True, **more)
    bell = Doorbell()
    house = House(settings, connect(settings.database), open_files(settings.files), bell, SECRET)
    return Stage(house, cast, bell)


def a_document(
    stage: Stage, *, texts: Mapping[str, str] | None = None, by: str = "lama", kind: str = "statement", **more: Any
) -> str:
    """A document in drafting, with a short Arabic text (and whatever `texts` gives)."""
    editions = texts or {"ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n"}
    with stage.write() as tx:
        return documents.open_document(
            tx,
            stage.actor(tx, by),
            kind=kind,
            issued_by="coalition",
            authentic=list(editions)[:1],
            editions={lang: documents.First(f"Title {lang}", text) for lang, text in editions.items()},
            front={},
            **more,
        )


def a_save(stage: Stage, document: str, text: str, *, lang: str = "ar", by: str = "lama") -> save.Saved:
    """A whole-text save against the present draft."""
    with stage.write() as tx:
        head = journal_store.head(tx, f"{document}.{lang}")
        return save.save(
            tx, stage.actor(tx, by), document_id=document, lang=lang, text=text, epoch=head.epoch, seq=head.seq
        )


def a_suggestion(
    stage: Stage, document: str, text: str | None = None, *, by: str = "lama", lang: str = "ar"
) -> Suggestion:
    """What somebody wrote into the draft as it stands, too late; without a `text`, one more word at its end."""
    with stage.write() as tx:
        actor = stage.actor(tx, by)
        its = save.read(tx, actor, document_id=document, lang=lang)
        wanted = text or f"{its.text.rstrip()} متأخّر.\n"
        place = (its.epoch, its.seq)
        return suggestions.keep(tx, actor, document_id=document, lang=lang, text=wanted, why="closed", place=place)


def begun_anew(stage: Stage, draft_id: str, text: str) -> None:
    """As an operator would after a loss: the draft goes on in another epoch, with rows that know nothing of the old."""
    fresh = SharedText.new(client_id=7)
    data = fresh.splice([Edit(0, 0, text)])
    with stage.write() as tx:
        epoch = journal_store.lock(tx, draft_id).epoch + 1
        tx.connection.execute(draft.update().where(draft.c.id == draft_id).values(epoch=epoch, head=0))
        head = journal_store.Head(epoch, 0, False)
        actor = stage.cast.people["salma"].id
        journal_store.append(tx, draft_id, head, client=7, actor=actor, origin="seed", data=data)


def a_version(stage: Stage, document: str, *, by: str = "lama") -> int:
    """The number of a version cut now."""
    with stage.write() as tx:
        return versions.cut(tx, stage.actor(tx, by), document_id=document).number


def in_review(stage: Stage, document: str) -> None:
    with stage.write() as tx:
        documents.move(tx, stage.actor(tx, "salma"), document_id=document, to="review")


def mandated(stage: Stage) -> None:
    """Every organisation's signatory holds a live mandate."""
    play = document_module.script()
    for organisation, focal, signatory in document_module.mandate_holders(play):
        with stage.write() as tx:
            id = mandates.grant(
                tx,
                stage.actor(tx, focal),
                organisation=stage.cast.organisations[organisation],
                person=stage.cast.people[signatory].id,
            )
            for key in document_module.holding(play, "secretariat"):
                mandates.confirm(tx, stage.actor(tx, key), mandate=id)


def a_round(
    stage: Stage,
    document: str,
    *,
    rule: Mapping[str, Any] | None = document_module.TWO_THIRDS,
    lasts: int = document_module.DAY,
    close_when_all_answered: bool = False,
    version: int = 1,
) -> str:
    """A round over the document's first version, or another, opened now."""
    with stage.write() as tx:
        return rounds.open_round(
            tx,
            stage.actor(tx, "salma"),
            document_id=document,
            version_number=version,
            closes_at=tx.now + lasts,
            rule=rule,
            close_when_all_answered=close_when_all_answered,
        )


def an_open_round(stage: Stage, **more: Any) -> tuple[str, str]:
    """(document, round): a version cut, in review, put to a round, everyone mandated."""
    mandated(stage)
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    return document, a_round(stage, document, **more)


def prepared(
    stage: Stage,
    round_id: str,
    by: str,
    position: str = "endorse",
    *,
    reservation: Mapping[str, str] | None = None,
    replaces: str | None = None,
    at: int | None = None,
) -> tuple[str, str]:
    """(challenge, code) of a prepared statement."""
    with stage.write(at=at) as tx:
        actor = stage.actor(tx, by)
        made = endorsements.prepare(
            tx,
            actor,
            round_id=round_id,
            position=position,
            reservation=reservation,
            lang="ar",
            replaces=replaces,
            secret=SECRET,
        )
        return made.challenge, document_module.mailed_code(tx, actor.person)


def a_cast(
    stage: Stage, round_id: str, by: str, position: str = "endorse", *, at: int | None = None, **more: Any
) -> str:
    """The SHA-256 of the statement an organisation's signatory casts."""
    challenge, code = prepared(stage, round_id, by, position, at=at, **more)
    with stage.write(at=at) as tx:
        actor = stage.actor(tx, by)
        return endorsements.cast(
            tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET
        ).statement_sha256


def closed(stage: Stage, round_id: str) -> None:
    """Both persons of the secretariat close the round."""
    for key in ("salma", "karim"):
        with stage.write() as tx:
            rounds.close(tx, stage.actor(tx, key), round_id=round_id)


def a_sealed_document(stage: Stage) -> str:
    """A document whose round has passed."""
    document, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf")
    a_cast(stage, round_id, "huda", "endorse_with_reservation", reservation={"ar": "نتحفّظ على المادة ١."})
    a_cast(stage, round_id, "nabil", "abstain")
    closed(stage, round_id)
    return document


def an_invitation(
    tx: Tx,
    by: Actor,
    *,
    organisation: str | None,
    email: str = "new@x.example",
    roles: tuple[str, ...] = ("drafter",),
    lang: str = "en",
) -> invitations.Made:
    """An invitation whose mail waits."""
    return invitations.invite(
        tx, by, email=email, organisation=organisation, roles=roles, lang=lang, secret=SECRET, mails_go=True
    )
