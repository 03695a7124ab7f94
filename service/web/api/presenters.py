"""Domain values → what the API gives."""

from service.actions.endorsement.rounds import tally
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round
from service.domain.endorsement.rule_words import explain
from service.domain.endorsement.rules import rule_from_json
from service.domain.membership.people import Mandate
from service.domain.publication.export import Export
from service.domain.publication.publication import Publication, Translation
from service.i18n import LANGUAGES
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.publication import exports as exports_store
from service.web.api import schemas


def etag(document: Document) -> dict[str, str]:
    """The headers that carry a document's ETag."""
    return {"etag": f'"{document.rev}"'}


def document(found: Document) -> schemas.DocumentShown:
    editions = {
        lang: schemas.EditionShown(title=edition.title, authentic=lang in found.authentic)
        for lang, edition in found.editions.items()
    }
    return schemas.DocumentShown(
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


def version(found: Version) -> schemas.VersionShown:
    editions = {
        lang: schemas.VersionEdition(title=edition.title, text=edition.text, text_sha256=edition.text_sha256)
        for lang, edition in found.editions.items()
    }
    return schemas.VersionShown(
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


def version_brief(found: Version) -> schemas.VersionBrief:
    return schemas.VersionBrief(
        id=found.id,
        number=found.number,
        version_sha256=found.version_sha256,
        cut_by=found.cut_by,
        cut_at=found.cut_at,
        note=found.note,
    )


def mandate(found: Mandate) -> schemas.MandateShown:
    return schemas.MandateShown(
        id=found.id,
        organisation=found.organisation,
        person=found.person,
        state=found.state,
        granted_at=found.granted_at,
        expires_at=found.expires_at,
        confirmations=len(found.confirmations),
    )


def round_(tx: Tx, found: Round) -> schemas.RoundShown:
    voted = versions_store.get(tx, found.version)
    assert voted is not None
    rule = rule_from_json(found.rule)
    return schemas.RoundShown(
        id=found.id,
        document=found.document,
        version=voted.number,
        version_sha256=voted.version_sha256,
        rule=dict(found.rule),
        rule_sha256=found.rule_sha256,
        rule_in_words={lang: explain(rule, lang=lang) for lang in LANGUAGES},
        roll=[schemas.RollEntry(organisation=one.organisation, names=dict(one.names)) for one in found.roll],
        roll_sha256=found.roll_sha256,
        state=found.state,
        accepts=found.accepts(now=tx.now),
        opened_at=found.opened_at,
        closes_at=found.closes_at,
        closed_at=found.closed_at,
        close_when_all_answered=found.close_when_all_answered,
        tally=dict(found.outcome) if found.outcome else tally(tx, found).to_json(),
    )


def endorsement(found: Endorsement) -> schemas.EndorsementShown:
    return schemas.EndorsementShown(
        id=found.id,
        organisation=found.organisation,
        position=found.position,
        reservation=dict(found.reservation),
        state=found.state,
        sentence=found.sentence,
        statement=found.statement.decode(),
        statement_sha256=found.statement_sha256,
        assurance=found.assurance,
        cast_at=found.cast_at,
        ended_at=found.ended_at,
        withdrawal=found.ended_statement.decode() if found.ended_statement else None,
    )


def translation(made: Translation) -> schemas.TranslationShown:
    return schemas.TranslationShown(
        lang=made.lang,
        number=made.number,
        title=made.title,
        text=made.text,
        text_sha256=made.text_sha256,
        added_at=made.added_at,
    )


def export(tx: Tx, found: Export) -> schemas.ExportShown:
    artefact = exports_store.artefact_by_id(tx, found.artefact) if found.artefact else None
    return schemas.ExportShown(
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


def publication(found: Publication) -> schemas.PublicationShown:
    revisions = [
        schemas.RevisionShown(
            number=one.number, seal=one.seal, content=dict(one.content), published_at=one.published_at
        )
        for one in found.revisions
    ]
    return schemas.PublicationShown(
        id=found.id,
        document=found.document,
        state=found.state,
        published_at=found.published_at,
        note=found.note,
        revisions=revisions,
    )
