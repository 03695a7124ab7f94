"""Test data: an instance with the sample coalition, and shortcuts through its actions."""

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import update

from service.actions.accounts import address_proof, sign_in
from service.actions.documents import documents, versions
from service.actions.drafts import save, suggestions, unsaved_changes
from service.actions.endorsement import endings, endorsements, reservation_proofs, rounds, urgent_sending
from service.actions.membership import approval_decisions, invitation_links, invitations, mandates
from service.actions.membership import people as people_actions
from service.actions.proofs import rendering
from service.cli.common.api_client import credential_headers
from service.config import Settings
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.documents.unsaved_change import UnsavedChange
from service.domain.endorsement.terms import DEFAULT_OPTIONS, RoundOptions
from service.domain.errors import DomainError
from service.domain.membership.people import SECRETARIAT, Actor
from service.domain.suggestions.suggestion import Suggestion
from service.files import FileStore, open_file_store
from service.files.directory_store import DirectoryBackend
from service.job_dispatch import NullDispatcher
from service.jobs import PROVE_RESERVATION, RENDER_PROOF, Job
from service.sample import document as document_module
from service.sample.document import SampleMembers
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.db import Database, Tx, connect
from service.store.drafts import journal as journal_store
from service.store.membership import approvals as approvals_store
from service.store.membership import mandates as mandates_store
from service.store.migrate import migrate
from service.store.publication import proofs as proofs_store
from service.store.tables import coalition, draft, notice
from service.web.http.app_state import AppState

SECRET = b"a secret of the tests, as long as it must be"
ORIGIN = "http://localhost:8000"
OLD_ORIGIN, NEW_ORIGIN = "https://mithaq.example", "https://new.mithaq.example"
"""A public address, and one to move to."""

TEST_PIPELINES: Mapping[str, object] = {"pdf": {}, "docx": {}}
"""Pipeline keys of proofs that no worker made."""


class RecordingDispatcher:
    """Records every dispatched job.

    With a database and files, jobs of proofs are done at once instead, as by a worker that finds every proof whole.
    Set `completes_proofs` to False where a test looks at the proofs themselves.
    """

    def __init__(self, database: Database | None = None, files: FileStore | None = None) -> None:
        self.dispatched: list[Job] = []
        self.database, self.files = database, files
        self.completes_proofs = True

    def dispatch(self, job: Job) -> None:
        if job.name == RENDER_PROOF and self.completes_proofs and self.database and self.files:
            complete_proof(self.database, job.id, sha256=self.files.put(b"?"))
        elif job.name == PROVE_RESERVATION and self.completes_proofs and self.database:
            complete_reservation_proof(self.database, job.id)
        else:
            self.dispatched.append(job)


def complete_reservation_proof(database: Database, job_id: str) -> None:
    """Do a job of a proof of a reservation without rendering anything."""
    with database.write(NullDispatcher()) as tx:
        claim = jobs_store.claim(tx, job_id, lease=1)
        if claim:
            reservation_proofs.finish(tx, claim.ref)
            jobs_store.mark_done(tx, claim)


def complete_proofs(database: Database) -> None:
    """Do all jobs of proofs that wait, without rendering anything."""
    job_id: str | None = ""
    while job_id is not None:
        with database.read() as tx:
            job_id = proofs_store.find_newest_job(tx)
        if job_id:
            complete_proof(database, job_id)


def complete_proof(database: Database, job_id: str, *, sha256: str = "0" * 64) -> None:
    """Do a job of a proof without rendering anything: the proof is whole, `sha256` its file."""
    with database.write(NullDispatcher()) as tx:
        claim = jobs_store.claim(tx, job_id, lease=1)
        if claim is None:
            return
        if rendering.start_proof(tx, claim.ref):
            rendering.finish_proof(tx, claim.ref, pipelines=TEST_PIPELINES, sha256=sha256, size=1)
        jobs_store.mark_done(tx, claim)
        proof = proofs_store.get(tx, claim.ref)
        if proof:
            urgent_sending.carry_on(tx, document_id=proof.document)


@dataclass(frozen=True)
class SampleInstance:
    """An instance with the sample coalition, and its members."""

    app_state: AppState
    members: SampleMembers
    dispatcher: RecordingDispatcher
    sessions: dict[str, str] = field(default_factory=dict)
    session_lock: Lock = field(default_factory=Lock)

    @property
    def database(self) -> Database:
        return self.app_state.database

    @contextmanager
    def write(self, *, at: int | None = None) -> Iterator[Tx]:
        """Open a write transaction, with the clock fixed at `at` (µs UTC) if given."""
        clock = {} if at is None else {"clock": lambda: at}
        with self.database.write(self.dispatcher, **clock) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self.database.read() as tx:
            yield tx

    def actor(self, tx: Tx, key: str) -> Actor:
        """Return the person of that key in sample.json as an actor with all their scopes."""
        return document_module.load_actor(tx, self.members.people[key].id)

    def token(self, key: str) -> str:
        return self.members.people[key].token

    def session(self, key: str) -> str:
        """Return a session of that person, as after signing in; threads get the same one, once it is committed."""
        with self.session_lock:
            if key not in self.sessions:
                with self.write() as tx:
                    browser = sign_in.Browser(own_device=True)
                    session = sign_in.start_session(tx, self.actor(tx, key), browser=browser)
                self.sessions[key] = session
            return self.sessions[key]

    def session_headers(self, key: str) -> dict[str, str]:
        """Return the headers of a request in a session of that person, as a browser on loopback sends them."""
        return credential_headers(session=self.session(key))


def stored_path(files: FileStore, sha256: str = "") -> Path:
    """Return the path of a stored file of an instance; without a digest, the directory."""
    assert isinstance(files.backend, DirectoryBackend)
    return files.backend.path(sha256) if sha256 else files.backend.root


def create_database(path: Path) -> None:
    """Create an empty migrated SQLite file."""
    migrate(f"sqlite:///{path}")


def create_template(directory: Path) -> SampleMembers:
    """Create `mithaq.db` with the sample coalition in `directory`; tests run on copies of it."""
    path = directory / "mithaq.db"
    create_database(path)
    database = connect(f"sqlite:///{path}")
    try:
        return document_module.create_coalition(database, origin=ORIGIN)
    finally:
        database.close()


def copy_template(database_template: Path, members: SampleMembers, directory: Path) -> SampleInstance:
    """Copy the template into `directory` and open it."""
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(database_template / "mithaq.db", directory / "mithaq.db")
    return open_instance("", members, directory)


def open_instance(database_url: str, members: SampleMembers, directory: Path) -> SampleInstance:
    """Open an instance on a database that holds the sample coalition; an empty URL means the SQLite file in
    `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    secrets = {"database_url": database_url, "secret": SECRET.decode()}
    settings = Settings.load({}, var=directory, sample=True, **secrets)
    database = connect(settings.resolved_database_url)
    files = open_file_store(settings.resolved_files_url)
    dispatcher = RecordingDispatcher(database, files)
    app_state = AppState(
        settings,
        database,
        files,
        dispatcher,
        SECRET,
    )
    return SampleInstance(app_state, members, dispatcher)


def make_public(instance: SampleInstance, *, origin: str = OLD_ORIGIN, sample: bool = False) -> None:
    """Give an instance a public address. The record does not know of it, so `coalition.sample` differs from it.

    With `sample` it stays a sample: rounds open without a mail server.
    """
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=origin, sample=sample))


def create_document(
    instance: SampleInstance,
    *,
    texts: Mapping[str, str] | None = None,
    by: str = "lama",
    kind: str = "statement",
    **more: Any,
) -> str:
    """Create a document in drafting, with a short Arabic text (and any `texts`); return its id."""
    editions = texts or {"ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n"}
    with instance.write() as tx:
        return documents.open_document(
            tx,
            instance.actor(tx, by),
            kind=kind,
            issued_by="coalition",
            authentic=list(editions)[:1],
            editions={lang: documents.InitialText(f"Title {lang}", text) for lang, text in editions.items()},
            front={},
            **more,
        )


def save_text(
    instance: SampleInstance, document: str, text: str, *, lang: str = "ar", by: str = "lama"
) -> save.SavedDraft:
    """Save the whole text against the present draft."""
    with instance.write() as tx:
        head = journal_store.get_head(tx, f"{document}.{lang}")
        return save.save(
            tx, instance.actor(tx, by), document_id=document, lang=lang, text=text, epoch=head.epoch, seq=head.seq
        )


def create_unsaved_change(
    instance: SampleInstance, document: str, text: str | None = None, *, by: str = "lama", lang: str = "ar"
) -> UnsavedChange:
    """Create an unsaved change based on the present draft; without a `text`, one more word at its end."""
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        current = save.read(tx, actor, document_id=document, lang=lang)
        wanted = text or f"{current.text.rstrip()} متأخّر.\n"
        based_on = (current.epoch, current.seq)
        return unsaved_changes.add_unsaved_change(
            tx, actor, document_id=document, lang=lang, text=wanted, why="closed", position=based_on
        )


def create_suggestion(
    instance: SampleInstance, document: str, text: str, *, by: str = "yusuf", lang: str = "en", reason: str = ""
) -> Suggestion:
    """Suggest `text`, based on the present draft."""
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        current = save.read(tx, actor, document_id=document, lang=lang)
        position = (current.epoch, current.seq)
        return suggestions.add_suggestion(
            tx, actor, document_id=document, lang=lang, text=text, reason=reason, position=position
        )


def reset_draft(instance: SampleInstance, draft_id: str, text: str) -> None:
    """Reset the draft, as an operator would after a loss: it continues in a new epoch, unrelated to the old rows."""
    replica = SharedText.new(client_id=7)
    data = replica.splice([Edit(0, 0, text)])
    with instance.write() as tx:
        epoch = journal_store.lock_head(tx, draft_id).epoch + 1
        tx.connection.execute(draft.update().where(draft.c.id == draft_id).values(epoch=epoch, head=0))
        head = journal_store.Head(epoch, 0, False)
        actor = instance.members.people["salma"].id
        journal_store.append(tx, draft_id, head, client=7, actor=actor, origin="seed", data=data)


def cut_version(instance: SampleInstance, document: str, *, by: str = "lama") -> int:
    """Cut a version now; return its number."""
    with instance.write() as tx:
        return versions.cut_version(tx, instance.actor(tx, by), document_id=document).number


def move_to_review(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="review")


def grant_all_mandates(instance: SampleInstance) -> None:
    """Give every organisation's signatory a live mandate."""
    _grant_mandates(instance, document_module.mandate_holders(document_module.load_script()))


def ensure_signatory(instance: SampleInstance) -> None:
    """Give the signatory of the last organisation a live mandate if nobody has one: a round needs one to open."""
    with instance.read() as tx:
        has_mandate = bool(mandates_store.list_all(tx))
    if not has_mandate:
        _grant_mandates(instance, list(document_module.mandate_holders(document_module.load_script()))[-1:])


def _grant_mandates(instance: SampleInstance, holders: Iterable[tuple[str, str, str]]) -> None:
    script = document_module.load_script()
    for organisation, focal, signatory in holders:
        with instance.write() as tx:
            id = mandates.grant_mandate(
                tx,
                instance.actor(tx, focal),
                organisation=instance.members.organisations[organisation],
                person=instance.members.people[signatory].id,
            )
            for key in document_module.people_with_role(script, "secretariat"):
                if (secretary := instance.actor(tx, key)).has_role([SECRETARIAT]):
                    mandates.confirm_mandate(tx, secretary, mandate=id)
    with instance.write() as tx:
        settle_power_notices(tx)


def open_round(
    instance: SampleInstance,
    document: str,
    *,
    rule: Mapping[str, Any] | None = document_module.TWO_THIRDS,
    lasts: int = document_module.DAY,
    close_when_all_answered: bool = False,
    version: int = 1,
    options: RoundOptions = DEFAULT_OPTIONS,
) -> str:
    """Open a round over the document's first version, or another, now."""
    ensure_signatory(instance)
    with instance.write() as tx:
        return rounds.open_round(
            tx,
            instance.actor(tx, "salma"),
            document_id=document,
            version_number=version,
            closes_at=tx.now + lasts,
            rule=rule,
            close_when_all_answered=close_when_all_answered,
            options=options,
        )


def open_round_with_document(instance: SampleInstance, **more: Any) -> tuple[str, str]:
    """Return (document, round): a version cut, in review, put to a round, all mandates granted."""
    grant_all_mandates(instance)
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document, open_round(instance, document, **more)


def prepare_endorsement(
    instance: SampleInstance,
    round_id: str,
    by: str,
    position: str = "endorse",
    *,
    reservation: Mapping[str, str] | None = None,
    replaces: str | None = None,
    at: int | None = None,
) -> tuple[str, str]:
    """Return (challenge, code) of a prepared statement."""
    if reservation:
        prove_reservation(instance, round_id, by, reservation, at=at)
    with instance.write(at=at) as tx:
        actor = instance.actor(tx, by)
        challenge = endorsements.prepare(
            tx,
            actor,
            round_id=round_id,
            position=position,
            reservation=reservation,
            lang="ar",
            replaces=replaces,
            secret=SECRET,
        )
        return challenge.challenge, mailed_code(tx, actor.person)


def prove_reservation(
    instance: SampleInstance, round_id: str, by: str, reservation: Mapping[str, str], *, at: int | None = None
) -> None:
    """Let the proofs of a reservation be whole, without rendering anything; refused ones are left to `prepare`."""
    with suppress(DomainError), instance.write(at=at) as tx:
        actor = instance.actor(tx, by)
        for id in endorsements.prove_reservation(tx, actor, round_id=round_id, reservation=reservation):
            reservation_proofs.finish(tx, id)


def mailed_code(tx: Tx, person: str) -> str:
    """Return the code in the last email to a person of a test instance."""
    return document_module.mailed_code(tx, person, secret=SECRET)


def cast_endorsement(
    instance: SampleInstance, round_id: str, by: str, position: str = "endorse", *, at: int | None = None, **more: Any
) -> str:
    """Cast the endorsement of an organisation's signatory; return the SHA-256 of its statement."""
    challenge, code = prepare_endorsement(instance, round_id, by, position, at=at, **more)
    with instance.write(at=at) as tx:
        actor = instance.actor(tx, by)
        return endorsements.cast(
            tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET
        ).statement_sha256


def close_round(instance: SampleInstance, round_id: str) -> None:
    """Close the round as both persons of the secretariat."""
    for key in ("salma", "karim"):
        with instance.write() as tx:
            endings.request_close(tx, instance.actor(tx, key), round_id=round_id)


def create_sealed_document(instance: SampleInstance) -> str:
    """Create a document whose round has passed."""
    document, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda", "endorse_with_reservation", reservation={"ar": "نتحفّظ على المادة ١."})
    cast_endorsement(instance, round_id, "nabil", "abstain")
    close_round(instance, round_id)
    return document


def settle_power_notices(tx: Tx) -> None:
    """Mark all notices of acts of power as read and emailed, for tests of other notices."""
    notified = notice.update().where(notice.c.kind.startswith("power."))
    tx.connection.execute(notified.values(read_at=tx.now, mail_at=None))


def confirm_waiting(tx: Tx, by: Actor) -> None:
    """Confirm, as a second person, all requests that wait for one."""
    for request in approvals_store.list_waiting(tx):
        approval_decisions.approve(tx, by, request=request.id, channel="a call")


def set_secretariat(tx: Tx, persons: Collection[str]) -> None:
    """Make these persons (ids) the secretariat, as if every step had been confirmed."""
    for one in people_store.list_role_holders(tx, [SECRETARIAT]):
        people_store.revoke_role(tx, person_id=one.id, role=SECRETARIAT, document="")
    for id in persons:
        people_store.grant_role(tx, person_id=id, role=SECRETARIAT, document="", by=None)


def add_proved_person(
    tx: Tx, *, email: str, organisation: str | None, roles: Collection[str] = (), came_in: bool = True
) -> str:
    """Add a person whose roles are in force and whose address is proved; return their id."""
    id = people_actions.create_person(
        tx, names={"en": email}, email=email, organisation=organisation, lang="en", by=None
    )
    for role in roles:
        people_store.grant_role(tx, person_id=id, role=role, document="", by=None)
    address_proof.mark_proved(tx, id, proof="code", by=None)
    if came_in:
        address_proof.mark_came_in(tx, document_module.load_actor(tx, id))
    return id


def create_invitation(
    tx: Tx,
    by: Actor,
    *,
    organisation: str | None,
    email: str = "new@x.example",
    roles: tuple[str, ...] = ("drafter",),
    lang: str = "en",
) -> invitation_links.NewInvitation:
    """Create an invitation whose mail is queued."""
    return invitations.invite(
        tx, by, email=email, organisation=organisation, roles=roles, lang=lang, secret=SECRET, mail_enabled=True
    )
