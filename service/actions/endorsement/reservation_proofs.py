"""Proofs of reservations: requested before the code is mailed, awaited for a short time, and never a dead end.

A reservation whose words cannot be printed is refused while it can be corrected. If no worker answers within PATIENCE
the signatory goes on, and the record says that the reservation was not proved: the sealed file then prints what fails
as plain words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service import jobs
from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.validation import validate_printable_text
from service.domain.endorsement.round import Round
from service.domain.errors import at_field
from service.domain.membership.people import Actor, Names
from service.domain.publication.render_failure import RenderFailure
from service.domain.publication.reservation_proof import (
    MAX_PER_HOUR,
    QUEUED,
    RENDERING,
    ReservationProof,
    awaited_reservation,
    unprintable_reservation,
)
from service.domain.text.markup.canonical import text_sha256
from service.i18n import get_language
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import reservation_proofs as reservation_proofs_store
from service.store.endorsement import rounds as rounds_store


@dataclass(frozen=True, slots=True)
class ReservationInput:
    """What a reservation is rendered with: a page in each language of the version.

    `titles`, `names` (of the organisation) and `digits` are by language of the page.
    """

    proof: ReservationProof
    kind: str
    titles: Mapping[str, str]
    names: Mapping[str, str]
    digits: Mapping[str, str]


def validate_texts(texts: Names) -> dict[str, str]:
    """Return the text of a reservation by language, canonical, without empty ones."""
    validated = {}
    for lang, text in texts.items():
        with at_field(f"reservation.{lang}"):
            validated[get_language(lang).code] = validate_printable_text(text)
    return {lang: text for lang, text in validated.items() if text}


def request(tx: Tx, actor: Actor, round_: Round, texts: Mapping[str, str]) -> list[str]:
    """Request the proofs of canonical texts that have none; return those of all texts if the signatory waits for one.

    Words that are whole in this round already, in the same language, are not rendered again. Raises `InvalidInput`
    `reservation_unprintable`.
    """
    own, awaited = [], False
    room = MAX_PER_HOUR - reservation_proofs_store.count_recent(tx, by=actor.person)
    for lang, text in texts.items():
        of = {"round_id": round_.id, "lang": lang, "text_sha256": text_sha256(text)}
        is_whole = reservation_proofs_store.is_whole(tx, **of)
        failed = None if is_whole else reservation_proofs_store.find_failed(tx, **of)
        if failed and failed.refusal:
            raise unprintable_reservation(failed.refusal, lang=lang)
        found = reservation_proofs_store.find_own(tx, by=actor.person, **of)
        if found is None and room <= 0:
            return []
        if found is None:
            found = _add(tx, actor, text=text, is_whole=is_whole, **of)
            room -= 1
        own.append(found.id)
        awaited |= not is_whole and found.is_awaited(now=tx.now)
    return own if awaited else []


def require(tx: Tx, actor: Actor, round_: Round, texts: Mapping[str, str]) -> None:
    """Check that the signatory waits for no proof of these texts; the requests stay although this raises.

    Raises `Conflict` `reservation_being_proved`, `InvalidInput` `reservation_unprintable`.
    """
    proofs = request(tx, actor, round_, texts)
    if proofs:
        raise tx.commit_on(awaited_reservation(proofs))


def list_unproved(tx: Tx, round_id: str, texts: Mapping[str, str]) -> list[str]:
    """Return the languages of a reservation without a whole proof in the round."""
    return [
        lang
        for lang, text in texts.items()
        if not reservation_proofs_store.is_whole(tx, round_id=round_id, lang=lang, text_sha256=text_sha256(text))
    ]


def list_own(tx: Tx, actor: Actor, *, round_id: str, ids: Sequence[str]) -> list[ReservationProof]:
    """Return proofs that the actor requested in a round. Raises `NotFound`, also for those of somebody else."""
    authorization.load_round(tx, actor, "round.read", round_id)
    found = [or_not_found(reservation_proofs_store.get(tx, one)) for one in ids]
    is_own = bool(found) and all((one.requested_by, one.round) == (actor.person, round_id) for one in found)
    return or_not_found(found if is_own else None)


def start(tx: Tx, proof_id: str) -> ReservationInput | None:
    """Return what the worker needs; None if the proof has ended or was deleted."""
    proof = reservation_proofs_store.get(tx, proof_id)
    if proof is None or proof.state not in (QUEUED, RENDERING):
        return None
    round_ = or_not_found(rounds_store.get(tx, proof.round))
    version = or_not_found(versions_store.get(tx, round_.version))
    reservation_proofs_store.mark_rendering(tx, proof_id)
    letterhead = round_.terms.letterhead if round_.terms else {}
    chosen = letterhead.get("digits", {})
    return ReservationInput(
        proof=proof,
        kind=version.kind,
        titles={lang: edition.title for lang, edition in version.editions.items()},
        names=_names(tx, round_, proof.requested_by),
        digits={lang: chosen.get(lang) or get_language(lang).digits for lang in version.editions},
    )


def finish(tx: Tx, proof_id: str) -> None:
    """Mark a proof as whole."""
    reservation_proofs_store.mark_whole(tx, proof_id)


def fail(tx: Tx, proof_id: str, *, failure: RenderFailure) -> None:
    """Mark a proof as failed, with what and where."""
    reservation_proofs_store.mark_failed(tx, proof_id, failure=failure.to_json())


def _add(
    tx: Tx, actor: Actor, *, round_id: str, lang: str, text: str, text_sha256: str, is_whole: bool
) -> ReservationProof:
    """Add a proof, which is rendered unless the same words are whole already."""
    id = tx.new_id("rpf")
    reservation_proofs_store.add(
        tx, id=id, round_id=round_id, by=actor.person, lang=lang, text=text, text_sha256=text_sha256
    )
    if is_whole:
        reservation_proofs_store.mark_whole(tx, id)
    else:
        jobs_store.enqueue(tx, jobs.PROVE_RESERVATION, ref=id, effect_key=f"{jobs.PROVE_RESERVATION}:{id}")
    return or_not_found(reservation_proofs_store.get(tx, id))


def _names(tx: Tx, round_: Round, person: str) -> Mapping[str, str]:
    signatory = or_not_found(people_store.get(tx, person))
    return next((one.names for one in round_.roll if one.organisation == signatory.organisation), {})
