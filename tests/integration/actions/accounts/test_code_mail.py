"""Codes exist in the email that is sent and nowhere else."""

import logging
import re
from pathlib import Path

import pytest

from service.actions.accounts import code_mail, email_codes, sign_in
from service.actions.accounts.sign_in import Browser
from service.actions.membership import invitation_mail
from service.domain.accounts.rules import RequestOrigin
from service.domain.errors import Forbidden
from service.store.dump import TABLE_NAMES, dump_rows
from service.store.publication import notices as notices_store
from tests.support.factories import (
    SECRET,
    SampleInstance,
    cast_endorsement,
    mailed_code,
    open_round_with_document,
    prepare_endorsement,
)

LAMA = "lama@sindyan.example"


def _request_code(instance: SampleInstance, purpose: str) -> tuple[str, str]:
    """Return (id, code) of a code requested for Lama."""
    with instance.write() as tx:
        id = email_codes.send_code(tx, address=LAMA, purpose=purpose, origin=RequestOrigin("here"), secret=SECRET)
        return id, mailed_code(tx, instance.members.people["lama"].id)


def test_asvs_55_no_code_is_in_database_dump_or_log(instance: SampleInstance, caplog: pytest.LogCaptureFixture) -> None:
    """The canaries are real codes, used and unused."""
    caplog.set_level(logging.DEBUG)
    _, round_id = open_round_with_document(instance)
    codes = [_request_code(instance, purpose)[1] for purpose in email_codes.EMAIL_TEXTS]
    codes.append(prepare_endorsement(instance, round_id, "yusuf")[1])
    codes.append(prepare_endorsement(instance, round_id, "huda")[1])
    cast_endorsement(instance, round_id, "nabil")
    id, code = _request_code(instance, email_codes.SIGN_IN)
    with instance.write() as tx:
        sign_in.sign_in_with_code(tx, id=id, code=code, secret=SECRET, browser=Browser())
    canaries = re.compile(rb"(?<!\d)(" + b"|".join(one.encode() for one in [*codes, code]) + rb")(?!\d)")
    assert len(set(codes)) == len(codes)
    with instance.read() as tx:
        for name in TABLE_NAMES:
            assert not any(canaries.search(row) for row in dump_rows(tx, name)), name
    assert not canaries.search(caplog.text.encode())
    files = [one for one in Path(instance.app_state.settings.var).rglob("*") if one.is_file()]
    for one in files:
        assert not canaries.search(one.read_bytes()), one


def test_code_depends_on_purpose_reference_statement_and_secret() -> None:
    given = [
        ("sign-in", "cod_1", b"a", SECRET),
        ("new-password", "cod_1", b"a", SECRET),
        ("sign-in", "cod_2", b"a", SECRET),
        ("sign-in", "cod_1", b"b", SECRET),
        ("sign-in", "cod_1", b"a", b"another secret of the instance, as long"),
    ]
    codes = [code_mail.derive_code(purpose, ref, bound_to=text, secret=secret) for purpose, ref, text, secret in given]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"\d{8}", one) for one in codes)


def test_email_with_a_void_code_is_not_worth_sending(instance: SampleInstance) -> None:
    id, code = _request_code(instance, email_codes.SIGN_IN)
    with instance.read() as tx:
        (_, email) = notices_store.list_emails(tx, person_id=instance.members.people["lama"].id)[-1]
        assert code in getattr(invitation_mail.fill_in_link(tx, email, secret=SECRET), "body", "")
        assert not code_mail.is_void(tx, email)
    with instance.write() as tx:
        sign_in.sign_in_with_code(tx, id=id, code=code, secret=SECRET, browser=Browser())
    with instance.read() as tx:
        assert code_mail.is_void(tx, email)


def test_code_of_one_purpose_does_not_serve_another(instance: SampleInstance) -> None:
    id, code = _request_code(instance, email_codes.NEW_PASSWORD)
    with pytest.raises(Forbidden) as refused, instance.write() as tx:
        sign_in.sign_in_with_code(tx, id=id, code=code, secret=SECRET, browser=Browser())
    assert refused.value.code == "wrong_code"
