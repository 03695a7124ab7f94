"""What the secretariat takes back: roles, keys, persons."""

import pytest

from service.actions import authorization
from service.actions.accounts import sign_in
from service.actions.membership import offboarding, people
from service.domain.errors import Conflict, Forbidden, NotFound
from service.domain.trust.leaf import verify
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from tests.support.factories import Stage, a_document, mandated


def test_only_the_secretariat_takes_things_back(stage: Stage) -> None:
    person = stage.cast.people["yusuf"].id
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        with pytest.raises(Forbidden):
            offboarding.close_person(tx, lama, person=person)
        with pytest.raises(Forbidden):
            offboarding.take_role(tx, lama, person=person, role="signatory")
        with pytest.raises(Forbidden):
            offboarding.revoke_token(tx, lama, person=person, token="tok_none")


def test_what_is_not_there_cannot_be_taken(stage: Stage) -> None:
    person = stage.cast.people["yusuf"].id
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        with pytest.raises(NotFound):
            offboarding.close_person(tx, salma, person="per_none")
        with pytest.raises(NotFound):
            offboarding.take_role(tx, salma, person="per_none", role="signatory")
        with pytest.raises(NotFound):
            offboarding.take_role(tx, salma, person=person, role="drafter", document="doc_none")
        for owner, token in ((person, "tok_none"), ("per_none", people_store.tokens(tx, person)[0]["id"])):
            with pytest.raises(NotFound):
                offboarding.revoke_token(tx, salma, person=owner, token=token)


def test_the_last_of_the_secretariat_stays(stage: Stage) -> None:
    with stage.write() as tx:
        salma, karim = stage.actor(tx, "salma"), stage.actor(tx, "karim")
        offboarding.close_person(tx, salma, person=karim.person)
        with pytest.raises(Conflict) as closing:
            offboarding.close_person(tx, salma, person=salma.person)
        with pytest.raises(Conflict) as taking:
            offboarding.take_role(tx, salma, person=salma.person, role="secretariat")
    assert closing.value.code == taking.value.code == "last_secretary"


def test_whoever_leaves_comes_in_no_more_and_signs_no_more(stage: Stage) -> None:
    mandated(stage)
    yusuf = stage.cast.people["yusuf"]
    with stage.write() as tx:
        session = sign_in.by_key(tx, token=yusuf.token, browser=sign_in.Browser())
        assert mandates_store.unrevoked(tx, person=yusuf.id)
        before = record_store.head(tx)
        offboarding.close_person(tx, stage.actor(tx, "salma"), person=yusuf.id)
        assert authorization.whoami(tx, token=yusuf.token, session=None) is None
        assert authorization.whoami(tx, token=None, session=session) is None
        assert mandates_store.unrevoked(tx, person=yusuf.id) == []
        assert all(one["revoked_at"] for one in people_store.tokens(tx, yusuf.id))
        with pytest.raises(Conflict) as again:
            offboarding.close_person(tx, stage.actor(tx, "salma"), person=yusuf.id)
        assert again.value.code == "person_closed"
        said = [row.content or b"" for row in record_store.rows(tx, after=before)]
        assert [b"person.close" in said[0], b"mandate.revoke" in said[1]] == [True, True]
        assert verify(record_store.rows(tx)) is None


def test_a_role_is_taken_where_it_is_held_and_may_be_given_again(stage: Stage) -> None:
    document = a_document(stage)
    lama = stage.cast.people["lama"].id
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        people.grant_role(tx, salma, person=lama, role="observer", document=document)
        offboarding.take_role(tx, salma, person=lama, role="observer", document=document)
        assert not stage.actor(tx, "lama").holds(["observer"], anywhere=True)
        offboarding.take_role(tx, salma, person=lama, role="drafter")
        assert not stage.actor(tx, "lama").holds(["drafter"])
        people.grant_role(tx, salma, person=lama, role="drafter")
        assert stage.actor(tx, "lama").holds(["drafter"])


def test_the_secretariat_ends_a_key_of_anybody_and_its_sessions(stage: Stage) -> None:
    lama = stage.cast.people["lama"]
    with stage.write() as tx:
        session = sign_in.by_key(tx, token=lama.token, browser=sign_in.Browser())
        token = people_store.tokens(tx, lama.id)[0]["id"]
        offboarding.revoke_token(tx, stage.actor(tx, "salma"), person=lama.id, token=token)
        assert authorization.whoami(tx, token=lama.token, session=None) is None
        assert authorization.whoami(tx, token=None, session=session) is None


def test_a_key_ends_with_the_key_it_was_made_with(stage: Stage) -> None:
    lama = stage.cast.people["lama"]
    with stage.write() as tx:
        first = authorization.whoami(tx, token=lama.token, session=None)
        assert first is not None
        child = people.issue_token(tx, first, label="child", scopes=("read", "write"))
        session = sign_in.by_key(tx, token=child.token, browser=sign_in.Browser())
        with_session = authorization.whoami(tx, token=None, session=session)
        assert with_session is not None
        grandchild = people.issue_token(tx, with_session, label="grandchild", scopes=("read",))
        other = people.issue_token(tx, stage.actor(tx, "lama"), label="of no key", scopes=("read",))
        before = record_store.head(tx)
        people.revoke_token(tx, first, token=child.id)
        assert authorization.whoami(tx, token=grandchild.token, session=None) is None
        assert authorization.whoami(tx, token=None, session=session) is None
        assert authorization.whoami(tx, token=lama.token, session=None) and authorization.whoami(
            tx, token=other.token, session=None
        )
        said = [row.content or b"" for row in record_store.rows(tx, after=before)]
        assert [child.id.encode() in said[0], grandchild.id.encode() in said[1], len(said)] == [True, True, 2]
        with pytest.raises(NotFound):
            people.revoke_token(tx, first, token=child.id)
