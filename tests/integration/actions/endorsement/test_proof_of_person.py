"""Control of one mailbox does not sign, and a small organisation still can (trust-rules, section 7; ASVS 22 and 23)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from service.actions.accounts import password_reset, proof, settings, sign_in, totp
from service.actions.accounts.passwords import HashingResult
from service.actions.accounts.sign_in import Browser
from service.actions.authorization import authenticate
from service.actions.endorsement import colleagues, endorsements
from service.actions.validation import secret_sha256
from service.domain.accounts.rules import CODE, HOUR, LINK, PASSWORD, RequestOrigin
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.terms import MAIL_ENOUGH, RoundOptions
from service.domain.errors import DomainError
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.membership import mandates as mandates_store
from service.store.publication import notices as notices_store
from service.store.tables import coalition, mandate
from tests.integration.actions.accounts.test_totp import Phone, session_actor, set_up
from tests.support.factories import SECRET, SampleInstance, mailed_code, open_round_with_document

DATABASES = ("sqlite",)

YUSUF = "yusuf@sindyan.example"


@pytest.fixture
def round_id(instance: SampleInstance) -> str:
    """Return a round of an instance that is no sample, where proofs are asked for."""
    _, id = open_round_with_document(instance)
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    return id


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(DomainError) as error:
        yield
    assert error.value.code == code


def begin(instance: SampleInstance, who: str, started_with: str) -> str:
    with instance.write() as tx:
        return sign_in.start_session(tx, instance.actor(tx, who), browser=Browser(), started_with=started_with)


def prepare(tx: Tx, actor: Actor, round_id: str, position: str = "endorse") -> tuple[str, str]:
    """Return (challenge, mailed code)."""
    made = endorsements.prepare(tx, actor, round_id=round_id, position=position, lang="ar", secret=SECRET)
    return made.challenge, mailed_code(tx, actor.person)


def sign(instance: SampleInstance, session: str, round_id: str, *, at: int | None = None) -> Endorsement:
    """Prepare an answer and cast it with the mailed code, in this session."""
    with instance.write(at=at) as tx:
        challenge, code = prepare(tx, session_actor(tx, session), round_id)
    return cast(instance, session, round_id, challenge, code, at=at)


def cast(
    instance: SampleInstance, session: str, round_id: str, challenge: str, code: str, *, at: int | None = None
) -> Endorsement:
    with instance.write(at=at) as tx:
        actor = session_actor(tx, session)
        return endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def reset_password(instance: SampleInstance) -> str:
    """Set a new password with a mailed code; return the session that this begins."""
    with instance.write() as tx:
        id = password_reset.request_reset(tx, address=YUSUF, origin=RequestOrigin("thief"), secret=SECRET)
        code = mailed_code(tx, instance.members.people["yusuf"].id)
    with instance.write() as tx:
        session, _ = password_reset.reset_password(
            tx, id=id, code=code, totp_code="", secret=SECRET, hashed=HashingResult(new_hash="x"), browser=Browser()
        )
    return session


# The thief of a mailbox


def test_asvs_22_session_begun_by_a_mailed_code_does_not_sign(instance: SampleInstance, round_id: str) -> None:
    with refused("second_proof_needed"):
        sign(instance, begin(instance, "yusuf", CODE), round_id)
    with instance.read() as tx:
        assert endorsements_store.list_by_round(tx, round_id) == []


def test_refusal_does_not_use_up_the_code(instance: SampleInstance, round_id: str) -> None:
    session = begin(instance, "yusuf", CODE)
    with instance.write() as tx:
        challenge, code = prepare(tx, session_actor(tx, session), round_id)
    with refused("second_proof_needed"):
        cast(instance, session, round_id, challenge, code)
    assert cast(instance, begin(instance, "yusuf", PASSWORD), round_id, challenge, code).proof == "password"


def test_password_renewed_by_mail_does_not_sign_for_three_days(instance: SampleInstance, round_id: str) -> None:
    with refused("second_proof_needed"):
        sign(instance, reset_password(instance), round_id)
    with refused("second_proof_needed"):
        sign(instance, begin(instance, "yusuf", PASSWORD), round_id)


def test_password_renewed_by_mail_signs_after_three_days(instance: SampleInstance) -> None:
    reset_password(instance)
    _, round_id = open_round_with_document(instance, lasts=100 * HOUR)
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
        soon, later = tx.now + 71 * HOUR, tx.now + 73 * HOUR
    for at in (soon, later):
        with instance.write(at=at) as tx:
            session = sign_in.start_session(tx, instance.actor(tx, "yusuf"), browser=Browser(), started_with=PASSWORD)
        if at == soon:
            with instance.write(at=at) as tx:
                found = sessions_store.load_actor(tx, secret_sha256(session))
                assert found and proof.of_session(tx, found) is None
        else:
            assert sign(instance, session, round_id, at=at).proof == "password"


def test_first_password_set_after_a_mailed_code_counts_as_renewed(instance: SampleInstance, round_id: str) -> None:
    session = begin(instance, "yusuf", CODE)
    with instance.write() as tx:
        hashed = HashingResult(is_correct=True, new_hash="x")
        renewed = settings.change_password(tx, session_actor(tx, session), hashed=hashed, session=session)
    with refused("second_proof_needed"):
        sign(instance, renewed.id, round_id)


def test_app_set_up_after_a_mailed_code_does_not_sign_at_once(instance: SampleInstance, round_id: str) -> None:
    session = begin(instance, "yusuf", CODE)
    with instance.write() as tx:
        totp.request(tx, session_actor(tx, session))
        uri = totp.provisioning_uri(tx, session_actor(tx, session), secret=SECRET)
    phone = Phone(uri or "")
    with instance.write() as tx:
        totp.confirm(tx, session_actor(tx, session), code=phone.code(tx), session=session, secret=SECRET)
    with instance.write() as tx:
        renewed = sign_in.reauthenticate_with_totp(
            tx, session_actor(tx, session), session=session, code=phone.code(tx), secret=SECRET
        )
    with refused("second_proof_needed"):
        sign(instance, renewed.id, round_id)


def test_session_of_a_token_proves_nothing(instance: SampleInstance, round_id: str) -> None:
    with instance.write() as tx:
        session = sign_in.sign_in_with_token(tx, token=instance.token("yusuf"), browser=Browser())
        actor = authenticate(tx, token=None, session=session)
        assert actor and actor.password_at == 0
        with refused("person_needed"):
            prepare(tx, actor, round_id)


# The person


def test_password_known_before_signs(instance: SampleInstance, round_id: str) -> None:
    made = sign(instance, begin(instance, "yusuf", PASSWORD), round_id)
    assert (made.proof, made.assurance) == ("password", "C")
    with instance.read() as tx:
        entries = [json.loads(one.content or b"{}") for one in record_store.list_leaves(tx, limit=1000)]
    assert [one["facts"]["proof"] for one in entries if one["act"] == "endorsement.cast"] == ["password"]


def test_password_given_again_in_a_session_of_a_code_signs(instance: SampleInstance, round_id: str) -> None:
    session = begin(instance, "yusuf", CODE)
    with instance.write() as tx:
        renewed = sign_in.reauthenticate_with_password(tx, session_actor(tx, session), session=session, is_correct=True)
    assert sign(instance, renewed.id, round_id).proof == "password"


def test_password_chosen_at_an_invitation_signs(instance: SampleInstance, round_id: str) -> None:
    session = begin(instance, "yusuf", LINK)
    with instance.write() as tx:
        hashed = HashingResult(is_correct=True, new_hash="x")
        renewed = settings.change_password(tx, session_actor(tx, session), hashed=hashed, session=session)
    assert sign(instance, renewed.id, round_id).proof == "password"


def test_app_signs_without_any_email(instance: SampleInstance, round_id: str) -> None:
    phone, codes, _ = set_up(instance, "yusuf")
    session = begin(instance, "yusuf", CODE)
    with instance.write() as tx:
        before = len(notices_store.list_emails(tx, person_id=instance.members.people["yusuf"].id))
        actor = session_actor(tx, session)
        made = endorsements.prepare(tx, actor, round_id=round_id, position="endorse", lang="ar", secret=SECRET)
        assert len(notices_store.list_emails(tx, person_id=actor.person)) == before
    with refused("wrong_totp"):
        cast(instance, session, round_id, made.challenge, "12345678")
    with instance.write() as tx:
        code = phone.code(tx)
    endorsement = cast(instance, session, round_id, made.challenge, code)
    assert (endorsement.proof, endorsement.assurance) == ("totp", "B")
    assert codes


def test_asvs_35_step_up_gives_the_session_a_new_id(instance: SampleInstance) -> None:
    session = begin(instance, "yusuf", PASSWORD)
    with instance.write() as tx:
        renewed = sign_in.reauthenticate_with_password(tx, session_actor(tx, session), session=session, is_correct=True)
    with instance.read() as tx:
        assert authenticate(tx, token=None, session=session) is None
        assert authenticate(tx, token=None, session=renewed.id)


# A colleague


def _ask(instance: SampleInstance, round_id: str) -> tuple[str, str, str]:
    """Return (session, challenge, code) of Yusuf, who has only his mailbox and asks his colleagues."""
    session = begin(instance, "yusuf", CODE)
    with instance.write() as tx:
        actor = session_actor(tx, session)
        challenge, code = prepare(tx, actor, round_id)
        colleagues.ask(tx, actor, round_id=round_id, challenge_id=challenge)
    return session, challenge, code


def approve(instance: SampleInstance, who: str, round_id: str, challenge: str) -> None:
    with instance.write() as tx:
        colleagues.approve(tx, instance.actor(tx, who), round_id=round_id, challenge_id=challenge)


def test_colleague_confirms_and_the_answer_is_cast(instance: SampleInstance, round_id: str) -> None:
    """An organisation of two people signs although neither has a password."""
    session, challenge, code = _ask(instance, round_id)
    with instance.read() as tx:
        asked = notices_store.list_awaiting_email(tx, instance.members.people["lama"].id)
        assert "colleague.asked" in [one.kind for one in asked]
    approve(instance, "lama", round_id, challenge)
    assert cast(instance, session, round_id, challenge, code).proof == "colleague"


def test_confirmation_stands_for_a_new_code_of_the_same_answer_only(instance: SampleInstance, round_id: str) -> None:
    session, challenge, _ = _ask(instance, round_id)
    approve(instance, "lama", round_id, challenge)
    with instance.write() as tx:
        other, other_code = prepare(tx, session_actor(tx, session), round_id, "decline")
    with refused("second_proof_needed"):
        cast(instance, session, round_id, other, other_code)
    assert sign(instance, session, round_id).proof == "colleague"


@pytest.mark.parametrize("who", ["yusuf", "salma", "karim", "huda", "nabil", "jihan"])
def test_only_colleagues_confirm(instance: SampleInstance, round_id: str, who: str) -> None:
    session, challenge, code = _ask(instance, round_id)
    with pytest.raises(DomainError) as error:
        approve(instance, who, round_id, challenge)
    assert error.value.code in ("not_found", "forbidden")
    with refused("second_proof_needed"):
        cast(instance, session, round_id, challenge, code)


def test_confirmation_of_somebody_who_left_counts_no_more(instance: SampleInstance, round_id: str) -> None:
    session, challenge, code = _ask(instance, round_id)
    approve(instance, "lama", round_id, challenge)
    with instance.write() as tx:
        lama = instance.members.people["lama"].id
        people_store.revoke_role(tx, person_id=lama, role="focal_point", document="")
        tx.connection.execute(update(mandate).where(mandate.c.person == lama).values(state="revoked"))
        assert not mandates_store.get_live(tx, organisation=instance.members.organisations["sindyan"], person=lama)
    with refused("second_proof_needed"):
        cast(instance, session, round_id, challenge, code)


def test_person_alone_in_their_organisation_still_signs(instance: SampleInstance, round_id: str) -> None:
    with instance.write() as tx:
        lama = instance.members.people["lama"].id
        people_store.revoke_role(tx, person_id=lama, role="focal_point", document="")
    with refused("nobody_to_ask"):
        _ask(instance, round_id)
    assert sign(instance, begin(instance, "yusuf", PASSWORD), round_id).proof == "password"


# A round that lowers it


def test_round_may_say_that_email_is_enough_and_the_answer_says_so(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance, options=RoundOptions(proof=MAIL_ENOUGH))
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    assert sign(instance, begin(instance, "yusuf", CODE), round_id).proof == "mail"
    assert sign(instance, begin(instance, "huda", PASSWORD), round_id).proof == "password"
