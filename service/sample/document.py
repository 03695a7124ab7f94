"""The small sample coalition: its people and organisations, and one document up to its seal (DESIGN §4.5).

The demo and the tests use it; `service.sample.coalition` builds a larger one. Everything is written through the same
actions as in a real instance.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from service.actions.accounts import code_mail
from service.actions.authorization import or_not_found
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.endorsement import endings, endorsements, reservation_proofs, rounds
from service.actions.membership import mandates
from service.actions.membership import people as people_actions
from service.domain.errors import N_
from service.domain.membership.people import SCOPES, TOKEN_SCOPES, Actor
from service.job_dispatch import NullDispatcher
from service.sample.founding import create_members
from service.store.accounts import people as people_store
from service.store.db import Database, Tx
from service.store.drafts import journal as journal_store
from service.store.publication import notices as notices_store

SAMPLE_TEXTS = files("service.sample") / "texts"
CODE_PATTERN = re.compile(r"(?<!\d)\d{8}(?!\d)")
"""A code in the body of an email."""

DAY = 24 * 3600 * 1_000_000
"""Microseconds."""

TWO_THIRDS: Mapping[str, Any] = {"kind": "fraction", "num": 2, "den": 3, "of": "all"}

ROLE_LABELS = {
    "secretariat": N_("secretariat"),
    "drafter": N_("drafter"),
    "focal_point": N_("focal point"),
    "signatory": N_("signatory"),
    "communications": N_("communications"),
    "observer": N_("observer"),
    "auditor": N_("auditor"),
}


@dataclass(frozen=True)
class SamplePerson:
    """A person of the sample, with the API token they sign in with."""

    id: str
    name: str
    names: Mapping[str, str]
    roles: tuple[str, ...]
    token: str


@dataclass(frozen=True)
class SampleMembers:
    """People and organisations by their keys in sample.json."""

    people: Mapping[str, SamplePerson]
    organisations: Mapping[str, str]


def load_script() -> dict[str, Any]:
    """Load sample.json."""
    return dict(json.loads((SAMPLE_TEXTS / "sample.json").read_text("utf-8")))


def read_text(name: str) -> str:
    """Read a text of the sample."""
    return (SAMPLE_TEXTS / name).read_text("utf-8")


def create_coalition(database: Database, *, origin: str, script: Mapping[str, Any] | None = None) -> SampleMembers:
    """Create the sample coalition with the organisations and people of `script` (None: the small one).

    Each person gets an API token with every scope that tokens have.
    """
    script = script or load_script()
    with database.write(NullDispatcher()) as tx:
        ids = create_members(tx, script, origin=origin)
        people_by_key = {
            one["key"]: SamplePerson(
                ids[one["key"]], one["name"]["ar"], one["name"], tuple(one["roles"]), _issue_token(tx, ids[one["key"]])
            )
            for one in script["people"]
        }
        return SampleMembers(people_by_key, {one["key"]: ids[one["key"]] for one in script["organisations"]})


def _issue_token(tx: Tx, person: str) -> str:
    """Issue a token that ends with the sample; nobody needs to be told."""
    actor = load_actor(tx, person)
    return people_actions.create_token(tx, actor, label="sample", scopes=TOKEN_SCOPES, expires_at=None).token


def load_actor(tx: Tx, person: str) -> Actor:
    """Load a person with every scope."""
    return or_not_found(people_store.load_actor(tx, person, scopes=SCOPES))


def create_sealed_document(
    database: Database,
    members: SampleMembers,
    *,
    secret: bytes,
    prove: Callable[[Database], None],
    script: Mapping[str, Any] | None = None,
) -> str:
    """Take the sample's document from its first draft to its seal; return its id. The worker renders the files.

    `prove` makes the proofs that wait, as the worker does, before the round opens.
    """
    script = script or load_script()
    grant_mandates(database, members, script)
    document = _write_document(database, members, script)
    prove(database)
    _run_round(database, members, script, document, secret=secret)
    return document


def mandate_holders(script: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (organisation, focal point, signatory) by key, for each organisation."""
    found = []
    for organisation in script["organisations"]:
        people = [one for one in script["people"] if one["organisation"] == organisation["key"]]
        focal = next(one["key"] for one in people if "focal_point" in one["roles"])
        signatory = next(one["key"] for one in people if "signatory" in one["roles"])
        found.append((organisation["key"], focal, signatory))
    return found


def people_with_role(script: Mapping[str, Any], role: str) -> list[str]:
    """Return the keys of the people with a role."""
    return [one["key"] for one in script["people"] if role in one["roles"]]


def grant_mandates(database: Database, members: SampleMembers, script: Mapping[str, Any] | None = None) -> None:
    """Let every focal point grant its signatory a mandate, and the secretariat confirm it."""
    script = script or load_script()
    for organisation, focal, signatory in mandate_holders(script):
        with database.write(NullDispatcher()) as tx:
            granter, holder = (members.people[key].id for key in (focal, signatory))
            id = mandates.grant_mandate(
                tx, load_actor(tx, granter), organisation=members.organisations[organisation], person=holder
            )
            for key in people_with_role(script, "secretariat"):
                mandates.confirm_mandate(tx, load_actor(tx, members.people[key].id), mandate=id)


def _write_document(database: Database, members: SampleMembers, script: Mapping[str, Any]) -> str:
    """Write both editions, cut two versions, send the document to review; return its id."""
    first, second = (members.people[key].id for key in people_with_role(script, "drafter")[:2])
    about, (one, two) = script["document"], script["document"]["versions"]
    with database.write(NullDispatcher()) as tx:
        editions = {
            lang: documents.InitialText(title, read_text(one["texts"][lang])) for lang, title in about["title"].items()
        }
        id = documents.open_document(
            tx,
            load_actor(tx, first),
            kind=about["kind"],
            issued_by=about["issued_by"],
            authentic=about["authentic"],
            editions=editions,
            front={"place": script["place"], "addressees": about["addressees"]},
        )
    with database.write(NullDispatcher()) as tx:
        versions.cut_version(tx, load_actor(tx, first), document_id=id, note=one["note"]["ar"])
    for lang in about["title"]:
        with database.write(NullDispatcher()) as tx:
            head = journal_store.get_head(tx, f"{id}.{lang}")
            new = read_text(two["texts"][lang])
            save.save(tx, load_actor(tx, second), document_id=id, lang=lang, text=new, epoch=head.epoch, seq=head.seq)
    with database.write(NullDispatcher()) as tx:
        versions.cut_version(tx, load_actor(tx, second), document_id=id, note=two["note"]["ar"])
    with database.write(NullDispatcher()) as tx:
        secretariat = load_actor(tx, members.people[people_with_role(script, "secretariat")[0]].id)
        documents.change_state(tx, secretariat, document_id=id, to_state="review")
    return id


def _run_round(
    database: Database, members: SampleMembers, script: Mapping[str, Any], document: str, *, secret: bytes
) -> None:
    """Run a round with a two-thirds rule: every organisation responds as in the script, the secretariat closes it."""
    with database.write(NullDispatcher()) as tx:
        secretariat = load_actor(tx, members.people[people_with_role(script, "secretariat")[0]].id)
        round_id = rounds.open_round(
            tx,
            secretariat,
            document_id=document,
            version_number=2,
            closes_at=tx.now + 3 * DAY,
            rule=TWO_THIRDS,
        )
    for organisation, (_, _, signatory) in zip(script["organisations"], mandate_holders(script), strict=True):
        with database.write(NullDispatcher()) as tx:
            actor = load_actor(tx, members.people[signatory].id)
            texts = reservation_texts(organisation)
            if texts:
                _prove_reservation(tx, actor, round_id, texts)
            prepared = endorsements.prepare(
                tx,
                actor,
                round_id=round_id,
                position=organisation["position"],
                reservation=texts,
                lang="ar",
                secret=secret,
            )
            code = mailed_code(tx, actor.person, secret=secret)
            endorsements.cast(tx, actor, round_id=round_id, challenge_id=prepared.challenge, code=code, secret=secret)
    for key in people_with_role(script, "secretariat"):
        with database.write(NullDispatcher()) as tx:
            endings.request_close(tx, load_actor(tx, members.people[key].id), round_id=round_id)


def _prove_reservation(tx: Tx, actor: Actor, round_id: str, texts: Mapping[str, str]) -> None:
    """Let the reservation of the script count as proved: no worker runs, and its words are known to be printable."""
    for proof in endorsements.prove_reservation(tx, actor, round_id=round_id, reservation=texts):
        reservation_proofs.finish(tx, proof)


def reservation_texts(organisation: Mapping[str, Any]) -> dict[str, str]:
    """Return an organisation's reservation by language; empty if it has none."""
    return {lang: read_text(name) for lang, name in organisation.get("reservation", {}).items()}


def mailed_code(tx: Tx, person: str, *, secret: bytes) -> str:
    """Return the code in the last email to a person, as it is sent or shown."""
    _, last = notices_store.list_emails(tx, person_id=person, limit=1000)[-1]
    found = CODE_PATTERN.search(code_mail.fill_in_code(tx, last, secret=secret).body)
    assert found is not None
    return found.group()
