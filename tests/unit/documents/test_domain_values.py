"""Documents, versions, rounds, endorsements, seals, exports: valid values, and what their digests bind."""

import string
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents.document import (
    APPROVED,
    DRAFTING,
    ENDORSEMENT,
    KINDS,
    PUBLISHED,
    REVIEW,
    STATES,
    WITHDRAWN,
    Document,
    check_new_document,
    check_transition,
)
from service.domain.documents.version import EditionText, version_sha256
from service.domain.endorsement.endorsement import check_position, reservation_text
from service.domain.endorsement.round import RollEntry, approvals_needed_to_close, check_closing_time, roll_sha256
from service.domain.endorsement.rules import ENDORSE_WITH_RESERVATION, POSITIONS
from service.domain.errors import Conflict, DomainError, InvalidInput
from service.domain.membership.mandates import confirmations_needed
from service.domain.membership.people import (
    Mandate,
    check_confirmation,
    eligible_confirmers,
    mandate_sha256,
)
from service.domain.publication.export import artefact_key, file_name
from service.domain.publication.notice import SENTENCES
from service.domain.text.markup.canonical import text_sha256

words = st.text(min_size=1, max_size=20)


def a_document(state: str, *, urgent: bool = False) -> Document:
    return Document("doc_a", "statement", state, "coalition", ("ar",), {}, urgent, 1, "per_x", 0, None, {})


@pytest.mark.parametrize(
    ("state", "urgent", "allowed"),
    [
        (DRAFTING, False, {REVIEW, WITHDRAWN}),
        (DRAFTING, True, {REVIEW, ENDORSEMENT, WITHDRAWN}),
        (REVIEW, False, {DRAFTING, ENDORSEMENT, WITHDRAWN}),
        (ENDORSEMENT, False, {REVIEW, APPROVED, WITHDRAWN}),
        (APPROVED, False, {PUBLISHED, WITHDRAWN}),
        (PUBLISHED, False, {WITHDRAWN}),
        (WITHDRAWN, True, set()),
    ],
)
def test_document_moves_only_by_allowed_transitions(state: str, urgent: bool, allowed: set[str]) -> None:
    for to in STATES:
        if to in allowed:
            check_transition(a_document(state, urgent=urgent), to)
        else:
            with pytest.raises(Conflict):
                check_transition(a_document(state, urgent=urgent), to)


@given(st.sampled_from(KINDS), st.sets(st.sampled_from(("ar", "en"))), st.sets(st.sampled_from(("ar", "en", "fr"))))
def test_authentic_text_must_be_one_of_the_document(kind: str, langs: set[str], authentic: set[str]) -> None:
    good = bool(langs) and bool(authentic) and authentic <= langs
    try:
        check_new_document(kind, "coalition", langs=sorted(langs), authentic=sorted(authentic))
        assert good
    except InvalidInput:
        assert not good


editions = st.dictionaries(
    st.sampled_from(("ar", "en")),
    st.builds(lambda title, text: EditionText(title, text, text_sha256(text), 1, 1), words, words),
    min_size=1,
)


def digest_of(document: str, number: int, parent: str | None, found: dict[str, EditionText]) -> str:
    return version_sha256(
        document=document,
        number=number,
        parent=parent,
        kind="statement",
        issued_by="coalition",
        authentic=("ar",),
        editions=found,
    )


@given(editions, st.integers(1, 99), words)
def test_version_digest_binds_titles_texts_number_and_parent(
    found: dict[str, EditionText], number: int, other: str
) -> None:
    digest = digest_of("doc_a", number, None, found)
    assert digest == digest_of("doc_a", number, None, dict(reversed(found.items())))
    assert digest != digest_of("doc_a", number + 1, None, found)
    assert digest != digest_of("doc_b", number, None, found)
    assert digest != digest_of("doc_a", number, "0" * 64, found)
    lang, edition = next(iter(found.items()))
    for changed in (
        EditionText(edition.title + other, edition.text, edition.text_sha256, 1, 1),
        EditionText(edition.title, edition.text + other, text_sha256(edition.text + other), 1, 1),
    ):
        assert digest != digest_of("doc_a", number, None, {**found, lang: changed})


@given(st.sampled_from((*POSITIONS, "maybe")), st.dictionaries(st.sampled_from(("ar", "en")), words))
def test_only_a_reservation_has_reservation_text(position: str, reservation: dict[str, str]) -> None:
    good = position in POSITIONS and (position == ENDORSE_WITH_RESERVATION) == bool(reservation)
    try:
        check_position(position, reservation)
        assert good
    except DomainError:
        assert not good


@given(st.dictionaries(st.sampled_from(("ar", "en")), words), st.dictionaries(st.sampled_from(("ar", "en")), words))
def test_reservations_share_a_text_only_if_equal(one: dict[str, str], two: dict[str, str]) -> None:
    assert (reservation_text(one) == reservation_text(two)) == (one == two)


@given(st.integers(1, 5), st.sets(st.sampled_from("abcdefgh")), st.sampled_from("abx"), st.sampled_from("abx"))
def test_mandate_asks_no_more_confirmations_than_possible(
    setting: int, secretariat: set[str], granted_by: str, holder: str
) -> None:
    able = secretariat - {granted_by, holder}
    if not able:
        with pytest.raises(Conflict) as refused:
            eligible_confirmers(secretariat, granted_by=granted_by, holder=holder)
        assert refused.value.code == "nobody_to_confirm"
        return
    assert eligible_confirmers(secretariat, granted_by=granted_by, holder=holder) == able
    assert 1 <= confirmations_needed(setting, confirmers=len(able)) <= min(setting, len(able))


@given(st.integers(0, 10))
def test_closings_needed_fit_the_size_of_the_secretariat(secretariat: int) -> None:
    assert approvals_needed_to_close(secretariat) == (1 if secretariat <= 1 else 2)


def a_mandate(*, granted_by: str = "per_f", confirmations: tuple[str, ...] = ()) -> Mandate:
    return Mandate("man_a", "org_a", "per_s", granted_by, 0, None, "granted", confirmations)


@pytest.mark.parametrize(
    ("mandate", "by", "code"),
    [
        (a_mandate(), "per_f", "own_mandate"),
        (a_mandate(), "per_s", "own_mandate"),
        (a_mandate(confirmations=("per_k",)), "per_k", "already_confirmed"),
    ],
)
def test_own_or_repeated_confirmation_is_rejected(mandate: Mandate, by: str, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        check_confirmation(mandate, by=by)
    assert refused.value.code == code


def test_mandate_digest_names_no_person() -> None:
    one, two = a_mandate(), Mandate("man_a", "org_a", "per_other", "per_g", 0, None, "granted", ())
    assert mandate_sha256(one) == mandate_sha256(two)


def test_roll_digest_binds_order_and_names() -> None:
    one, two = RollEntry("org_a", {"ar": "أ"}), RollEntry("org_b", {"ar": "ب"})
    digests = {roll_sha256([one, two]), roll_sha256([two, one]), roll_sha256([one, RollEntry("org_b", {"ar": "ت"})])}
    assert len(digests) == 3


@pytest.mark.parametrize("closes_in", [-1, 0, 59 * 10**6, 367 * 24 * 3600 * 10**6])
def test_round_lasts_between_a_minute_and_a_year(closes_in: int) -> None:
    check_closing_time(now=10**15, closes_at=10**15 + 3600 * 10**6)
    with pytest.raises(InvalidInput):
        check_closing_time(now=10**15, closes_at=10**15 + closes_in)


@given(words, st.sampled_from(("pdf", "docx")))
def test_artefact_key_depends_on_every_input(title: str, format_: str) -> None:
    key = artefact_key(format_=format_, manuscript={"title": title}, pipeline={"typst": "1"})
    assert key != artefact_key(format_=format_, manuscript={"title": title + "x"}, pipeline={"typst": "1"})
    assert key != artefact_key(format_=format_, manuscript={"title": title}, pipeline={"typst": "2"})
    assert key != artefact_key(format_="html", manuscript={"title": title}, pipeline={"typst": "1"})


@given(st.text(max_size=200))
def test_file_name_has_only_letters_digits_and_hyphens(title: str) -> None:
    name = file_name(title, lang="ar", suffix="pdf")
    assert name.endswith(".ar.pdf")
    stem = name.removesuffix(".ar.pdf")
    assert stem and all(mark.isalnum() or mark == "-" for mark in stem)
    assert not set(name) & set(string.whitespace + "/\\\"'")


def test_every_notice_is_a_sentence_without_document_titles() -> None:
    for sentence in SENTENCES.values():
        assert sentence.endswith(".")
        assert {place for _, place, _, _ in Formatter().parse(sentence) if place} <= {"moment"}
