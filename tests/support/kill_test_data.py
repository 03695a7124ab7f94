"""What the clients of the kill tests work on: a coalition of many organisations, laid out by anybody's actions."""

from dataclasses import dataclass
from typing import Any

from service.config import Settings
from service.files import open_files
from service.sample import document as document_module
from service.sample.document import CODE
from service.store.db import Tx, connect
from service.store.publication import notices as notices_store
from service.web.http.app_state import House
from tests.support import factories
from tests.support.factories import SECRET, Doorbell, Stage

PARTS = 3
"""Parts of the shared draft, one for each who writes."""


@dataclass(frozen=True)
class Ground:
    """What the clients work on: a draft they share, a round that is open, documents that are sealed."""

    stage: Stage
    draft: str
    round: str
    sealed: tuple[str, ...]
    signatories: dict[str, str]
    """The organisation each signs for, both by key."""


def play(organisations: int) -> dict[str, Any]:
    """The sample's coalition with so many organisations more, each with a focal point and a signatory."""
    script = document_module.script()
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


def prepare(settings: Settings, *, organisations: int, sealed: int) -> Ground:
    """Found the coalition and lay out its work, by the same actions as anybody's."""
    script = play(organisations)
    bell = Doorbell()
    house = House(settings, connect(settings.database), open_files(settings.files), bell, SECRET)
    cast = document_module.gather(house.database, origin=settings.public_origin, play=script)
    stage = Stage(house, cast, bell)
    document_module.give_mandates(house.database, cast, script)
    done = tuple(_sealed(stage) for _ in range(sealed))
    document = factories.a_document(stage)
    factories.a_version(stage, document)
    factories.in_review(stage, document)
    round_id = factories.a_round(stage, document)
    parts = "\n".join(f"## Part {number} {{#part-{number}}}\n\nwords\n" for number in range(PARTS))
    draft = factories.a_document(stage, texts={"ar": parts})
    signatories = {signatory: organisation for organisation, _, signatory in document_module.mandate_holders(script)}
    return Ground(stage, draft, round_id, done, signatories)


def _sealed(stage: Stage) -> str:
    editions = {lang: document_module.text(f"statement.2.{lang}.md") for lang in ("ar", "en")}
    document = factories.a_document(stage, texts=editions)
    factories.a_version(stage, document)
    factories.in_review(stage, document)
    round_id = factories.a_round(stage, document, rule={"kind": "sign_on", "at_least": 1})
    factories.a_cast(stage, round_id, "yusuf")
    factories.closed(stage, round_id)
    return document


def latest_code(tx: Tx, person: str) -> str:
    """The code that was mailed last to a person."""
    bodies = [mail.body for _, mail in notices_store.mails(tx, person_id=person, limit=1000)]
    return next(found.group() for found in map(CODE.search, reversed(bodies)) if found)
