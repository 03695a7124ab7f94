"""Settings of the coalition, its logo, and the CSV import of members."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.authorization import or_not_found, require
from service.actions.membership import coalition, csv_import
from service.domain.errors import N_, at_field
from service.domain.membership.import_plan import ImportPlan
from service.domain.membership.people import ROLES
from service.domain.policy import Resource
from service.files.logo import MAX_LOGO_BYTES
from service.i18n import DIGIT_SYSTEMS, LANGUAGES
from service.store.membership import former_origins as former_origins_store
from service.store.membership import organisations as organisations_store
from service.web.drafts.writing_advice import word_lists
from service.web.forms.coalition import CoalitionForm, ImportForm
from service.web.forms.handlers import form, page, upload_form
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pages import render_page
from service.web.membership.joining import result_query
from service.web.rendering.time_zones import zone_options

WORD_LIST_LABELS: Mapping[str, str] = {
    "violations": N_("Words that speak of a violation"),
    "actors": N_("Words that name who did it"),
    "everybody": N_("Phrases that name everyone"),
}
"""Labels (message ids) of the word lists of the writing advice, by name."""

MAX_LOGO_FORM_BYTES = MAX_LOGO_BYTES + 64 * 1024
MAX_IMPORT_FORM_BYTES = csv_import.MAX_BYTES + 64 * 1024
"""Limits of a request body (bytes): the file and 64 KiB for the other fields."""


@page
def show_settings(context: RequestContext) -> Response:
    """`/coalition`: show the settings, with a form for users who may change them."""
    require(context.user, "coalition.read")
    return _settings_page(context)


@form(redisplay=show_settings)
def save_settings(context: RequestContext, form: Form) -> Response:
    """Update the settings and redirect to their page."""
    is_whole = coalition.update_settings(context.tx, context.user, settings=CoalitionForm.parse(form).to_settings())
    return redirect("/coalition?saved=1" if is_whole else "/coalition?saved=waits")


@upload_form(redisplay=show_settings, max_bytes=MAX_LOGO_FORM_BYTES)
def set_logo(context: RequestContext, _: Form, data: bytes) -> Response:
    """Store the uploaded image as the logo."""
    with at_field("logo"):
        coalition.set_logo(context.tx, context.user, data=data, files=context.app_state.files)
    return redirect("/coalition?saved=1#logo")


@page
def show_logo(context: RequestContext) -> Response:
    """`/coalition/logo`: return the image, PNG or JPEG. Raises NotFound if there is none."""
    require(context.user, "coalition.read")
    data = context.app_state.files.get(or_not_found(or_not_found(context.coalition).logo_sha256))
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return Response(data, media_type=kind, headers={"cache-control": "no-store"})


@page
def show_import_form(context: RequestContext) -> Response:
    """`/import`: show the columns of the CSV file and the upload form."""
    require(context.user, "organisation.add")
    return _import_page(context, None, "")


@upload_form(redisplay=show_import_form, max_bytes=MAX_IMPORT_FORM_BYTES)
def preview_import(context: RequestContext, form: Form, data: bytes) -> Response:
    """Show what the import would add and which lines are rejected; nothing is written."""
    user = context.user
    require(user, "organisation.add")
    with at_field("text"):
        text = csv_import.decode(data or ImportForm.parse(form).text.encode())
        plan = csv_import.plan_import(context.tx, user, text=text)
    return _import_page(context, plan, text)


@upload_form(redisplay=show_import_form, max_bytes=MAX_IMPORT_FORM_BYTES)
def run_import(context: RequestContext, form: Form, _: bytes) -> Response:
    """Import the whole table and redirect to the people, where the result is shown."""
    with at_field("text"):
        found = csv_import.apply_import(context.tx, context.user, text=ImportForm.parse(form).text)
    query = result_query(organisations=len(found.organisations), people=len(found.people), known=found.known)
    return redirect(f"/people?{urlencode(query)}")


def _settings_page(context: RequestContext) -> Response:
    found = or_not_found(organisations_store.get_coalition(context.tx))
    return render_page(
        context,
        "membership/coalition.html",
        names=found.settings["names"],
        settings=coalition.with_defaults(found.settings),
        sees_security_log=context.may("security.read", Resource()),
        has_logo=found.logo_sha256 is not None,
        logo_mark=(found.logo_sha256 or "")[:12],
        edits=context.may("coalition.edit", Resource()),
        zone_options=zone_options(context.formatter.translator.language),
        confirmation_options=[(count, context.formatter.format_number(count)) for count in range(1, 6)],
        digit_options=DIGIT_SYSTEMS.items(),
        weekdays=coalition.WEEKDAYS,
        word_lists={lang: _word_list_rows(context, found.settings, lang) for lang in LANGUAGES},
        origin=found.origin,
        former_origins=former_origins_store.list_all(context.tx),
        saved=bool(context.query_param("saved")),
        waits=context.query_param("saved") == "waits",
        largest=MAX_LOGO_BYTES,
    )


def _word_list_rows(context: RequestContext, settings: Mapping[str, Any], lang: str) -> list[tuple[str, str, str]]:
    """Return (name, label, words, one per line) for each word list of a language."""
    lists, translate = word_lists(settings, lang), context.formatter.translate
    return [(name, translate(label), "\n".join(getattr(lists, name))) for name, label in WORD_LIST_LABELS.items()]


def _import_page(context: RequestContext, found: ImportPlan | None, text: str) -> Response:
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
