"""Every way into an account ends when its password, address or second factor changes, except the session in use."""

from service.actions.accounts import access, sign_in
from service.actions.authorization import authenticate
from service.actions.membership import people
from service.store import record as record_store
from tests.support.factories import SampleInstance


def test_other_sessions_and_all_keys_end(instance: SampleInstance) -> None:
    lama = instance.members.people["lama"]
    with instance.write() as tx:
        kept, other = (sign_in.start_session(tx, instance.actor(tx, "lama"), browser=sign_in.Browser()) for _ in "12")
        stolen = people.issue_token(tx, instance.actor(tx, "lama"), label="stolen", scopes=("read",)).token
        with_key = sign_in.sign_in_with_token(tx, token=stolen, browser=sign_in.Browser())
    with instance.write() as tx:
        access.end_other_access(tx, lama.id, except_session=kept)
        assert tx.changes.rights
    with instance.read() as tx:
        assert authenticate(tx, token=None, session=kept)
        assert [authenticate(tx, token=None, session=one) for one in (other, with_key)] == [None, None]
        assert [authenticate(tx, token=one, session=None) for one in (stolen, lama.token)] == [None, None]
        assert authenticate(tx, token=instance.token("jihan"), session=None)
        acts = [one.content for one in record_store.list_leaves(tx, limit=1000)]
        assert sum(b'"token.revoke"' in (one or b"") for one in acts) == 2
