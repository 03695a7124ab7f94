"""Offboarding by the secretariat: roles, API tokens, persons."""

import pytest

from service.actions import authorization
from service.actions.accounts import sign_in
from service.actions.membership import offboarding, people
from service.domain.errors import Conflict, Forbidden, NotFound
from service.domain.trust.leaf import verify_chain
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from tests.support.factories import (
    SampleInstance,
    confirm_waiting,
    create_document,
    grant_all_mandates,
    set_secretariat,
)


def test_only_secretariat_can_revoke(instance: SampleInstance) -> None:
    person = instance.members.people["yusuf"].id
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        with pytest.raises(Forbidden):
            offboarding.close_person(tx, lama, person=person)
        with pytest.raises(Forbidden):
            offboarding.revoke_role(tx, lama, person=person, role="signatory")
        with pytest.raises(Forbidden):
            offboarding.revoke_token_of_other(tx, lama, person=person, token="tok_none")


def test_unknown_role_token_or_person_is_not_found(instance: SampleInstance) -> None:
    person = instance.members.people["yusuf"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        with pytest.raises(NotFound):
            offboarding.close_person(tx, salma, person="per_none")
        with pytest.raises(NotFound):
            offboarding.revoke_role(tx, salma, person="per_none", role="signatory")
        with pytest.raises(NotFound):
            offboarding.revoke_role(tx, salma, person=person, role="drafter", document="doc_none")
        for owner, token in ((person, "tok_none"), ("per_none", people_store.list_tokens(tx, person)[0]["id"])):
            with pytest.raises(NotFound):
                offboarding.revoke_token_of_other(tx, salma, person=owner, token=token)


def test_last_secretariat_member_cannot_be_removed(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        set_secretariat(tx, [salma.person])
        with pytest.raises(Conflict) as closing:
            offboarding.close_person(tx, salma, person=salma.person)
        with pytest.raises(Conflict) as taking:
            offboarding.revoke_role(tx, salma, person=salma.person, role="secretariat")
    assert closing.value.code == taking.value.code == "last_secretary"


def test_removed_person_can_neither_sign_in_nor_sign(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    yusuf = instance.members.people["yusuf"]
    with instance.write() as tx:
        session = sign_in.sign_in_with_token(tx, token=yusuf.token, browser=sign_in.Browser())
        assert mandates_store.list_unrevoked(tx, person=yusuf.id)
        before = record_store.get_last_seq(tx)
        offboarding.close_person(tx, instance.actor(tx, "salma"), person=yusuf.id)
        confirm_waiting(tx, instance.actor(tx, "karim"))
        assert authorization.authenticate(tx, token=yusuf.token, session=None) is None
        assert authorization.authenticate(tx, token=None, session=session) is None
        assert mandates_store.list_unrevoked(tx, person=yusuf.id) == []
        assert all(one["revoked_at"] for one in people_store.list_tokens(tx, yusuf.id))
        with pytest.raises(Conflict) as again:
            offboarding.close_person(tx, instance.actor(tx, "salma"), person=yusuf.id)
        assert again.value.code == "person_closed"
        contents = [row.content or b"" for row in record_store.list_leaves(tx, after=before)]
        acts = [one.split(b'"act":"')[1].split(b'"')[0] for one in contents]
        assert acts[acts.index(b"person.close") + 1] == b"mandate.revoke"
        assert verify_chain(record_store.list_leaves(tx)) is None


def test_role_is_revoked_where_it_is_held_and_may_be_granted_again(instance: SampleInstance) -> None:
    document = create_document(instance)
    lama = instance.members.people["lama"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        people.grant_role(tx, salma, person=lama, role="observer", document=document)
        offboarding.revoke_role(tx, salma, person=lama, role="observer", document=document)
        assert not instance.actor(tx, "lama").has_role(["observer"], any_document=True)
        offboarding.revoke_role(tx, salma, person=lama, role="drafter")
        assert not instance.actor(tx, "lama").has_role(["drafter"])
        people.grant_role(tx, salma, person=lama, role="drafter")
        assert instance.actor(tx, "lama").has_role(["drafter"])


def test_secretariat_revokes_any_token_and_its_sessions(instance: SampleInstance) -> None:
    lama = instance.members.people["lama"]
    with instance.write() as tx:
        session = sign_in.sign_in_with_token(tx, token=lama.token, browser=sign_in.Browser())
        token = people_store.list_tokens(tx, lama.id)[0]["id"]
        offboarding.revoke_token_of_other(tx, instance.actor(tx, "salma"), person=lama.id, token=token)
        assert authorization.authenticate(tx, token=lama.token, session=None) is None
        assert authorization.authenticate(tx, token=None, session=session) is None


def test_token_is_revoked_with_the_token_that_created_it(instance: SampleInstance) -> None:
    lama = instance.members.people["lama"]
    with instance.write() as tx:
        first = authorization.authenticate(tx, token=lama.token, session=None)
        assert first is not None
        child = people.issue_token(tx, first, label="child", scopes=("read", "write"))
        session = sign_in.sign_in_with_token(tx, token=child.token, browser=sign_in.Browser())
        with_session = authorization.authenticate(tx, token=None, session=session)
        assert with_session is not None
        grandchild = people.issue_token(tx, with_session, label="grandchild", scopes=("read",))
        other = people.issue_token(tx, instance.actor(tx, "lama"), label="of no key", scopes=("read",))
        before = record_store.get_last_seq(tx)
        people.revoke_token(tx, first, token=child.id)
        assert authorization.authenticate(tx, token=grandchild.token, session=None) is None
        assert authorization.authenticate(tx, token=None, session=session) is None
        assert authorization.authenticate(tx, token=lama.token, session=None) and authorization.authenticate(
            tx, token=other.token, session=None
        )
        contents = [row.content or b"" for row in record_store.list_leaves(tx, after=before)]
        assert [child.id.encode() in contents[0], grandchild.id.encode() in contents[1], len(contents)] == [
            True,
            True,
            2,
        ]
        with pytest.raises(NotFound):
            people.revoke_token(tx, first, token=child.id)
