"""Proofs: a version rendered as it would be sealed, before anybody signs it.

A proof is whole if the file could be made and says what the text says. A round opens on whole proofs only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from service.domain.publication.export import FORMATS

QUEUED, RENDERING, WHOLE, FAILED = "queued", "rendering", "whole", "failed"

WAIT_FOR_PROOFS = 2 * 60 * 1_000_000
"""µs after the request of the proofs when a round may be opened without a whole one."""

KEPT_AFTER = 30 * 24 * 3600 * 1_000_000
"""µs for which a superseded proof is kept."""


class ProofSpec(NamedTuple):
    """The language and the format of a proof."""

    lang: str
    format: str


@dataclass(frozen=True, slots=True)
class EngineSet:
    """What renders files: `sha256` is the digest of the pipeline keys of all formats. `seq` orders registrations."""

    id: str
    seq: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PrintProof:
    """A proof of one edition in one format. Times in µs UTC, `size` in bytes.

    `content_sha256` is the digest of all that would be sealed and printed beside the text of the version; `engine` is
    the id of the set of engines that rendered it, or failed to. `failure` is {v, code, message, …} once failed.
    """

    id: str
    seq: int
    document: str
    version: str
    format: str
    lang: str
    content_sha256: str
    engine: str | None
    engine_sha256: str | None
    state: str
    stage: str
    requested_at: int
    ended_at: int | None
    superseded_at: int | None
    sha256: str | None
    size: int | None
    failure: Mapping[str, object] | None

    @property
    def spec(self) -> ProofSpec:
        """Return its language and format."""
        return ProofSpec(self.lang, self.format)


@dataclass(frozen=True, slots=True)
class ProofState:
    """The proofs of a version for the content that would be sealed now.

    `missing` are the files of which there is neither a whole nor a failed proof by the newest engines; `making` those
    of them that are queued or being rendered. `since` is when the first proof of this content was requested (µs UTC),
    None if none was.
    """

    content_sha256: str
    engine: EngineSet | None
    whole: tuple[PrintProof, ...]
    failed: tuple[PrintProof, ...]
    making: tuple[PrintProof, ...]
    missing: tuple[ProofSpec, ...]
    since: int | None

    @property
    def is_whole(self) -> bool:
        """Return whether every file has a whole proof."""
        return not self.failed and not self.missing

    @property
    def unrequested(self) -> tuple[ProofSpec, ...]:
        """Return the files of which nothing is whole, failed, queued or being rendered."""
        asked = {one.spec for one in self.making}
        return tuple(spec for spec in self.missing if spec not in asked)


def list_specs(languages: Iterable[str]) -> tuple[ProofSpec, ...]:
    """Return the proofs of a version with texts in these languages."""
    return tuple(ProofSpec(lang, format_) for lang in languages for format_ in FORMATS)


def evaluate_proofs(
    proofs: Sequence[PrintProof], *, languages: Iterable[str], content_sha256: str, engine: EngineSet | None
) -> ProofState:
    """Return the state of a version's proofs: of each file the newest proof of this content counts.

    A proof that ended under engines that are no longer the newest counts as missing.
    """
    current = [one for one in proofs if one.content_sha256 == content_sha256 and one.superseded_at is None]
    newest = {one.spec: one for one in sorted(current, key=lambda one: one.seq)}
    specs = list_specs(languages)
    found = [newest[spec] for spec in specs if spec in newest]
    ended = [one for one in found if engine is not None and one.engine_sha256 == engine.sha256]
    whole = tuple(one for one in ended if one.state == WHOLE)
    failed = tuple(one for one in ended if one.state == FAILED)
    settled = {one.spec for one in (*whole, *failed)}
    return ProofState(
        content_sha256=content_sha256,
        engine=engine,
        whole=whole,
        failed=failed,
        making=tuple(one for one in found if one.state in (QUEUED, RENDERING)),
        missing=tuple(spec for spec in specs if spec not in settled),
        since=min((one.requested_at for one in proofs if one.content_sha256 == content_sha256), default=None),
    )
