"""Waivers of proofs: two of the secretariat open a round without a whole proof, and everyone who signs is told."""

from collections.abc import Mapping

import pytest
from sqlalchemy import update

from service.actions.membership import approval_decisions
from service.actions.proofs import proofs, rendering, waivers
from service.actions.publication import exports, publications
from service.actions.trust import record_check
from service.domain.endorsement.round import Round
from service.domain.errors import Conflict, DomainError, Forbidden
from service.domain.publication.proof import WAIT_FOR_PROOFS
from service.domain.publication.publication import Publication
from service.domain.publication.render_failure import RenderFailure
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.store.publication import notices as notices_store
from service.store.publication import proofs as proofs_store
from service.store.publication import seals as seals_store
from service.store.tables import proof
from tests.support.factories import (
    TEST_PIPELINES,
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    set_secretariat,
)

REASON = "المؤتمر غدًا صباحًا"
MEMORY = {"code": "render_memory", "message": "too much"}
DIFFERENCE = {"code": "render_differs", "message": "differs", "words": "الماء", "page": 1}


def document_with_proofs(instance: SampleInstance, *, pdf: Mapping[str, object] | None) -> str:
    """Return a document in review whose DOCX is whole; its PDF failed as `pdf` says, or is still queued.

    The proofs were requested more than two minutes ago.
    """
    instance.dispatcher.completes_proofs = False
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with instance.write() as tx:
        version = versions_store.get_latest(tx, document)
        assert version is not None
        for one in proofs_store.list_by_version(tx, version.id):
            if one.format == "docx":
                rendering.start_proof(tx, one.id)
                rendering.finish_proof(tx, one.id, pipelines=TEST_PIPELINES, sha256="1" * 64, size=1)
            elif pdf:
                rendering.start_proof(tx, one.id)
                rendering.fail_proof(tx, one.id, pipelines=TEST_PIPELINES, failure=pdf)
        tx.connection.execute(update(proof).values(requested_at=proof.c.requested_at - WAIT_FOR_PROOFS))
    return document


def request_waiver(instance: SampleInstance, document: str, *, by: str = "salma", reason: str = REASON) -> str | None:
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        return waivers.request_waiver(tx, actor, document_id=document, version_number=1, reason=reason)


def confirm(instance: SampleInstance, request: str | None, *, by: str = "karim") -> None:
    assert request is not None
    with instance.write() as tx:
        approval_decisions.approve(tx, instance.actor(tx, by), request=request, channel="a call")


def load_round(instance: SampleInstance, round_id: str) -> Round:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
    assert found is not None
    return found


def test_only_the_secretariat_may_ask(instance: SampleInstance) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    for key in ("lama", "yusuf"):
        with pytest.raises(Forbidden):
            request_waiver(instance, document, by=key)


@pytest.mark.parametrize("pdf", [None, MEMORY, DIFFERENCE], ids=["late", "failed", "differs"])
def test_two_persons_open_a_round_without_a_whole_proof(
    instance: SampleInstance, pdf: Mapping[str, object] | None
) -> None:
    grant_all_mandates(instance)
    document = document_with_proofs(instance, pdf=pdf)
    with pytest.raises(Conflict, match="proof_failed" if pdf else "proof_not_whole"):
        open_round(instance, document)
    request = request_waiver(instance, document)
    with pytest.raises(Conflict, match="already_asked"):
        request_waiver(instance, document)
    with pytest.raises(Forbidden, match="second_person_needed"):
        confirm(instance, request, by="salma")
    with pytest.raises(Conflict, match="proof_"):
        open_round(instance, document)
    confirm(instance, request)
    opened = load_round(instance, open_round(instance, document, rule={"kind": "sign_on", "at_least": 1}))
    assert opened.terms is not None and opened.terms.without_proof is not None and opened.proofs is not None
    (file,) = opened.terms.without_proof["files"]
    assert (opened.terms.without_proof["reason"], file["lang"], file["format"]) == (REASON, "ar", "pdf")
    assert file["failure"].get("code", "") == (pdf or {}).get("code", "")
    assert file["failure"].get("words") == (pdf or {}).get("words")
    assert [one["format"] for one in opened.proofs["proofs"]] == ["docx"]
    with instance.read() as tx:
        notices = notices_store.list_by_person(tx, instance.members.people["yusuf"].id)
    assert "round.opened_unproved" in {one.kind for _, one in notices}
    cast_endorsement(instance, opened.id, "yusuf")
    close_round(instance, opened.id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        report = record_check.check_record(tx)
    assert seal is not None and seal.content["terms"]["without_proof"]["reason"] == REASON
    assert report.differences == []


def test_text_is_published_without_the_waived_file_if_it_cannot_be_created(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = document_with_proofs(instance, pdf=MEMORY)
    confirm(instance, request_waiver(instance, document))
    round_id = open_round(instance, document, rule={"kind": "sign_on", "at_least": 1})
    cast_endorsement(instance, round_id, "yusuf")
    close_round(instance, round_id)
    with instance.write() as tx:
        made = {one.format: one.id for _, one in exports_store.list_by_document(tx, document)}
        exports.finish_export(tx, made["docx"], key="key", sha256="2" * 64, size=1, format_="docx", engine="e" * 64)
    with pytest.raises(Conflict, match="files_not_ready"):
        publish(instance, document)
    with instance.write() as tx:
        exports.fail_export(tx, made["pdf"], failure=RenderFailure("render_memory"))
    assert [one["format"] for one in publish(instance, document).revisions[0].content["files"]] == ["docx"]


def publish(instance: SampleInstance, document: str) -> Publication:
    with instance.write() as tx:
        return publications.publish(tx, instance.actor(tx, "reem"), document_id=document)


def test_only_secretary_waives_at_once(instance: SampleInstance) -> None:
    with instance.write() as tx:
        set_secretariat(tx, [instance.members.people["salma"].id])
    document = document_with_proofs(instance, pdf=MEMORY)
    assert request_waiver(instance, document) is None
    terms = load_round(instance, open_round(instance, document)).terms
    assert terms is not None and terms.without_proof is not None
    with instance.read() as tx:
        found = record_check.check_record(tx).differences
    assert {one.table for one in found} == {"role_grant"}  # of those who were in the secretariat before


def test_round_on_whole_proofs_has_the_terms_of_earlier_releases(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    terms = load_round(instance, open_round(instance, document)).terms
    assert terms is not None and "without_proof" not in terms.to_json()


def test_waiver_does_not_hold_for_other_content(instance: SampleInstance) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    confirm(instance, request_waiver(instance, document))
    with instance.write() as tx:
        rendering.register_engines(tx, {"pdf": {"typst": "another"}})
    with pytest.raises(Conflict, match="proof_not_whole"):  # the DOCX is not whole with these engines
        open_round(instance, document)


def test_waiver_waits_two_minutes(instance: SampleInstance) -> None:
    document = document_with_proofs(instance, pdf=None)
    with instance.write() as tx:
        tx.connection.execute(update(proof).values(requested_at=tx.now))
    with pytest.raises(Conflict, match="proofs_not_awaited"):
        request_waiver(instance, document)


@pytest.mark.parametrize(
    ("reason", "code"),
    [(" ", "waiver_reason_needed"), ("x" * 501, "waiver_reason_too_long"), ("\U0001f600", "unprintable_character")],
)
def test_reason_is_checked(instance: SampleInstance, reason: str, code: str) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    with pytest.raises(DomainError, match=code) as refused:
        request_waiver(instance, document, reason=reason)
    assert refused.value.field == "reason"


def test_nothing_is_waived_where_all_is_whole_or_the_version_is_older(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    with pytest.raises(Conflict, match="nothing_to_waive"):
        request_waiver(instance, document)
    with instance.write() as tx, pytest.raises(Conflict, match="stale_version"):
        waivers.request_waiver(tx, instance.actor(tx, "salma"), document_id=document, version_number=2, reason=REASON)
    with instance.write() as tx, pytest.raises(Conflict, match="stale_version"):
        proofs.request_again(tx, instance.actor(tx, "lama"), document_id=document, version_number=2)
