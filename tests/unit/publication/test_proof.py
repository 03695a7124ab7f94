"""Proofs and their waivers: which proofs count, and what may be waived."""

from dataclasses import replace
from typing import Any

import pytest

from service.domain.documents.version import EditionText, Version
from service.domain.endorsement.round import RollEntry
from service.domain.errors import InvalidInput
from service.domain.publication.proof import (
    FAILED,
    QUEUED,
    RENDERING,
    WAIT_FOR_PROOFS,
    WHOLE,
    EngineSet,
    PrintProof,
    ProofState,
    evaluate_proofs,
)
from service.domain.publication.proof_content import ProofSubject, longest_reservation, proof_content, proof_sha256
from service.domain.publication.proof_waiver import (
    find_hindrance,
    find_lacking_file,
    is_covered,
    list_waived,
    validate_reason,
    waived_from_json,
)
from service.domain.publication.sealed_facts import read_seal

ENGINE = EngineSet("eng_1", 1, "e" * 64)
AT = 1_700_000_000_000_000
DIFFERENCE = {"v": 1, "code": "render_differs", "words": "الماء", "page": 2}


def a_proof(seq: int, format_: str, state: str, *, lang: str = "ar", **more: Any) -> PrintProof:
    ended = state in (WHOLE, FAILED)
    values: dict[str, Any] = {
        "content_sha256": "c", "engine": ENGINE.id if ended else None,
        "engine_sha256": ENGINE.sha256 if ended else None, "superseded_at": None, "failure": None,
    }  # fmt: skip
    return PrintProof(
        id=f"prf_{seq}", seq=seq, document="doc", version="ver", format=format_, lang=lang, state=state, stage=state,
        requested_at=AT + seq, ended_at=None, sha256=None, size=None, **(values | more),
    )  # fmt: skip


def state_of(*proofs: PrintProof, languages: tuple[str, ...] = ("ar",)) -> ProofState:
    return evaluate_proofs(proofs, languages=languages, content_sha256="c", engine=ENGINE)


def test_newest_proof_of_each_file_counts() -> None:
    state = state_of(a_proof(1, "pdf", FAILED), a_proof(2, "docx", WHOLE), a_proof(3, "pdf", WHOLE))
    assert state.is_whole and [one.seq for one in state.whole] == [3, 2]
    assert state.since == AT + 1


@pytest.mark.parametrize(
    "more",
    [{"content_sha256": "other"}, {"engine_sha256": "f" * 64}, {"superseded_at": AT}],
    ids=["other content", "other engines", "superseded"],
)
@pytest.mark.parametrize("ended", [WHOLE, FAILED])
def test_proof_of_something_else_is_missing(ended: str, more: dict[str, Any]) -> None:
    state = state_of(a_proof(1, "pdf", WHOLE), a_proof(2, "docx", ended, **more))
    assert not state.is_whole
    assert state.missing == state.unrequested == (("ar", "docx"),)


@pytest.mark.parametrize("making", [QUEUED, RENDERING])
def test_proof_on_its_way_is_missing_but_requested(making: str) -> None:
    state = state_of(a_proof(1, "pdf", WHOLE), a_proof(2, "docx", making))
    assert state.missing == (("ar", "docx"),) and state.unrequested == ()


def test_nothing_is_whole_before_engines_are_known() -> None:
    proofs = [a_proof(1, "pdf", WHOLE, engine=None, engine_sha256=None)]
    assert not evaluate_proofs(proofs, languages=["ar"], content_sha256="c", engine=None).whole


def hindrance_of(state: ProofState, *, waited: int = WAIT_FOR_PROOFS) -> str | None:
    found = find_hindrance(state, authentic=["ar"], now=AT + 1 + waited)
    return found.code if found else None


def test_waiver_waits_two_minutes_and_needs_a_file_of_each_official_text() -> None:
    whole = state_of(a_proof(1, "pdf", WHOLE), a_proof(2, "docx", WHOLE))
    assert hindrance_of(whole) == "nothing_to_waive"
    late = state_of(a_proof(1, "pdf", WHOLE), a_proof(2, "docx", QUEUED))
    assert hindrance_of(late, waited=WAIT_FOR_PROOFS - 1) == "proofs_not_awaited"
    assert hindrance_of(late) is None
    assert hindrance_of(state_of()) == "proofs_not_awaited"
    assert hindrance_of(state_of(a_proof(1, "pdf", FAILED), a_proof(2, "docx", QUEUED))) == "official_text_unproved"
    both = state_of(a_proof(1, "pdf", WHOLE), a_proof(2, "pdf", FAILED, lang="en"), languages=("ar", "en"))
    assert hindrance_of(both) is None
    unproved = find_lacking_file(both, authentic=["ar", "en"])
    assert unproved is not None and unproved.code == "official_text_unproved"


@pytest.mark.parametrize(
    ("format_", "failure", "expected"),
    [
        ("pdf", DIFFERENCE, None),
        ("pdf", {**DIFFERENCE, "page": None}, "difference_unknown"),
        ("pdf", {**DIFFERENCE, "words": ""}, "difference_unknown"),
        ("pdf", {**DIFFERENCE, "words": "", "found": "النار"}, None),
        ("docx", {**DIFFERENCE, "page": None}, None),
        ("pdf", {"code": "render_memory"}, None),
    ],
)
def test_difference_is_waived_only_with_its_words_and_page(
    format_: str, failure: dict[str, Any], expected: str | None
) -> None:
    other = "docx" if format_ == "pdf" else "pdf"
    assert hindrance_of(state_of(a_proof(1, other, WHOLE), a_proof(2, format_, FAILED, failure=failure))) == expected


def test_waiver_does_not_cover_a_difference_that_nobody_saw() -> None:
    failed = a_proof(2, "pdf", FAILED, failure=DIFFERENCE)
    late = state_of(a_proof(1, "docx", WHOLE), a_proof(2, "pdf", QUEUED))
    differing = state_of(a_proof(1, "docx", WHOLE), failed)
    elsewhere = state_of(a_proof(1, "docx", WHOLE), replace(failed, failure={**DIFFERENCE, "page": 3}))
    broken = state_of(a_proof(1, "docx", WHOLE), replace(failed, failure={"code": "render_memory"}))
    of_late, of_differing = (waived_from_json([one.to_json() for one in list_waived(it)]) for it in (late, differing))
    assert is_covered(late, of_late) and is_covered(broken, of_late) and not is_covered(differing, of_late)
    assert is_covered(differing, of_differing) and is_covered(late, of_differing)
    assert not is_covered(elsewhere, of_differing)
    assert not is_covered(state_of(a_proof(1, "pdf", WHOLE), a_proof(2, "docx", QUEUED)), of_differing)


def test_reason_is_one_line_and_needed() -> None:
    assert validate_reason("  موعد\n النشر  غدًا ") == "موعد النشر غدًا"
    for reason, code in ((" \n", "waiver_reason_needed"), ("x" * 501, "waiver_reason_too_long")):
        with pytest.raises(InvalidInput, match=code):
            validate_reason(reason)


@pytest.mark.parametrize("lang", ["ar", "en", "fr"])
def test_longest_reservation_is_as_long_as_one_may_be(lang: str) -> None:
    assert 1880 <= len(longest_reservation(lang)) <= 2000


EDITIONS = {lang: EditionText(f"Title {lang}", "نصّ.\n", "0" * 64, 1, 1) for lang in ("ar", "en")}
SUBJECT = ProofSubject(
    version=Version("ver", "doc", 1, None, "a" * 64, "statement", "coalition", ("ar",), "per", AT, "", EDITIONS),
    front={"place": {"ar": "حلب"}, "addressees": {}},
    letterhead={"names": {"ar": "ائتلاف"}, "logo_sha256": None},
    roll=tuple(RollEntry(f"org_{number}", {"ar": f"منظمة {number}"}) for number in range(6)),
)


def test_proof_content_is_a_seal_of_the_whole_roll_with_reservations_in_every_language() -> None:
    facts = read_seal(proof_content(SUBJECT, at=AT))
    assert [one["organisation"] for one in facts.endorsements] == [one.organisation for one in SUBJECT.roll]
    assert (facts.members, facts.endorsed, facts.reserved, facts.unnamed) == (6, 6, 3, 0)
    assert [tuple(one["reservation"]) for one in facts.endorsements] == [("ar", "en"), ("ar",), ("en",), (), (), ()]
    assert (facts.front, facts.letterhead) == (SUBJECT.front, SUBJECT.letterhead)


@pytest.mark.parametrize("members", [0, 1, 2])
def test_small_coalition_has_proofs_too(members: int) -> None:
    facts = read_seal(proof_content(replace(SUBJECT, roll=SUBJECT.roll[:members]), at=AT))
    assert facts.members == len(facts.endorsements) == members


@pytest.mark.parametrize(
    "change",
    [
        {"version": replace(SUBJECT.version, version_sha256="b" * 64)},
        {"front": {"place": {"ar": "إدلب"}, "addressees": {}}},
        {"letterhead": {"names": {"ar": "ائتلاف"}, "logo_sha256": "c" * 64}},
        {"roll": SUBJECT.roll[1:]},
        {"roll": tuple(reversed(SUBJECT.roll))},
    ],
    ids=["version", "front", "logo", "member", "order"],
)
def test_whatever_is_sealed_changes_the_digest_of_a_proof(change: dict[str, Any]) -> None:
    assert proof_sha256(replace(SUBJECT, **change)) != proof_sha256(SUBJECT)
