"""The coalition: its founding, its letterhead, its logo."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from service.actions.authorization import require, seen
from service.actions.membership.people import join
from service.actions.validation import (
    LONGEST_NAME,
    check_printable,
    checked_email,
    checked_names,
    known_language,
    printed_line,
    printed_text,
)
from service.domain.endorsement.workdays import USUAL
from service.domain.errors import N_, Conflict, Malformed
from service.domain.membership.people import SECRETARIAT, Actor
from service.domain.trust import canonical_json
from service.files import Files
from service.files.logo import check_logo
from service.i18n import DIGITS
from service.store import record as record_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store

LONGEST_PHONE = 40
LONGEST_ABOUT = 2000
"""Code points of what is said about the coalition under its texts."""

AIDS = ("violations", "actors", "everybody")
"""Word lists of the reading aids (`service.domain.text.review.writing_advice.Lists`)."""

MOST_WORDS = 200
LONGEST_WORD = 60

WEEKDAYS = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")
"""As a week is written in the region."""

DEFAULTS: dict[str, Any] = {
    "v": 1,
    "names": {},
    "about": {},
    "place": {},
    "press": {"name": {}, "email": "", "phone": ""},
    "langs": ["ar", "en"],
    "digits": {"ar": "arab", "en": "latn"},
    "zone": "Asia/Damascus",
    "working_days": list(USUAL),
    "mandate_confirmations": 2,
    "reading_aids": {},
}


def found(
    tx: Tx, *, origin: str, sample: bool, settings: Mapping[str, Any], first: Mapping[str, Any]
) -> tuple[str, str]:
    """Found the instance: the coalition and the first person of its secretariat; their ids. Once only."""
    if organisations_store.the_coalition(tx):
        raise Conflict("founded_already", N_("This instance has its coalition already."))
    id = tx.new_id("coa")
    organisations_store.found(tx, id=id, origin=origin, sample=sample, settings=checked(settings))
    record_store.append(
        tx, act="coalition.found", actor=None, facts={"coalition": id, "origin": origin, "sample": sample}
    )
    person = join(
        tx,
        names=first.get("names") or {first["lang"]: first["name"]},
        email=first["email"],
        organisation=None,
        lang=first["lang"],
        roles=(SECRETARIAT,),
        by=None,
    )
    return id, person


def edit(tx: Tx, actor: Actor, *, settings: Mapping[str, Any]) -> None:
    """Change the coalition's settings."""
    require(actor, "coalition.edit")
    now = seen(organisations_store.the_coalition(tx))
    new = checked({**now.settings, **settings})
    organisations_store.change_coalition(tx, settings=new, logo_sha256=now.logo_sha256)
    record_store.append(tx, act="coalition.edit", actor=actor.person, facts={"fields": sorted(settings)})


def set_logo(tx: Tx, actor: Actor, *, data: bytes, files: Files) -> str:
    """Keep a PNG or JPEG as the coalition's logo; its digest. Raises Malformed `logo_not_an_image`."""
    require(actor, "coalition.edit")
    check_logo(data)
    sha256 = files.put(data)
    now = seen(organisations_store.the_coalition(tx))
    organisations_store.change_coalition(tx, settings=now.settings, logo_sha256=sha256)
    record_store.append(tx, act="coalition.logo", actor=actor.person, facts={"sha256": sha256})
    return sha256


def letterhead(coalition: organisations_store.Coalition) -> dict[str, Any]:
    """What a seal keeps of the coalition, so that its files can be made again as they were."""
    kept = {name: coalition.settings[name] for name in ("names", "about", "place", "press", "digits", "zone")}
    return {**kept, "logo_sha256": coalition.logo_sha256, "sample": coalition.sample, "origin": coalition.origin}


def complete(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with a value for each: an instance may be older than a setting."""
    return {**DEFAULTS, **settings, "press": {**DEFAULTS["press"], **settings.get("press", {})}}


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with defaults for what is missing. Raises Malformed for what is not understood."""
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise Malformed("unknown_setting", N_("There is no setting “{name}”."), name=sorted(unknown)[0])
    new = {**DEFAULTS, **settings}
    langs = [known_language(lang) for lang in dict.fromkeys(new["langs"])]
    if not langs:
        raise Malformed("no_language", N_("A coalition writes in at least one language."))
    if not 1 <= int(new["mandate_confirmations"]) <= 5:
        raise Malformed("bad_setting", N_("A mandate is confirmed by one to five persons."))
    if new["zone"] not in available_timezones():
        raise Malformed("unknown_zone", N_("There is no time zone “{zone}”."), zone=str(new["zone"]))
    days = [day for day in WEEKDAYS if day in new["working_days"]]
    if not days or set(new["working_days"]) - set(WEEKDAYS):
        raise Malformed("bad_working_days", N_("A week has at least one working day."))
    kept = {
        **new,
        "langs": langs,
        "working_days": days,
        "names": {lang: check_printable(text) for lang, text in checked_names(new["names"]).items()},
        "about": _paragraphs(new["about"]),
        "place": _lines(new["place"]),
        "reading_aids": {known_language(lang): _word_lists(own) for lang, own in new["reading_aids"].items()},
        "press": _press({**DEFAULTS["press"], **new["press"]}),
        "digits": {
            **DEFAULTS["digits"],
            **{known_language(lang): _digits(name) for lang, name in new["digits"].items()},
        },
    }
    canonical_json.encode(kept)  # what is stored here is sealed one day
    return kept


def _word_lists(own: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The coalition's own words for reading aids, in place of ours."""
    lists = {name: list(own.get(name, ())) for name in AIDS}
    for words in lists.values():
        if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
            raise Malformed(
                "word_list_too_long",
                N_("A list has {most} words at most, each of {limit} characters at most."),
                most=MOST_WORDS,
                limit=LONGEST_WORD,
            )
    return lists


def _digits(system: str) -> str:
    if system not in DIGITS:
        raise Malformed("unknown_digits", N_("There are no digits called “{name}”."), name=system)
    return system


def _press(press: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _lines(press["name"]),
        "email": checked_email(press["email"]) if press["email"] else "",
        "phone": printed_line(press["phone"], limit=LONGEST_PHONE) if press["phone"] else "",
    }


def _paragraphs(texts: Mapping[str, str]) -> dict[str, str]:
    for text in texts.values():
        if len(text) > LONGEST_ABOUT:
            raise Malformed("about_too_long", N_("This may have {limit} characters at most."), limit=LONGEST_ABOUT)
    return {known_language(lang): printed_text(text) for lang, text in texts.items() if text}


def _lines(texts: Mapping[str, str]) -> dict[str, str]:
    return {known_language(lang): printed_line(text, limit=LONGEST_NAME) for lang, text in texts.items() if text}


def instance_name(origin: str) -> str:
    """The name statements give this instance: the host of its origin."""
    return origin.split("://", 1)[-1]
