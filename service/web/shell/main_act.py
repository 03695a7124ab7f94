"""The one main act that the header of a document offers to this user now."""

from dataclasses import dataclass

from service.domain.documents.document import APPROVED, DRAFTING, ENDORSEMENT, PUBLISHED, REVIEW, Document
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.membership.people import FOCAL_POINT, SIGNATORY
from service.domain.policy import Resource
from service.store.endorsement import endorsements as endorsements_store
from service.store.membership import mandates as mandates_store
from service.web.http.context import RequestContext
from service.web.shell.progress import DocumentProgress


@dataclass(frozen=True)
class MainAct:
    """What is asked of the user: the label of the button, and a sentence for the current phase (message ids)."""

    label: str
    href: str
    asked: str = ""


def main_act(context: RequestContext, document: Document, progress: DocumentProgress, *, lang: str) -> MainAct | None:
    """Return the main act of this user in the current phase; None if nothing is asked of them."""
    path = f"/documents/{document.id}"
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    if document.state == ENDORSEMENT:
        return _answer_act(context, document, progress.round)
    if document.state == DRAFTING and context.may("draft.save", resource):
        return MainAct(N_("Write"), f"{path}/texts/{lang}")
    if document.state == REVIEW and context.may("round.open", resource):
        return MainAct(N_("Open a round"), f"{path}/endorsement", N_("You can open a round"))
    if document.state in (DRAFTING, REVIEW) and context.may("comment.read", resource):
        return MainAct(N_("Read and comment"), f"{path}/texts/{lang}/read")
    if document.state == APPROVED and context.may("publication.publish", resource):
        return MainAct(N_("Publish"), f"{path}/files", N_("You can publish it"))
    if document.state == PUBLISHED and progress.publication:
        return MainAct(N_("Public page"), f"/p/{progress.publication.id}")
    return None


def _answer_act(context: RequestContext, document: Document, round_: Round | None) -> MainAct | None:
    """Return the act of a member of an organisation that has not answered the open round."""
    organisation = context.user.organisation
    if organisation is None or round_ is None or not round_.is_accepting(now=context.tx.now):
        return None
    if organisation not in round_.organisations or not context.user.has_role(
        [SIGNATORY, FOCAL_POINT], document=document.id
    ):
        return None
    if endorsements_store.get_live(context.tx, round_id=round_.id, organisation=organisation) is not None:
        return None
    if mandates_store.get_live(context.tx, organisation=organisation, person=context.user.person) is None:
        return MainAct(N_("View the round"), f"/rounds/{round_.id}", N_("Your organisation has not answered yet"))
    return MainAct(
        N_("Read the text and decide"), f"/rounds/{round_.id}/sign", N_("Your organisation’s answer is needed")
    )
