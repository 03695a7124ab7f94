"""The sample coalition: its people and organisations, and one document taken as far as its seal (DESIGN §4.5).

Everything is written through the same actions as in a real instance. This is the small cast of the demo and the tests;
`house` plays with a larger one.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from service.actions.authorization import seen
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.endorsement import endorsements, rounds
from service.actions.membership import coalition, mandates
from service.actions.membership import people as people_actions
from service.domain.errors import N_
from service.domain.membership.people import SCOPES, Actor
from service.job_dispatch import Silence
from service.store.accounts import people as people_store
from service.store.db import Database, Tx
from service.store.drafts import journal as journal_store
from service.store.publication import notices as notices_store

TEXTS = files("service.sample") / "texts"
CODE = re.compile(r"(?<!\d)\d{8}(?!\d)")
DAY = 24 * 3600 * 1_000_000
TWO_THIRDS: Mapping[str, Any] = {"kind": "fraction", "num": 2, "den": 3, "of": "all"}

ROLE_WORDS = {
    "secretariat": N_("secretariat"),
    "drafter": N_("drafter"),
    "focal_point": N_("focal point"),
    "signatory": N_("signatory"),
    "communications": N_("communications"),
    "observer": N_("observer"),
    "auditor": N_("auditor"),
}


@dataclass(frozen=True)
class Member:
    """A person of the sample and the key they sign in with."""

    id: str
    name: str
    names: Mapping[str, str]
    roles: tuple[str, ...]
    token: str


@dataclass(frozen=True)
class Cast:
    """Who plays: people and organisations by their keys in sample.json."""

    people: Mapping[str, Member]
    organisations: Mapping[str, str]


def script() -> dict[str, Any]:
    """sample.json."""
    return dict(json.loads((TEXTS / "sample.json").read_text("utf-8")))


def text(name: str) -> str:
    """A text of the sample."""
    return (TEXTS / name).read_text("utf-8")


def gather(database: Database, *, origin: str, play: Mapping[str, Any] | None = None) -> Cast:
    """Found the sample coalition with the organisations and people of `play` (None: the small one), each with a token
    that reaches as far as they."""
    play = play or script()
    with database.write(Silence()) as tx:
        ids = _found(tx, play, origin=origin)
        members = {
            one["key"]: Member(
                ids[one["key"]], one["name"]["ar"], one["name"], tuple(one["roles"]), _token(tx, ids[one["key"]])
            )
            for one in play["people"]
        }
        return Cast(members, {one["key"]: ids[one["key"]] for one in play["organisations"]})


def _found(tx: Tx, play: Mapping[str, Any], *, origin: str) -> dict[str, str]:
    """Ids by the keys of the script."""
    about, first = play["coalition"], play["people"][0]
    settings = {"names": about["name"], "about": about["about"], "place": play["place"], "press": about["press"]}
    founder = {"names": first["name"], "email": first["email"], "lang": "ar"}
    _, id = coalition.found(tx, origin=origin, sample=True, settings=settings, first=founder)
    ids = {first["key"]: id}
    secretariat = actor_of(tx, id)
    for one in play["organisations"]:
        ids[one["key"]] = people_actions.add_organisation(tx, secretariat, names=one["name"])
    for one in play["people"][1:]:
        ids[one["key"]] = people_actions.add_person(
            tx,
            secretariat,
            names=one["name"],
            email=one["email"],
            organisation=ids[one["organisation"]] if one["organisation"] else None,
            lang=one.get("lang", "ar"),
            roles=tuple(one["roles"]),
        )
    return ids


def _token(tx: Tx, person: str) -> str:
    return people_actions.issue_token(tx, actor_of(tx, person), label="sample", scopes=SCOPES).token


def actor_of(tx: Tx, person: str) -> Actor:
    """The person, with a key to everything they may do."""
    return seen(people_store.actor(tx, person, scopes=SCOPES))


def perform(database: Database, cast: Cast, *, secret: bytes, play: Mapping[str, Any] | None = None) -> str:
    """Take the sample's document from its first draft to its seal, act by act; its id. The worker makes the files."""
    play = play or script()
    give_mandates(database, cast, play)
    document = _write_together(database, cast, play)
    _agree(database, cast, play, document, secret=secret)
    return document


def mandate_holders(play: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(organisation, who grants, who signs) by key, for each organisation."""
    found = []
    for organisation in play["organisations"]:
        own = [one for one in play["people"] if one["organisation"] == organisation["key"]]
        focal = next(one["key"] for one in own if "focal_point" in one["roles"])
        signatory = next(one["key"] for one in own if "signatory" in one["roles"])
        found.append((organisation["key"], focal, signatory))
    return found


def holding(play: Mapping[str, Any], role: str) -> list[str]:
    """Keys of the people with a role."""
    return [one["key"] for one in play["people"] if role in one["roles"]]


def give_mandates(database: Database, cast: Cast, play: Mapping[str, Any] | None = None) -> None:
    """Every focal point grants its signatory a mandate, and the secretariat confirms it."""
    play = play or script()
    for organisation, focal, signatory in mandate_holders(play):
        with database.write(Silence()) as tx:
            granter, holder = (cast.people[key].id for key in (focal, signatory))
            id = mandates.grant(tx, actor_of(tx, granter), organisation=cast.organisations[organisation], person=holder)
            for key in holding(play, "secretariat"):
                mandates.confirm(tx, actor_of(tx, cast.people[key].id), mandate=id)


def _write_together(database: Database, cast: Cast, play: Mapping[str, Any]) -> str:
    """Two drafters write both editions; two versions are cut; the document goes to review. Its id."""
    first, second = (cast.people[key].id for key in holding(play, "drafter")[:2])
    about, (one, two) = play["document"], play["document"]["versions"]
    with database.write(Silence()) as tx:
        editions = {lang: documents.First(title, text(one["texts"][lang])) for lang, title in about["title"].items()}
        id = documents.open_document(
            tx,
            actor_of(tx, first),
            kind=about["kind"],
            issued_by=about["issued_by"],
            authentic=about["authentic"],
            editions=editions,
            front={"place": play["place"], "addressees": about["addressees"]},
        )
    with database.write(Silence()) as tx:
        versions.cut(tx, actor_of(tx, first), document_id=id, note=one["note"]["ar"])
    for lang in about["title"]:
        with database.write(Silence()) as tx:
            head = journal_store.head(tx, f"{id}.{lang}")
            new = text(two["texts"][lang])
            save.save(tx, actor_of(tx, second), document_id=id, lang=lang, text=new, epoch=head.epoch, seq=head.seq)
    with database.write(Silence()) as tx:
        versions.cut(tx, actor_of(tx, second), document_id=id, note=two["note"]["ar"])
    with database.write(Silence()) as tx:
        secretariat = actor_of(tx, cast.people[holding(play, "secretariat")[0]].id)
        documents.move(tx, secretariat, document_id=id, to="review")
    return id


def _agree(database: Database, cast: Cast, play: Mapping[str, Any], document: str, *, secret: bytes) -> None:
    """A round by two thirds; every organisation answers as in the script; the secretariat closes it."""
    with database.write(Silence()) as tx:
        secretariat = actor_of(tx, cast.people[holding(play, "secretariat")[0]].id)
        round_id = rounds.open_round(
            tx,
            secretariat,
            document_id=document,
            version_number=2,
            closes_at=tx.now + 3 * DAY,
            rule=TWO_THIRDS,
        )
    for organisation, (_, _, signatory) in zip(play["organisations"], mandate_holders(play), strict=True):
        with database.write(Silence()) as tx:
            actor = actor_of(tx, cast.people[signatory].id)
            made = endorsements.prepare(
                tx,
                actor,
                round_id=round_id,
                position=organisation["position"],
                reservation=reservation(organisation),
                lang="ar",
                secret=secret,
            )
            code = mailed_code(tx, actor.person)
            endorsements.cast(tx, actor, round_id=round_id, challenge_id=made.challenge, code=code, secret=secret)
    for key in holding(play, "secretariat"):
        with database.write(Silence()) as tx:
            rounds.close(tx, actor_of(tx, cast.people[key].id), round_id=round_id)


def reservation(organisation: Mapping[str, Any]) -> dict[str, str]:
    """The words of an organisation's reservation by language; empty if it has none."""
    return {lang: text(name) for lang, name in organisation.get("reservation", {}).items()}


def mailed_code(tx: Tx, person: str) -> str:
    """The code in the last mail to a person."""
    _, last = notices_store.mails(tx, person_id=person, limit=1000)[-1]
    found = CODE.search(last.body)
    assert found is not None
    return found.group()


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return secrets.token_hex(16)
