"""How often an answer goes to the database and back: on PostgreSQL each time is a journey."""

from sqlalchemy import event

from service.actions.endorsement import endorsements
from tests.support.factories import SECRET, Stage, an_open_round, prepared

DATABASES = ("postgresql",)

MOST = 13
"""Statements of one cast, besides BEGIN and COMMIT and the question who asks."""


def test_a_cast_asks_nothing_twice(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    challenge, code = prepared(stage, round_id, "yusuf")
    said: list[str] = []
    with stage.write() as tx:
        actor = stage.actor(tx, "yusuf")
        event.listen(tx.connection, "before_cursor_execute", lambda *words: said.append(words[2]))
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)
    assert len(said) <= MOST, "\n".join(said)
    assert len(set(said)) == len(said), "\n".join(said)
