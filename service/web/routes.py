"""URL table of the service: one line per route."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from service.web.account import address, authenticator, password_reset, security_log, settings, sign_in
from service.web.api.operations import OPERATIONS
from service.web.comments import forms, thread_list
from service.web.comparisons import detail
from service.web.dashboard import documents as workbench
from service.web.dashboard import home, setup_card
from service.web.documents import create, front_matter, members, numbering, outline, record, version_list, versions
from service.web.documents import detail as detail_pages
from service.web.drafts import (
    add_edition,
    authorship,
    changes,
    edit,
    history,
    read,
    suggest,
    suggestions,
    unsaved_changes,
    word_import,
)
from service.web.http.api_handler import endpoint_for
from service.web.http.static_files import ImmutableStaticFiles
from service.web.membership import (
    approvals,
    coalition,
    invitations,
    joining,
    mandates,
    organisations,
    people,
    person_forms,
    recoveries,
)
from service.web.notices import notice_list, sample_outbox
from service.web.publication import draft_files, exports, public_page, translations
from service.web.rendering import stylesheet
from service.web.rounds import colleagues, disputes, next_round, open_and_close, proofs, reservation_check, signing
from service.web.rounds import detail as rounds_detail
from service.web.rounds import endings as round_endings
from service.web.system import health
from service.web.workflow import readiness, sending, transitions


class Handler(Protocol):
    """A handler decorated by `service.web.forms.handlers`."""

    @property
    def serve(self) -> Callable[[Request], Awaitable[Response]]:
        """The Starlette endpoint."""


def get(path: str, handler: Handler) -> Route:
    """Route GET requests for `path` to `handler`."""
    return Route(path, handler.serve, methods=["GET"])


def post(path: str, handler: Handler) -> Route:
    """Route POST requests for `path` to `handler`."""
    return Route(path, handler.serve, methods=["POST"])


PAGE_ROUTES: tuple[Route, ...] = (
    get("/", home.show_home),
    get("/sign-in", sign_in.show_form),
    post("/sign-in", sign_in.sign_in),
    post("/sign-in/sample", sign_in.sign_in_as_sample_user),
    get("/sign-in/code", sign_in.show_code_form),
    post("/sign-in/code", sign_in.send_code),
    post("/sign-in/code/given", sign_in.sign_in_with_code),
    get("/sign-in/app", sign_in.show_totp_form),
    post("/sign-in/app", sign_in.sign_in_with_totp),
    get("/forgotten", password_reset.show_form),
    post("/forgotten", password_reset.send_code),
    get("/forgotten/code", password_reset.show_code_form),
    post("/forgotten/code", password_reset.reset_password),
    get("/join", invitations.show_invitation),
    post("/join", invitations.accept),
    post("/join/open", invitations.open_link),
    get("/join/{link}", invitations.open_earlier_link),
    get("/invitations", invitations.list_invitations),
    post("/invitations", invitations.invite),
    post("/invitations/{invitation}/withdrawal", invitations.withdraw),
    get("/account", settings.show_account),
    post("/account", settings.update_account),
    post("/account/address", address.send_code),
    post("/account/address/code", address.prove),
    post("/account/address/change", address.start_change),
    post("/account/address/change/codes", address.finish_change),
    post("/account/password", settings.change_password),
    get("/account/app", authenticator.show_authenticator),
    post("/account/app", authenticator.request_app),
    post("/account/app/confirmation", authenticator.confirm_app),
    post("/account/app/codes", authenticator.renew_recovery_codes),
    post("/account/app/removal", authenticator.remove_app),
    post("/people/{person}/app/removal", authenticator.remove_app_of_other),
    post("/account/keys", settings.create_token),
    post("/account/keys/{token}/end", settings.revoke_token),
    post("/account/sessions/{session}/end", settings.end_session),
    post("/account/sessions/end", settings.sign_out_everywhere),
    get("/security", security_log.list_events),
    get("/confirm", settings.show_confirmation),
    post("/confirm", settings.confirm_identity),
    post("/confirm/code", settings.send_confirmation_code),
    post("/sign-out", sign_in.sign_out),
    post("/language", sign_in.set_preferences),
    get("/documents", workbench.show_documents),
    get("/documents/new", create.show_form),
    post("/documents/new", create.open_document),
    get("/documents/{document}", detail_pages.show_document),
    get("/documents/{document}/versions", version_list.list_versions),
    get("/documents/{document}/versions/{number}", versions.show_version),
    get("/documents/{document}/authors", authorship.show_authors),
    get("/documents/{document}/changes", changes.show_changes),
    get("/documents/{document}/history", history.show_history),
    get("/documents/{document}/history/restoration", history.show_restore_form),
    post("/documents/{document}/history/restoration", history.restore),
    get("/documents/{document}/record", record.show_record),
    get("/documents/{document}/outline", outline.show_outline),
    post("/documents/{document}/versions/{number}/restoration", versions.restore_version),
    get("/documents/{document}/comparison", detail.show_comparison),
    get("/documents/{document}/exports/{export}", detail_pages.download_file),
    get("/documents/{document}/people", members.show_participants),
    post("/documents/{document}/people", members.grant_role),
    post("/documents/{document}/people/end", members.revoke_role),
    get("/documents/{document}/comments", thread_list.list_comments),
    post("/documents/{document}/comments", forms.add_comment),
    post("/documents/{document}/comments/{comment}/replies", forms.reply),
    post("/documents/{document}/comments/{comment}/settlement", forms.resolve),
    post("/documents/{document}/comments/{comment}/reopening", forms.reopen),
    post("/documents/{document}/comments/{comment}/withdrawal", forms.withdraw),
    get("/documents/{document}/front", front_matter.show_form),
    post("/documents/{document}/front", front_matter.save),
    get("/documents/{document}/numbering", numbering.show_form),
    post("/documents/{document}/numbering", numbering.save_choice),
    get("/documents/{document}/editions", add_edition.show_form),
    post("/documents/{document}/editions", add_edition.add_edition),
    get("/documents/{document}/texts/{lang}", edit.show_editor),
    post("/documents/{document}/texts/{lang}", edit.save),
    get("/documents/{document}/texts/{lang}/read", read.show_draft),
    post("/documents/{document}/texts/{lang}/preview", edit.preview),
    post("/documents/{document}/texts/{lang}/settled", edit.resolve_conflict),
    get("/documents/{document}/texts/{lang}/word", word_import.show_upload),
    post("/documents/{document}/texts/{lang}/word", word_import.upload_file),
    get("/intakes/{intake}", word_import.show_import),
    post("/intakes/{intake}", word_import.accept),
    get("/documents/{document}/texts/{lang}/suggest", suggest.show_form),
    post("/documents/{document}/texts/{lang}/suggest", suggest.send),
    get("/documents/{document}/suggestions", suggestions.list_suggestions),
    get("/documents/{document}/suggestions/{suggestion}", suggestions.show_suggestion),
    post("/documents/{document}/suggestions/{suggestion}/acceptance", suggestions.accept),
    post("/documents/{document}/suggestions/{suggestion}/dismissal", suggestions.dismiss),
    post("/documents/{document}/suggestions/{suggestion}/resolution", suggestions.resolve),
    get("/documents/{document}/unsaved-changes", unsaved_changes.list_unsaved_changes),
    get("/documents/{document}/unsaved-changes/{change}", unsaved_changes.show_unsaved_change),
    post("/documents/{document}/unsaved-changes/{change}/taking", unsaved_changes.apply),
    post("/documents/{document}/unsaved-changes/{change}/setting-aside", unsaved_changes.dismiss),
    post("/documents/{document}/unsaved-changes/{change}/suggestion", unsaved_changes.suggest),
    get("/documents/{document}/steps", transitions.show_steps),
    post("/documents/{document}/steps/organisations", readiness.ask_organisation),
    post("/documents/{document}/steps/secretariat", readiness.ask_secretariat),
    post("/documents/{document}/versions", transitions.cut_version),
    post("/documents/{document}/sending-out", transitions.send_out),
    get("/documents/{document}/sending", sending.show_sending),
    post("/documents/{document}/sending/cancellation", sending.cancel),
    post("/documents/{document}/review", transitions.to_review),
    post("/documents/{document}/drafting", transitions.to_drafting),
    post("/documents/{document}/withdrawal", transitions.withdraw),
    get("/rounds/{round}", rounds_detail.show_round),
    get("/documents/{document}/files", exports.list_files),
    get("/documents/{document}/downloads", draft_files.show_downloads),
    post("/documents/{document}/comparison", draft_files.request_comparison),
    post("/documents/{document}/downloads", draft_files.request_file),
    get("/documents/{document}/downloads/{file}", draft_files.download),
    get("/documents/{document}/files.zip", exports.download_archive),
    get("/documents/{document}/translations", translations.show_form),
    post("/documents/{document}/translations", translations.add_translation),
    post("/documents/{document}/exports", exports.request_export),
    post("/documents/{document}/publication", exports.publish),
    post("/documents/{document}/publication/withdrawal", exports.withdraw),
    get("/documents/{document}/proofs", proofs.show_proofs),
    get("/documents/{document}/proofs/{proof}", proofs.download_proof),
    post("/documents/{document}/proofs", proofs.remake_proofs),
    post("/documents/{document}/proof-waiver", proofs.waive_proofs),
    post("/documents/{document}/round/test-email", open_and_close.send_test_email),
    get("/documents/{document}/endorsement", next_round.show_endorsement),
    get("/documents/{document}/round", open_and_close.show_form),
    post("/documents/{document}/round", open_and_close.open_round),
    get("/recoveries", recoveries.list_recoveries),
    post("/recoveries/{recovery}/refusal", recoveries.refuse_recovery),
    get("/mandates", mandates.list_mandates),
    post("/mandates", mandates.grant_mandate),
    post("/mandates/{mandate}/confirm", mandates.confirm_mandate),
    post("/mandates/{mandate}/revoke", mandates.revoke_mandate),
    post("/rounds/{round}/close", open_and_close.close_round),
    post("/rounds/{round}/cancel", open_and_close.cancel_round),
    post("/rounds/{round}/ending-withdrawal", round_endings.withdraw_request),
    get("/rounds/{round}/dispute", disputes.show_page),
    post("/rounds/{round}/dispute", disputes.dispute),
    post("/rounds/{round}/settlement", disputes.settle),
    get("/rounds/{round}/sign", signing.show_choice),
    post("/rounds/{round}/sign", signing.prepare_statement),
    get("/rounds/{round}/sign/reservation", reservation_check.show_waiting),
    get("/rounds/{round}/sign/{challenge}", signing.show_code_form),
    post("/rounds/{round}/sign/{challenge}", signing.confirm_statement),
    post("/rounds/{round}/sign/{challenge}/colleagues", colleagues.ask_colleagues),
    get("/rounds/{round}/sign/{challenge}/approval", colleagues.show_approval),
    post("/rounds/{round}/sign/{challenge}/approval", colleagues.approve),
    get("/rounds/{round}/receipt", signing.show_receipt),
    get("/rounds/{round}/receipt/statement", signing.download_statement),
    get("/organisations", people.list_organisations),
    post("/organisations", people.add_organisation),
    get("/organisations/{organisation}", people.show_organisation),
    post("/organisations/{organisation}/names", organisations.rename),
    post("/organisations/{organisation}/leaving", organisations.leave),
    post("/organisations/{organisation}/return", organisations.rejoin),
    get("/people", people.list_people),
    post("/people", people.add_person),
    post("/people/invitations", joining.invite_all),
    post("/people/{person}/invitation", joining.invite_person),
    get("/people/{person}", people.show_person),
    post("/people/{person}/roles", person_forms.grant_role),
    post("/people/{person}/roles/end", person_forms.revoke_role),
    post("/people/{person}/close", person_forms.close_person),
    post("/people/{person}/address", approvals.confirm_address),
    post("/people/{person}/new-address", approvals.change_address),
    post("/people/{person}/new-address/stop", approvals.stop_address_change),
    get("/approvals", approvals.list_approvals),
    post("/approvals/{request}/approval", approvals.approve),
    post("/approvals/{request}/refusal", approvals.refuse),
    post("/proposals/{proposal}/acceptance", approvals.accept_proposal),
    post("/proposals/{proposal}/refusal", approvals.refuse_proposal),
    post("/proposals/{proposal}/confirmation", approvals.take_up_proposal),
    get("/import", coalition.show_import_form),
    post("/import", coalition.preview_import),
    post("/import/whole", coalition.run_import),
    post("/setup/test-email", setup_card.send_test_email),
    post("/setup/away", setup_card.put_away),
    get("/coalition", coalition.show_settings),
    post("/coalition", coalition.save_settings),
    get("/coalition/logo", coalition.show_logo),
    post("/coalition/logo", coalition.set_logo),
    get("/notices", notice_list.list_notices),
    post("/notices/read", notice_list.mark_read),
    get("/mails", sample_outbox.list_emails),
    get("/mails/{mail}", sample_outbox.show_html),
    get("/p/{publication}", public_page.show_publication),
)

SYSTEM_ROUTES: tuple[Route, ...] = (
    Route("/health", health.health),
    Route("/health/connection", health.connection),
    Route("/ready", health.ready),
    Route("/api/v1/openapi.json", health.openapi),
)


def routes(static: str) -> list[BaseRoute]:
    """Return all routes; `static` is the directory of style sheets, scripts and fonts."""
    api = [Route(one.path, endpoint_for(one), methods=[one.method], name=one.name) for one in OPERATIONS]
    return [
        *SYSTEM_ROUTES,
        *api,
        *PAGE_ROUTES,
        Route(stylesheet.PATH, stylesheet.serve_stylesheet, methods=["GET"]),
        Mount("/static", ImmutableStaticFiles(directory=static), name="static"),
    ]
