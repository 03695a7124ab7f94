"""The page of a round: headline, rule, position of each organisation, reminder, and early ending."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.policy import Resource
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.web.forms.deadline_field import is_rest_day
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.idempotency import new_idempotency_key
from service.web.rendering.share_links import ShareLinks, share_links
from service.web.rounds.bound_terms import bound_terms
from service.web.rounds.endings import early_endings
from service.web.rounds.mandate_request import list_asked_names
from service.web.rounds.tally import headline, round_tally
from service.web.shell.document_page import render_document_page
from service.web.texts.last_seen import last_seen_version


@page
def show_round(context: RequestContext) -> Response:
    """Render `/rounds/{round}`."""
    document, found = authorization.load_round(context.tx, context.user, "round.read", context.path_param("round"))
    tally = round_tally(context.tx, found, reader=context.user, formatter=context.formatter)
    version = authorization.or_not_found(versions_store.get(context.tx, found.version))
    return render_document_page(
        context,
        document,
        "rounds/round.html",
        tab="endorsement",
        round=found,
        version=version,
        rounds=rounds_store.list_by_document(context.tx, document.id),
        bound=bound_terms(found, formatter=context.formatter),
        since=last_seen_version(context, document, newest=version.number),
        stands=tally,
        said=headline(tally, found, formatter=context.formatter),
        mine=context.user.organisation,
        own=next((one for one in tally.answers if one.organisation == context.user.organisation), None),
        asked_for_mandate=list_asked_names(context),
        answers=_may_answer(context, document),
        disputes_allowed=context.may("dispute.make", _resource(context, document)),
        endings=early_endings(context, document, found),
        reminder=_reminder(context, found),
        reminds=context.may("round.close", _resource(context, document)),
        key=new_idempotency_key(),
        accepts=found.is_accepting(now=context.tx.now),
        rests=is_rest_day(context, found.closes_at),
        now=context.tx.now,
    )


def _may_answer(context: RequestContext, document: Document) -> bool:
    """Whether to offer the user to answer for their organisation; the action authorizes again."""
    return context.may("endorsement.cast", _resource(context, document))


def _resource(context: RequestContext, document: Document) -> Resource:
    """Return the resource of the policy for the user's organisation in a round on this document."""
    return Resource(document.id, document.state, document.ever_shared, organisation=context.user.organisation)


def _reminder(context: RequestContext, found: Round) -> ShareLinks:
    """Return the share links of the reminder. Its text omits the title, because third-party apps transmit it."""
    origin = or_not_found(context.coalition).origin.rstrip("/")
    link = f"{origin}/rounds/{found.id}/sign"
    text = context.formatter.translator.t(
        N_("Your organisation needs to answer by {date}. Open this page:"),
        date=context.formatter.format_date(found.closes_at, weekday=True),
    )
    return share_links(text, link)
