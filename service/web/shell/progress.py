"""Progress bar of a document: five steps, each done, current or still to come."""

from dataclasses import dataclass

from markupsafe import Markup

from service.domain.documents.document import APPROVED, DRAFTING, ENDORSEMENT, PUBLISHED, REVIEW, Document
from service.domain.documents.version import Version
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.publication.publication import Publication, Seal
from service.web.rendering import labels
from service.web.rendering.formatting import LocaleFormatter

STATE_ORDER = (DRAFTING, REVIEW, ENDORSEMENT, APPROVED, PUBLISHED)


@dataclass(frozen=True)
class ProgressStep:
    """A step of the progress bar; `state` is `done`, `now` or `next`, `note` a date or what is going on."""

    label: str
    state: str
    note: str | Markup = ""


@dataclass(frozen=True)
class DocumentProgress:
    """What the progress of a document follows from: its newest version and round, its seal and its publication."""

    version: Version | None
    round: Round | None
    seal: Seal | None
    publication: Publication | None


def progress_steps(
    document: Document, progress: DocumentProgress, *, formatter: LocaleFormatter, now: int, asked: str = ""
) -> list[ProgressStep]:
    """Return the steps of `document`; none is current if it is withdrawn.

    `asked`: what is asked of the user now (message id).
    """
    completed = _completed_count(document, progress)
    current = completed if document.state in STATE_ORDER else len(STATE_ORDER)
    notes = _notes(document, progress, formatter=formatter, now=now)
    if asked and document.state in notes:
        notes[document.state] = formatter.join_facts(notes[document.state], formatter.translate(asked))
    return [
        ProgressStep(
            formatter.translate(labels.PROGRESS_STEPS[state]),
            _step_state(place, completed=completed, current=current),
            notes.get(state, ""),
        )
        for place, state in enumerate(STATE_ORDER)
    ]


def short_progress(state: str) -> list[str]:
    """Return the states of the five steps for a list of documents; empty for a withdrawn document."""
    if state not in STATE_ORDER:
        return []
    completed = len(STATE_ORDER) if state == PUBLISHED else STATE_ORDER.index(state)
    return [_step_state(place, completed=completed, current=completed) for place in range(len(STATE_ORDER))]


def _completed_count(document: Document, progress: DocumentProgress) -> int:
    """Return the number of completed steps; for a withdrawn document, those it had reached."""
    if document.state == PUBLISHED or progress.publication:
        return len(STATE_ORDER)
    if document.state in STATE_ORDER:
        return STATE_ORDER.index(document.state)
    return 4 if progress.seal else 2 if progress.round else 1


def _step_state(index: int, *, completed: int, current: int) -> str:
    return "done" if index < completed else "now" if index == current else "next"


def _notes(
    document: Document, progress: DocumentProgress, *, formatter: LocaleFormatter, now: int
) -> dict[str, str | Markup]:
    notes: dict[str, str | Markup] = {}
    if document.state == DRAFTING:
        notes[DRAFTING] = formatter.translate(N_("The text is being written"))
    if document.state == REVIEW and progress.version:
        notes[REVIEW] = formatter.translate(N_("Version {number} is in review"), number=progress.version.number)
    if document.state == ENDORSEMENT and progress.round:
        notes[ENDORSEMENT] = formatter.format_deadline(progress.round.closes_at, now=now)
    if progress.seal:
        notes[APPROVED] = formatter.translate(N_("on {date}"), date=formatter.format_date(progress.seal.sealed_at))
    if progress.publication:
        notes[PUBLISHED] = formatter.translate(
            N_("on {date}"), date=formatter.format_date(progress.publication.published_at)
        )
    return notes
