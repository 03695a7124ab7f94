"""Files of drafts, versions and comparisons: requested by those who may read them, rendered by a worker, kept a week.

Auditors see in the security log who took which text; the record says nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service import jobs
from service.actions import authorization, quotas
from service.actions.authorization import or_not_found
from service.actions.documents.outside_text import load_outside_of_version
from service.actions.drafts.planned_row import load_shared_text
from service.actions.drafts.save import get_edition
from service.actions.membership.coalition import letterhead
from service.domain.accounts.security_event import DRAFT_TAKEN
from service.domain.documents.document import Document
from service.domain.documents.outside_text import OutsideChange, outside_changes
from service.domain.documents.version import EditionText, Version
from service.domain.errors import N_, Conflict, InvalidInput, NotFound
from service.domain.membership.people import Actor
from service.domain.publication.draft_file import (
    FAILED,
    MARKDOWN,
    PDF,
    READY,
    DraftFile,
    DraftSubject,
    check_draft_format,
    check_layout,
)
from service.domain.publication.render_failure import RenderFailure
from service.domain.quotas import DRAFT_FILES
from service.domain.text.markup.canonical import canonicalise
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.accounts import security_events as security_events_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store
from service.store.publication import artefacts as artefacts_store
from service.store.publication import draft_files as draft_files_store


@dataclass(frozen=True, slots=True)
class OlderText:
    """The older text of a comparison, with how its provisions are numbered; empty if the language came later.

    `outside` is what changed outside the text, but for its own title.
    """

    title: str
    text: str
    numbering: str
    outside: Sequence[OutsideChange] = ()


@dataclass(frozen=True, slots=True)
class DraftFileInput:
    """Everything a file is rendered from; `organisation` are the names of that of the person who asked.

    `older` is given for a comparison.
    """

    file: DraftFile
    document: Document
    numbering: str
    text: str
    letterhead: Mapping[str, Any]
    organisation: Mapping[str, str]
    older: OlderText | None = None


def request_file(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int | None, format_: str, line_numbers: bool
) -> str:
    """Request a file of a version, or of the draft as it is now, and return its id.

    Raises `InvalidInput` `unknown_format`, `NotFound` `unknown_edition`, `RateLimited` `quota_reached`.
    """
    document = _load_document(tx, actor, document_id, number)
    check_draft_format(format_)
    if format_ == MARKDOWN:
        raise Conflict("not_rendered", N_("Markdown is not prepared in advance. Download it directly."))
    return _request(tx, actor, document_id, _subject(tx, document, lang, number), format_, line_numbers=line_numbers)


def request_comparison(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, older: int, newer: int, layout: str, format_: str = PDF
) -> str:
    """Request the comparison of two versions as PDF, and return the id of the file.

    Raises `InvalidInput` `unknown_layout` or `unknown_format`, `NotFound` `unknown_edition`, `RateLimited`
    `quota_reached`.
    """
    document = _load_document(tx, actor, document_id, newer)
    check_layout(layout)
    if format_ != PDF:
        raise InvalidInput("unknown_format", N_("A comparison can be downloaded as PDF only."), field="format")
    _version(tx, document, older)
    subject = replace(_subject(tx, document, lang, newer), older=older, layout=layout)
    return _request(tx, actor, document_id, subject, format_, line_numbers=False)


def take_text(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int | None) -> tuple[DraftSubject, str]:
    """Return the canonical text of a version, or of the draft as it is now, to be downloaded as Markdown."""
    document = _load_document(tx, actor, document_id, number)
    subject = _subject(tx, document, lang, number)
    _log(tx, actor, document_id, subject, MARKDOWN)
    return subject, _load_text(tx, document, subject)[0]


def list_own(tx: Tx, actor: Actor, *, document_id: str) -> list[DraftFile]:
    """Return the files of the document that the actor asked for, newest first."""
    authorization.load_document(tx, actor, "draft.export", document_id)
    return draft_files_store.list_own(tx, document_id, person=actor.person)


def get_file(tx: Tx, actor: Actor, *, file_id: str) -> DraftFile:
    """Return a ready file of the actor's own, if they may still read its text. Raises `Conflict` `not_ready`."""
    file = or_not_found(draft_files_store.get(tx, file_id))
    if file.requested_by != actor.person:
        raise NotFound()
    _load_document(tx, actor, file.document, file.subject.number)
    if file.state != READY or file.sha256 is None:
        raise Conflict("not_ready", N_("This file is not ready yet."), extra={"state": file.state})
    return file


def start_rendering(tx: Tx, file_id: str) -> DraftFileInput | None:
    """Return what the worker needs; None if the file has ended or was deleted. Raises `Conflict` `draft_restarted`."""
    file = draft_files_store.get(tx, file_id)
    if file is None or file.state in (READY, FAILED):
        return None
    document = or_not_found(documents_store.get(tx, file.document))
    draft_files_store.set_stage(tx, file_id, "started")
    text, numbering = _load_text(tx, document, file.subject)
    person = or_not_found(people_store.get(tx, file.requested_by))
    organisation = organisations_store.get(tx, person.organisation) if person.organisation else None
    coalition = or_not_found(organisations_store.get_coalition(tx))
    names = organisation.names if organisation else {}
    older = _load_older(tx, document, file.subject)
    return DraftFileInput(file, document, numbering, text, letterhead(coalition), names, older)


def report_stage(tx: Tx, file_id: str, stage: str) -> None:
    """Set the stage of a rendering."""
    draft_files_store.set_stage(tx, file_id, stage)


def finish_file(tx: Tx, file_id: str, *, sha256: str, size: int) -> None:
    """Mark a file as ready; its bytes are stored."""
    draft_files_store.mark_ready(tx, file_id, sha256=sha256, size=size)


def fail_file(tx: Tx, file_id: str, *, failure: RenderFailure) -> None:
    """Mark a file as failed, with what failed and where."""
    draft_files_store.mark_failed(tx, file_id, failure.to_json())


def delete_old(tx: Tx) -> list[str]:
    """Delete the files whose time is over; return the digests of bytes that nothing names any more."""
    digests = draft_files_store.delete_old(tx)
    named = set(artefacts_store.list_file_digests(tx)) if digests else set()
    return [sha256 for sha256 in digests if sha256 not in named]


def _request(tx: Tx, actor: Actor, document_id: str, subject: DraftSubject, format_: str, *, line_numbers: bool) -> str:
    quotas.require_outstanding(tx, actor, DRAFT_FILES)
    id, options = tx.new_id("dft"), {"v": 1, "line_numbers": line_numbers}
    draft_files_store.add(
        tx, id=id, document=document_id, by=actor.person, subject=subject, format_=format_, options=options
    )
    jobs_store.enqueue(tx, jobs.RENDER_DRAFT, ref=id, effect_key=f"{jobs.RENDER_DRAFT}:{id}")
    _log(tx, actor, document_id, subject, format_)
    return id


def _load_older(tx: Tx, document: Document, subject: DraftSubject) -> OlderText | None:
    if subject.older is None:
        return None
    version = _version(tx, document, subject.older)
    edition = version.editions.get(subject.lang)
    newer = _version(tx, document, subject.number or 0)
    sides = (load_outside_of_version(tx, document, one) for one in (version, newer))
    changes = outside_changes(*sides, lang=subject.lang)
    outside = [one for one in changes if (one.fact, one.lang) != ("title", subject.lang)]
    return OlderText(edition.title if edition else "", edition.text if edition else "", version.numbering, outside)


def _load_document(tx: Tx, actor: Actor, document_id: str, number: int | None) -> Document:
    document = authorization.load_document(tx, actor, "draft.export", document_id)
    authorization.authorise(actor, "draft.read" if number is None else "version.read", document)
    return document


def _subject(tx: Tx, document: Document, lang: str, number: int | None) -> DraftSubject:
    if number is not None:
        edition = _edition(_version(tx, document, number), lang)
        return DraftSubject(lang, edition.title, edition.epoch, edition.seq, number)
    current = get_edition(document, lang)
    head = journal_store.get_head(tx, current.draft)
    return DraftSubject(lang, current.title, head.epoch, head.seq)


def _load_text(tx: Tx, document: Document, subject: DraftSubject) -> tuple[str, str]:
    """Return the canonical text and how its provisions are numbered."""
    if subject.number is not None:
        version = _version(tx, document, subject.number)
        return _edition(version, subject.lang).text, version.numbering
    draft = get_edition(document, subject.lang).draft
    live = load_shared_text(tx, draft, epoch=subject.epoch, upto=subject.seq)
    return canonicalise(live.text).text, document.numbering


def _version(tx: Tx, document: Document, number: int) -> Version:
    return or_not_found(versions_store.get_by_number(tx, document.id, number))


def _edition(version: Version, lang: str) -> EditionText:
    if lang not in version.editions:
        raise NotFound("unknown_edition", N_("The document has no text in this language."))
    return version.editions[lang]


def _log(tx: Tx, actor: Actor, document_id: str, subject: DraftSubject, format_: str) -> None:
    """Tell auditors who took which text, in which form."""
    taken = "draft" if subject.number is None else f"version {subject.number}"
    taken = taken if subject.older is None else f"comparison {subject.older}-{subject.number}"
    detail = {"v": 1, "count": 1, "code": f"{taken} {subject.lang} {format_}", "document": document_id}
    security_events_store.add(
        tx, kind=DRAFT_TAKEN, network="", subject="", person=actor.person, detail=detail, at=tx.now
    )
