"""Number of statements per request: on PostgreSQL each is a round trip."""

from sqlalchemy import event

from service.actions.endorsement import endorsements
from tests.support.factories import SECRET, SampleInstance, open_round_with_document, prepare_endorsement

DATABASES = ("postgresql",)

MOST = 14
"""Statements of one cast, excluding BEGIN, COMMIT and authentication."""


def test_cast_repeats_no_query(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    said: list[str] = []
    with instance.write() as tx:
        actor = instance.actor(tx, "yusuf")
        event.listen(tx.connection, "before_cursor_execute", lambda *words: said.append(words[2]))
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)
    assert len(said) <= MOST, "\n".join(said)
    assert len(set(said)) == len(said), "\n".join(said)
