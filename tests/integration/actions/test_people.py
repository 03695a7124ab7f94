"""Organisations, persons, mandates, keys, the coalition's own settings."""

from io import BytesIO

import pytest
from PIL import Image

from service.actions import coalition, mandates, people
from service.domain.errors import Conflict, DomainError, Forbidden, Malformed, NotFound, TooLarge
from service.domain.people import SCOPES
from service.store import mandates as mandate_store
from service.store import organisations
from service.store import people as people_store
from tests.factories import ORIGIN, Stage, a_document


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


def test_a_mandate_ends_on_its_day_and_when_revoked(stage: Stage) -> None:
    day = 4_000_000_000_000_000
    id = granted(stage, expires_at=day)
    with stage.write() as tx:
        for key in ("salma", "karim"):
            mandates.confirm(tx, stage.actor(tx, key), mandate=id)
    organisation, person = stage.cast.organisations["sindyan"], stage.cast.people["yusuf"].id
    for at, live in ((day - 1, True), (day, False)):
        with stage.write(at=at) as tx:
            assert bool(mandate_store.live(tx, organisation=organisation, person=person)) is live
    with stage.write() as tx:
        with pytest.raises(NotFound):
            mandates.revoke(tx, stage.actor(tx, "jihan"), mandate=id)
        mandates.revoke(tx, stage.actor(tx, "lama"), mandate=id)
        assert mandate_store.live(tx, organisation=organisation, person=person) is None
        with pytest.raises(Conflict):
            mandates.revoke(tx, stage.actor(tx, "salma"), mandate=id)


def test_a_token_reaches_no_further_than_its_maker(stage: Stage) -> None:
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        key = people.issue_token(tx, lama, label="reader", scopes=("read",))
        narrow = people.whoami(tx, token=key.token, session=None)
        assert narrow is not None and narrow.scopes == {"read"}
        with pytest.raises(Forbidden) as wider:
            people.issue_token(tx, narrow, label="writer", scopes=("read", "write"))
        with pytest.raises(Malformed):
            people.issue_token(tx, lama, label="none", scopes=())
    assert wider.value.code == "scope_too_wide"


def test_a_token_ends_when_revoked_or_past_its_day_and_is_kept_as_a_digest(stage: Stage) -> None:
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        revoked = people.issue_token(tx, lama, label="one", scopes=SCOPES)
        past = people.issue_token(tx, lama, label="two", scopes=SCOPES, expires_at=1)
        people.revoke_token(tx, lama, token=revoked.id)
        for key in (revoked, past):
            assert people.whoami(tx, token=key.token, session=None) is None
        with pytest.raises(NotFound):
            people.revoke_token(tx, stage.actor(tx, "jihan"), token=past.id)
    data = (stage.house.settings.var / "mithaq.db").read_bytes()
    data += (stage.house.settings.var / "mithaq.db-wal").read_bytes()
    assert revoked.token.encode() not in data


def test_a_session_begins_with_a_key_and_ends(stage: Stage) -> None:
    with stage.write() as tx:
        assert people.sign_in(tx, token="mtq_wrong") is None
        session = people.sign_in(tx, token=f" {stage.token('lama')} ")
        assert session is not None
        actor = people.whoami(tx, token=None, session=session)
        assert actor is not None and actor.person == stage.cast.people["lama"].id
        people.sign_out(tx, session=session)
        assert people.whoami(tx, token=None, session=session) is None


def test_an_idle_session_is_over(stage: Stage) -> None:
    with stage.write() as tx:
        session = people.sign_in(tx, token=stage.token("lama"))
        later = tx.now + people.SESSION_IDLE + 1
    with stage.write(at=later) as tx:
        assert people.whoami(tx, token=None, session=session) is None


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
    assert not [path for path in stage.house.files.root.rglob("*") if path.is_file()]


def test_a_logo_too_large_is_refused_and_a_good_one_kept(stage: Stage) -> None:
    with pytest.raises(TooLarge), stage.write() as tx:
        coalition.set_logo(tx, stage.actor(tx, "salma"), data=a_picture("PNG", (4001, 1)), files=stage.house.files)
    with stage.write() as tx:
        sha256 = coalition.set_logo(tx, stage.actor(tx, "salma"), data=a_picture("JPEG"), files=stage.house.files)
        found = organisations.the_coalition(tx)
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
