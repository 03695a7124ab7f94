"""Proofs of reservations: a reservation is rendered alone before its code is mailed, so that it can be printed."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.publication.render_failure import Cure, RenderFailure, failure_from_json

QUEUED, RENDERING, WHOLE, FAILED = "queued", "rendering", "whole", "failed"

PATIENCE = 10 * 1_000_000
"""µs a signatory waits for a proof; after that the answer goes on without one."""

FAILURE_STANDS = 10 * 60 * 1_000_000
"""µs for which the same words are refused without another rendering."""

KEPT_FOR = 24 * 3600 * 1_000_000
"""µs for which a proof is kept: it holds words that may never be signed."""

MAX_PER_HOUR = 30
"""Proofs a person may request in an hour; further reservations go on without one."""


@dataclass(frozen=True, slots=True)
class ReservationProof:
    """A proof of one text of a reservation. Times in µs UTC; `text_sha256` is the digest of `text`."""

    id: str
    round: str
    requested_by: str
    lang: str
    text: str
    text_sha256: str
    state: str
    requested_at: int
    failure: Mapping[str, object] | None

    @property
    def refusal(self) -> RenderFailure | None:
        """Return why the words cannot be printed; None if it failed for another reason, or not at all."""
        failure = failure_from_json(self.failure) if self.state == FAILED else None
        return failure if failure and failure.cure in (Cure.TEXT, Cure.UPDATE) else None

    def is_awaited(self, *, now: int) -> bool:
        """Return whether the signatory still waits for it."""
        return self.state in (QUEUED, RENDERING) and now - self.requested_at < PATIENCE


def unprintable_reservation(failure: RenderFailure, *, lang: str) -> InvalidInput:
    """Return the error for a reservation that cannot be printed, at its field."""
    if failure.code == "render_unprintable" and failure.words:
        sentence = N_("The reservation has a character that our fonts cannot print, near “{words}”. Replace it.")
    elif failure.words:
        sentence = N_("The reservation cannot be printed as it is, near “{words}”. Write this more simply.")
    else:
        sentence = N_("The reservation cannot be printed as it is. Write it more simply, without tables and footnotes.")
    field, extra = f"reservation.{lang}", {"lang": lang, "failure": failure.to_json()}
    return InvalidInput("reservation_unprintable", sentence, field=field, extra=extra, words=failure.words)


def awaited_reservation(proofs: list[str]) -> Conflict:
    """Return the error for a reservation whose proof is on its way."""
    return Conflict(
        "reservation_being_proved",
        N_("We are checking that the reservation can be printed. This takes a few seconds. Then send it again."),
        extra={"proofs": proofs},
    )
