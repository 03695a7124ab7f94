"""Presenters: response models of documents, drafts, rounds, exports and publications."""

from service.actions.drafts.authorship import DraftAuthors
from service.actions.drafts.save import DraftView
from service.actions.endorsement.visible_answers import view_answers
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.dispute import DisputeStatus
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import OPEN, Round
from service.domain.endorsement.rule_words import explain_rule
from service.domain.endorsement.rules import rule_from_json
from service.domain.membership.people import Actor, preferred_name
from service.domain.publication.export import Export
from service.domain.publication.publication import Publication, Translation
from service.i18n import LANGUAGES
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.publication import exports as exports_store
from service.web.api.schemas.documents import (
    DocumentResponse,
    EditionResponse,
    VersionEditionResponse,
    VersionResponse,
    VersionSummaryResponse,
)
from service.web.api.schemas.drafts import DraftAuthorResponse, DraftAuthorsResponse, DraftResponse
from service.web.api.schemas.endorsement import (
    DisputeResponse,
    EndorsementResponse,
    RollEntryResponse,
    RoundResponse,
)
from service.web.api.schemas.publication import (
    ExportResponse,
    PublicationResponse,
    PublicationRevisionResponse,
    TranslationResponse,
)


def etag(document: Document) -> dict[str, str]:
    """Return the ETag header of a document: its revision."""
    return {"etag": f'"{document.rev}"'}


def document(found: Document) -> DocumentResponse:
    """Present a document without its texts."""
    editions = {
        lang: EditionResponse(title=edition.title, authentic=lang in found.authentic)
        for lang, edition in found.editions.items()
    }
    return DocumentResponse(
        id=found.id,
        kind=found.kind,
        state=found.state,
        issued_by=found.issued_by,
        urgent=found.urgent,
        editions=editions,
        front=dict(found.front),
        numbering=found.numbering,
        rev=found.rev,
        opened_at=found.opened_at,
        note=found.note,
    )


def version(found: Version) -> VersionResponse:
    """Present a version with its texts."""
    editions = {
        lang: VersionEditionResponse(title=edition.title, text=edition.text, text_sha256=edition.text_sha256)
        for lang, edition in found.editions.items()
    }
    return VersionResponse(
        id=found.id,
        document=found.document,
        number=found.number,
        parent_sha256=found.parent_sha256,
        version_sha256=found.version_sha256,
        kind=found.kind,
        issued_by=found.issued_by,
        authentic=list(found.authentic),
        cut_by=found.cut_by,
        cut_at=found.cut_at,
        note=found.note,
        numbering=found.numbering,
        editions=editions,
    )


def version_brief(found: Version) -> VersionSummaryResponse:
    """Present a version without its texts."""
    return VersionSummaryResponse(
        id=found.id,
        number=found.number,
        version_sha256=found.version_sha256,
        cut_by=found.cut_by,
        cut_at=found.cut_at,
        note=found.note,
    )


def draft(found: DraftView) -> DraftResponse:
    """Present a draft with the position to save from."""
    return DraftResponse(
        lang=found.lang,
        title=found.title,
        text=found.text,
        epoch=found.epoch,
        seq=found.seq,
        frozen=found.frozen,
    )


def draft_authors(found: DraftAuthors, *, lang: str) -> DraftAuthorsResponse:
    """Present the authors of a draft, with names in `lang`."""
    people = [
        DraftAuthorResponse(
            id=one.id,
            name=preferred_name(one.names, lang=lang) if one.names else one.id,
            organisation=preferred_name(one.organisation, lang=lang) if one.organisation else "",
            colour=one.colour,
        )
        for one in found.people
    ]
    clients = {str(client): person for client, person in found.clients.items()}
    return DraftAuthorsResponse(epoch=found.epoch, seq=found.seq, clients=clients, people=people)


def round_(tx: Tx, found: Round, *, reader: Actor) -> RoundResponse:
    """Present a round with its rule in words and its tally, as the reader may see the answers."""
    view = view_answers(tx, reader, found)
    round_version = versions_store.get(tx, found.version)
    assert round_version is not None
    rule = rule_from_json(found.rule)
    return RoundResponse(
        id=found.id,
        document=found.document,
        version=round_version.number,
        version_sha256=round_version.version_sha256,
        rule=dict(found.rule),
        rule_sha256=found.rule_sha256,
        rule_in_words={lang: explain_rule(rule, lang=lang, wording=found.wording) for lang in LANGUAGES},
        roll=[RollEntryResponse(organisation=one.organisation, names=dict(one.names)) for one in found.roll],
        roll_sha256=found.roll_sha256,
        state=found.state,
        accepts=found.is_accepting(now=tx.now),
        opened_at=found.opened_at,
        closes_at=found.closes_at,
        closed_at=found.closed_at,
        closes_answered_at=found.closes_answered_at if found.state == OPEN else None,
        extended_at=found.extended_at,
        close_when_all_answered=found.close_when_all_answered,
        format=found.format,
        wording=found.wording,
        terms=found.terms.to_json() if found.terms else None,
        round_sha256=found.round_sha256,
        tally={**view.outcome.to_json(), "counted_at": view.counted_at, "too_few": view.too_few},
    )


def endorsement(found: Endorsement) -> EndorsementResponse:
    """Present an endorsement with its signed statement."""
    return EndorsementResponse(
        id=found.id,
        organisation=found.organisation,
        position=found.position,
        reservation=dict(found.reservation),
        state=found.state,
        sentence=found.sentence,
        statement=found.statement.decode(),
        statement_sha256=found.statement_sha256,
        assurance=found.assurance,
        proof=found.proof,
        marks=list(found.marks),
        cast_at=found.cast_at,
        ended_at=found.ended_at,
        withdrawal=found.ended_statement.decode() if found.ended_statement else None,
    )


def dispute(status: DisputeStatus, *, organisation: str | None) -> DisputeResponse:
    """Present a dispute to a person of `organisation`: only its own people read the reason."""
    made, settled = status.dispute, status.settled_by
    return DisputeResponse(
        id=made.id,
        endorsement=made.endorsement,
        organisation=made.organisation,
        subject=made.subject,
        at=made.at,
        settled_at=settled.at if settled else None,
        reason=made.reason if made.organisation == organisation else None,
    )


def translation(made: Translation) -> TranslationResponse:
    """Present a translation."""
    return TranslationResponse(
        lang=made.lang,
        number=made.number,
        title=made.title,
        text=made.text,
        text_sha256=made.text_sha256,
        added_at=made.added_at,
    )


def export(tx: Tx, found: Export) -> ExportResponse:
    """Present an export, with digest and size of its file once it is ready."""
    artefact = exports_store.get_artefact(tx, found.artefact) if found.artefact else None
    return ExportResponse(
        id=found.id,
        document=found.document,
        format=found.format,
        lang=found.lang,
        state=found.state,
        stage=found.stage,
        requested_at=found.requested_at,
        ended_at=found.ended_at,
        sha256=artefact.sha256 if artefact else None,
        size=artefact.size if artefact else None,
        failure=dict(found.failure) if found.failure else None,
    )


def publication(found: Publication) -> PublicationResponse:
    """Present a publication with its revisions."""
    revisions = [
        PublicationRevisionResponse(
            number=one.number, seal=one.seal, content=dict(one.content), published_at=one.published_at
        )
        for one in found.revisions
    ]
    return PublicationResponse(
        id=found.id,
        document=found.document,
        state=found.state,
        published_at=found.published_at,
        note=found.note,
        revisions=revisions,
    )
