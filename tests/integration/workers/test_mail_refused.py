"""Mail down: a round is not opened unawares, the signing page says so in time, and an app signs all the same."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

import pyotp
import pytest
from sqlalchemy import update

from service.actions import bounces
from service.actions.accounts import sign_in, totp
from service.actions.accounts.code_mail import STATEMENT
from service.actions.accounts.sign_in import Browser
from service.actions.authorization import authenticate
from service.actions.endorsement import endorsements, mail_check, rounds
from service.domain.accounts.rules import DAY, HOUR
from service.domain.errors import Conflict
from service.jobs import DELIVER_EMAIL
from service.sample.document import TWO_THIRDS
from service.store.publication import deliveries as deliveries_store
from service.store.publication import notices as notices_store
from service.store.tables import coalition
from service.store.tables import mail as mail_table
from tests.integration.workers.conftest import job_ids
from tests.support.factories import (
    SECRET,
    SampleInstance,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
)
from tests.support.web_client import WebClient, open_web_client, page_text
from workers import notices as delivering
from workers import task

REFUSED = "smtp://127.0.0.1:9"
"""Nothing listens at the discard port."""


@pytest.fixture
def real_instance(worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> SampleInstance:
    """Return an instance that is no sample, whose SMTP server refuses every connection, with a document in review."""
    context = task.worker_context()
    monkeypatch.setattr(context, "settings", context.settings.replace(sample=False, smtp_url=REFUSED))
    with worker_instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    settings = worker_instance.app_state.settings.replace(sample=False, smtp_url=REFUSED)
    return replace(worker_instance, app_state=replace(worker_instance.app_state, settings=settings))


@pytest.fixture
def document(real_instance: SampleInstance) -> str:
    grant_all_mandates(real_instance)
    id = create_document(real_instance)
    cut_version(real_instance, id)
    move_to_review(real_instance, id)
    return id


@pytest.fixture
def web_client(real_instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(real_instance)


def open_round(instance: SampleInstance, document: str, *, without_codes: bool = False) -> str:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        return rounds.open_round(
            tx, salma, document_id=document, version_number=1, closes_at=tx.now + DAY, rule=TWO_THIRDS,
            without_codes=without_codes,
        )  # fmt: skip


def deliver_all(instance: SampleInstance) -> None:
    for id in job_ids(instance, DELIVER_EMAIL):
        delivering.deliver(id)


def set_up_app(instance: SampleInstance, who: str) -> tuple[str, pyotp.TOTP]:
    """Return (session, app) of a person who set up an app."""
    session = instance.session(who)
    with instance.write() as tx:
        actor = authenticate(tx, token=None, session=session)
        assert actor
        totp.request(tx, actor)
        otp = pyotp.TOTP(pyotp.parse_uri(totp.provisioning_uri(tx, actor, secret=SECRET) or "").secret)
        step = tx.clock() // totp.STEP
        totp.confirm(tx, actor, code=otp.generate_otp(step - 1), session=session, secret=SECRET)
    return session, otp


def test_round_is_not_opened_unawares(real_instance: SampleInstance, document: str) -> None:
    with pytest.raises(Conflict) as refused:
        open_round(real_instance, document)
    signatories = {real_instance.members.people[key].id for key in ("yusuf", "huda", "nabil")}
    assert refused.value.code == "codes_not_mailed"
    extra = cast(Mapping[str, list[str]], refused.value.extra)
    assert (extra["can_sign"], set(extra["cannot_sign"])) == ([], signatories)
    assert open_round(real_instance, document, without_codes=True)


def test_round_opens_after_a_delivery_of_the_last_day(real_instance: SampleInstance, document: str) -> None:
    with real_instance.write() as tx:
        mail_check.send_test_email(tx, real_instance.actor(tx, "salma"))
        tx.connection.execute(update(mail_table).values(state="sent", ended_at=tx.now - DAY))
        assert mail_check.load_state(tx).is_needed
        tx.connection.execute(update(mail_table).values(state="sent", ended_at=tx.now - DAY + HOUR))
        assert not mail_check.load_state(tx).is_needed
    assert open_round(real_instance, document)


def test_round_opens_where_every_mandate_holder_has_an_app(real_instance: SampleInstance, document: str) -> None:
    for who in ("yusuf", "huda", "nabil"):
        set_up_app(real_instance, who)
    assert open_round(real_instance, document)


def test_form_names_who_cannot_sign_and_lets_the_opener_confirm(
    web_client: WebClient, real_instance: SampleInstance, document: str
) -> None:
    web_client.sign_in("salma")
    path = f"/documents/{document}/round"
    form = {"version": "1", "rule": "two_thirds", "deadline": "5d", "key": "a"}
    refused = web_client.post_confirmed(path, form)
    assert refused.status_code == 409
    assert "Cannot sign without email" in page_text(refused) and "No email was ever delivered" in page_text(refused)
    assert web_client.post(f"{path}/test-email").status_code == 303
    assert web_client.post_confirmed(path, {**form, "key": "b", "without_codes": "1"}).status_code == 303


def test_undelivered_code_is_shown_with_what_else_there_is(
    web_client: WebClient, real_instance: SampleInstance, document: str
) -> None:
    round_id = open_round(real_instance, document, without_codes=True)
    web_client.sign_in("yusuf")
    made = web_client.post(f"/rounds/{round_id}/sign", {"position": "endorse", "lang": "ar", "key": "c"})
    assert made.status_code == 303
    deliver_all(real_instance)
    page = web_client.get(made.headers["location"])
    assert "The email with the code has not gone out" in page_text(page) and "/account/app" in page.text
    assert 'data-progress="running"' in page.text


def test_code_that_came_back_is_shown_to_the_person_who_waits(
    web_client: WebClient, real_instance: SampleInstance, document: str
) -> None:
    round_id = open_round(real_instance, document, without_codes=True)
    web_client.sign_in("yusuf")
    made = web_client.post(f"/rounds/{round_id}/sign", {"position": "endorse", "lang": "ar", "key": "c"})
    with real_instance.write() as tx:
        id = tx.connection.execute(mail_table.select().where(mail_table.c.code_of == STATEMENT)).one().id
        notices_store.set_email_state(tx, id, state="sent", keep_body=False)
    page = web_client.get(made.headers["location"])
    assert "The email with the code was sent" in page_text(page) and 'data-progress="running"' in page.text
    with real_instance.write() as tx:
        bounces.note_bounce(tx, email=id, status="5.2.2")
    page = web_client.get(made.headers["location"])
    assert "The email with the code came back. The mailbox is full." in page_text(page)
    assert "/account/app" in page.text and 'data-progress="done"' in page.text


def test_app_signs_while_nothing_is_mailed(real_instance: SampleInstance, document: str) -> None:
    round_id = open_round(real_instance, document, without_codes=True)
    _, otp = set_up_app(real_instance, "yusuf")
    with real_instance.write() as tx:
        yusuf = real_instance.actor(tx, "yusuf")
        session = sign_in.start_session(tx, yusuf, browser=Browser(), started_with="password")
        made = endorsements.prepare(tx, yusuf, round_id=round_id, position="endorse", lang="ar", secret=SECRET)
    with real_instance.write() as tx:
        actor = authenticate(tx, token=None, session=session)
        assert actor
        code = otp.generate_otp(tx.clock() // totp.STEP)
        answer = endorsements.cast(tx, actor, round_id=round_id, challenge_id=made.challenge, code=code, secret=SECRET)
    assert (answer.proof, answer.assurance) == ("totp", "B")
    deliver_all(real_instance)
    with real_instance.read() as tx:
        assert deliveries_store.get_last_delivery(tx) is None
