"""Pages and forms that open a round, close it early, or cancel it."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.endorsement import endings, mail_check, rounds
from service.domain.documents.document import ENDORSEMENT, check_transition
from service.domain.endorsement.round import OPEN, Round
from service.domain.endorsement.rule_words import explain_rule
from service.domain.endorsement.rules import default_rule, rule_from_json, rule_to_json
from service.domain.endorsement.terms import DEFAULT_OPTIONS, MAX_CLOSE_AFTER_ALL, MINUTE, WORDING
from service.domain.errors import N_
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.web.forms.deadline_field import (
    CUSTOM_DEADLINE,
    deadline_options,
    parse_deadline,
    working_days,
)
from service.web.forms.handlers import form, page
from service.web.forms.rounds import OpenRoundForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.rendering import labels, term_labels
from service.web.rounds.confirmations import describe_cancel, describe_close, describe_opening
from service.web.rounds.proofs import summarise_proofs
from service.web.rounds.rule_form import QUORUM_OPTIONS, RULE_OPTIONS, rule_from_form
from service.web.shell.document_page import render_document_page


@dataclass(frozen=True)
class RuleOption:
    """A rule on offer; `is_default`: it is the default of this kind of document."""

    name: str
    sentence: str
    is_default: bool


@page
def show_form(context: RequestContext) -> Response:
    """Render `/documents/{document}/round`: the form that opens a round on the latest version."""
    found = authorization.load_document(context.tx, context.user, "round.open", context.path_param("document"))
    check_transition(found, ENDORSEMENT)
    options = _rule_options(context, found.kind)
    return render_document_page(
        context,
        found,
        "rounds/open.html",
        tab="endorsement",
        version=or_not_found(versions_store.get_latest(context.tx, found.id)),
        offers=options,
        rule=next((one.name for one in options if one.is_default), "sign_on"),
        quorum_options=_quorum_options(context),
        members=[one for _, one in organisations_store.list_members(context.tx)],
        deadlines=deadline_options(
            context.tx.now, zone=context.formatter.home_zone, working_weekdays=working_days(context)
        ),
        own=CUSTOM_DEADLINE,
        working_days=working_days(context),
        options=DEFAULT_OPTIONS,
        proposed_close_after=DEFAULT_OPTIONS.close_after_all_us // MINUTE,
        longest_close_after=MAX_CLOSE_AFTER_ALL // MINUTE,
        term_labels=term_labels,
        proofs=summarise_proofs(context, found),
        key=new_idempotency_key(),
        mail=mail_check.load_state(context.tx),
        tested=bool(context.query_param("tested")),
    )


@form(redisplay=show_form, confirm=describe_opening)
def open_round(context: RequestContext, form: Form) -> Response:
    """Open a round, then redirect to its page."""

    def action() -> str:
        new = OpenRoundForm.parse(form)
        round_id = rounds.open_round(
            context.tx,
            context.user,
            document_id=context.path_param("document"),
            version_number=new.version,
            closes_at=parse_deadline(
                new, now=context.tx.now, zone=context.formatter.home_zone, working_weekdays=working_days(context)
            ),
            rule=rule_from_form(new),
            close_when_all_answered=new.close_when_all_answered,
            without_codes=new.without_codes,
            options=new.options,
        )
        context.tell("round_opened")
        return f"/rounds/{round_id}"

    return run_once(context, form, action)


@form()
def send_test_email(context: RequestContext, _: Form) -> Response:
    """Send the user a test email and show the form again."""
    authorization.load_document(context.tx, context.user, "round.open", context.path_param("document"))
    mail_check.send_test_email(context.tx, context.user)
    return redirect(f"/documents/{context.path_param('document')}/round?tested=1")


@form(confirm=describe_close)
def close_round(context: RequestContext, form: Form) -> Response:
    """Request that the round be closed now; it closes once enough people have asked."""
    return _end_round(context, form, endings.request_close, result="round_closed")


@form(confirm=describe_cancel)
def cancel_round(context: RequestContext, form: Form) -> Response:
    """Request that the round be cancelled; it is cancelled once enough people have asked."""
    return _end_round(context, form, endings.request_cancel, result="round_cancelled")


def _end_round(context: RequestContext, form: Form, action: Callable[..., Round], *, result: str) -> Response:
    def run_action() -> str:
        round_ = action(context.tx, context.user, round_id=context.path_param("round"))
        context.tell(result if round_.state != OPEN else "ending_requested")
        return f"/rounds/{context.path_param('round')}"

    return run_once(context, form, run_action)


def _rule_options(context: RequestContext, kind: str) -> list[RuleOption]:
    default = rule_to_json(default_rule(kind))
    lang, digits = context.formatter.lang, context.formatter.digit_system_of(context.formatter.lang)
    rules_by_name = {name: rule_from_json(plain) for name, plain in RULE_OPTIONS.items()}
    return [
        RuleOption(name, explain_rule(rule, lang=lang, digits=digits, wording=WORDING), rule_to_json(rule) == default)
        for name, rule in rules_by_name.items()
    ]


def _quorum_options(context: RequestContext) -> list[tuple[str, str]]:
    none = ("", context.formatter.translate(N_("No quorum")))
    return [none, *((name, context.formatter.translate(labels.QUORUMS[name])) for name in QUORUM_OPTIONS)]
