"""What is asked before a round opens, closes early or is cancelled."""

from service.actions import authorization
from service.actions.endorsement import readiness
from service.domain.endorsement.rules import check_rule_attainable, rule_from_json
from service.domain.errors import N_
from service.store.membership import organisations as organisations_store
from service.web.forms.deadline_field import parse_deadline, working_days
from service.web.forms.handlers import Confirmation
from service.web.forms.rounds import OpenRoundForm
from service.web.http.context import Form, RequestContext
from service.web.rendering import labels
from service.web.rounds.rule_form import rule_from_form


def describe_opening(context: RequestContext, form: Form) -> Confirmation:
    """Describe the opening of a round. Raises for input that `open_round` would reject before it reads the database."""
    document = authorization.load_document(context.tx, context.user, "round.open", context.path_param("document"))
    new, formatter = OpenRoundForm.parse(form), context.formatter
    closes_at = parse_deadline(
        new, now=context.tx.now, zone=formatter.home_zone, working_weekdays=working_days(context)
    )
    members = [one.id for _, one in organisations_store.list_members(context.tx)]
    check_rule_attainable(rule_from_json(rule_from_form(new)), members)
    readiness.require_signatories(context.tx, document_id=document.id, organisations=members)
    return Confirmation(
        question=formatter.translate(N_("Open the round?")),
        title=formatter.plain_name(labels.titles(document)),
        lines=[
            formatter.n(
                "{count} organisation is asked to answer for version {number}, {until}.",
                "{count} organisations are asked to answer for version {number}, {until}.",
                len(members),
                number=new.version,
                until=formatter.format_deadline(closes_at, now=context.tx.now),
            ),
            formatter.translate(N_("We email their signatories and focal points.")),
            formatter.translate(
                N_("The version, the rule and the list of organisations cannot be changed afterwards.")
            ),
        ],
        verb=formatter.translate(N_("Open the round")),
        back=f"/documents/{document.id}/round",
    )


def describe_close(context: RequestContext, _: Form) -> Confirmation:
    """Describe the early end of a round."""
    return _describe_end(
        context,
        question=N_("Close the round now?"),
        line=N_("Organisations that have not answered can no longer answer. The rule decides with the answers given."),
        verb=N_("Close the round"),
    )


def describe_cancel(context: RequestContext, _: Form) -> Confirmation:
    """Describe the cancellation of a round."""
    return _describe_end(
        context,
        question=N_("Cancel the round?"),
        line=N_("The answers have no effect. The text goes back to review and nothing is lost."),
        verb=N_("Cancel the round"),
    )


def _describe_end(context: RequestContext, *, question: str, line: str, verb: str) -> Confirmation:
    document, round_ = authorization.load_round(context.tx, context.user, "round.close", context.path_param("round"))
    formatter = context.formatter
    result = N_("Every organisation in the list is told.")
    return Confirmation(
        question=formatter.translate(question),
        title=formatter.plain_name(labels.titles(document)),
        lines=[formatter.translate(line), formatter.translate(result)],
        verb=formatter.translate(verb),
        back=f"/rounds/{round_.id}#end",
        is_grave=True,
    )
