"""All URLs on one screen."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from service.domain.documents.word_import import LARGEST_FILE
from service.web.account import password_reset, settings, sign_in
from service.web.api.operations import OPERATIONS
from service.web.comments import forms, thread_list
from service.web.comparisons import detail
from service.web.dashboard import home
from service.web.documents import create, front_matter, members, numbering, outline, versions
from service.web.documents import detail as detail_pages
from service.web.drafts import add_edition, authorship, changes, edit, history, read, suggestions, word_import
from service.web.forms.redisplay import acting_or_again, again
from service.web.http.api_handler import endpoint
from service.web.http.context import Endpoint, Form, Visit, acting, looking, planning, reading
from service.web.http.password_hashing import hashing
from service.web.http.static_files import Kept
from service.web.http.uploads import receiving
from service.web.membership import coalition, invitations, mandates, organisations, people
from service.web.membership.coalition import LARGEST_IMPORT_FORM as TABLE
from service.web.membership.coalition import LARGEST_LOGO_FORM as LOGO
from service.web.notices import notice_list, sample_outbox
from service.web.publication import exports, public_page, translations
from service.web.rounds import detail as rounds_detail
from service.web.rounds import open_and_close, signing
from service.web.system import health
from service.web.workflow import transitions

WHOLE_TEXTS = 24 * 1024 * 1024
"""Bytes of a form with two whole texts: a letter may take nine on its way."""

WORD_FILE = 4 * LARGEST_FILE
"""Bytes of a form with a Word file: one that is too large is read so far that it can be refused by its name."""


letting_in = partial(acting_or_again, for_strangers=True)
"""A form of the door: whoever sends it is not in yet."""


def read_through(handler: Callable[[Visit, Form], Response]) -> Endpoint:
    """A form of the writing page that saves nothing; what was written comes back with every refusal."""
    return again(looking(handler, largest=WHOLE_TEXTS), edit.write)


def stepping(handler: Callable[[Visit, Form], Response]) -> Endpoint:
    """A form of the page of steps, which tells itself why a step was not taken."""
    return acting_or_again(handler, transitions.steps)


# fmt: off
PAGES: tuple[Route, ...] = (
    Route("/",                                        reading(home.home)),
    Route("/sign-in",                                 reading(sign_in.ask),           methods=["GET"]),
    Route("/sign-in",                                 letting_in(sign_in.enter, sign_in.ask,
                                                          codes=sign_in.REFUSALS,
                                                          before=hashing(sign_in.to_compare)), methods=["POST"]),
    Route("/sign-in/sample",                          acting(sign_in.play, for_strangers=True), methods=["POST"]),
    Route("/sign-in/code",                            reading(sign_in.ask_for_code),  methods=["GET"]),
    Route("/sign-in/code",                            letting_in(sign_in.send_code, sign_in.ask,
                                                          codes=sign_in.REFUSALS),    methods=["POST"]),
    Route("/sign-in/code/given",                      letting_in(sign_in.enter_by_code, sign_in.ask_for_code,
                                                          codes=sign_in.REFUSALS),    methods=["POST"]),
    Route("/forgotten",                               reading(password_reset.ask),         methods=["GET"]),
    Route("/forgotten",                               letting_in(password_reset.send, password_reset.ask,
                                                          codes=password_reset.REFUSALS),  methods=["POST"]),
    Route("/forgotten/code",                          reading(password_reset.ask_for_code), methods=["GET"]),
    Route("/forgotten/code",                          letting_in(password_reset.renew, password_reset.ask_for_code,
                                                          codes=password_reset.REFUSALS,
                                                          before=hashing(password_reset.asked)), methods=["POST"]),
    Route("/join/{link}",                             reading(invitations.join), methods=["GET"]),
    Route("/join/{link}",                             letting_in(invitations.accept, invitations.join,
                                                          codes=invitations.SHUT,
                                                          before=hashing(invitations.password_asked)),
                                                      methods=["POST"]),
    Route("/invitations",                             reading(invitations.listed), methods=["GET"]),
    Route("/invitations",                             acting_or_again(invitations.invite, invitations.listed),
                                                      methods=["POST"]),
    Route("/invitations/{invitation}/withdrawal",     acting(invitations.withdraw), methods=["POST"]),
    Route("/account",                                 reading(settings.account),       methods=["GET"]),
    Route("/account",                                 acting_or_again(settings.edit, settings.account),
                                                      methods=["POST"]),
    Route("/account/password",                        acting_or_again(settings.change_password, settings.account,
                                                          codes=settings.REFUSALS,
                                                          before=hashing(settings.password_asked)), methods=["POST"]),
    Route("/account/keys",                            acting_or_again(settings.make_key, settings.account,
                                                          codes=settings.REFUSALS),    methods=["POST"]),
    Route("/account/keys/{token}/end",                acting(settings.end_key),        methods=["POST"]),
    Route("/account/sessions/{session}/end",          acting(settings.end_session),    methods=["POST"]),
    Route("/account/sessions/end",                    acting(settings.leave_everywhere), methods=["POST"]),
    Route("/confirm",                                 reading(settings.ask_proof),     methods=["GET"]),
    Route("/confirm",                                 acting_or_again(settings.prove, settings.ask_proof,
                                                          codes=settings.PROVING,
                                                          before=hashing(settings.proof_asked)), methods=["POST"]),
    Route("/confirm/code",                            acting_or_again(settings.send_proof_code, settings.ask_proof,
                                                          codes=settings.PROVING),      methods=["POST"]),
    Route("/sign-out",                                acting(sign_in.leave, for_strangers=True), methods=["POST"]),
    Route("/language",                                acting(sign_in.choose, for_strangers=True), methods=["POST"]),
    Route("/documents/new",                           reading(create.ask),      methods=["GET"]),
    Route("/documents/new",                           acting_or_again(create.open_, create.ask,
                                                          largest=WHOLE_TEXTS),       methods=["POST"]),
    Route("/documents/{document}",                    reading(detail_pages.document)),
    Route("/documents/{document}/versions/{number}",  reading(versions.version)),
    Route("/documents/{document}/authors",            reading(authorship.authors)),
    Route("/documents/{document}/changes",            reading(changes.changed)),
    Route("/documents/{document}/history",            reading(history.history)),
    Route("/documents/{document}/history/restoration", reading(history.ask),    methods=["GET"]),
    Route("/documents/{document}/history/restoration", acting_or_again(history.restore, history.ask),
                                                      methods=["POST"]),
    Route("/documents/{document}/outline",            reading(outline.outline)),
    Route("/documents/{document}/versions/{number}/restoration", acting_or_again(versions.restore,
                                                          versions.version),     methods=["POST"]),
    Route("/documents/{document}/comparison",         reading(detail.comparison)),
    Route("/documents/{document}/exports/{export}",   reading(detail_pages.file)),
    Route("/documents/{document}/people",             reading(members.every), methods=["GET"]),
    Route("/documents/{document}/people",             members.GIVE,           methods=["POST"]),
    Route("/documents/{document}/people/end",         members.TAKE,           methods=["POST"]),
    Route("/documents/{document}/comments",           reading(thread_list.every),   methods=["GET"]),
    Route("/documents/{document}/comments",           acting_or_again(forms.make, thread_list.every,
                                                          before=planning(forms.plan)),
                                                      methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/replies", acting_or_again(forms.reply,
                                                          thread_list.every),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/settlement", acting_or_again(forms.settle,
                                                          thread_list.every),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/reopening", acting_or_again(forms.reopen,
                                                          thread_list.every),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/withdrawal", acting_or_again(forms.take_back,
                                                          thread_list.every),       methods=["POST"]),
    Route("/documents/{document}/front",              reading(front_matter.front),     methods=["GET"]),
    Route("/documents/{document}/front",              acting_or_again(front_matter.save, front_matter.front),
                                                      methods=["POST"]),
    Route("/documents/{document}/numbering",          reading(numbering.ask),   methods=["GET"]),
    Route("/documents/{document}/numbering",          acting_or_again(numbering.choose, numbering.ask),
                                                      methods=["POST"]),
    Route("/documents/{document}/editions",           reading(add_edition.ask),     methods=["GET"]),
    Route("/documents/{document}/editions",           acting_or_again(add_edition.add, add_edition.ask,
                                                          largest=WHOLE_TEXTS),
                                                      methods=["POST"]),
    Route("/documents/{document}/texts/{lang}",       reading(edit.write),   methods=["GET"]),
    Route("/documents/{document}/texts/{lang}",       acting_or_again(edit.save, edit.write,
                                                          largest=WHOLE_TEXTS, before=planning(edit.plan)),
                                                      methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/read",  reading(read.read)),
    Route("/documents/{document}/texts/{lang}/preview", read_through(edit.preview), methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/settled", read_through(edit.settle), methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/word",  again(receiving(word_import.bring, largest=WORD_FILE),
                                                          edit.write),       methods=["POST"]),
    Route("/intakes/{intake}",                        reading(word_import.review),   methods=["GET"]),
    Route("/intakes/{intake}",                        acting_or_again(word_import.accept, word_import.review,
                                                          largest=WHOLE_TEXTS, before=planning(word_import.plan)),
                                                      methods=["POST"]),
    Route("/documents/{document}/suggestions",        reading(suggestions.every)),
    Route("/documents/{document}/suggestions/{suggestion}", reading(suggestions.suggestion)),
    Route("/documents/{document}/suggestions/{suggestion}/taking", acting_or_again(suggestions.take,
                                                          suggestions.suggestion), methods=["POST"]),
    Route("/documents/{document}/suggestions/{suggestion}/setting-aside", acting_or_again(suggestions.set_aside,
                                                          suggestions.suggestion), methods=["POST"]),
    Route("/documents/{document}/steps",              reading(transitions.steps)),
    Route("/documents/{document}/versions",           stepping(transitions.cut),       methods=["POST"]),
    Route("/documents/{document}/sending-out",        stepping(transitions.send_out),  methods=["POST"]),
    Route("/documents/{document}/review",             stepping(transitions.to_review), methods=["POST"]),
    Route("/documents/{document}/drafting",           stepping(transitions.to_drafting), methods=["POST"]),
    Route("/documents/{document}/withdrawal",         stepping(transitions.withdraw),  methods=["POST"]),
    Route("/rounds/{round}",                          reading(rounds_detail.round_)),
    Route("/documents/{document}/files",              reading(exports.every)),
    Route("/documents/{document}/files.zip",          reading(exports.together)),
    Route("/documents/{document}/translations",       reading(translations.ask), methods=["GET"]),
    Route("/documents/{document}/translations",       acting_or_again(translations.add, translations.ask,
                                                          largest=WHOLE_TEXTS),
                                                      methods=["POST"]),
    Route("/documents/{document}/exports",            exports.ASK,                  methods=["POST"]),
    Route("/documents/{document}/publication",        exports.PUBLISH,              methods=["POST"]),
    Route("/documents/{document}/publication/withdrawal", exports.WITHDRAW,         methods=["POST"]),
    Route("/documents/{document}/round",              reading(open_and_close.ask),        methods=["GET"]),
    Route("/documents/{document}/round",              open_and_close.OPEN,                methods=["POST"]),
    Route("/mandates",                                reading(mandates.every),    methods=["GET"]),
    Route("/mandates",                                mandates.GRANT,             methods=["POST"]),
    Route("/mandates/{mandate}/confirm",              mandates.CONFIRM,           methods=["POST"]),
    Route("/mandates/{mandate}/revoke",               mandates.REVOKE,            methods=["POST"]),
    Route("/rounds/{round}/close",                    open_and_close.CLOSE,               methods=["POST"]),
    Route("/rounds/{round}/cancel",                   open_and_close.CANCEL,              methods=["POST"]),
    Route("/rounds/{round}/sign",                     reading(signing.choice),         methods=["GET"]),
    Route("/rounds/{round}/sign",                     signing.CHOOSE,                  methods=["POST"]),
    Route("/rounds/{round}/sign/{challenge}",         reading(signing.code),           methods=["GET"]),
    Route("/rounds/{round}/sign/{challenge}",         signing.CONFIRM,                 methods=["POST"]),
    Route("/rounds/{round}/receipt",                  reading(signing.receipt)),
    Route("/rounds/{round}/receipt/statement",        reading(signing.statement)),
    Route("/organisations",                           reading(people.all_organisations), methods=["GET"]),
    Route("/organisations",                           acting_or_again(people.add_organisation,
                                                          people.all_organisations), methods=["POST"]),
    Route("/organisations/{organisation}",            reading(people.organisation)),
    Route("/organisations/{organisation}/names",      acting_or_again(organisations.rename,
                                                          people.organisation), methods=["POST"]),
    Route("/organisations/{organisation}/leaving",    acting(organisations.leave), methods=["POST"]),
    Route("/organisations/{organisation}/return",     acting(organisations.rejoin), methods=["POST"]),
    Route("/people",                                  reading(people.all_people), methods=["GET"]),
    Route("/people",                                  acting_or_again(people.add_person, people.all_people),
                                                      methods=["POST"]),
    Route("/people/{person}",                         reading(people.person)),
    Route("/people/{person}/roles",                   acting(people.give_role), methods=["POST"]),
    Route("/people/{person}/roles/end",               acting(people.take_role), methods=["POST"]),
    Route("/people/{person}/close",                   acting(people.close),     methods=["POST"]),
    Route("/import",                                  reading(coalition.ask_import), methods=["GET"]),
    Route("/import",                                  again(receiving(coalition.try_import, largest=TABLE),
                                                          coalition.ask_import), methods=["POST"]),
    Route("/import/whole",                            again(receiving(coalition.bring_in, largest=TABLE),
                                                          coalition.ask_import), methods=["POST"]),
    Route("/coalition",                               reading(coalition.settings), methods=["GET"]),
    Route("/coalition",                               acting_or_again(coalition.edit, coalition.settings),
                                                      methods=["POST"]),
    Route("/coalition/logo",                          reading(coalition.logo),  methods=["GET"]),
    Route("/coalition/logo",                          again(receiving(coalition.set_logo, largest=LOGO),
                                                          coalition.settings), methods=["POST"]),
    Route("/notices",                                 reading(notice_list.every)),
    Route("/notices/read",                            acting(notice_list.mark_read), methods=["POST"]),
    Route("/mails",                                   reading(sample_outbox.mails)),
    Route("/mails/{mail}",                            reading(sample_outbox.as_html)),
    Route("/p/{publication}",                         reading(public_page.publication)),
)

MACHINE: tuple[Route, ...] = (
    Route("/health",                                  health.health),
    Route("/ready",                                   health.ready),
    Route("/api/v1/openapi.json",                     health.openapi),
)
# fmt: on


def routes(static: str) -> list[BaseRoute]:
    """Every route; `static` is the directory of styles, scripts, fonts."""
    api = [Route(one.path, endpoint(one), methods=[one.method], name=one.name) for one in OPERATIONS]
    return [
        *MACHINE,
        *api,
        *PAGES,
        Mount("/static", Kept(directory=static), name="static"),
    ]
