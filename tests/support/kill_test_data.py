"""What the clients of the kill tests work on: a coalition of many organisations, created by ordinary actions."""

from dataclasses import dataclass
from typing import Any

from service.actions.accounts import code_mail
from service.config import Settings
from service.files import open_file_store
from service.sample import document as document_module
from service.sample.document import CODE_PATTERN
from service.secret_key import load_secret
from service.store.db import Tx, connect
from service.store.publication import notices as notices_store
from service.web.http.app_state import AppState
from tests.support import factories
from tests.support.factories import SECRET, RecordingDispatcher, SampleInstance

DRAFT_SECTIONS = 3
"""Parts of the shared draft, one per writing client."""


@dataclass(frozen=True)
class KillTestSetup:
    """The targets of the clients: a shared draft, an open round, sealed documents."""

    instance: SampleInstance
    shared_document: str
    round_id: str
    sealed_documents: tuple[str, ...]
    signatories: dict[str, str]
    """The organisation each person signs for, both by key."""


def larger_script(organisations: int) -> dict[str, Any]:
    """Return the sample coalition with so many more organisations, each with a focal point and a signatory."""
    script = document_module.load_script()
    for number in range(organisations):
        script["organisations"].append(
            {"key": f"org-{number}", "name": {"ar": f"منظمة {number}"}, "position": "endorse"}
        )
        for role in ("focal_point", "signatory"):
            key = f"{role}-{number}"
            email, name = f"{key}@mithaq.example", {"ar": f"شخص {number}"}
            one = {"key": key, "name": name, "email": email, "organisation": f"org-{number}", "roles": [role]}
            script["people"].append(one)
    return script


def create_setup(settings: Settings, *, organisations: int, sealed: int) -> KillTestSetup:
    """Create the coalition and its documents by ordinary actions."""
    script = larger_script(organisations)
    database, files = connect(settings.resolved_database_url), open_file_store(settings.resolved_files_url)
    dispatcher = RecordingDispatcher(database, files)
    app_state = AppState(
        settings,
        database,
        files,
        dispatcher,
        SECRET,
    )
    members = document_module.create_coalition(app_state.database, origin=settings.public_origin, script=script)
    instance = SampleInstance(app_state, members, dispatcher)
    document_module.grant_mandates(app_state.database, members, script)
    sealed_documents = tuple(_create_sealed_document(instance) for _ in range(sealed))
    document = factories.create_document(instance)
    factories.cut_version(instance, document)
    factories.move_to_review(instance, document)
    round_id = factories.open_round(instance, document)
    sections = "\n".join(f"## Part {number} {{#part-{number}}}\n\nwords\n" for number in range(DRAFT_SECTIONS))
    draft = factories.create_document(instance, texts={"ar": sections})
    for key in members.people:
        instance.session(key)  # sign everybody in while the database is up
    signatories = {signatory: organisation for organisation, _, signatory in document_module.mandate_holders(script)}
    return KillTestSetup(instance, draft, round_id, sealed_documents, signatories)


def _create_sealed_document(instance: SampleInstance) -> str:
    editions = {lang: document_module.read_text(f"statement.2.{lang}.md") for lang in ("ar", "en")}
    document = factories.create_document(instance, texts=editions)
    factories.cut_version(instance, document)
    factories.move_to_review(instance, document)
    round_id = factories.open_round(instance, document, rule={"kind": "sign_on", "at_least": 1})
    factories.cast_endorsement(instance, round_id, "yusuf")
    factories.close_round(instance, round_id)
    return document


def latest_mailed_code(tx: Tx, person: str, *, settings: Settings) -> str:
    """Return the code that a service with these settings mailed last to a person."""
    secret = load_secret(settings)
    bodies = [
        code_mail.fill_in_code(tx, mail, secret=secret).body
        for _, mail in notices_store.list_emails(tx, person_id=person, limit=1000)
    ]
    return next(found.group() for found in map(CODE_PATTERN.search, reversed(bodies)) if found)
