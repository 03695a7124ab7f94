"""Organisations, persons, mandates, API tokens, coalition settings."""

from io import BytesIO

import pytest
from PIL import Image

from service.actions import authorization
from service.actions.accounts import sign_in
from service.actions.accounts.sign_in import Browser
from service.actions.membership import coalition, mandates, organisations, people
from service.domain.accounts.rules import IDLE_LIMIT_OWN_DEVICE, IDLE_LIMIT_SHARED_DEVICE, MAX_SESSION_AGE
from service.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, TooLarge
from service.domain.membership.people import TOKEN_SCOPES
from service.sample.document import DAY, load_actor
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.tables import metadata
from tests.support.factories import (
    ORIGIN,
    SampleInstance,
    add_proved_person,
    create_document,
    set_secretariat,
    stored_path,
)


def test_only_secretariat_adds_people(instance: SampleInstance) -> None:
    with instance.write() as tx, pytest.raises(Forbidden):
        people.add_person(
            tx, instance.actor(tx, "lama"), name="س", email="s@x.example", organisation=None, lang="ar", roles=()
        )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "salma@mithaq.example"}, "email_taken"),
        ({"email": "nobody"}, "bad_email"),
        ({"lang": "xx"}, "unknown_language"),
        ({"roles": ("queen",)}, "unknown_role"),
        ({"roles": ("signatory",)}, "role_needs_organisation"),
        ({"organisation": "org_none"}, "not_found"),
        ({"name": "\u202eeve"}, "bidi_override"),
    ],
)
def test_invalid_person_is_rejected(instance: SampleInstance, change: dict[str, object], code: str) -> None:
    given = {"name": "س", "email": "s@x.example", "organisation": None, "lang": "ar", "roles": ()} | change
    with pytest.raises(DomainError) as refused, instance.write() as tx:
        people.add_person(tx, instance.actor(tx, "salma"), **given)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_mandate_is_granted_within_own_organisation(instance: SampleInstance) -> None:
    sindyan, banks = instance.members.organisations["sindyan"], instance.members.organisations["two-banks"]
    yusuf, huda = (instance.members.people[key].id for key in ("yusuf", "huda"))
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        with pytest.raises(Forbidden):
            mandates.grant_mandate(tx, lama, organisation=banks, person=huda)
        with pytest.raises(InvalidInput) as refused:
            mandates.grant_mandate(tx, lama, organisation=sindyan, person=huda)
        with pytest.raises(InvalidInput) as past:
            mandates.grant_mandate(tx, lama, organisation=sindyan, person=yusuf, expires_at=1)
    assert (refused.value.code, past.value.code) == ("not_of_organisation", "bad_deadline")


def grant_mandate(instance: SampleInstance, *, expires_at: int | None = None) -> str:
    with instance.write() as tx:
        organisation, person = instance.members.organisations["sindyan"], instance.members.people["yusuf"].id
        return mandates.grant_mandate(
            tx, instance.actor(tx, "lama"), organisation=organisation, person=person, expires_at=expires_at
        )


def test_mandate_needs_two_secretariat_confirmations(instance: SampleInstance) -> None:
    id = grant_mandate(instance)
    with instance.write() as tx:
        assert mandates.confirm_mandate(tx, instance.actor(tx, "salma"), mandate=id).state == "granted"
        with pytest.raises(Conflict) as twice:
            mandates.confirm_mandate(tx, instance.actor(tx, "salma"), mandate=id)
        with pytest.raises(Forbidden):
            mandates.confirm_mandate(tx, instance.actor(tx, "lama"), mandate=id)
        assert mandates.confirm_mandate(tx, instance.actor(tx, "karim"), mandate=id).state == "confirmed"
    assert twice.value.code == "already_confirmed"


def test_secretariat_grantor_reduces_confirmations_needed(instance: SampleInstance) -> None:
    sindyan, yusuf = instance.members.organisations["sindyan"], instance.members.people["yusuf"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        person = add_proved_person(tx, email="maha@x.example", organisation=sindyan, roles=("focal_point",))
        set_secretariat(tx, [salma.person, person])
        maha = load_actor(tx, person)
        id = mandates.grant_mandate(tx, maha, organisation=sindyan, person=yusuf)
        with pytest.raises(Conflict) as own:
            mandates.confirm_mandate(tx, maha, mandate=id)
        assert mandates.confirm_mandate(tx, salma, mandate=id).state == "confirmed"
        assert own.value.code == "own_mandate"


def test_mandate_nobody_could_confirm_is_rejected(instance: SampleInstance) -> None:
    sindyan, yusuf = instance.members.organisations["sindyan"], instance.members.people["yusuf"].id
    with instance.write() as tx:
        lama = instance.members.people["lama"].id
        id = mandates.grant_mandate(tx, instance.actor(tx, "lama"), organisation=sindyan, person=yusuf)
        set_secretariat(tx, [lama])
        only = instance.actor(tx, "lama")
        with pytest.raises(Conflict) as granting:
            mandates.grant_mandate(tx, only, organisation=sindyan, person=yusuf)
        with pytest.raises(Conflict) as confirming:
            mandates.confirm_mandate(tx, only, mandate=id)
    assert granting.value.code == confirming.value.code == "nobody_to_confirm"


def test_revoking_without_permission_reveals_no_mandates(instance: SampleInstance) -> None:
    id = grant_mandate(instance)
    with instance.write() as tx:
        for mandate in (id, "man_none"):
            with pytest.raises(Forbidden):
                mandates.revoke_mandate(tx, instance.actor(tx, "reem"), mandate=mandate)


def test_mandate_ends_on_its_date_and_when_revoked(instance: SampleInstance) -> None:
    day = 4_000_000_000_000_000
    id = grant_mandate(instance, expires_at=day)
    with instance.write() as tx:
        for key in ("salma", "karim"):
            mandates.confirm_mandate(tx, instance.actor(tx, key), mandate=id)
    organisation, person = instance.members.organisations["sindyan"], instance.members.people["yusuf"].id
    for at, live in ((day - 1, True), (day, False)):
        with instance.write(at=at) as tx:
            assert bool(mandates_store.get_live(tx, organisation=organisation, person=person)) is live
    with instance.write() as tx:
        with pytest.raises(NotFound):
            mandates.revoke_mandate(tx, instance.actor(tx, "jihan"), mandate=id)
        mandates.revoke_mandate(tx, instance.actor(tx, "lama"), mandate=id)
        assert mandates_store.get_live(tx, organisation=organisation, person=person) is None
        with pytest.raises(Conflict) as ended:
            mandates.revoke_mandate(tx, instance.actor(tx, "salma"), mandate=id)
        with pytest.raises(Conflict) as over:
            mandates.confirm_mandate(tx, instance.actor(tx, "salma"), mandate=id)
    assert (ended.value.code, over.value.code) == ("mandate_ended", "mandate_not_waiting")


def test_token_scopes_cannot_exceed_those_of_its_creator(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        key = people.issue_token(tx, lama, label="reader", scopes=("read",))
        narrow = authorization.authenticate(tx, token=key.token, session=None)
        assert narrow is not None and narrow.scopes == {"read"}
        with pytest.raises(Forbidden) as wider:
            people.issue_token(tx, narrow, label="writer", scopes=("read", "write"))
        with pytest.raises(InvalidInput) as none:
            people.issue_token(tx, lama, label="none", scopes=())
        with pytest.raises(InvalidInput) as unknown:
            people.issue_token(tx, lama, label="fly", scopes=("fly",))
    assert wider.value.code == "scope_too_wide"
    assert none.value.code == unknown.value.code == "unknown_scope"


def test_token_ends_when_revoked_or_expired_and_is_stored_as_digest(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama, day = instance.actor(tx, "lama"), tx.now + DAY
        revoked = people.issue_token(tx, lama, label="one", scopes=TOKEN_SCOPES)
        dated = people.issue_token(tx, lama, label="two", scopes=TOKEN_SCOPES, expires_at=day)
        people.revoke_token(tx, lama, token=revoked.id)
        assert authorization.authenticate(tx, token=revoked.token, session=None) is None
        with pytest.raises(NotFound):
            people.revoke_token(tx, lama, token=revoked.id)
        with pytest.raises(NotFound):
            people.revoke_token(tx, instance.actor(tx, "jihan"), token=dated.id)
    for at, live in ((day - 1, True), (day, False)):
        with instance.write(at=at) as tx:
            assert bool(authorization.authenticate(tx, token=dated.token, session=None)) is live
    with instance.read() as tx:
        kept = [tx.connection.execute(table.select()).all() for table in metadata.sorted_tables]
    assert revoked.token not in repr(kept)


def test_token_cannot_outlive_its_parent(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama, day = instance.actor(tx, "lama"), tx.now + DAY
        key = people.issue_token(tx, lama, label="a day", scopes=("read",), expires_at=day)
        dated = authorization.authenticate(tx, token=key.token, session=None)
        assert dated is not None and dated.expires_at == day
        with pytest.raises(Forbidden) as longer:
            people.issue_token(tx, dated, label="longer", scopes=("read",), expires_at=day + 1)
        with pytest.raises(InvalidInput) as past:
            people.issue_token(tx, lama, label="past", scopes=("read",), expires_at=tx.now)
        people.issue_token(tx, dated, label="as long", scopes=("read",))
        ends = [one["expires_at"] for one in people_store.list_tokens(tx, lama.person) if one["label"] == "as long"]
    assert (longer.value.code, past.value.code) == ("outlives_its_maker", "bad_deadline")
    assert ends == [day]


def test_token_can_revoke_itself_and_narrower_tokens(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        own, wide = (people.issue_token(tx, lama, label="x", scopes=reach) for reach in (("read",), ("read", "write")))
        narrow = authorization.authenticate(tx, token=own.token, session=None)
        assert narrow is not None and narrow.token_id == own.id
        with pytest.raises(Forbidden) as wider:
            people.revoke_token(tx, narrow, token=wide.id)
        people.revoke_token(tx, narrow, token=own.id)
        assert authorization.authenticate(tx, token=own.token, session=None) is None
        assert authorization.authenticate(tx, token=wide.token, session=None) is not None
    assert wider.value.code == "scope_too_wide"


def test_session_begins_with_a_token_and_ends(instance: SampleInstance) -> None:
    with instance.write() as tx:
        with pytest.raises(Forbidden) as unknown:
            sign_in.sign_in_with_token(tx, token="mtq_wrong", browser=Browser())
        session = sign_in.sign_in_with_token(tx, token=f" {instance.token('lama')} ", browser=Browser())
        actor = authorization.authenticate(tx, token=None, session=session)
        assert actor is not None and actor.person == instance.members.people["lama"].id
        sign_in.sign_out(tx, session=session)
        assert authorization.authenticate(tx, token=None, session=session) is None
    assert unknown.value.code == "unknown_key"


def test_session_has_scopes_of_its_token_and_ends_with_it(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma, day = instance.actor(tx, "salma"), tx.now + IDLE_LIMIT_SHARED_DEVICE // 2
        revoked, dated = (
            people.issue_token(tx, salma, label="x", scopes=("read",), expires_at=until) for until in (None, day)
        )
        sessions = [sign_in.sign_in_with_token(tx, token=key.token, browser=Browser()) for key in (revoked, dated)]
        for session in sessions:
            actor = authorization.authenticate(tx, token=None, session=session)
            assert actor is not None and actor.scopes == {"read"}
            with pytest.raises(Forbidden):
                organisations.add_organisation(tx, actor, names={"en": "Mine"})
        people.revoke_token(tx, salma, token=revoked.id)
        assert authorization.authenticate(tx, token=None, session=sessions[0]) is None
        assert authorization.authenticate(tx, token=None, session=sessions[1]) is not None
    with instance.write(at=day) as tx:
        assert authorization.authenticate(tx, token=None, session=sessions[1]) is None


@pytest.mark.parametrize(("own", "idle"), [(True, IDLE_LIMIT_OWN_DEVICE), (False, IDLE_LIMIT_SHARED_DEVICE)])
def test_idle_session_expires_sooner_on_a_shared_device(instance: SampleInstance, own: bool, idle: int) -> None:
    with instance.write() as tx:
        started_at = tx.now
    with instance.write(at=started_at) as tx:
        session = sign_in.sign_in_with_token(tx, token=instance.token("lama"), browser=Browser(own_device=own))
    with instance.write(at=started_at + idle - 1) as tx:
        assert authorization.authenticate(tx, token=None, session=session)
        sign_in.mark_session_used(tx, session=session)
    for at, live in ((started_at + 2 * idle - 2, True), (started_at + 2 * idle - 1, False)):
        with instance.write(at=at) as tx:
            assert bool(authorization.authenticate(tx, token=None, session=session)) is live


def test_active_session_expires_eventually(instance: SampleInstance) -> None:
    with instance.write() as tx:
        started_at = tx.now
    with instance.write(at=started_at) as tx:
        session = sign_in.sign_in_with_token(tx, token=instance.token("lama"), browser=Browser(own_device=True))
    with instance.write(at=started_at + MAX_SESSION_AGE) as tx:
        sign_in.mark_session_used(tx, session=session)
        assert authorization.authenticate(tx, token=None, session=session) is None


def test_instance_is_initialised_once(instance: SampleInstance) -> None:
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        coalition.create_coalition(tx, origin=ORIGIN, sample=True, settings={"names": {"ar": "س"}}, first_person={})
    assert refused.value.code == "founded_already"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"names": {}}, "no_name"),
        ({"names": {"xx": "?"}}, "unknown_language"),
        ({"surprise": 1}, "unknown_setting"),
        ({"mandate_confirmations": 0}, "bad_setting"),
        ({"about": {"ar": "كلام " * 500}}, "about_too_long"),
        ({"zone": "Mars/Olympus"}, "unknown_zone"),
        ({"digits": {"é": "arab"}}, "unknown_language"),
        ({"press": {"phone": "1\0\u202e2"}}, "control_character"),
        ({"press": {"email": "nobody"}}, "bad_email"),
        ({"about": {"ar": "سلام 🕊"}}, "unprintable_character"),
    ],
)
def test_invalid_settings_are_rejected(instance: SampleInstance, settings: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as refused, instance.write() as tx:
        coalition.update_settings(tx, instance.actor(tx, "salma"), settings=settings)
    assert refused.value.code == code


def create_image(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (106, 42, 92)).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", create_image("GIF"), create_image("PNG")[:40]])
def test_undecodable_logo_is_rejected_and_not_stored(instance: SampleInstance, data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused, instance.write() as tx:
        coalition.set_logo(tx, instance.actor(tx, "salma"), data=data, files=instance.app_state.files)
    assert refused.value.code == "logo_not_an_image"
    assert not [path for path in stored_path(instance.app_state.files).rglob("*") if path.is_file()]


def test_oversized_logo_is_rejected_and_valid_one_is_stored(instance: SampleInstance) -> None:
    with pytest.raises(TooLarge), instance.write() as tx:
        coalition.set_logo(
            tx, instance.actor(tx, "salma"), data=create_image("PNG", (4001, 1)), files=instance.app_state.files
        )
    with instance.write() as tx:
        sha256 = coalition.set_logo(
            tx, instance.actor(tx, "salma"), data=create_image("JPEG"), files=instance.app_state.files
        )
        found = organisations_store.get_coalition(tx)
        assert found is not None and found.logo_sha256 == sha256
    assert instance.app_state.files.get(sha256) == create_image("JPEG")


def test_roles_for_one_document_are_listed_for_it(instance: SampleInstance) -> None:
    document, other = create_document(instance), create_document(instance)
    with instance.write() as tx:
        reem, salma = instance.members.people["reem"].id, instance.members.people["salma"].id
        for person in (reem, salma):
            people_store.grant_role(tx, person_id=person, role="secretariat", document=document, by=None)
        whole, ours, theirs = (
            [one.id for one in people_store.list_role_holders(tx, ["secretariat"], document=id)]
            for id in (None, document, other)
        )
    assert whole == theirs and reem not in whole
    assert sorted(ours) == sorted([*whole, reem])


def test_role_for_unknown_document_is_rejected(instance: SampleInstance) -> None:
    with instance.write() as tx, pytest.raises(NotFound):
        people.grant_role(
            tx,
            instance.actor(tx, "salma"),
            person=instance.members.people["reem"].id,
            role="drafter",
            document="doc_none",
        )
