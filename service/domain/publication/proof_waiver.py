"""Waivers of proofs: a round may open without some of them, for a reason that everybody who signs can read.

Nothing may keep a coalition from sending out a text. At least one file of each official text must be whole.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.errors import N_, Conflict, DomainError, InvalidInput
from service.domain.publication.proof import WAIT_FOR_PROOFS, PrintProof, ProofSpec, ProofState

MAX_REASON_LENGTH = 500
"""Code points."""

RENDER_DIFFERS = "render_differs"
"""Code of a failure: the file does not say what the text says."""

PAGED = "pdf"
"""The format whose files have pages of their own."""

SHOWN_OF_FAILURE = ("code", "part", "line", "page", "words", "found")
"""What a waiver keeps of the failure of a proof, where it is known."""


@dataclass(frozen=True, slots=True)
class WaivedProof:
    """A proof that is waived; `failure` has what is known of its failure, nothing while it was being made."""

    lang: str
    format: str
    failure: Mapping[str, Any]

    @property
    def spec(self) -> ProofSpec:
        """Return its language and format."""
        return ProofSpec(self.lang, self.format)

    def to_json(self) -> dict[str, Any]:
        """Encode as JSON values."""
        return {"lang": self.lang, "format": self.format, "failure": dict(self.failure)}


def list_waived(state: ProofState) -> tuple[WaivedProof, ...]:
    """Return the proofs of a state that are not whole."""
    failed = [WaivedProof(one.lang, one.format, _shown_failure(one)) for one in state.failed]
    return (*failed, *(WaivedProof(spec.lang, spec.format, {}) for spec in state.missing))


def find_hindrance(state: ProofState, *, authentic: Collection[str], now: int) -> DomainError | None:
    """Return why the proofs of a state cannot be waived now, None if they can.

    `Conflict` `nothing_to_waive`, `proofs_not_awaited`, or as `find_lacking_file`.
    """
    if state.is_whole:
        return Conflict("nothing_to_waive", N_("All proofs are ready. You can open the round."))
    if state.since is None or now < state.since + WAIT_FOR_PROOFS:
        return Conflict(
            "proofs_not_awaited",
            N_("Proofs usually take a few seconds. You can do this two minutes after they were requested."),
        )
    return find_lacking_file(state, authentic=authentic)


def find_lacking_file(state: ProofState, *, authentic: Collection[str]) -> DomainError | None:
    """Return why no round can open on these files, even with a waiver; None if one can.

    `Conflict` `official_text_unproved`: no file of an official text is whole; `difference_unknown`: a file differs from
    its text, and it is not known in which words.
    """
    whole = {one.lang for one in state.whole}
    if not set(authentic) <= whole:
        return Conflict(
            "official_text_unproved",
            N_("At least one proof of each official text must be ready."),
        )
    if any(_differs(one) and not _shows_difference(one) for one in state.failed):
        return Conflict(
            "difference_unknown",
            N_("A file differs from its text, and we do not know in which words. Change the text, or create it again."),
        )
    return None


def is_covered(state: ProofState, waived: Sequence[WaivedProof]) -> bool:
    """Return whether a waiver names every proof of a state that is not whole, and each difference of words in it."""
    by_spec = {one.spec: one for one in waived}
    if not {one.spec for one in list_waived(state)} <= by_spec.keys():
        return False
    return all(by_spec[one.spec].failure == _shown_failure(one) for one in state.failed if _differs(one))


def validate_reason(reason: str) -> str:
    """Return the reason on one line. Raises InvalidInput `waiver_reason_needed`, `waiver_reason_too_long`."""
    trimmed = " ".join(reason.split())
    if not trimmed:
        raise InvalidInput(
            "waiver_reason_needed", N_("Write why this cannot wait. Everyone who signs will read it."), field="reason"
        )
    if len(trimmed) > MAX_REASON_LENGTH:
        raise InvalidInput(
            "waiver_reason_too_long", N_("Up to {limit} characters."), field="reason", limit=MAX_REASON_LENGTH
        )
    return trimmed


def waived_from_json(encoded: Sequence[Mapping[str, Any]]) -> tuple[WaivedProof, ...]:
    """Decode what `to_json` encoded."""
    return tuple(WaivedProof(str(one["lang"]), str(one["format"]), dict(one["failure"])) for one in encoded)


def _shown_failure(proof: PrintProof) -> dict[str, Any]:
    failure = proof.failure or {}
    return {name: failure[name] for name in SHOWN_OF_FAILURE if failure.get(name) is not None}


def _differs(proof: PrintProof) -> bool:
    return (proof.failure or {}).get("code") == RENDER_DIFFERS


def _shows_difference(proof: PrintProof) -> bool:
    """Return whether the words that differ are known, and their page; only a PDF has pages."""
    failure = proof.failure or {}
    has_words = bool(failure.get("words") or failure.get("found"))
    return has_words and (proof.format != PAGED or failure.get("page") is not None)
