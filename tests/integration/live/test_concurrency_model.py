"""Stateful model: replicas of two processes, an action that edits without a room, and browsers that come and go, over a
real journal and without a socket. Whatever the order of events, nothing is shown before it is on disk, nothing
acknowledged is lost, and in the end all replicas agree."""

import os
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.actions.drafts import live, planned_row
from service.domain.comments.comment_anchor import Anchor, create_anchor, locate_anchors
from service.domain.crdt.client_ids import new_client_id
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import EMPTY_UPDATE, parse_update
from service.domain.errors import Conflict
from service.job_dispatch import NullDispatcher
from service.live.draft_replica import DraftReplica
from service.store.db import Database, Tx
from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document
from tests.support.ws_clients import random_edit
from tests.unit.crdt.edit_strategies import ReferenceReplica

T = TypeVar("T")

STEPS = 120


class CommitFailed(Exception):
    """An injected commit failure."""


@dataclass(eq=False)
class ModelBrowser:
    """A person's replica; `saved` was acknowledged, `inbox` is in transit to it by `line`."""

    name: str
    copy: SharedText
    saved: list[bytes] = field(default_factory=list)
    inbox: list[bytes] = field(default_factory=list)
    line: "ModelConnection | None" = None


@dataclass(eq=False)
class ModelConnection:
    """A connection: `out` is in transit to the host, `unsure` was received there and not acknowledged."""

    browser: ModelBrowser
    host: "ModelHost"
    out: list[bytes] = field(default_factory=list)
    unconfirmed: list[bytes] = field(default_factory=list)


@dataclass(eq=False)
class ModelHost:
    """A process: its replicas, and a commit in progress."""

    world: "ModelWorld"
    inbox: DraftReplica[ModelConnection]
    lines: list[ModelConnection] = field(default_factory=list)
    rows: list[tuple[str, bytes]] | None = None

    def join(self, one: ModelBrowser) -> None:
        """Send the greeting once the tail is read; what the browser has and the host lacks is sent at once."""
        if self.rows is not None:
            return
        self.catch_up()
        one.line = ModelConnection(one, self)
        self.lines.append(one.line)
        one.inbox.clear()
        one.copy.apply(self.inbox.committed.updates_since(one.copy.state_vector()))
        lacking = one.copy.updates_since(self.inbox.committed.state_vector())
        if lacking != EMPTY_UPDATE:
            one.line.out.append(lacking)

    def catch_up(self) -> None:
        if self.rows is None:
            self.show(self.inbox.apply_missed(self.world.tail(self.inbox.seq)))

    def take(self, line: ModelConnection) -> None:
        """Handle the next message of a browser."""
        update = line.out[0]
        try:
            self.inbox.submit(line, line.browser.name, update)
        except MissingDependencies:
            if self.rows is not None:
                return
            self.catch_up()
            self.inbox.submit(line, line.browser.name, update)
        line.unconfirmed.append(line.out.pop(0))

    def begin(self) -> None:
        if self.rows is None and self.inbox.queue:
            self.rows = self.inbox.begin_commit()

    def finish(self, *, fails: bool) -> None:
        """Finish the commit in progress."""
        rows, self.rows = self.rows, None
        if rows is None:
            return
        try:
            missed, seq = self.world.land(rows, self.inbox.seq, fails=fails)
        except Conflict:
            for line in self.inbox.discard():
                self.world.restart_empty(line)
            return
        except CommitFailed:
            for line in self.inbox.discard():
                disconnect(line)
            return
        shown = self.inbox.finish_commit(missed, seq)
        self.world.check_on_disk(self.inbox)
        self.show(shown.frame)
        for line, count in shown.counts.items():
            line.browser.saved += line.unconfirmed[:count]
            del line.unconfirmed[:count]

    def show(self, frame: bytes) -> None:
        for line in self.lines if frame else ():
            line.browser.inbox.append(frame)


def disconnect(line: ModelConnection | None) -> None:
    """Close the connection, if there is one."""
    if line and line in line.host.lines:
        line.host.lines.remove(line)
        line.browser.line = None


class ModelWorld:
    """The journal, hosts and browsers."""

    def __init__(self, database: Database, draft: str, chance: random.Random) -> None:
        self.database, self.draft, self.chance = database, draft, chance
        self.hosts = [ModelHost(self, DraftReplica(self.read(lambda tx: live.load_draft(tx, draft)))) for _ in range(2)]
        self.passages: list[tuple[int, int, int, Anchor]] = []
        self.people = [ModelBrowser(name, self.copy()) for name in ("lama", "jihan", "salma", "karim")]

    def copy(self) -> SharedText:
        return SharedText.new(client_id=new_client_id(self.chance.getrandbits(52)))

    def read(self, look: Callable[[Tx], T]) -> T:
        with self.database.read() as tx:
            return look(tx)

    def tail(self, after: int) -> tuple[journal_store.Update, ...]:
        return self.read(lambda tx: journal_store.list_updates(tx, self.draft, epoch=1, after=after))

    def land(
        self, rows: list[tuple[str, bytes]], after: int, *, fails: bool
    ) -> tuple[tuple[journal_store.Update, ...], int]:
        if not rows:
            missed = self.tail(after)
            return missed, missed[-1].seq if missed else after
        with self.database.write(NullDispatcher()) as tx:
            appended = live.append_updates(tx, self.draft, epoch=1, after=after, rows=rows, claims={})
            if fails:
                raise CommitFailed
        return appended.missed_updates, appended.seq

    def edit(self) -> None:
        """Edit the draft by an action, without a room."""
        with self.database.write(NullDispatcher()) as tx:
            head = journal_store.lock_head(tx, self.draft)
            if head.frozen:
                return
            copy = planned_row.load_shared_text(tx, self.draft, epoch=1)
            change = random_edit(self.chance, copy.text)
            row = planned_row.PlannedRow((head.epoch, head.seq), "", copy.splice([change]), copy.client_id)
            planned_row.append_row(tx, self.draft, head, row, actor="per_editor", origin="saved")

    def freeze(self, frozen: bool) -> None:
        with self.database.write(NullDispatcher()) as tx:
            journal_store.set_frozen(tx, self.draft, frozen=frozen)

    def restart_empty(self, line: ModelConnection) -> None:
        """Put rejected edits aside; the browser starts empty under a new client id."""
        if line.browser.line is line:
            line.browser.copy = self.copy()
            line.browser.inbox.clear()
        disconnect(line)

    def check_on_disk(self, inbox: DraftReplica[ModelConnection]) -> None:
        """Check that what would be shown is exactly rows 1 … seq."""
        stored = self.read(lambda tx: journal_store.load_draft(tx, self.draft, epoch=1, upto=inbox.seq))
        rows = [row.data for row in stored.updates]
        assert SharedText.load(stored.state, rows, client_id=1).text == inbox.committed.text

    def add_anchor(self, host: ModelHost) -> None:
        """Anchor a comment to a passage of what is shown."""
        text, seq = host.inbox.committed.text, host.inbox.seq
        if text:
            start = self.chance.randrange(len(text))
            end = min(len(text), start + self.chance.randint(1, 9))
            self.passages.append((seq, start, end, create_anchor(host.inbox.committed, start, end)))

    def check_passages(self) -> None:
        """Check that each anchor resolves, on every replica, to its remaining characters."""
        replay, marks = ReferenceReplica(), list[list[int]]()
        for row in self.tail(0):
            replay.apply(row.data)
            marks += [replay.marks[start:end] for seq, start, end, _ in self.passages if seq == row.seq]
        holds = [held for *_, held in sorted(self.passages, key=lambda one: one[0])]
        found = locate_anchors(replay.shared_text, holds)
        assert [None if one.is_deleted else (one.start, one.end) for one in found] == [
            replay.span_of(its) for its in marks
        ]
        for one in self.people:
            assert locate_anchors(one.copy, holds) == found

    def step(self) -> None:
        chance, host, one = self.chance, self.chance.choice(self.hosts), self.chance.choice(self.people)
        match chance.choices(range(11), weights=(30, 22, 10, 12, 6, 10, 6, 3, 2, 2, 4))[0]:
            case 0 if one.line:
                update = one.copy.splice([random_edit(chance, one.copy.text)])
                one.line.out += [update] if update else []
            case 1 if one.line and one.line.out:
                one.line.host.take(one.line)
            case 2:
                host.begin()
            case 3:
                host.finish(fails=chance.random() < 0.12)
            case 4:
                host.catch_up()
            case 5 if one.inbox:
                one.copy.apply(one.inbox.pop(0))
            case 6:
                disconnect(one.line)
                host.join(one)
            case 7:
                self.edit()
            case 8:
                self.freeze(chance.random() < 0.5)
            case 9:
                disconnect(one.line)
            case 10:
                self.add_anchor(host)

    def settle(self) -> None:
        """Reconnect everybody and deliver everything in transit."""
        self.freeze(False)
        for host in self.hosts:
            host.finish(fails=False)
        for one in self.people:
            disconnect(one.line)
        for _ in range(3):
            for one in self.people:
                self.hosts[0].join(one)
                while one.line and one.line.out:
                    self.hosts[0].take(one.line)
                self.hosts[0].begin()
                self.hosts[0].finish(fails=False)
                disconnect(one.line)
        for host in self.hosts:
            host.inbox.discard()
            host.catch_up()
        for one in self.people:
            self.hosts[1].join(one)


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=1000 if os.environ.get("MITHAQ_TEST_SOAK") else 25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_is_lost_and_all_agree_in_any_order(instance: SampleInstance, seed: int) -> None:
    draft = f"{create_document(instance, texts={'ar': 'نصّ المسودة 🙂 text'})}.ar"
    world = ModelWorld(instance.database, draft, random.Random(seed))
    for one in world.people:
        world.chance.choice(world.hosts).join(one)
    for _ in range(STEPS):
        world.step()
    world.settle()
    replay = SharedText.load(None, [row.data for row in world.tail(0)], client_id=secrets.randbits(52) | 1)
    texts = {one.copy.text for one in world.people} | {host.inbox.committed.text for host in world.hosts}
    texts |= {host.inbox.speculative.text for host in world.hosts}
    assert texts == {replay.text}
    world.check_passages()
    assert all(replay.apply(update) == b"" for one in world.people for update in one.saved)
    whose: dict[int, str] = {}
    for row in world.tail(0):
        for struct in parse_update(row.data).structs:
            assert whose.setdefault(struct.run.client, row.actor) == row.actor
