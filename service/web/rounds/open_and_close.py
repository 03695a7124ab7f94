"""Pages and forms that open a round, close it early, or cancel it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.endorsement import endings, mail_check, rounds
from service.domain.documents.document import ENDORSEMENT, check_transition
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
from service.web.http.pages import render_page
from service.web.rendering import labels, term_labels
from service.web.rounds.proofs import summarise_proofs

RULE_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "sign_on": {"kind": "sign_on", "at_least": 2},
    "majority": {"kind": "majority", "of": "all"},
    "majority_cast": {"kind": "majority", "of": "cast"},
    "two_thirds": {"kind": "fraction", "num": 2, "den": 3, "of": "all"},
    "two_thirds_cast": {"kind": "fraction", "num": 2, "den": 3, "of": "cast"},
    "consensus": {"kind": "consensus"},
}
"""Rules on offer, as JSON, by form value."""

QUORUM_OPTIONS: Mapping[str, Mapping[str, int]] = {
    "half": {"num": 1, "den": 2},
    "two_thirds": {"num": 2, "den": 3},
    "everyone": {"num": 1, "den": 1},
}
"""Quorums on offer, as JSON fractions of the roll, by form value."""


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
    return render_page(
        context,
        "rounds/open.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
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


@form(redisplay=show_form)
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
            rule=_rule_from_form(new),
            close_when_all_answered=new.close_when_all_answered,
            without_codes=new.without_codes,
            options=new.options,
        )
        return f"/rounds/{round_id}"

    return run_once(context, form, action)


@form()
def send_test_email(context: RequestContext, _: Form) -> Response:
    """Send the user a test email and show the form again."""
    authorization.load_document(context.tx, context.user, "round.open", context.path_param("document"))
    mail_check.send_test_email(context.tx, context.user)
    return redirect(f"/documents/{context.path_param('document')}/round?tested=1")


@form()
def close_round(context: RequestContext, form: Form) -> Response:
    """Request that the round be closed now; it closes once enough people have asked."""
    return _end_round(context, form, endings.request_close)


@form()
def cancel_round(context: RequestContext, form: Form) -> Response:
    """Request that the round be cancelled; it is cancelled once enough people have asked."""
    return _end_round(context, form, endings.request_cancel)


def _end_round(context: RequestContext, form: Form, action: Callable[..., object]) -> Response:
    def run_action() -> str:
        action(context.tx, context.user, round_id=context.path_param("round"))
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


def _rule_from_form(form: OpenRoundForm) -> dict[str, Any]:
    """Return the rule of the form as JSON; the domain validates it."""
    rule: dict[str, Any] = dict(RULE_OPTIONS.get(form.rule, {}))
    if "at_least" in rule:
        rule["at_least"] = form.at_least
    if form.quorum in QUORUM_OPTIONS:
        rule["quorum"] = dict(QUORUM_OPTIONS[form.quorum])
    return rule | ({"required": sorted(form.required)} if form.required else {})
