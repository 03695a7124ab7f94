"""The policy table: deny by default, lists show what single things allow."""

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from service.domain.documents.document import DRAFTING, STATES, WITHDRAWN
from service.domain.membership.people import (
    COMMUNICATIONS,
    DRAFTER,
    OBSERVER,
    ROLES,
    SCOPES,
    SECRETARIAT,
    Actor,
    RoleGrant,
)
from service.domain.policy import POLICY, VISIBLE_STATES, Resource, can_see_document, may, scope

OWN = {"account.own", "token.own", "notice.own"}
DOCUMENTS = ("doc_a", "doc_b")

grants = st.frozensets(st.builds(RoleGrant, st.sampled_from(ROLES), st.sampled_from(("", *DOCUMENTS))), max_size=4)
actors = st.builds(
    Actor,
    person=st.just("per_x"),
    name=st.just("x"),
    organisation=st.sampled_from((None, "org_a", "org_b")),
    lang=st.just("ar"),
    grants=grants,
    scopes=st.frozensets(st.sampled_from(SCOPES)),
)
things = st.builds(
    Resource,
    document=st.sampled_from((None, *DOCUMENTS)),
    state=st.sampled_from((None, *STATES)),
    ever_shared=st.booleans(),
    organisation=st.sampled_from((None, "org_a", "org_b")),
)


def an_actor(*roles: str, organisation: str | None = None) -> Actor:
    held = frozenset(RoleGrant(role, "") for role in roles)
    return Actor("per_x", "x", organisation, "ar", held, frozenset(SCOPES))


@given(actors, things)
def test_an_unknown_verb_is_refused(actor: Actor, thing: Resource) -> None:
    assert not may(actor, "document.burn", thing)


@given(actors, st.sampled_from(sorted(POLICY)), things)
def test_a_key_without_the_scope_opens_nothing(actor: Actor, verb: str, thing: Resource) -> None:
    if POLICY[verb].scope not in actor.scopes:
        assert not may(actor, verb, thing)


@given(st.sampled_from(sorted(POLICY)), things)
def test_without_a_role_nothing_is_allowed_but_what_is_ones_own(verb: str, thing: Resource) -> None:
    assert not may(an_actor(), verb, thing) or verb in OWN


def test_ones_own_account_stays_open_without_a_role() -> None:
    assert all(may(an_actor(), verb, Resource()) for verb in OWN)


@given(actors, st.sampled_from(sorted(POLICY)), things)
def test_what_is_for_ones_own_organisation_stops_there(actor: Actor, verb: str, thing: Resource) -> None:
    if POLICY[verb].own_organisation and actor.organisation != thing.organisation:
        assert not may(actor, verb, thing)


@example(an_actor(DRAFTER, COMMUNICATIONS), "export.request", "doc_a", DRAFTING, False)
@given(actors, st.sampled_from(sorted(POLICY)), st.sampled_from(DOCUMENTS), st.sampled_from(STATES), st.booleans())
def test_a_list_is_all_things_filtered_by_may(actor: Actor, verb: str, document: str, state: str, shown: bool) -> None:
    if POLICY[verb].own_organisation:
        return
    listed = any(
        (part.states is None or state in part.states)
        and (part.ids is None or document in part.ids)
        and (shown or not part.ever_shared)
        for part in scope(actor, verb).clauses
    )
    assert listed == may(actor, verb, Resource(document=document, state=state, ever_shared=shown))


def test_nobody_signs_but_signatories_and_only_for_their_own() -> None:
    for role in ROLES:
        actor = an_actor(role, organisation="org_a")
        assert may(actor, "endorsement.cast", Resource(organisation="org_a")) is (role == "signatory")
        assert not may(actor, "endorsement.cast", Resource(organisation="org_b"))


def test_the_secretariat_neither_signs_nor_publishes() -> None:
    secretariat = an_actor(SECRETARIAT)
    assert not may(secretariat, "endorsement.cast", Resource(organisation=None))
    assert not may(secretariat, "publication.publish", Resource())


def test_communications_and_observers_see_nothing_before_review() -> None:
    for role in (COMMUNICATIONS, OBSERVER):
        for shown in (False, True):
            assert not can_see_document(an_actor(role), document="doc_a", state=DRAFTING, ever_shared=shown)
            assert all(
                can_see_document(an_actor(role), document="doc_a", state=state, ever_shared=shown)
                for state in VISIBLE_STATES
            )


def test_withdrawing_opens_nothing_that_was_never_shown() -> None:
    for role in (COMMUNICATIONS, OBSERVER):
        assert [
            can_see_document(an_actor(role), document="doc_a", state=WITHDRAWN, ever_shared=shown)
            for shown in (False, True)
        ] == [
            False,
            True,
        ]


@given(st.sampled_from(ROLES), st.sampled_from(("token.own", "notice.own", "coalition.read", "organisation.read")))
def test_a_role_for_one_document_is_enough_for_ones_own_keys_and_notices(role: str, verb: str) -> None:
    scoped = replace(an_actor(), grants=frozenset({RoleGrant(role, "doc_a")}))
    assert may(scoped, verb, Resource())
    assert not may(replace(scoped, scopes=frozenset()), verb, Resource())
    assert not may(scoped, "record.read", Resource())
