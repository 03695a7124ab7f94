"""Rounds that release 0.1 opened go on in format 1 after the upgrade: answers, changes, withdrawals, seals, files."""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.actions.accounts import step_up
from service.actions.endorsement import endings, endorsements
from service.actions.membership import coalition
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round
from service.domain.errors import Forbidden
from service.domain.publication.publication import Seal, seal_sha256
from service.domain.trust import canonical_json
from service.domain.trust.statement import encode_statement, parse_statement
from service.sample.document import SampleMembers, SamplePerson
from service.store.accounts import people as people_store
from service.store.db import connect
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.migrate import migrate
from service.store.publication import seals as seals_store
from tests.support.factories import SECRET, SampleInstance, cast_endorsement, open_instance, prepare_endorsement
from workers.render.content.manuscript import to_json
from workers.render.content.manuscript_from_seal import from_seal
from workers.render.content.prepared_text import prepare_manuscript
from workers.render.content.templates import find_templates

RELEASES = Path(__file__).parents[2] / "support" / "releases"
FACTS: dict[str, Any] = json.loads((RELEASES / "open_round" / "0.1.0.json").read_text("utf-8"))
SECOND = 1_000_000
V1, V2 = b"mithaq.endorsement.v1\n", b"mithaq.endorsement.v2\n"


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[SampleInstance]:
    """An upgraded instance: yusuf has answered in an open round, huda has a statement that waits for its code."""
    shutil.copy(RELEASES / "open_round" / "0.1.0.db", tmp_path / "mithaq.db")
    migrate(f"sqlite:///{tmp_path / 'mithaq.db'}")
    people = {key: SamplePerson(id, key, {}, (), "") for key, id in FACTS["people"].items()}
    opened = open_instance("", SampleMembers(people, {}), tmp_path)
    yield opened
    opened.database.close()


def round_of(upgraded: SampleInstance, name: str) -> Round:
    with upgraded.read() as tx:
        found = rounds_store.get(tx, FACTS[name])
    assert found is not None
    return found


def last_answer(upgraded: SampleInstance, round_id: str, key: str) -> Endorsement:
    with upgraded.read() as tx:
        return [one for one in endorsements_store.list_by_round(tx, round_id) if one.person == FACTS["people"][key]][-1]


def seal_of(upgraded: SampleInstance, document: str) -> Seal:
    with upgraded.read() as tx:
        found = seals_store.get_by_document(tx, document)
    assert found is not None
    return found


def sha256(domain: bytes, data: bytes) -> str:
    return hashlib.sha256(domain + data).hexdigest()


def close_at(upgraded: SampleInstance, round_id: str, at: int) -> None:
    for key in ("salma", "karim"):
        with upgraded.write(at=at) as tx:
            endings.request_close(tx, upgraded.actor(tx, key), round_id=round_id)


def test_persons_of_the_upgrade_end_a_round_that_was_open(upgraded: SampleInstance) -> None:
    with upgraded.read() as tx:
        found = rounds_store.get(tx, FACTS["open_round"])
        holders = people_store.list_role_holders(tx, ["secretariat"])
    assert found is not None and found.secretariat is not None
    assert sorted(found.secretariat) == sorted(one.id for one in holders)


def test_statement_prepared_before_the_upgrade_is_cast_as_prepared(upgraded: SampleInstance) -> None:
    at = FACTS["at"] + SECOND
    with upgraded.write(at=at) as tx:
        cast = endorsements.cast(
            tx,
            upgraded.actor(tx, "huda"),
            round_id=FACTS["open_round"],
            challenge_id=FACTS["challenge"],
            code=FACTS["code"],
            secret=SECRET,
        )
    statement = parse_statement(cast.statement)
    assert (statement.format, statement.round_sha256) == (1, None)
    assert cast.statement_sha256 == sha256(V1, cast.statement)
    assert cast.sentence.endswith("مع تحفّظ يُدوَّن نصّه مع هذا التأييد.")


def test_answer_changed_after_the_upgrade_is_of_format_1_and_replaces_format_1(upgraded: SampleInstance) -> None:
    round_id, at = FACTS["open_round"], FACTS["at"] + SECOND
    before = last_answer(upgraded, round_id, "yusuf")
    sha = cast_endorsement(upgraded, round_id, "yusuf", "abstain", replaces=before.statement_sha256, at=at)
    after = last_answer(upgraded, round_id, "yusuf")
    statement = parse_statement(after.statement)
    assert (statement.format, statement.replaces) == (1, before.statement_sha256)
    assert sha == after.statement_sha256 == sha256(V1, after.statement)
    name = statement.organisation_name
    assert after.sentence == f"باسم {name} نمتنع عن إبداء موقف من الإصدار ١ من وثيقة «Title ar»."


def test_round_of_format_1_is_sealed_in_format_1(upgraded: SampleInstance) -> None:
    round_id, at = FACTS["open_round"], FACTS["at"] + SECOND
    cast_endorsement(upgraded, round_id, "huda", at=at)
    cast_endorsement(upgraded, round_id, "nabil", "decline", at=at)
    close_at(upgraded, round_id, at + SECOND)
    ended = round_of(upgraded, "open_round")
    seal = seal_of(upgraded, ended.document)
    assert (ended.state, ended.format, ended.wording, ended.terms) == ("passed", 1, 1, None)
    assert (seal.content["v"], seal.round) == (1, round_id)
    encoded = canonical_json.encode(seal.content)
    assert seal.seal_sha256 == seal_sha256(seal.content) == sha256(b"mithaq.seal.v1\n", encoded)
    assert [one["position"] for one in seal.content["endorsements"]] == ["endorse", "endorse", "decline"]
    assert len(seal.content["round"]["roll"]) == len(ended.roll)


def test_withdrawal_from_a_seal_of_format_1_is_of_format_1(upgraded: SampleInstance) -> None:
    round_id = FACTS["passed_round"]
    sealed = last_answer(upgraded, round_id, "huda")
    seal = seal_of(upgraded, round_of(upgraded, "passed_round").document)
    at = FACTS["at"] + SECOND
    challenge, code = prepare_endorsement(
        upgraded, round_id, "huda", "withdraw", replaces=sealed.statement_sha256, at=at
    )
    with upgraded.write(at=at) as tx:
        ended = endorsements.withdraw(
            tx, upgraded.actor(tx, "huda"), round_id=round_id, challenge_id=challenge, code=code, secret=SECRET
        )
        shown = endorsements_store.get_challenge(tx, challenge)
    assert ended.ended_statement is not None and shown is not None
    statement = parse_statement(ended.ended_statement)
    assert (statement.format, statement.replaces) == (1, sealed.statement_sha256)
    assert "نسحب موقفنا من الإصدار" in shown.sentence
    assert seal_of(upgraded, seal.document) == seal


def test_statement_of_another_format_is_refused(upgraded: SampleInstance) -> None:
    """A signatory with access to the database alone cannot make a round of format 1 take a statement of format 2."""
    round_id, at = FACTS["open_round"], FACTS["at"] + SECOND
    challenge, code = prepare_endorsement(upgraded, round_id, "huda", at=at)
    with upgraded.write(at=at) as tx:
        prepared = endorsements_store.get_challenge(tx, challenge)
        assert prepared is not None
        foreign = encode_statement(dataclasses.replace(parse_statement(prepared.statement), round_sha256="ab" * 32))
        other = dataclasses.replace(
            prepared,
            id=tx.new_id("chl"),
            statement=foreign,
            code_hmac=step_up.code_hmac(code, foreign, secret=SECRET),
        )
        endorsements_store.add_challenge(tx, other)
    with pytest.raises(Forbidden) as refusal, upgraded.write(at=at) as tx:
        endorsements.cast(
            tx, upgraded.actor(tx, "huda"), round_id=round_id, challenge_id=other.id, code=code, secret=SECRET
        )
    assert refusal.value.code == "code_void"


def without_layout(printed: dict[str, Any], *, like: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that `like` has, without the numbers and the count of signatories and the space of a number."""
    fields = {name: value for name, value in printed.items() if name in like}
    return {
        **fields,
        "signatories": [{"name": one["name"], "remark": one["remark"]} for one in printed["signatories"]],
        "signatories_heading": printed["signatories_heading"].partition(" (")[0],
        "reservations": [heading.replace(" -", "-") for heading in printed["reservations"]],
    }


@pytest.mark.parametrize("name", ["0.1.0.db", "open_round/0.1.0.db"])
def test_seals_of_release_0_1_print_every_word_as_they_did(tmp_path: Path, name: str) -> None:
    """The golden file was written by the code of that release: manuscripts (by digest) and everything printed.

    Later layouts add fields and numbers (`without_layout`), and change no word.
    """
    golden = json.loads((RELEASES / "open_round" / "printed_v1.json").read_text("utf-8"))
    shutil.copy(RELEASES / name, tmp_path / "mithaq.db")
    migrate(f"sqlite:///{tmp_path / 'mithaq.db'}")
    database = connect(f"sqlite:///{tmp_path / 'mithaq.db'}")
    with database.read() as tx:
        seals = [seals_store.get_by_document(tx, one.document) for one in rounds_store.list_passed(tx)]
        for seal in (one for one in seals if one is not None):
            version = versions_store.get(tx, seal.version)
            assert version is not None
            for lang, edition in version.editions.items():
                manuscript = from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=edition, lang=lang)
                encoded = json.dumps(to_json(manuscript), sort_keys=True, ensure_ascii=False).encode()
                prepared = prepare_manuscript(manuscript, directory=find_templates())
                expected = golden[f"{seal.seal_sha256[:16]}.{lang}"]
                printed = json.loads(json.dumps(dataclasses.asdict(prepared.content)))
                assert hashlib.sha256(encoded).hexdigest() == expected["manuscript_sha256"]
                assert without_layout(printed, like=expected["printed"]) == without_layout(
                    expected["printed"], like=expected["printed"]
                )
    database.close()
    assert any(seals)


def test_letterhead_of_a_round_of_format_1_is_that_of_its_closing(upgraded: SampleInstance) -> None:
    """As release 0.1 did: what was not bound at opening is taken when the round closes."""
    round_id, at = FACTS["open_round"], FACTS["at"] + SECOND
    with upgraded.write(at=at) as tx:
        coalition.update_settings(tx, upgraded.actor(tx, "salma"), settings={"about": {"ar": "وصف جديد."}})
    cast_endorsement(upgraded, round_id, "huda", at=at)
    close_at(upgraded, round_id, at + SECOND)
    seal = seal_of(upgraded, round_of(upgraded, "open_round").document)
    assert seal.content["letterhead"]["about"] == {"ar": "وصف جديد."}
