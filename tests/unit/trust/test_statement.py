import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.domain.trust.canonical_json import encode as encode_json
from service.domain.trust.sentence import WITHDRAWAL, sentence
from service.domain.trust.statement import (
    CAST,
    WITHDRAW,
    Statement,
    encode_statement,
    parse_statement,
    person_commitment,
    reservation_sha256,
    sentence_sha256,
    statement_sha256,
)

SHA = [hashlib.sha256(bytes([nth])).hexdigest() for nth in range(12)]
ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"

PLAIN = Statement(
    type=CAST,
    instance="localhost:8000",
    log="localhost:8000/log1",
    round_id=f"rnd_{ID}",
    rule_sha256=SHA[0],
    roll_sha256=SHA[1],
    opens_seq=412,
    document_id=f"doc_{ID}",
    version=3,
    version_sha256=SHA[2],
    lang="ar",
    text_sha256=SHA[3],
    choice="endorse",
    reservation_sha256=None,
    signatory_commitment=SHA[4],
    mandate_sha256=SHA[5],
    shown_sha256=SHA[6],
    ui_lang="ar",
    assurance="C",
    nonce="AAECAwQFBgcICQoLDA0ODw",
    issued_at=1_763_800_000_000_000,
    expires_at=1_763_800_600_000_000,
    organisation_id=f"org_{ID}",
    organisation_name="شبكة «بيتنا» للتنمية",
)

digests = st.sampled_from(SHA)
ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=25, max_size=25).map(lambda text: text + "a")
moments = st.integers(0, 4_000_000_000)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    choice = draw(st.sampled_from(["endorse", "endorse_with_reservation", "abstain", "decline", None]))
    named, proxy = draw(st.booleans()), draw(st.booleans())
    reserved = choice == "endorse_with_reservation"
    start = draw(moments)
    return dataclasses.replace(
        PLAIN,
        type=CAST if choice else WITHDRAW,
        choice=choice,
        round_id=f"rnd_{draw(ids)}",
        version=draw(st.integers(1, 10**6)),
        replaces=draw(digests) if not choice else draw(st.none() | digests),
        reservation_sha256=draw(digests) if reserved else None,
        reservation_public=draw(st.none() | st.booleans()) if reserved else None,
        visibility="named" if named else "withheld",
        organisation_id=PLAIN.organisation_id if named else None,
        organisation_name=draw(st.sampled_from(["بيتنا", "Our Home", "a\u200db\u200c"])) if named else None,
        organisation_commitment=draw(st.none() | digests) if named else draw(digests),
        capacity="proxy" if proxy else "representative",
        delegation_sha256=draw(digests) if proxy else None,
        round_sha256=draw(st.none() | digests),
        issued_at=start * 1_000_000,
        expires_at=(start + draw(st.integers(1, 10**6))) * 1_000_000,
    )


@given(statements())
def test_statement_round_trips(statement: Statement) -> None:
    data = encode_statement(statement)
    assert parse_statement(data) == statement
    assert encode_statement(parse_statement(data)) == data


def test_bytes_of_a_statement_never_change() -> None:
    assert encode_statement(PLAIN).decode() == (
        f'{{"assurance":"C","choice":"endorse","document":{{"id":"doc_{ID}","lang":"ar","text_sha256":"{SHA[3]}",'
        f'"version":3,"version_sha256":"{SHA[2]}"}},"expires_at":"2025-11-22T08:36:40Z",'
        f'"instance":"localhost:8000","issued_at":"2025-11-22T08:26:40Z","log":"localhost:8000/log1",'
        f'"mandate_sha256":"{SHA[5]}","nonce":"AAECAwQFBgcICQoLDA0ODw",'
        f'"organisation":{{"id":"org_{ID}","name":"شبكة «بيتنا» للتنمية"}},'
        f'"round":{{"id":"rnd_{ID}","opens_seq":412,"roll_sha256":"{SHA[1]}","rule_sha256":"{SHA[0]}"}},'
        f'"shown":{{"text_sha256":"{SHA[6]}","ui_lang":"ar"}},'
        f'"signatory":{{"capacity":"representative","commitment":"{SHA[4]}"}},'
        f'"type":"endorsement.cast","v":1,"visibility":"named"}}'
    )


def test_format_2_binds_the_round_in_a_domain_of_its_own() -> None:
    v2 = dataclasses.replace(PLAIN, round_sha256=SHA[7])
    data = encode_statement(v2)
    assert (v2.format, PLAIN.format) == (2, 1)
    v1 = encode_statement(PLAIN).decode()
    bound = f'"round_sha256":"{SHA[7]}","rule_sha256":"{SHA[0]}"'
    assert data.decode() == v1.replace('"v":1', '"v":2').replace(f'"rule_sha256":"{SHA[0]}"', bound)
    assert statement_sha256(data) == hashlib.sha256(b"mithaq.endorsement.v2\n" + data).hexdigest()
    assert parse_statement(data) == v2


def test_round_digest_is_refused_in_format_1() -> None:
    plain = json.loads(encode_statement(PLAIN))
    plain["round"]["round_sha256"] = SHA[7]
    with pytest.raises(InvalidInput) as refusal:
        parse_statement(encode_json(plain))
    assert refusal.value.params["path"] == "round.round_sha256"


def test_times_are_truncated_to_the_second() -> None:
    late = dataclasses.replace(PLAIN, issued_at=PLAIN.issued_at + 999_999)
    assert encode_statement(late) == encode_statement(PLAIN)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"type": "endorsement.bought"}, "type"),
    ({"instance": "example.org/path"}, "instance"),
    ({"instance": "EXAMPLE.org"}, "instance"),
    ({"log": "elsewhere.org/log1"}, "log"),
    ({"log": "localhost:8000/log0"}, "log"),
    ({"round_id": "rnd_1"}, "round.id"),
    ({"round_id": f"rnd_{ID[:-1]}b"}, "round.id"),
    ({"rule_sha256": SHA[0].upper()}, "round.rule_sha256"),
    ({"rule_sha256": SHA[0] + "\n"}, "round.rule_sha256"),
    ({"opens_seq": 0}, "round.opens_seq"),
    ({"opens_seq": True}, "round.opens_seq"),
    ({"version": "3"}, "document.version"),
    ({"lang": "Arabic!"}, "document.lang"),
    ({"choice": "maybe"}, "choice"),
    ({"choice": None}, "choice"),
    ({"type": WITHDRAW, "replaces": SHA[7]}, "choice"),
    ({"type": WITHDRAW, "choice": None}, "replaces"),
    ({"choice": "endorse_with_reservation"}, "reservation.sha256"),
    ({"reservation_sha256": SHA[7]}, "reservation.sha256"),
    ({"reservation_public": True}, "reservation.public"),
    ({"organisation_id": None}, "organisation.id"),
    ({"organisation_name": None}, "organisation.id"),
    ({"organisation_name": ""}, "organisation.name"),
    ({"organisation_name": " x"}, "organisation.name"),
    ({"organisation_name": "x\u202ey"}, "organisation.name"),
    ({"organisation_name": "x\u2067y"}, "organisation.name"),
    ({"organisation_name": "x\ny"}, "organisation.name"),
    ({"organisation_name": "x" * 501}, "organisation.name"),
    ({"visibility": "withheld"}, "organisation.id"),
    ({"visibility": "withheld", "organisation_id": None, "organisation_name": None}, "organisation.commitment"),
    ({"visibility": "hidden"}, "visibility"),
    ({"capacity": "proxy"}, "delegation_sha256"),
    ({"delegation_sha256": SHA[7]}, "delegation_sha256"),
    ({"assurance": "D"}, "assurance"),
    ({"nonce": "AAECAwQFBgcICQoLDA0ODx"}, "nonce"),
    ({"nonce": "AAECAwQFBgcICQoLDA0ODw=="}, "nonce"),
    ({"expires_at": PLAIN.issued_at}, "expires_at"),
    ({"expires_at": 10**18}, "expires_at"),
]


@pytest.mark.parametrize(("change", "path"), WRONG)
def test_invalid_value_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        encode_statement(dataclasses.replace(PLAIN, **change))
    assert refusal.value.code == "statement_refused"
    assert refusal.value.params["path"] == path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"colour": "red"}, "colour"),
        ({"v": 2}, "round.round_sha256"),
        ({"v": 3}, "v"),
        ({"v": True}, "v"),
        ({"v": None}, "v"),
        ({"round": 1}, "round.id"),
        ({"round": {}}, "round"),
        ({"delegation_sha256": {}}, "delegation_sha256"),
        ({"delegation_sha256": None}, "delegation_sha256"),
        ({"choice": {"a": 1}}, "choice.a"),
        ({"round.id": f"rnd_{ID}"}, "round.id"),
        ({"shown": {"text_sha256": SHA[0], "ui_lang": "ar", "more": 1}}, "shown.more"),
        ({"issued_at": "2025-02-30T00:00:00Z"}, "issued_at"),
        ({"issued_at": "2025-11-22T08:26:40+00:00"}, "issued_at"),
        ({"issued_at": "2025-11-22T08:26:40.5Z"}, "issued_at"),
        ({"issued_at": "٢٠٢٥-11-22T08:26:40Z"}, "issued_at"),
        ({"issued_at": 1}, "issued_at"),
        ({"reservation": {"public": 1}}, "reservation.public"),
    ],
)
def test_unknown_and_mismatched_fields_are_rejected(change: dict[str, Any], path: str) -> None:
    plain = {**json.loads(encode_statement(PLAIN)), **change}
    with pytest.raises(InvalidInput) as refusal:
        parse_statement(encode_json(plain))
    assert refusal.value.params["path"] == path


@pytest.mark.parametrize("data", [b"", b"[]", b"1", b"{}", b'{"v":1}', encode_statement(PLAIN) + b" "])
def test_invalid_statement_is_rejected(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_statement(data)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_changed_byte_changes_the_meaning_or_is_rejected(place: int, change: int) -> None:
    data = bytearray(encode_statement(PLAIN))
    data[place % len(data)] ^= change
    assert statement_sha256(bytes(data)) != statement_sha256(encode_statement(PLAIN))
    try:
        read = parse_statement(bytes(data))
    except InvalidInput:
        return
    assert read != PLAIN


def test_digests_have_their_domains() -> None:
    data, salt = encode_statement(PLAIN), bytes(32)
    person = f"per_{ID}"
    assert statement_sha256(data) == sha(b"mithaq.endorsement.v1\n" + data)
    assert person_commitment(person, salt=salt) == sha(
        b"mithaq.person.v1\n" + salt + b'{"person":"' + person.encode() + b'"}'
    )
    assert reservation_sha256("تحفّظ") == sha(b"mithaq.reservation.v1\n" + "تحفّظ".encode())
    assert sentence_sha256("جملة") == sha("جملة".encode())


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("salt", [b"", bytes(31)])
def test_person_is_never_named_without_salt(salt: bytes) -> None:
    with pytest.raises(ValueError):
        person_commitment("per_x", salt=salt)


@pytest.mark.parametrize(
    ("position", "arabic", "english"),
    [
        (
            "endorse",
            "باسم بيتنا نؤيّد الإصدار ٣ من وثيقة «لا دستور».",
            "On behalf of بيتنا we endorse version 3 of “لا دستور”.",
        ),
        (
            "endorse_with_reservation",
            "باسم بيتنا نؤيّد الإصدار ٣ من وثيقة «لا دستور»، مع تحفّظ يُدوَّن نصّه مع هذا التأييد.",
            (
                "On behalf of بيتنا we endorse version 3 of “لا دستور”, "
                "with a reservation whose words are recorded with this endorsement."
            ),
        ),
        (
            "abstain",
            "باسم بيتنا نمتنع عن إبداء موقف من الإصدار ٣ من وثيقة «لا دستور».",
            "On behalf of بيتنا we abstain from taking a position on version 3 of “لا دستور”.",
        ),
        (
            "decline",
            "باسم بيتنا لا نؤيّد الإصدار ٣ من وثيقة «لا دستور».",
            "On behalf of بيتنا we do not endorse version 3 of “لا دستور”.",
        ),
        (
            WITHDRAWAL,
            "باسم بيتنا نسحب موقفنا من الإصدار ٣ من وثيقة «لا دستور».",
            "On behalf of بيتنا we withdraw our position on version 3 of “لا دستور”.",
        ),
    ],
)
def test_agreed_sentence(position: str, arabic: str, english: str) -> None:
    said = {"organisation": "بيتنا", "number": 3, "title": "لا دستور"}
    assert sentence(position, lang="ar", **said) == arabic  # type: ignore[arg-type]  # one dict for both
    assert sentence(position, lang="en", **said) == english  # type: ignore[arg-type]


def test_digits_can_be_chosen_and_braces_are_literal() -> None:
    shown = sentence("endorse", lang="ar", organisation="{title}", number=12, title="{number}", digits="latn")
    assert shown == "باسم {title} نؤيّد الإصدار 12 من وثيقة «{number}»."


@pytest.mark.parametrize(("position", "lang"), [("endorse", "xx"), ("approve", "ar")])
def test_unknown_combination_has_no_sentence(position: str, lang: str) -> None:
    with pytest.raises(InvalidInput):
        sentence(position, lang=lang, organisation="x", number=1, title="y")
