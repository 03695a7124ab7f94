"""The coalition as it shows itself: names, logo, letterhead, times and digits; and the import of its members."""

from typing import Any

from starlette.responses import Response

from service.actions.authorization import require, seen
from service.actions.membership import coalition, csv_import
from service.domain.membership.people import ROLES
from service.domain.policy import Thing
from service.domain.text.review.writing_advice import USUAL, Lists, terms
from service.files.logo import LARGEST_LOGO
from service.i18n import DIGITS, LANGUAGES
from service.store.membership import organisations as organisations_store
from service.web.drafts.writing_advice import word_lists
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show
from service.web.rendering.time_zones import every_zone

LARGEST_LOGO_FORM = LARGEST_LOGO + 64 * 1024
LARGEST_IMPORT_FORM = csv_import.LARGEST + 64 * 1024
"""Bytes."""


def settings(visit: Visit) -> Response:
    """`/coalition`: what texts and pages say of the coalition; a form for who may change it."""
    require(visit.reader, "coalition.read")
    return _settings(visit)


def edit(visit: Visit, form: Form) -> Response:
    """Change the settings, and show them as they are now."""
    coalition.edit(visit.tx, visit.reader, settings=_read(form))
    return onward("/coalition?saved=1")


def set_logo(visit: Visit, _: Form, data: bytes) -> Response:
    """Keep the chosen picture as the logo."""
    coalition.set_logo(visit.tx, visit.reader, data=data, files=visit.house.files)
    return onward("/coalition?saved=1#logo")


def logo(visit: Visit) -> Response:
    """`/coalition/logo`: the picture itself."""
    require(visit.reader, "coalition.read")
    data = visit.house.files.get(seen(seen(visit.coalition).logo_sha256))
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return Response(data, media_type=kind, headers={"cache-control": "private, no-cache"})


def ask_import(visit: Visit) -> Response:
    """`/import`: which columns a table has, and where to choose it."""
    require(visit.reader, "organisation.add")
    return _import_page(visit, None, "")


def try_import(visit: Visit, form: Form, data: bytes) -> Response:
    """What the table would bring, and each line that cannot come in; nothing is written."""
    who = visit.reader
    require(who, "organisation.add")
    text = csv_import.decoded(data or form.get("text", "").encode())
    return _import_page(visit, csv_import.plan(visit.tx, who, text=text), text)


def bring_in(visit: Visit, form: Form, _: bytes) -> Response:
    """Bring in the whole table."""
    csv_import.carry_out(visit.tx, visit.reader, text=form.get("text", ""))
    return onward("/people")


def _settings(visit: Visit) -> Response:
    found = seen(organisations_store.the_coalition(visit.tx))
    return show(
        visit,
        "membership/coalition.html",
        names=found.settings["names"],
        settings=coalition.complete(found.settings),
        has_logo=found.logo_sha256 is not None,
        logo_mark=(found.logo_sha256 or "")[:12],
        edits=visit.may("coalition.edit", Thing()),
        every_zone=every_zone(),
        systems=DIGITS,
        weekdays=coalition.WEEKDAYS,
        aids={lang: word_lists(found.settings, lang) for lang in LANGUAGES},
        saved=bool(visit.query("saved")),
        largest=LARGEST_LOGO,
    )


def _import_page(visit: Visit, found: csv_import.Plan | None, text: str) -> Response:
    columns = csv_import.COLUMNS
    return show(
        visit, "membership/import.html", plan=found, text=text, columns=columns, roles=ROLES, most=csv_import.MOST_LINES
    )


def _read(form: Form) -> dict[str, Any]:
    """The settings a form carries."""
    return {
        "names": _by_lang(form, "names"),
        "about": _by_lang(form, "about"),
        "place": _by_lang(form, "place"),
        "press": {
            "name": _by_lang(form, "press_name"),
            "email": form.get("press_email", "").strip(),
            "phone": form.get("press_phone", "").strip(),
        },
        "langs": _langs(form),
        "digits": {lang: form[f"digits_{lang}"] for lang in LANGUAGES if f"digits_{lang}" in form},
        "zone": form.get("zone", ""),
        "working_days": [day for day in coalition.WEEKDAYS if form.get(f"day_{day}")],
        "mandate_confirmations": _number(form.get("mandate_confirmations", "")),
        **_reading_aids(form),
    }


def _reading_aids(form: Form) -> dict[str, Any]:
    """The word lists of a form, where it has them; a language whose lists are ours, or all empty, has ours."""
    asked = [lang for lang in LANGUAGES if f"aids_{lang}_violations" in form]
    lists = {
        lang: {name: list(terms(form.get(f"aids_{lang}_{name}", ""))) for name in coalition.AIDS} for lang in asked
    }
    return {"reading_aids": {lang: own for lang, own in lists.items() if _are_own(own, lang)}} if asked else {}


def _word_lists(form: Form, lang: str) -> dict[str, list[str]]:
    return {name: list(terms(form.get(f"aids_{lang}_{name}", ""))) for name in coalition.AIDS}


def _are_own(own: dict[str, list[str]], lang: str) -> bool:
    return any(own.values()) and Lists(**{name: tuple(words) for name, words in own.items()}) != USUAL.get(lang)


def _langs(form: Form) -> list[str]:
    """The languages that were ticked, the first one at the head."""
    ticked = [lang for lang in LANGUAGES if form.get(f"writes_{lang}")]
    return sorted(ticked, key=lambda lang: lang != form.get("first_lang"))


def _by_lang(form: Form, name: str) -> dict[str, str]:
    return {lang: form.get(f"{name}_{lang}", "").strip() for lang in LANGUAGES}


def _number(value: str) -> int:
    """0, which no setting allows, for what is no number."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0
