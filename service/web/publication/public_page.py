"""The public page of a document: its text, its signatories, and how to verify it. Needs no session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from service.actions.authorization import or_not_found
from service.domain.documents.version import EditionText, Version
from service.domain.endorsement.rule_words import explain_rule
from service.domain.endorsement.rules import rule_from_json
from service.domain.publication.publication import PublicationRevision, Seal, Translation
from service.domain.publication.sealed_facts import SealedFacts, read_seal
from service.i18n import LANGUAGES
from service.store.documents import versions as versions_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from service.web.forms.handlers import page
from service.web.http.context import RequestContext, formatter_for
from service.web.http.pages import render_page
from service.web.publication.link_preview import PUBLIC, preview_link
from service.web.publication.translation_texts import translation_text
from service.web.rounds.tally import ORGANISATION_COLOURS
from service.web.texts.selection import ShownText, version_text


@dataclass(frozen=True)
class PublishedPosition:
    """The sealed position of an organisation.

    `number` numbers reservations in the order they were cast; 0 without one. `withdrawn_at` (µs UTC) is set if the
    endorsement was withdrawn after the seal, `disputed_at` if the organisation disputes this withdrawal. `proof` and
    `marks` are those of the sealed answer.
    """

    names: Mapping[str, str]
    colour: int
    position: str
    reservation: Mapping[str, str]
    number: int
    withdrawn_at: int | None
    disputed_at: int | None
    proof: str
    marks: Sequence[str]


@dataclass(frozen=True)
class PublishedFile:
    """A file of the publication; `size` is in bytes."""

    format: str
    sha256: str
    size: int


@page
def show_publication(context: RequestContext) -> Response:
    """Render `/p/{publication}` in the language of `?lang`, else of the request context."""
    found = or_not_found(publications_store.get(context.tx, context.path_param("publication")))
    context = _in_requested_language(context)
    revision = found.revisions[-1]
    seal = or_not_found(seals_store.get(context.tx, revision.seal))
    facts = read_seal(seal.content)
    context = _with_sealed_numerals(context, facts)
    version = or_not_found(versions_store.get(context.tx, seal.version))
    later_translations = _shown_translations(context, seal, revision)
    langs = [*version.editions, *later_translations]
    lang = next(code for code in (context.formatter.lang, *version.authentic, *langs) if code in langs)
    editions: Mapping[str, EditionText | Translation] = {**version.editions, **later_translations}
    positions = _published_positions(facts, revision)
    return render_page(
        context,
        "publication/publication.html",
        publication=found,
        is_public=found.state == PUBLIC,
        revision=revision,
        seal=seal,
        facts=facts,
        dated=_format_dated(context, facts, seal),
        letterhead=facts.letterhead,
        version=version,
        titles={code: one.title for code, one in editions.items()},
        preview=preview_link(
            context,
            found,
            names=facts.letterhead["names"],
            title=editions[lang].title,
            text=editions[lang].text,
            lang=lang,
            langs=langs,
        ),
        langs=langs,
        texts=_texts(context, version, later_translations, lang) if found.state == PUBLIC else [],
        lang=lang,
        signatories=_sorted_by_name(context, positions, "endorse", "endorse_with_reservation"),
        reservations=sorted((one for one in positions if one.number), key=lambda one: one.number),
        abstained=_sorted_by_name(context, positions, "abstain"),
        declined=_sorted_by_name(context, positions, "decline"),
        files=_published_files(revision, lang),
        other_files={code: _published_files(revision, code) for code in langs if code != lang},
        rule=_rule_sentence(context, facts),
    )


def _in_requested_language(context: RequestContext) -> RequestContext:
    """Return the request context in the language of `?lang`, so that a shared link keeps its language."""
    asked = context.query_param("lang")
    if asked not in LANGUAGES:
        return context
    return replace(
        context, formatter=formatter_for(context.request, context.coalition, actor=context.actor, lang=asked)
    )


def _shown_translations(context: RequestContext, seal: Seal, revision: PublicationRevision) -> dict[str, Translation]:
    """Return by language the translations that `revision` was published with."""
    shown: Mapping[str, Any] = revision.content.get("translations", {})
    return {
        lang: or_not_found(translations_store.get(context.tx, seal=seal.id, lang=lang, number=shown[lang]["number"]))
        for lang in shown
    }


def _texts(
    context: RequestContext, version: Version, later_translations: Mapping[str, Translation], lang: str
) -> list[ShownText]:
    """Return the text in `lang`, then those in the other languages."""
    langs = [*version.editions, *later_translations]
    return [
        translation_text(context, later_translations[code], version)
        if code in later_translations
        else version_text(context, version, code)
        for code in (lang, *(one for one in langs if one != lang))
    ]


def _published_positions(facts: SealedFacts, revision: PublicationRevision) -> list[PublishedPosition]:
    events: Sequence[Mapping[str, Any]] = revision.content["events"]
    withdrawn_at, disputed_at = (
        {event["organisation"]: event["at"] for event in events if event["event"] == name}
        for name in ("withdrawn", "disputed")
    )
    places = {organisation: place for place, organisation in enumerate(facts.names)}
    number, positions = 0, []
    for one in facts.endorsements:
        number += bool(one["reservation"])
        positions.append(
            PublishedPosition(
                names=one["names"],
                colour=places[one["organisation"]] % ORGANISATION_COLOURS + 1,
                position=one["position"],
                reservation=one["reservation"],
                number=number if one["reservation"] else 0,
                withdrawn_at=withdrawn_at.get(one["organisation"]),
                disputed_at=disputed_at.get(one["organisation"]),
                proof=one.get("proof", ""),
                marks=one.get("marks", ()),
            )
        )
    return positions


def _sorted_by_name(
    context: RequestContext, published: Sequence[PublishedPosition], *positions: str
) -> list[PublishedPosition]:
    order = context.formatter.translator.sort_names([context.formatter.plain_name(one.names) for one in published])
    wanted = [one for one in published if one.position in positions]
    return sorted(wanted, key=lambda one: order.index(context.formatter.plain_name(one.names)))


def _published_files(revision: PublicationRevision, lang: str) -> list[PublishedFile]:
    files: Sequence[Mapping[str, Any]] = revision.content["files"]
    in_language = [PublishedFile(one["format"], one["sha256"], one["size"]) for one in files if one["lang"] == lang]
    return sorted(in_language, key=lambda one: one.format, reverse=True)


def _with_sealed_numerals(context: RequestContext, facts: SealedFacts) -> RequestContext:
    """Return the context with the zone and digits of the seal: later settings change nothing of what is published."""
    formatter, zone = context.formatter, facts.letterhead["zone"]
    own_zone = formatter.user_zone if formatter.user_zone != formatter.home_zone else zone
    formatter = replace(formatter, home_zone=zone, user_zone=own_zone, digits=facts.letterhead["digits"])
    return replace(context, formatter=formatter)


def _format_dated(context: RequestContext, facts: SealedFacts, seal: Seal) -> str:
    """Return the date that the text bears: the one chosen when the round opened, else the day of approval."""
    if facts.date:
        return context.formatter.format_iso_date(facts.date, weekday=True)
    return context.formatter.format_date(seal.sealed_at, weekday=True)


def _rule_sentence(context: RequestContext, facts: SealedFacts) -> str:
    names = {organisation: context.formatter.plain_name(names) for organisation, names in facts.names.items()}
    lang = context.formatter.lang
    return explain_rule(
        rule_from_json(facts.round["rule"]),
        lang=lang,
        names=names,
        digits=context.formatter.digit_system_of(lang),
        wording=facts.wording,
    )
