"""Organisations, persons, mandates, keys, the coalition's own settings."""

from io import BytesIO

import pytest
from PIL import Image

from service.actions import authorization
from service.actions.accounts import sign_in
from service.actions.accounts.sign_in import Browser
from service.actions.membership import coalition, mandates, offboarding, people
from service.domain.accounts.rules import IDLE_OWN, IDLE_SHARED, LONGEST_SESSION
from service.domain.errors import Conflict, DomainError, Forbidden, Malformed, NotFound, TooLarge
from service.domain.membership.people import SCOPES
from service.sample.document import DAY, actor_of
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.tables import metadata
from tests.support.factories import ORIGIN, Stage, a_document, place_of


def test_only_the_secretariat_adds_people(stage: Stage) -> None:
    with stage.write() as tx, pytest.raises(Forbidden):
        people.add_person(
            tx, stage.actor(tx, "lama"), name="س", email="s@x.example", organisation=None, lang="ar", roles=()
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
def test_a_person_who_cannot_be_is_refused(stage: Stage, change: dict[str, object], code: str) -> None:
    given = {"name": "س", "email": "s@x.example", "organisation": None, "lang": "ar", "roles": ()} | change
    with pytest.raises(DomainError) as refused, stage.write() as tx:
        people.add_person(tx, stage.actor(tx, "salma"), **given)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_mandate_is_granted_within_ones_own_organisation(stage: Stage) -> None:
    sindyan, banks = stage.cast.organisations["sindyan"], stage.cast.organisations["two-banks"]
    yusuf, huda = (stage.cast.people[key].id for key in ("yusuf", "huda"))
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        with pytest.raises(Forbidden):
            mandates.grant(tx, lama, organisation=banks, person=huda)
        with pytest.raises(Malformed) as refused:
            mandates.grant(tx, lama, organisation=sindyan, person=huda)
        with pytest.raises(Malformed) as past:
            mandates.grant(tx, lama, organisation=sindyan, person=yusuf, expires_at=1)
    assert (refused.value.code, past.value.code) == ("not_of_organisation", "bad_deadline")


def granted(stage: Stage, *, expires_at: int | None = None) -> str:
    with stage.write() as tx:
        organisation, person = stage.cast.organisations["sindyan"], stage.cast.people["yusuf"].id
        return mandates.grant(
            tx, stage.actor(tx, "lama"), organisation=organisation, person=person, expires_at=expires_at
        )


def test_a_mandate_needs_two_of_the_secretariat(stage: Stage) -> None:
    id = granted(stage)
    with stage.write() as tx:
        assert mandates.confirm(tx, stage.actor(tx, "salma"), mandate=id).state == "granted"
        with pytest.raises(Conflict) as twice:
            mandates.confirm(tx, stage.actor(tx, "salma"), mandate=id)
        with pytest.raises(Forbidden):
            mandates.confirm(tx, stage.actor(tx, "lama"), mandate=id)
        assert mandates.confirm(tx, stage.actor(tx, "karim"), mandate=id).state == "confirmed"
    assert twice.value.code == "already_confirmed"


def test_fewer_confirm_where_one_of_the_secretariat_granted_the_mandate(stage: Stage) -> None:
    with stage.write() as tx:
        salma, karim = stage.actor(tx, "salma"), stage.actor(tx, "karim")
        person = people.add_person(
            tx,
            salma,
            name="مها",
            email="maha@x.example",
            organisation=stage.cast.organisations["sindyan"],
            lang="ar",
            roles=("focal_point", "secretariat"),
        )
        offboarding.take_role(tx, salma, person=karim.person, role="secretariat")
        maha = actor_of(tx, person)
        yusuf = stage.cast.people["yusuf"].id
        id = mandates.grant(tx, maha, organisation=stage.cast.organisations["sindyan"], person=yusuf)
        with pytest.raises(Conflict) as own:
            mandates.confirm(tx, maha, mandate=id)
        assert mandates.confirm(tx, salma, mandate=id).state == "confirmed"
        assert own.value.code == "own_mandate"


def test_a_mandate_that_nobody_could_confirm_is_not_granted(stage: Stage) -> None:
    with stage.write() as tx:
        salma, lama = stage.actor(tx, "salma"), stage.cast.people["lama"].id
        id = mandates.grant(
            tx,
            stage.actor(tx, "lama"),
            organisation=stage.cast.organisations["sindyan"],
            person=stage.cast.people["yusuf"].id,
        )
        people.grant_role(tx, salma, person=lama, role="secretariat")
        for key in ("karim", "salma"):
            offboarding.take_role(tx, salma, person=stage.cast.people[key].id, role="secretariat")
        only = stage.actor(tx, "lama")
        with pytest.raises(Conflict) as granting:
            mandates.grant(
                tx, only, organisation=stage.cast.organisations["sindyan"], person=stage.cast.people["yusuf"].id
            )
        with pytest.raises(Conflict) as confirming:
            mandates.confirm(tx, only, mandate=id)
    assert granting.value.code == confirming.value.code == "nobody_to_confirm"


def test_who_may_revoke_no_mandate_learns_nothing_of_them(stage: Stage) -> None:
    id = granted(stage)
    with stage.write() as tx:
        for mandate in (id, "man_none"):
            with pytest.raises(Forbidden):
                mandates.revoke(tx, stage.actor(tx, "reem"), mandate=mandate)


def test_a_mandate_ends_on_its_day_and_when_revoked(stage: Stage) -> None:
    day = 4_000_000_000_000_000
    id = granted(stage, expires_at=day)
    with stage.write() as tx:
        for key in ("salma", "karim"):
            mandates.confirm(tx, stage.actor(tx, key), mandate=id)
    organisation, person = stage.cast.organisations["sindyan"], stage.cast.people["yusuf"].id
    for at, live in ((day - 1, True), (day, False)):
        with stage.write(at=at) as tx:
            assert bool(mandates_store.live(tx, organisation=organisation, person=person)) is live
    with stage.write() as tx:
        with pytest.raises(NotFound):
            mandates.revoke(tx, stage.actor(tx, "jihan"), mandate=id)
        mandates.revoke(tx, stage.actor(tx, "lama"), mandate=id)
        assert mandates_store.live(tx, organisation=organisation, person=person) is None
        with pytest.raises(Conflict) as ended:
            mandates.revoke(tx, stage.actor(tx, "salma"), mandate=id)
        with pytest.raises(Conflict) as over:
            mandates.confirm(tx, stage.actor(tx, "salma"), mandate=id)
    assert (ended.value.code, over.value.code) == ("mandate_ended", "mandate_not_waiting")


def test_a_token_reaches_no_further_than_its_maker(stage: Stage) -> None:
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        key = people.issue_token(tx, lama, label="reader", scopes=("read",))
        narrow = authorization.whoami(tx, token=key.token, session=None)
        assert narrow is not None and narrow.scopes == {"read"}
        with pytest.raises(Forbidden) as wider:
            people.issue_token(tx, narrow, label="writer", scopes=("read", "write"))
        with pytest.raises(Malformed) as none:
            people.issue_token(tx, lama, label="none", scopes=())
        with pytest.raises(Malformed) as unknown:
            people.issue_token(tx, lama, label="fly", scopes=("fly",))
    assert wider.value.code == "scope_too_wide"
    assert none.value.code == unknown.value.code == "unknown_scope"


def test_a_token_ends_when_revoked_or_on_its_day_and_is_kept_as_a_digest(stage: Stage) -> None:
    with stage.write() as tx:
        lama, day = stage.actor(tx, "lama"), tx.now + DAY
        revoked = people.issue_token(tx, lama, label="one", scopes=SCOPES)
        dated = people.issue_token(tx, lama, label="two", scopes=SCOPES, expires_at=day)
        people.revoke_token(tx, lama, token=revoked.id)
        assert authorization.whoami(tx, token=revoked.token, session=None) is None
        with pytest.raises(NotFound):
            people.revoke_token(tx, lama, token=revoked.id)
        with pytest.raises(NotFound):
            people.revoke_token(tx, stage.actor(tx, "jihan"), token=dated.id)
    for at, live in ((day - 1, True), (day, False)):
        with stage.write(at=at) as tx:
            assert bool(authorization.whoami(tx, token=dated.token, session=None)) is live
    with stage.read() as tx:
        kept = [tx.connection.execute(table.select()).all() for table in metadata.sorted_tables]
    assert revoked.token not in repr(kept)


def test_a_token_does_not_outlive_the_key_that_makes_it(stage: Stage) -> None:
    with stage.write() as tx:
        lama, day = stage.actor(tx, "lama"), tx.now + DAY
        key = people.issue_token(tx, lama, label="a day", scopes=("read",), expires_at=day)
        dated = authorization.whoami(tx, token=key.token, session=None)
        assert dated is not None and dated.expires_at == day
        with pytest.raises(Forbidden) as longer:
            people.issue_token(tx, dated, label="longer", scopes=("read",), expires_at=day + 1)
        with pytest.raises(Malformed) as past:
            people.issue_token(tx, lama, label="past", scopes=("read",), expires_at=tx.now)
        people.issue_token(tx, dated, label="as long", scopes=("read",))
        ends = [one["expires_at"] for one in people_store.tokens(tx, lama.person) if one["label"] == "as long"]
    assert (longer.value.code, past.value.code) == ("outlives_its_maker", "bad_deadline")
    assert ends == [day]


def test_a_key_ends_itself_and_what_reaches_no_further(stage: Stage) -> None:
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        own, wide = (people.issue_token(tx, lama, label="x", scopes=reach) for reach in (("read",), ("read", "write")))
        narrow = authorization.whoami(tx, token=own.token, session=None)
        assert narrow is not None and narrow.key == own.id
        with pytest.raises(Forbidden) as wider:
            people.revoke_token(tx, narrow, token=wide.id)
        people.revoke_token(tx, narrow, token=own.id)
        assert authorization.whoami(tx, token=own.token, session=None) is None
        assert authorization.whoami(tx, token=wide.token, session=None) is not None
    assert wider.value.code == "scope_too_wide"


def test_a_session_begins_with_a_key_and_ends(stage: Stage) -> None:
    with stage.write() as tx:
        with pytest.raises(Forbidden) as unknown:
            sign_in.by_key(tx, token="mtq_wrong", browser=Browser())
        session = sign_in.by_key(tx, token=f" {stage.token('lama')} ", browser=Browser())
        actor = authorization.whoami(tx, token=None, session=session)
        assert actor is not None and actor.person == stage.cast.people["lama"].id
        sign_in.leave(tx, session=session)
        assert authorization.whoami(tx, token=None, session=session) is None
    assert unknown.value.code == "unknown_key"


def test_a_session_reaches_as_far_as_its_key_and_ends_with_it(stage: Stage) -> None:
    with stage.write() as tx:
        salma, day = stage.actor(tx, "salma"), tx.now + IDLE_SHARED // 2
        revoked, dated = (
            people.issue_token(tx, salma, label="x", scopes=("read",), expires_at=until) for until in (None, day)
        )
        sessions = [sign_in.by_key(tx, token=key.token, browser=Browser()) for key in (revoked, dated)]
        for session in sessions:
            actor = authorization.whoami(tx, token=None, session=session)
            assert actor is not None and actor.scopes == {"read"}
            with pytest.raises(Forbidden):
                people.add_organisation(tx, actor, names={"en": "Mine"})
        people.revoke_token(tx, salma, token=revoked.id)
        assert authorization.whoami(tx, token=None, session=sessions[0]) is None
        assert authorization.whoami(tx, token=None, session=sessions[1]) is not None
    with stage.write(at=day) as tx:
        assert authorization.whoami(tx, token=None, session=sessions[1]) is None


@pytest.mark.parametrize(("own", "idle"), [(True, IDLE_OWN), (False, IDLE_SHARED)])
def test_a_session_ends_by_lying_still_sooner_on_a_shared_device(stage: Stage, own: bool, idle: int) -> None:
    with stage.write() as tx:
        began = tx.now
    with stage.write(at=began) as tx:
        session = sign_in.by_key(tx, token=stage.token("lama"), browser=Browser(own=own))
    with stage.write(at=began + idle - 1) as tx:
        assert authorization.whoami(tx, token=None, session=session)
        sign_in.used(tx, session=session)
    for at, live in ((began + 2 * idle - 2, True), (began + 2 * idle - 1, False)):
        with stage.write(at=at) as tx:
            assert bool(authorization.whoami(tx, token=None, session=session)) is live


def test_a_session_that_is_always_used_ends_all_the_same(stage: Stage) -> None:
    with stage.write() as tx:
        began = tx.now
    with stage.write(at=began) as tx:
        session = sign_in.by_key(tx, token=stage.token("lama"), browser=Browser(own=True))
    with stage.write(at=began + LONGEST_SESSION) as tx:
        sign_in.used(tx, session=session)
        assert authorization.whoami(tx, token=None, session=session) is None


def test_an_instance_is_founded_once(stage: Stage) -> None:
    with stage.write() as tx, pytest.raises(Conflict) as refused:
        coalition.found(tx, origin=ORIGIN, sample=True, settings={"names": {"ar": "س"}}, first={})
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
def test_settings_that_cannot_be_are_refused(stage: Stage, settings: dict[str, object], code: str) -> None:
    with pytest.raises(Malformed) as refused, stage.write() as tx:
        coalition.edit(tx, stage.actor(tx, "salma"), settings=settings)
    assert refused.value.code == code


def a_picture(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (106, 42, 92)).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", a_picture("GIF"), a_picture("PNG")[:40]])
def test_a_logo_that_is_no_picture_is_refused_and_nothing_kept(stage: Stage, data: bytes) -> None:
    with pytest.raises(Malformed) as refused, stage.write() as tx:
        coalition.set_logo(tx, stage.actor(tx, "salma"), data=data, files=stage.house.files)
    assert refused.value.code == "logo_not_an_image"
    assert not [path for path in place_of(stage.house.files).rglob("*") if path.is_file()]


def test_a_logo_too_large_is_refused_and_a_good_one_kept(stage: Stage) -> None:
    with pytest.raises(TooLarge), stage.write() as tx:
        coalition.set_logo(tx, stage.actor(tx, "salma"), data=a_picture("PNG", (4001, 1)), files=stage.house.files)
    with stage.write() as tx:
        sha256 = coalition.set_logo(tx, stage.actor(tx, "salma"), data=a_picture("JPEG"), files=stage.house.files)
        found = organisations_store.the_coalition(tx)
        assert found is not None and found.logo_sha256 == sha256
    assert stage.house.files.get(sha256) == a_picture("JPEG")


def test_those_who_hold_a_role_for_one_document_are_found_where_it_is_named(stage: Stage) -> None:
    document, other = a_document(stage), a_document(stage)
    with stage.write() as tx:
        reem, salma = stage.cast.people["reem"].id, stage.cast.people["salma"].id
        people.grant_role(tx, stage.actor(tx, "salma"), person=reem, role="secretariat", document=document)
        people.grant_role(tx, stage.actor(tx, "salma"), person=salma, role="secretariat", document=document)
        whole, ours, theirs = (
            [one.id for one in people_store.holders(tx, ["secretariat"], document=id)] for id in (None, document, other)
        )
    assert whole == theirs and reem not in whole
    assert sorted(ours) == sorted([*whole, reem])


def test_a_role_for_a_document_that_is_not_there_is_not_given(stage: Stage) -> None:
    with stage.write() as tx, pytest.raises(NotFound):
        people.grant_role(
            tx, stage.actor(tx, "salma"), person=stage.cast.people["reem"].id, role="drafter", document="doc_none"
        )
