"""All URLs on one screen."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from service.domain.intake import LARGEST_FILE
from service.web import (
    account,
    author_pages,
    change_pages,
    coalition_pages,
    comment_forms,
    comment_pages,
    comparison_pages,
    document_pages,
    document_people,
    edition_pages,
    file_pages,
    forgotten,
    front_pages,
    history_pages,
    home,
    intake_pages,
    invitation_pages,
    machine,
    mail_pages,
    mandate_pages,
    membership_pages,
    new_document,
    notice_pages,
    numbering_pages,
    outline_pages,
    people_pages,
    publication_pages,
    reading_pages,
    round_forms,
    round_pages,
    sign_in,
    step_pages,
    suggestion_pages,
    translation_pages,
    version_pages,
    writing_pages,
)
from service.web import signing_pages as signing
from service.web.again import acting_or_again, again
from service.web.api.operations import OPERATIONS
from service.web.coalition_pages import LARGEST_IMPORT_FORM as TABLE
from service.web.coalition_pages import LARGEST_LOGO_FORM as LOGO
from service.web.endpoint import endpoint
from service.web.hashing import hashing
from service.web.static_files import Kept
from service.web.uploads import receiving
from service.web.visit import Endpoint, Form, Visit, acting, looking, planning, reading

WHOLE_TEXTS = 24 * 1024 * 1024
"""Bytes of a form with two whole texts: a letter may take nine on its way."""

WORD_FILE = 4 * LARGEST_FILE
"""Bytes of a form with a Word file: one that is too large is read so far that it can be refused by its name."""


letting_in = partial(acting_or_again, for_strangers=True)
"""A form of the door: whoever sends it is not in yet."""


def read_through(handler: Callable[[Visit, Form], Response]) -> Endpoint:
    """A form of the writing page that saves nothing; what was written comes back with every refusal."""
    return again(looking(handler, largest=WHOLE_TEXTS), writing_pages.write)


def stepping(handler: Callable[[Visit, Form], Response]) -> Endpoint:
    """A form of the page of steps, which tells itself why a step was not taken."""
    return acting_or_again(handler, step_pages.steps)


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
    Route("/forgotten",                               reading(forgotten.ask),         methods=["GET"]),
    Route("/forgotten",                               letting_in(forgotten.send, forgotten.ask,
                                                          codes=forgotten.REFUSALS),  methods=["POST"]),
    Route("/forgotten/code",                          reading(forgotten.ask_for_code), methods=["GET"]),
    Route("/forgotten/code",                          letting_in(forgotten.renew, forgotten.ask_for_code,
                                                          codes=forgotten.REFUSALS,
                                                          before=hashing(forgotten.asked)), methods=["POST"]),
    Route("/join/{link}",                             reading(invitation_pages.join), methods=["GET"]),
    Route("/join/{link}",                             letting_in(invitation_pages.accept, invitation_pages.join,
                                                          codes=invitation_pages.SHUT,
                                                          before=hashing(invitation_pages.password_asked)),
                                                      methods=["POST"]),
    Route("/invitations",                             reading(invitation_pages.listed), methods=["GET"]),
    Route("/invitations",                             acting_or_again(invitation_pages.invite, invitation_pages.listed),
                                                      methods=["POST"]),
    Route("/invitations/{invitation}/withdrawal",     acting(invitation_pages.withdraw), methods=["POST"]),
    Route("/account",                                 reading(account.account),       methods=["GET"]),
    Route("/account",                                 acting_or_again(account.edit, account.account), methods=["POST"]),
    Route("/account/password",                        acting_or_again(account.change_password, account.account,
                                                          codes=account.REFUSALS,
                                                          before=hashing(account.password_asked)), methods=["POST"]),
    Route("/account/keys",                            acting_or_again(account.make_key, account.account,
                                                          codes=account.REFUSALS),    methods=["POST"]),
    Route("/account/keys/{token}/end",                acting(account.end_key),        methods=["POST"]),
    Route("/account/sessions/{session}/end",          acting(account.end_session),    methods=["POST"]),
    Route("/account/sessions/end",                    acting(account.leave_everywhere), methods=["POST"]),
    Route("/confirm",                                 reading(account.ask_proof),     methods=["GET"]),
    Route("/confirm",                                 acting_or_again(account.prove, account.ask_proof,
                                                          codes=account.PROVING,
                                                          before=hashing(account.proof_asked)), methods=["POST"]),
    Route("/confirm/code",                            acting_or_again(account.send_proof_code, account.ask_proof,
                                                          codes=account.PROVING),      methods=["POST"]),
    Route("/sign-out",                                acting(sign_in.leave, for_strangers=True), methods=["POST"]),
    Route("/language",                                acting(sign_in.choose, for_strangers=True), methods=["POST"]),
    Route("/documents/new",                           reading(new_document.ask),      methods=["GET"]),
    Route("/documents/new",                           acting_or_again(new_document.open_, new_document.ask,
                                                          largest=WHOLE_TEXTS),       methods=["POST"]),
    Route("/documents/{document}",                    reading(document_pages.document)),
    Route("/documents/{document}/versions/{number}",  reading(version_pages.version)),
    Route("/documents/{document}/authors",            reading(author_pages.authors)),
    Route("/documents/{document}/changes",            reading(change_pages.changed)),
    Route("/documents/{document}/history",            reading(history_pages.history)),
    Route("/documents/{document}/history/restoration", reading(history_pages.ask),    methods=["GET"]),
    Route("/documents/{document}/history/restoration", acting_or_again(history_pages.restore, history_pages.ask),
                                                      methods=["POST"]),
    Route("/documents/{document}/outline",            reading(outline_pages.outline)),
    Route("/documents/{document}/versions/{number}/restoration", acting_or_again(version_pages.restore,
                                                          version_pages.version),     methods=["POST"]),
    Route("/documents/{document}/comparison",         reading(comparison_pages.comparison)),
    Route("/documents/{document}/exports/{export}",   reading(document_pages.file)),
    Route("/documents/{document}/people",             reading(document_people.every), methods=["GET"]),
    Route("/documents/{document}/people",             document_people.GIVE,           methods=["POST"]),
    Route("/documents/{document}/people/end",         document_people.TAKE,           methods=["POST"]),
    Route("/documents/{document}/comments",           reading(comment_pages.every),   methods=["GET"]),
    Route("/documents/{document}/comments",           acting_or_again(comment_forms.make, comment_pages.every,
                                                          before=planning(comment_forms.plan)),
                                                      methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/replies", acting_or_again(comment_forms.reply,
                                                          comment_pages.every),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/settlement", acting_or_again(comment_forms.settle,
                                                          comment_pages.every),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/reopening", acting_or_again(comment_forms.reopen,
                                                          comment_pages.every),       methods=["POST"]),
    Route("/documents/{document}/comments/{comment}/withdrawal", acting_or_again(comment_forms.take_back,
                                                          comment_pages.every),       methods=["POST"]),
    Route("/documents/{document}/front",              reading(front_pages.front),     methods=["GET"]),
    Route("/documents/{document}/front",              acting_or_again(front_pages.save, front_pages.front),
                                                      methods=["POST"]),
    Route("/documents/{document}/numbering",          reading(numbering_pages.ask),   methods=["GET"]),
    Route("/documents/{document}/numbering",          acting_or_again(numbering_pages.choose, numbering_pages.ask),
                                                      methods=["POST"]),
    Route("/documents/{document}/editions",           reading(edition_pages.ask),     methods=["GET"]),
    Route("/documents/{document}/editions",           acting_or_again(edition_pages.add, edition_pages.ask,
                                                          largest=WHOLE_TEXTS),
                                                      methods=["POST"]),
    Route("/documents/{document}/texts/{lang}",       reading(writing_pages.write),   methods=["GET"]),
    Route("/documents/{document}/texts/{lang}",       acting_or_again(writing_pages.save, writing_pages.write,
                                                          largest=WHOLE_TEXTS, before=planning(writing_pages.plan)),
                                                      methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/read",  reading(reading_pages.read)),
    Route("/documents/{document}/texts/{lang}/preview", read_through(writing_pages.preview), methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/settled", read_through(writing_pages.settle), methods=["POST"]),
    Route("/documents/{document}/texts/{lang}/word",  again(receiving(intake_pages.bring, largest=WORD_FILE),
                                                          writing_pages.write),       methods=["POST"]),
    Route("/intakes/{intake}",                        reading(intake_pages.review),   methods=["GET"]),
    Route("/intakes/{intake}",                        acting_or_again(intake_pages.accept, intake_pages.review,
                                                          largest=WHOLE_TEXTS, before=planning(intake_pages.plan)),
                                                      methods=["POST"]),
    Route("/documents/{document}/suggestions",        reading(suggestion_pages.every)),
    Route("/documents/{document}/suggestions/{suggestion}", reading(suggestion_pages.suggestion)),
    Route("/documents/{document}/suggestions/{suggestion}/taking", acting_or_again(suggestion_pages.take,
                                                          suggestion_pages.suggestion), methods=["POST"]),
    Route("/documents/{document}/suggestions/{suggestion}/setting-aside", acting_or_again(suggestion_pages.set_aside,
                                                          suggestion_pages.suggestion), methods=["POST"]),
    Route("/documents/{document}/steps",              reading(step_pages.steps)),
    Route("/documents/{document}/versions",           stepping(step_pages.cut),       methods=["POST"]),
    Route("/documents/{document}/sending-out",        stepping(step_pages.send_out),  methods=["POST"]),
    Route("/documents/{document}/review",             stepping(step_pages.to_review), methods=["POST"]),
    Route("/documents/{document}/drafting",           stepping(step_pages.to_drafting), methods=["POST"]),
    Route("/documents/{document}/withdrawal",         stepping(step_pages.withdraw),  methods=["POST"]),
    Route("/rounds/{round}",                          reading(round_pages.round_)),
    Route("/documents/{document}/files",              reading(file_pages.every)),
    Route("/documents/{document}/files.zip",          reading(file_pages.together)),
    Route("/documents/{document}/translations",       reading(translation_pages.ask), methods=["GET"]),
    Route("/documents/{document}/translations",       acting_or_again(translation_pages.add, translation_pages.ask,
                                                          largest=WHOLE_TEXTS),
                                                      methods=["POST"]),
    Route("/documents/{document}/exports",            file_pages.ASK,                  methods=["POST"]),
    Route("/documents/{document}/publication",        file_pages.PUBLISH,              methods=["POST"]),
    Route("/documents/{document}/publication/withdrawal", file_pages.WITHDRAW,         methods=["POST"]),
    Route("/documents/{document}/round",              reading(round_forms.ask),        methods=["GET"]),
    Route("/documents/{document}/round",              round_forms.OPEN,                methods=["POST"]),
    Route("/mandates",                                reading(mandate_pages.every),    methods=["GET"]),
    Route("/mandates",                                mandate_pages.GRANT,             methods=["POST"]),
    Route("/mandates/{mandate}/confirm",              mandate_pages.CONFIRM,           methods=["POST"]),
    Route("/mandates/{mandate}/revoke",               mandate_pages.REVOKE,            methods=["POST"]),
    Route("/rounds/{round}/close",                    round_forms.CLOSE,               methods=["POST"]),
    Route("/rounds/{round}/cancel",                   round_forms.CANCEL,              methods=["POST"]),
    Route("/rounds/{round}/sign",                     reading(signing.choice),         methods=["GET"]),
    Route("/rounds/{round}/sign",                     signing.CHOOSE,                  methods=["POST"]),
    Route("/rounds/{round}/sign/{challenge}",         reading(signing.code),           methods=["GET"]),
    Route("/rounds/{round}/sign/{challenge}",         signing.CONFIRM,                 methods=["POST"]),
    Route("/rounds/{round}/receipt",                  reading(signing.receipt)),
    Route("/rounds/{round}/receipt/statement",        reading(signing.statement)),
    Route("/organisations",                           reading(people_pages.all_organisations), methods=["GET"]),
    Route("/organisations",                           acting_or_again(people_pages.add_organisation,
                                                          people_pages.all_organisations), methods=["POST"]),
    Route("/organisations/{organisation}",            reading(people_pages.organisation)),
    Route("/organisations/{organisation}/names",      acting_or_again(membership_pages.rename,
                                                          people_pages.organisation), methods=["POST"]),
    Route("/organisations/{organisation}/leaving",    acting(membership_pages.leave), methods=["POST"]),
    Route("/organisations/{organisation}/return",     acting(membership_pages.rejoin), methods=["POST"]),
    Route("/people",                                  reading(people_pages.all_people), methods=["GET"]),
    Route("/people",                                  acting_or_again(people_pages.add_person, people_pages.all_people),
                                                      methods=["POST"]),
    Route("/people/{person}",                         reading(people_pages.person)),
    Route("/people/{person}/roles",                   acting(people_pages.give_role), methods=["POST"]),
    Route("/people/{person}/roles/end",               acting(people_pages.take_role), methods=["POST"]),
    Route("/people/{person}/close",                   acting(people_pages.close),     methods=["POST"]),
    Route("/import",                                  reading(coalition_pages.ask_import), methods=["GET"]),
    Route("/import",                                  again(receiving(coalition_pages.try_import, largest=TABLE),
                                                          coalition_pages.ask_import), methods=["POST"]),
    Route("/import/whole",                            again(receiving(coalition_pages.bring_in, largest=TABLE),
                                                          coalition_pages.ask_import), methods=["POST"]),
    Route("/coalition",                               reading(coalition_pages.settings), methods=["GET"]),
    Route("/coalition",                               acting_or_again(coalition_pages.edit, coalition_pages.settings),
                                                      methods=["POST"]),
    Route("/coalition/logo",                          reading(coalition_pages.logo),  methods=["GET"]),
    Route("/coalition/logo",                          again(receiving(coalition_pages.set_logo, largest=LOGO),
                                                          coalition_pages.settings), methods=["POST"]),
    Route("/notices",                                 reading(notice_pages.every)),
    Route("/notices/read",                            acting(notice_pages.mark_read), methods=["POST"]),
    Route("/mails",                                   reading(mail_pages.mails)),
    Route("/mails/{mail}",                            reading(mail_pages.as_html)),
    Route("/p/{publication}",                         reading(publication_pages.publication)),
)

MACHINE: tuple[Route, ...] = (
    Route("/health",                                  machine.health),
    Route("/ready",                                   machine.ready),
    Route("/api/v1/openapi.json",                     machine.openapi),
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
