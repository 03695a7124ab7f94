"""The coalition: its founding, settings, letterhead and logo."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from service.actions.authorization import or_not_found, require
from service.actions.membership.people import create_person
from service.actions.membership.protective_settings import may_lower_now, save_settings
from service.actions.membership.roles import give_roles
from service.actions.validation import (
    MAX_NAME_LENGTH,
    check_printable,
    validate_email,
    validate_language,
    validate_names,
    validate_printable_line,
    validate_printable_text,
)
from service.domain.endorsement.workdays import DEFAULT_WORKING_DAYS
from service.domain.errors import N_, Conflict, InvalidInput, at_field
from service.domain.membership.mail_settings import DEFAULT_MAIL_SETTINGS
from service.domain.membership.people import SECRETARIAT, Actor
from service.domain.membership.protective_settings import PROTECTIVE_SETTINGS, lowered_settings
from service.domain.trust import canonical_json
from service.files import FileStore
from service.files.logo import validate_logo
from service.i18n import DIGIT_SYSTEMS
from service.store import record as record_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store

MAX_PHONE_LENGTH = 40
"""Code points."""
MAX_ABOUT_LENGTH = 2000
"""Code points of the description of the coalition that is printed under its texts."""

WORD_LISTS = ("violations", "actors", "everybody")
"""Word lists of the writing advice (`service.domain.text.review.writing_advice`)."""

MAX_LIST_WORDS = 200
"""Words in one list."""
MAX_WORD_LENGTH = 60
"""Code points."""

WEEKDAYS = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")
"""Names of the days, in the order of a week in the region."""

DEFAULT_SETTINGS: dict[str, Any] = {
    "v": 1,
    "names": {},
    "about": {},
    "place": {},
    "press": {"name": {}, "email": "", "phone": ""},
    "langs": ["ar", "en"],
    "digits": {"ar": "arab", "en": "latn"},
    "zone": "Asia/Damascus",
    "working_days": list(DEFAULT_WORKING_DAYS),
    "mandate_confirmations": 2,
    "reading_aids": {},
    "mail": dict(DEFAULT_MAIL_SETTINGS),
}
"""Value of each setting until it is set."""


def create_coalition(
    tx: Tx, *, origin: str, sample: bool, settings: Mapping[str, Any], first_person: Mapping[str, Any]
) -> tuple[str, str]:
    """Create the coalition and the first person of its secretariat, once; return both ids."""
    if organisations_store.get_coalition(tx):
        raise Conflict("founded_already", N_("This service already has a coalition."))
    id, validated = tx.new_id("coa"), validate_settings(settings)
    organisations_store.add_coalition(tx, id=id, origin=origin, sample=sample, settings=validated)
    facts = {"coalition": id, "origin": origin, "sample": sample}
    record_store.append(tx, act="coalition.found", actor=None, facts=facts, values={"coalition.settings": validated})
    person = create_person(
        tx,
        names=first_person.get("names") or {first_person["lang"]: first_person["name"]},
        email=first_person["email"],
        organisation=None,
        lang=first_person["lang"],
        by=None,
    )
    give_roles(tx, person=person, roles=(SECRETARIAT,), by=None)
    return id, person


def update_settings(tx: Tx, actor: Actor, *, settings: Mapping[str, Any]) -> bool:
    """Change the coalition's settings; return False if lowering a protective one waits for more persons."""
    require(actor, "coalition.edit")
    coalition = or_not_found(organisations_store.get_coalition(tx))
    old = with_defaults(coalition.settings)
    new = validate_settings({**old, **settings})
    if any(old[name] != new[name] for name in PROTECTIVE_SETTINGS):
        require(actor, "coalition.protect")
    lowered = lowered_settings(old, new)
    if lowered and not may_lower_now(tx, actor, old=old, lowered=lowered):
        new = {**new, **{name: old[name] for name in lowered}}
    save_settings(tx, coalition, old=old, new=new, by=actor.person, fields=sorted(settings))
    return new == validate_settings({**old, **settings})


def apply_lowered(tx: Tx, *, lowered: Mapping[str, Any], by: str) -> None:
    """Set protective settings that enough persons agreed to lower."""
    coalition = or_not_found(organisations_store.get_coalition(tx))
    old = with_defaults(coalition.settings)
    save_settings(tx, coalition, old=old, new=validate_settings({**old, **lowered}), by=by, fields=sorted(lowered))


def set_logo(tx: Tx, actor: Actor, *, data: bytes, files: FileStore) -> str:
    """Store a PNG or JPEG as the coalition's logo and return its digest. Raises `InvalidInput` `logo_not_an_image`."""
    require(actor, "coalition.edit")
    validate_logo(data)
    sha256 = files.put(data)
    coalition = or_not_found(organisations_store.get_coalition(tx))
    organisations_store.update_coalition(tx, settings=coalition.settings, logo_sha256=sha256)
    record_store.append(tx, act="coalition.logo", actor=actor.person, facts={"sha256": sha256})
    return sha256


def letterhead(coalition: organisations_store.Coalition) -> dict[str, Any]:
    """Return what a seal stores of the coalition, so that its files can be rendered again identically."""
    printed_settings = {
        name: coalition.settings[name] for name in ("names", "about", "place", "press", "digits", "zone")
    }
    return {
        **printed_settings,
        "logo_sha256": coalition.logo_sha256,
        "sample": coalition.sample,
        "origin": coalition.origin,
    }


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with a value for each: stored settings may be older than a setting."""
    nested = {name: {**DEFAULT_SETTINGS[name], **settings.get(name, {})} for name in ("press", "mail")}
    return {**DEFAULT_SETTINGS, **settings, **nested}


def validate_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with defaults for missing ones. Raises `InvalidInput`."""
    unknown = set(settings) - set(DEFAULT_SETTINGS)
    if unknown:
        raise InvalidInput("unknown_setting", N_("There is no setting “{name}”."), name=sorted(unknown)[0])
    new = {**DEFAULT_SETTINGS, **settings}
    langs = [validate_language(lang) for lang in dict.fromkeys(new["langs"])]
    if not langs:
        raise InvalidInput("no_language", N_("A coalition needs at least one language."))
    if not 1 <= int(new["mandate_confirmations"]) <= 5:
        raise InvalidInput("bad_setting", N_("Choose one to five confirmations."), field="mandate_confirmations")
    if new["zone"] not in available_timezones():
        raise InvalidInput("unknown_zone", N_("There is no time zone “{zone}”."), field="zone", zone=str(new["zone"]))
    days = [day for day in WEEKDAYS if day in new["working_days"]]
    if not days or set(new["working_days"]) - set(WEEKDAYS):
        raise InvalidInput("bad_working_days", N_("Choose at least one working day."))
    validated = {
        **new,
        "langs": langs,
        "working_days": days,
        "names": _validate_names(new["names"]),
        "about": _validate_paragraphs(new["about"]),
        "place": _validate_lines(new["place"], field="place"),
        "reading_aids": {
            validate_language(lang): _validate_word_lists(own, lang=lang) for lang, own in new["reading_aids"].items()
        },
        "press": _validate_press({**DEFAULT_SETTINGS["press"], **new["press"]}),
        "mail": _validate_mail({**DEFAULT_SETTINGS["mail"], **new["mail"]}),
        "digits": {
            **DEFAULT_SETTINGS["digits"],
            **{validate_language(lang): _validate_digits(name, lang=lang) for lang, name in new["digits"].items()},
        },
    }
    canonical_json.encode(validated)  # settings end up in seals, so they must be encodable
    return validated


def _validate_names(names: Mapping[str, str]) -> dict[str, str]:
    """Names that can be printed, in at least one language."""
    validated = validate_names(names, field="names")
    for lang, name in validated.items():
        with at_field(f"names_{lang}"):
            check_printable(name)
    return validated


def _validate_word_lists(lists_by_name: Mapping[str, Sequence[str]], *, lang: str) -> dict[str, list[str]]:
    """Return the coalition's word lists for the writing advice, which replace the default ones."""
    lists = {name: list(lists_by_name.get(name, ())) for name in WORD_LISTS}
    for name, words in lists.items():
        if len(words) > MAX_LIST_WORDS or any(len(word) > MAX_WORD_LENGTH for word in words):
            raise InvalidInput(
                "word_list_too_long",
                N_("A list can have up to {most} words, each up to {limit} characters."),
                field=f"aids_{lang}_{name}",
                most=MAX_LIST_WORDS,
                limit=MAX_WORD_LENGTH,
            )
    return lists


def _validate_digits(system: str, *, lang: str) -> str:
    if system not in DIGIT_SYSTEMS:
        raise InvalidInput(
            "unknown_digits", N_("There are no numerals called “{name}”."), field=f"digits_{lang}", name=system
        )
    return system


def _validate_press(press: Mapping[str, Any]) -> dict[str, Any]:
    name = _validate_lines(press["name"], field="press_name")
    with at_field("press_email"):
        email = validate_email(press["email"]) if press["email"] else ""
    with at_field("press_phone"):
        phone = validate_printable_line(press["phone"], limit=MAX_PHONE_LENGTH) if press["phone"] else ""
    return {"name": name, "email": email, "phone": phone}


def _validate_mail(mail: Mapping[str, Any]) -> dict[str, Any]:
    with at_field("mail_reply_to"):
        reply_to = validate_email(mail["reply_to"]) if mail["reply_to"] else ""
    return {**{name: bool(mail[name]) for name in ("names_coalition", "code_in_subject")}, "reply_to": reply_to}


def _validate_paragraphs(texts: Mapping[str, str]) -> dict[str, str]:
    validated = {}
    for lang, text in texts.items():
        with at_field(f"about_{lang}"):
            if len(text) > MAX_ABOUT_LENGTH:
                raise InvalidInput("about_too_long", N_("Up to {limit} characters."), limit=MAX_ABOUT_LENGTH)
            if text:
                validated[validate_language(lang)] = validate_printable_text(text)
    return validated


def _validate_lines(texts: Mapping[str, str], *, field: str) -> dict[str, str]:
    """Lines by language; `field` is the prefix of their form fields."""
    validated = {}
    for lang, text in texts.items():
        if text:
            with at_field(f"{field}_{lang}"):
                validated[validate_language(lang)] = validate_printable_line(text, limit=MAX_NAME_LENGTH)
    return validated


def instance_name(origin: str) -> str:
    """Return the name of this instance in statements: the host of its origin."""
    return origin.split("://", 1)[-1]
