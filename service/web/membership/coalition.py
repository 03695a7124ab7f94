"""The coalition as it shows itself: names, logo, letterhead, times and digits; and the import of its members."""

from typing import Any

from starlette.responses import Response

from service.actions.authorization import or_not_found, require
from service.actions.membership import coalition, csv_import
from service.domain.membership.people import ROLES
from service.domain.policy import Resource
from service.domain.text.review.writing_advice import DEFAULT_WORD_LISTS, WordLists, parse_terms
from service.files.logo import MAX_LOGO_BYTES
from service.i18n import DIGIT_SYSTEMS, LANGUAGES
from service.store.membership import organisations as organisations_store
from service.web.drafts.writing_advice import word_lists
from service.web.forms.handlers import form, page, upload_form
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pages import render_page
from service.web.rendering.time_zones import all_zones

MAX_LOGO_FORM_BYTES = MAX_LOGO_BYTES + 64 * 1024
MAX_IMPORT_FORM_BYTES = csv_import.MAX_BYTES + 64 * 1024
"""Bytes."""


@page
def show_settings(context: RequestContext) -> Response:
    """`/coalition`: what texts and pages say of the coalition; a form for who may change it."""
    require(context.user, "coalition.read")
    return _settings_page(context)


@form(redisplay=show_settings)
def save_settings(context: RequestContext, form: Form) -> Response:
    """Change the settings, and show them as they are now."""
    coalition.update_settings(context.tx, context.user, settings=_settings_from_form(form))
    return redirect("/coalition?saved=1")


@upload_form(redisplay=show_settings, max_bytes=MAX_LOGO_FORM_BYTES)
def set_logo(context: RequestContext, _: Form, data: bytes) -> Response:
    """Keep the chosen picture as the logo."""
    coalition.set_logo(context.tx, context.user, data=data, files=context.app_state.files)
    return redirect("/coalition?saved=1#logo")


@page
def show_logo(context: RequestContext) -> Response:
    """`/coalition/logo`: the picture itself."""
    require(context.user, "coalition.read")
    data = context.app_state.files.get(or_not_found(or_not_found(context.coalition).logo_sha256))
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return Response(data, media_type=kind, headers={"cache-control": "private, no-cache"})


@page
def show_import_form(context: RequestContext) -> Response:
    """`/import`: which columns a table has, and where to choose it."""
    require(context.user, "organisation.add")
    return _import_page(context, None, "")


@upload_form(redisplay=show_import_form, max_bytes=MAX_IMPORT_FORM_BYTES)
def preview_import(context: RequestContext, form: Form, data: bytes) -> Response:
    """What the table would bring, and each line that cannot come in; nothing is written."""
    user = context.user
    require(user, "organisation.add")
    text = csv_import.decode(data or form.get("text", "").encode())
    return _import_page(context, csv_import.plan_import(context.tx, user, text=text), text)


@upload_form(redisplay=show_import_form, max_bytes=MAX_IMPORT_FORM_BYTES)
def run_import(context: RequestContext, form: Form, _: bytes) -> Response:
    """Bring in the whole table."""
    csv_import.apply_import(context.tx, context.user, text=form.get("text", ""))
    return redirect("/people")


def _settings_page(context: RequestContext) -> Response:
    found = or_not_found(organisations_store.get_coalition(context.tx))
    return render_page(
        context,
        "membership/coalition.html",
        names=found.settings["names"],
        settings=coalition.with_defaults(found.settings),
        has_logo=found.logo_sha256 is not None,
        logo_mark=(found.logo_sha256 or "")[:12],
        edits=context.may("coalition.edit", Resource()),
        every_zone=all_zones(),
        systems=DIGIT_SYSTEMS,
        weekdays=coalition.WEEKDAYS,
        aids={lang: word_lists(found.settings, lang) for lang in LANGUAGES},
        saved=bool(context.query_param("saved")),
        largest=MAX_LOGO_BYTES,
    )


def _import_page(context: RequestContext, found: csv_import.ImportPlan | None, text: str) -> Response:
    columns = csv_import.COLUMNS
    return render_page(
        context,
        "membership/import.html",
        plan=found,
        text=text,
        columns=columns,
        roles=ROLES,
        most=csv_import.MAX_LINES,
    )


def _settings_from_form(form: Form) -> dict[str, Any]:
    """The settings a form carries."""
    return {
        "names": _localized_field(form, "names"),
        "about": _localized_field(form, "about"),
        "place": _localized_field(form, "place"),
        "press": {
            "name": _localized_field(form, "press_name"),
            "email": form.get("press_email", "").strip(),
            "phone": form.get("press_phone", "").strip(),
        },
        "langs": _languages_from_form(form),
        "digits": {lang: form[f"digits_{lang}"] for lang in LANGUAGES if f"digits_{lang}" in form},
        "zone": form.get("zone", ""),
        "working_days": [day for day in coalition.WEEKDAYS if form.get(f"day_{day}")],
        "mandate_confirmations": _optional_int(form.get("mandate_confirmations", "")),
        **_word_lists_from_form(form),
    }


def _word_lists_from_form(form: Form) -> dict[str, Any]:
    """The word lists of a form, where it has them; a language whose lists are ours, or all empty, has ours."""
    asked = [lang for lang in LANGUAGES if f"aids_{lang}_violations" in form]
    lists = {
        lang: {name: list(parse_terms(form.get(f"aids_{lang}_{name}", ""))) for name in coalition.WORD_LISTS}
        for lang in asked
    }
    return (
        {"reading_aids": {lang: own for lang, own in lists.items() if _differs_from_default(own, lang)}}
        if asked
        else {}
    )


def _word_lists(form: Form, lang: str) -> dict[str, list[str]]:
    return {name: list(parse_terms(form.get(f"aids_{lang}_{name}", ""))) for name in coalition.WORD_LISTS}


def _differs_from_default(word_lists_of_form: dict[str, list[str]], lang: str) -> bool:
    return any(word_lists_of_form.values()) and WordLists(
        **{name: tuple(words) for name, words in word_lists_of_form.items()}
    ) != DEFAULT_WORD_LISTS.get(lang)


def _languages_from_form(form: Form) -> list[str]:
    """The languages that were ticked, the first one at the head."""
    ticked = [lang for lang in LANGUAGES if form.get(f"writes_{lang}")]
    return sorted(ticked, key=lambda lang: lang != form.get("first_lang"))


def _localized_field(form: Form, name: str) -> dict[str, str]:
    return {lang: form.get(f"{name}_{lang}", "").strip() for lang in LANGUAGES}


def _optional_int(value: str) -> int:
    """0, which no setting allows, for what is no number."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0
