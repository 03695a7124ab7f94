"""Number of statements per request: on PostgreSQL each is a round trip."""

from sqlalchemy import event

from service.actions.endorsement import endorsements
from tests.support.factories import SECRET, SampleInstance, open_round_with_document, prepare_endorsement

DATABASES = ("postgresql",)

MOST = 19
"""Statements of one cast, excluding BEGIN, COMMIT, authentication and notices.

The trust rules added five to the former 14: whether the instance is paused, the proof of the person (two), disputes,
and the people of the organisation, who get a notice at once.
"""

COLLEAGUES = 2
"""People of the organisation that answers, who get a notice of three statements each."""


def test_cast_repeats_no_query(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    said: list[str] = []
    with instance.write() as tx:
        actor = instance.actor(tx, "yusuf")
        event.listen(tx.connection, "before_cursor_execute", lambda *words: said.append(words[2]))
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)
    of_notices = [one for one in said if "notice" in one]
    others = [one for one in said if "notice" not in one]
    assert len(others) <= MOST, "\n".join(others)
    assert len(of_notices) <= 3 * COLLEAGUES + 1, "\n".join(of_notices)
    assert {one for one in others if others.count(one) > 1} == set(), "\n".join(others)
