"""The public page of a document: what was agreed, by whom, and how to check it. For everyone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from service.actions.authorization import seen
from service.domain.documents.version import Version
from service.domain.endorsement.rule_words import explain
from service.domain.endorsement.rules import rule_from_json
from service.domain.publication.publication import Revision, Seal, Translation
from service.i18n import LANGUAGES
from service.store.documents import versions as versions_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from service.web.http.context import Visit, voice_of
from service.web.http.pages import show
from service.web.publication.translation_texts import translation_text
from service.web.rounds.tally import COLOURS
from service.web.texts.selection import Shown, version_text

PUBLIC = "public"


@dataclass(frozen=True)
class Signatory:
    """An organisation that answered; `number` counts reservations as they were cast, 0 for none; `withdrawn_at` of an
    endorsement taken back since (µs UTC)."""

    names: Mapping[str, str]
    colour: int
    position: str
    reservation: Mapping[str, str]
    number: int
    withdrawn_at: int | None


@dataclass(frozen=True)
class PublicFile:
    format: str
    sha256: str
    size: int


def publication(visit: Visit) -> Response:
    """`/p/{publication}`: in the language of `?lang`, else of the reader."""
    found = seen(publications_store.get(visit.tx, visit.path("publication")))
    visit = _spoken(visit)
    revision = found.revisions[-1]
    seal = seen(seals_store.get(visit.tx, revision.seal))
    its = seen(versions_store.get(visit.tx, seal.version))
    followed = _followed(visit, seal, revision)
    langs = [*its.editions, *followed]
    lang = next(code for code in (visit.voice.lang, *its.authentic, *langs) if code in langs)
    people_said = _signatories(seal, revision)
    return show(
        visit,
        "publication/publication.html",
        publication=found,
        is_public=found.state == PUBLIC,
        revision=revision,
        seal=seal,
        content=seal.content,
        letterhead=seal.content["letterhead"],
        version=its,
        titles={code: one.title for those in (its.editions, followed) for code, one in those.items()},
        langs=langs,
        texts=_texts(visit, its, followed, lang) if found.state == PUBLIC else [],
        lang=lang,
        signatories=_ordered(visit, people_said, "endorse", "endorse_with_reservation"),
        reservations=sorted((one for one in people_said if one.number), key=lambda one: one.number),
        abstained=_ordered(visit, people_said, "abstain"),
        declined=_ordered(visit, people_said, "decline"),
        files=_files(revision, lang),
        other_files={code: _files(revision, code) for code in langs if code != lang},
        rule=_rule(visit, seal),
    )


def _spoken(visit: Visit) -> Visit:
    """The visit in the language the address asks for: a link that was shared keeps it."""
    asked = visit.query("lang")
    if asked not in LANGUAGES:
        return visit
    return replace(visit, voice=voice_of(visit.request, visit.coalition, actor=visit.actor, lang=asked))


def _followed(visit: Visit, seal: Seal, revision: Revision) -> dict[str, Translation]:
    """The translations this revision shows: those that were there when it was published."""
    shown: Mapping[str, Any] = revision.content.get("translations", {})
    return {
        lang: seen(translations_store.get(visit.tx, seal=seal.id, lang=lang, number=shown[lang]["number"]))
        for lang in shown
    }


def _texts(visit: Visit, version: Version, followed: Mapping[str, Translation], lang: str) -> list[Shown]:
    """The text of the page's language first, then the others."""
    langs = [*version.editions, *followed]
    return [
        translation_text(visit, followed[code], version) if code in followed else version_text(visit, version, code)
        for code in (lang, *(one for one in langs if one != lang))
    ]


def _signatories(seal: Seal, revision: Revision) -> list[Signatory]:
    content: Mapping[str, Any] = seal.content
    events: Sequence[Mapping[str, Any]] = revision.content["events"]
    taken_back = {event["organisation"]: event["at"] for event in events if event["event"] == "withdrawn"}
    places = {entry["organisation"]: place for place, entry in enumerate(content["round"]["roll"])}
    number, said = 0, []
    for one in content["endorsements"]:
        number += bool(one["reservation"])
        said.append(
            Signatory(
                names=one["names"],
                colour=places[one["organisation"]] % COLOURS + 1,
                position=one["position"],
                reservation=one["reservation"],
                number=number if one["reservation"] else 0,
                withdrawn_at=taken_back.get(one["organisation"]),
            )
        )
    return said


def _ordered(visit: Visit, those: Sequence[Signatory], *positions: str) -> list[Signatory]:
    order = visit.voice.words.sort([visit.voice.plain(one.names) for one in those])
    wanted = [one for one in those if one.position in positions]
    return sorted(wanted, key=lambda one: order.index(visit.voice.plain(one.names)))


def _files(revision: Revision, lang: str) -> list[PublicFile]:
    files: Sequence[Mapping[str, Any]] = revision.content["files"]
    mine = [PublicFile(one["format"], one["sha256"], one["size"]) for one in files if one["lang"] == lang]
    return sorted(mine, key=lambda one: one.format, reverse=True)


def _rule(visit: Visit, seal: Seal) -> str:
    round_: Mapping[str, Any] = seal.content["round"]
    names = {entry["organisation"]: visit.voice.plain(entry["names"]) for entry in round_["roll"]}
    lang = visit.voice.lang
    return explain(rule_from_json(round_["rule"]), lang=lang, names=names, digits=visit.voice.digits_of(lang))
