"""All URLs on one screen."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from service.domain.documents.word_import import MAX_FILE_BYTES
from service.web.account import password_reset, settings, sign_in
from service.web.api.operations import OPERATIONS
from service.web.comments import forms, thread_list
from service.web.comparisons import detail
from service.web.dashboard import home
from service.web.documents import create, front_matter, members, numbering, outline, versions
from service.web.documents import detail as detail_pages
from service.web.drafts import add_edition, authorship, changes, edit, history, read, suggestions, word_import
from service.web.forms.redisplay import acting_or_again, again
from service.web.http.api_handler import endpoint_for
from service.web.http.context import Endpoint, Form, RequestContext, form, page, plan_before_write, preview_form
from service.web.http.password_hashing import hash_before_write
from service.web.http.static_files import ImmutableStaticFiles
from service.web.http.uploads import upload_form
from service.web.membership import coalition, invitations, mandates, organisations, people
from service.web.membership.coalition import MAX_IMPORT_FORM_BYTES as TABLE
from service.web.membership.coalition import MAX_LOGO_FORM_BYTES as LOGO
from service.web.notices import notice_list, sample_outbox
from service.web.publication import exports, public_page, translations
from service.web.rounds import detail as rounds_detail
from service.web.rounds import open_and_close, signing
from service.web.system import health
from service.web.workflow import transitions

MAX_TEXT_FORM_BYTES = 24 * 1024 * 1024
"""Bytes of a form with two whole texts: a letter may take nine on its way."""

MAX_WORD_FORM_BYTES = 4 * MAX_FILE_BYTES
"""Bytes of a form with a Word file: one that is too large is read so far that it can be refused by its name."""


anonymous_form = partial(acting_or_again, for_strangers=True)
"""A form of the door: whoever sends it is not in yet."""


def editor_form(handler: Callable[[RequestContext, Form], Response]) -> Endpoint:
    """A form of the writing page that saves nothing; what was written comes back with every refusal."""
    return again(preview_form(handler, max_bytes=MAX_TEXT_FORM_BYTES), edit.show_editor)


def step_form(handler: Callable[[RequestContext, Form], Response]) -> Endpoint:
    """A form of the page of steps, which tells itself why a step was not taken."""
    return acting_or_again(handler, transitions.show_steps)


# fmt: off
PAGE_ROUTES: tuple[Route, ...] = (
    Route("/",                                        page(home.show_home)),
    Route("/sign-in",                                 page(sign_in.show_form),           methods=["GET"]),
    Route("/sign-in",                                 anonymous_form(sign_in.sign_in, sign_in.show_form,
                                                          codes=sign_in.FIELD_ERRORS,
                                                          before=hash_before_write(sign_in.password_hashing)), methods=["POST"]),
    Route("/sign-in/sample",                          form(sign_in.sign_in_as_sample_user, allow_anonymous=True),
                                                      methods=["POST"]),
    Route("/sign-in/code",                            page(sign_in.show_code_form),  methods=["GET"]),
    Route("/sign-in/code",                            anonymous_form(sign_in.send_code, sign_in.show_form,
                                                          codes=sign_in.FIELD_ERRORS),    methods=["POST"]),
    Route("/sign-in/code/given",                      anonymous_form(sign_in.sign_in_with_code, sign_in.show_code_form,
                                                          codes=sign_in.FIELD_ERRORS),    methods=["POST"]),
    Route("/forgotten",                               page(password_reset.show_form),         methods=["GET"]),
    Route("/forgotten",                               anonymous_form(password_reset.send_code, password_reset.show_form,
                                                          codes=password_reset.FIELD_ERRORS),  methods=["POST"]),
    Route("/forgotten/code",                          page(password_reset.show_code_form), methods=["GET"]),
    Route("/forgotten/code",                          anonymous_form(password_reset.reset_password,
                                                          password_reset.show_code_form,
                                                          codes=password_reset.FIELD_ERRORS,
                                                          before=hash_before_write(password_reset.password_hashing)), methods=["POST"]),
    Route("/join/{link}",                             page(invitations.show_invitation), methods=["GET"]),
    Route("/join/{link}",                             anonymous_form(invitations.accept, invitations.show_invitation,
                                                          codes=invitations.FIELD_ERRORS,
                                                          before=hash_before_write(invitations.password_hashing)),
                                                      methods=["POST"]),
    Route("/invitations",                             page(invitations.list_invitations), methods=["GET"]),
    Route("/invitations",                             acting_or_again(invitations.invite, invitations.list_invitations),
                                                      methods=["POST"]),
    Route("/invitations/{invitation}/withdrawal",     form(invitations.withdraw), methods=["POST"]),
    Route("/account",                                 page(settings.show_account),       methods=["GET"]),
    Route("/account",                                 acting_or_again(settings.update_account, settings.show_account),
                                                      methods=["POST"]),
    Route("/account/password",                        acting_or_again(settings.change_password, settings.show_account,
                                                          codes=settings.FIELD_ERRORS,
                                                          before=hash_before_write(settings.password_hashing)), methods=["POST"]),
    Route("/account/keys",                            acting_or_again(settings.create_token, settings.show_account,
                                                          codes=settings.FIELD_ERRORS),    methods=["POST"]),
    Route("/account/keys/{token}/end",                form(settings.revoke_token),        methods=["POST"]),
    Route("/account/sessions/{session}/end",          form(settings.end_session),    methods=["POST"]),
    Route("/account/sessions/end",                    form(settings.sign_out_everywhere), methods=["POST"]),
    Route("/confirm",                                 page(settings.show_confirmation),     methods=["GET"]),
    Route("/confirm",                                 acting_or_again(settings.confirm_identity,
                                                          settings.show_confirmation,
                                                          codes=settings.CONFIRMATION_ERRORS,
                                                          before=hash_before_write(settings.confirmation_hashing)), methods=["POST"]),
    Route("/confirm/code",                            acting_or_again(settings.send_confirmation_code,
                                                          settings.show_confirmation,
                                                          codes=settings.CONFIRMATION_ERRORS),      methods=["POST"]),
    Route("/sign-out",                                form(sign_in.sign_out, allow_anonymous=True), methods=["POST"]),
    Route("/language",                                form(sign_in.set_preferences, allow_anonymous=True),
                                                      methods=["POST"]),
    Route("/documents/new",                           page(create.show_form),      methods=["GET"]),
    Route("/documents/new",                           acting_or_again(create.open_document, create.show_form,
                                                          largest=MAX_TEXT_FORM_BYTES),       methods=["POST"]),
    Route("/documents/{document}",                    page(detail_pages.show_document)),
    Route("/documents/{document}/versions/{number}",  page(versions.show_version)),
    Route("/documents/{document}/authors",            page(authorship.show_authors)),
    Route("/documents/{document}/changes",            page(changes.show_changes)),
    Route("/documents/{document}/history",            page(history.show_history)),
    Route("/documents/{document}/history/restoration", page(history.show_restore_form),    methods=["GET"]),
    Route("/documents/{document}/history/restoration", acting_or_again(history.restore, history.show_restore_form),
                                                      methods=["POST"]),
    Route("/documents/{document}/outline",            page(outline.show_outline)),
    Route("/documents/{document}/versions/{number}/restoration", acting_or_again(versions.restore_version,
                                                          versions.show_version),     methods=["POST"]),
    Route("/documents/{document}/comparison",         page(detail.show_comparison)),
    Route("/documents/{document}/exports/{export}",   page(detail_pages.download_file)),
    Route("/documents/{document}/people",             page(members.show_participants), methods=["GET"]),
    Route("/documents/{document}/people",             members.GRANT_ROLE,           methods=["POST"]),
    Route("/documents/{document}/people/end",         members.REVOKE_ROLE,           methods=["POST"]),
    Route("/documents/{document}/comments",           page(thread_list.list_comments),   methods=["GET"]),
    Route("/documents/{document}/comments",           acting_or_again(forms.add_comment, thread_list.list_comments,
                                                          before=plan_before_write(forms.plan_comment)),
                                                      methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/replies", acting_or_again(forms.reply,
                                                          thread_list.list_comments),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/settlement", acting_or_again(forms.resolve,
                                                          thread_list.list_comments),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/reopening", acting_or_again(forms.reopen,
                                                          thread_list.list_comments),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/withdrawal", acting_or_again(forms.withdraw,
                                                          thread_list.list_comments),       methods=["POST"]),
    Route("/documents/{document}/front",              page(front_matter.show_form),     methods=["GET"]),
    Route("/documents/{document}/front",              acting_or_again(front_matter.save, front_matter.show_form),
                                                      methods=["POST"]),
    Route("/documents/{document}/numbering",          page(numbering.show_form),   methods=["GET"]),
    Route("/documents/{document}/numbering",          acting_or_again(numbering.save_choice, numbering.show_form),
                                                      methods=["POST"]),
    Route("/documents/{document}/editions",           page(add_edition.show_form),     methods=["GET"]),
    Route("/documents/{document}/editions",           acting_or_again(add_edition.add_edition, add_edition.show_form,
                                                          largest=MAX_TEXT_FORM_BYTES),
                                                      methods=["POST"]),
    Route("/documents/{document}/texts/{lang}",       page(edit.show_editor),   methods=["GET"]),
    Route("/documents/{document}/texts/{lang}",       acting_or_again(edit.save, edit.show_editor,
                                                          largest=MAX_TEXT_FORM_BYTES, before=plan_before_write(edit.plan_save)),
                                                      methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/read",  page(read.show_draft)),
    Route("/documents/{document}/texts/{lang}/preview", editor_form(edit.preview), methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/settled", editor_form(edit.resolve_conflict), methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/word",  again(upload_form(word_import.upload_file,
                                                          max_bytes=MAX_WORD_FORM_BYTES),
                                                          edit.show_editor),       methods=["POST"]),
    Route("/intakes/{intake}",                        page(word_import.show_import),   methods=["GET"]),
    Route("/intakes/{intake}",                        acting_or_again(word_import.accept, word_import.show_import,
                                                          largest=MAX_TEXT_FORM_BYTES, before=plan_before_write(word_import.plan_accept)),
                                                      methods=["POST"]),
    Route("/documents/{document}/suggestions",        page(suggestions.list_suggestions)),
    Route("/documents/{document}/suggestions/{suggestion}", page(suggestions.show_suggestion)),
    Route("/documents/{document}/suggestions/{suggestion}/taking", acting_or_again(suggestions.apply,
                                                          suggestions.show_suggestion), methods=["POST"]),
    Route("/documents/{document}/suggestions/{suggestion}/setting-aside", acting_or_again(suggestions.dismiss,
                                                          suggestions.show_suggestion), methods=["POST"]),
    Route("/documents/{document}/steps",              page(transitions.show_steps)),
    Route("/documents/{document}/versions",           step_form(transitions.cut_version),       methods=["POST"]),
    Route("/documents/{document}/sending-out",        step_form(transitions.send_out),  methods=["POST"]),
    Route("/documents/{document}/review",             step_form(transitions.to_review), methods=["POST"]),
    Route("/documents/{document}/drafting",           step_form(transitions.to_drafting), methods=["POST"]),
    Route("/documents/{document}/withdrawal",         step_form(transitions.withdraw),  methods=["POST"]),
    Route("/rounds/{round}",                          page(rounds_detail.show_round)),
    Route("/documents/{document}/files",              page(exports.list_files)),
    Route("/documents/{document}/files.zip",          page(exports.download_archive)),
    Route("/documents/{document}/translations",       page(translations.show_form), methods=["GET"]),
    Route("/documents/{document}/translations",       acting_or_again(translations.add_translation,
                                                          translations.show_form,
                                                          largest=MAX_TEXT_FORM_BYTES),
                                                      methods=["POST"]),
    Route("/documents/{document}/exports",            exports.REQUEST_EXPORT,                  methods=["POST"]),
    Route("/documents/{document}/publication",        exports.PUBLISH,              methods=["POST"]),
    Route("/documents/{document}/publication/withdrawal", exports.WITHDRAW,         methods=["POST"]),
    Route("/documents/{document}/round",              page(open_and_close.show_form),        methods=["GET"]),
    Route("/documents/{document}/round",              open_and_close.OPEN_ROUND,                methods=["POST"]),
    Route("/mandates",                                page(mandates.list_mandates),    methods=["GET"]),
    Route("/mandates",                                mandates.GRANT_MANDATE,             methods=["POST"]),
    Route("/mandates/{mandate}/confirm",              mandates.CONFIRM_MANDATE,           methods=["POST"]),
    Route("/mandates/{mandate}/revoke",               mandates.REVOKE_MANDATE,            methods=["POST"]),
    Route("/rounds/{round}/close",                    open_and_close.CLOSE_ROUND,               methods=["POST"]),
    Route("/rounds/{round}/cancel",                   open_and_close.CANCEL_ROUND,              methods=["POST"]),
    Route("/rounds/{round}/sign",                     page(signing.show_choice),         methods=["GET"]),
    Route("/rounds/{round}/sign",                     signing.PREPARE_STATEMENT,                  methods=["POST"]),
    Route("/rounds/{round}/sign/{challenge}",         page(signing.show_code_form),           methods=["GET"]),
    Route("/rounds/{round}/sign/{challenge}",         signing.CONFIRM_STATEMENT,                 methods=["POST"]),
    Route("/rounds/{round}/receipt",                  page(signing.show_receipt)),
    Route("/rounds/{round}/receipt/statement",        page(signing.download_statement)),
    Route("/organisations",                           page(people.list_organisations), methods=["GET"]),
    Route("/organisations",                           acting_or_again(people.add_organisation,
                                                          people.list_organisations), methods=["POST"]),
    Route("/organisations/{organisation}",            page(people.show_organisation)),
    Route("/organisations/{organisation}/names",      acting_or_again(organisations.rename,
                                                          people.show_organisation), methods=["POST"]),
    Route("/organisations/{organisation}/leaving",    form(organisations.leave), methods=["POST"]),
    Route("/organisations/{organisation}/return",     form(organisations.rejoin), methods=["POST"]),
    Route("/people",                                  page(people.list_people), methods=["GET"]),
    Route("/people",                                  acting_or_again(people.add_person, people.list_people),
                                                      methods=["POST"]),
    Route("/people/{person}",                         page(people.show_person)),
    Route("/people/{person}/roles",                   form(people.grant_role), methods=["POST"]),
    Route("/people/{person}/roles/end",               form(people.revoke_role), methods=["POST"]),
    Route("/people/{person}/close",                   form(people.close_person),     methods=["POST"]),
    Route("/import",                                  page(coalition.show_import_form), methods=["GET"]),
    Route("/import",                                  again(upload_form(coalition.preview_import, max_bytes=TABLE),
                                                          coalition.show_import_form), methods=["POST"]),
    Route("/import/whole",                            again(upload_form(coalition.run_import, max_bytes=TABLE),
                                                          coalition.show_import_form), methods=["POST"]),
    Route("/coalition",                               page(coalition.show_settings), methods=["GET"]),
    Route("/coalition",                               acting_or_again(coalition.save_settings, coalition.show_settings),
                                                      methods=["POST"]),
    Route("/coalition/logo",                          page(coalition.show_logo),  methods=["GET"]),
    Route("/coalition/logo",                          again(upload_form(coalition.set_logo, max_bytes=LOGO),
                                                          coalition.show_settings), methods=["POST"]),
    Route("/notices",                                 page(notice_list.list_notices)),
    Route("/notices/read",                            form(notice_list.mark_read), methods=["POST"]),
    Route("/mails",                                   page(sample_outbox.list_emails)),
    Route("/mails/{mail}",                            page(sample_outbox.show_html)),
    Route("/p/{publication}",                         page(public_page.show_publication)),
)

SYSTEM_ROUTES: tuple[Route, ...] = (
    Route("/health",                                  health.health),
    Route("/ready",                                   health.ready),
    Route("/api/v1/openapi.json",                     health.openapi),
)
# fmt: on


def routes(static: str) -> list[BaseRoute]:
    """Every route; `static` is the directory of styles, scripts, fonts."""
    api = [Route(one.path, endpoint_for(one), methods=[one.method], name=one.name) for one in OPERATIONS]
    return [
        *SYSTEM_ROUTES,
        *api,
        *PAGE_ROUTES,
        Mount("/static", ImmutableStaticFiles(directory=static), name="static"),
    ]
