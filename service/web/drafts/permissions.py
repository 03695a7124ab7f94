"""What the current user may do with the drafts of a document."""

from service.domain.comments.comment import COMMENTABLE_STATES
from service.domain.documents.document import DRAFTING, REVIEW, Document
from service.domain.policy import Resource
from service.i18n import LANGUAGES
from service.web.http.context import RequestContext


def may_add_edition(context: RequestContext, document: Document) -> bool:
    """Return whether the user is offered to add an edition; the action checks this again."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return (
        document.state in (DRAFTING, REVIEW)
        and bool(missing_languages(document))
        and context.may("edition.add", resource)
    )


def missing_languages(document: Document) -> list[str]:
    """Return the supported languages in which the document has no edition."""
    return [lang for lang in LANGUAGES if lang not in document.editions]


def may_read_draft(context: RequestContext, document: Document) -> bool:
    """Return whether the user is offered the read page of a draft; users who can edit it have the edit page."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    can_write = document.state == DRAFTING and context.may("draft.save", resource)
    return document.state in COMMENTABLE_STATES and context.may("comment.read", resource) and not can_write


def may_suggest(context: RequestContext, document: Document) -> bool:
    """Return whether the user is offered to suggest a change; the action checks this again."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state == DRAFTING and context.may("suggestion.add", resource)
