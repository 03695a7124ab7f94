"""Job names, queues and lanes. A job is a row of table `jobs`; its Celery message carries its name and the row id."""

from collections.abc import Mapping
from dataclasses import dataclass

RENDER_EXPORT = "exports.render"
RENDER_PROOF = "proofs.render"
RENDER_DRAFT = "drafts.render"
PROVE_RESERVATION = "proofs.reservation"
IMPORT_WORD = "imports.word"
DELIVER_EMAIL = "notices.mail"
SWEEP = "sweep.all"

QUEUES = {
    RENDER_EXPORT: "exports",
    RENDER_PROOF: "proofs",
    RENDER_DRAFT: "drafts",
    PROVE_RESERVATION: "reservations",
    IMPORT_WORD: "imports",
    DELIVER_EMAIL: "notices",
    SWEEP: "sweep",
}
"""Job name → Celery queue."""

LANES: Mapping[str, tuple[str, ...]] = {
    "mails": (DELIVER_EMAIL, SWEEP),
    "files": (RENDER_EXPORT, RENDER_DRAFT, IMPORT_WORD),
    "proofs": (RENDER_PROOF, PROVE_RESERVATION),
}
"""Lane → job names. Each lane has processes of its own, so that no job waits for one of another lane: a code must
arrive, a round must close and a proof must be made while ten Word files are read."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job to dispatch: `name` is a key of QUEUES, `id` the row."""

    name: str
    id: str
