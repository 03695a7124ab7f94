"""What a user saw last of versions and drafts; read markers are written after the page is rendered."""

from collections.abc import Collection, Mapping, Sequence

from service.actions.drafts import last_seen
from service.actions.drafts.last_seen import UnseenChanges
from service.domain.documents.document import Document
from service.domain.documents.last_seen import VersionSeen, compare_from, update_version_seen
from service.store.drafts import last_seen as last_seen_store
from service.web.http.context import RequestContext
from service.web.rendering.formatting import MINUTE
from service.web.texts.selection import is_draft_shown


def last_seen_version(
    context: RequestContext, document: Document, *, newest: int, shown: int | None = None
) -> int | None:
    """Return the version the user saw last if `newest` is newer to them, and defer marking `shown` as seen."""
    last = last_seen_store.get_version_seen(context.tx, person=context.user.person, document=document.id)
    if shown and update_version_seen(last, version=shown, now=context.tx.now) != last:
        _defer_mark_version_seen(context, document.id, shown)
    return compare_from(last, newest=newest, now=context.tx.now)


def last_seen_by_document(context: RequestContext, documents: Collection[str]) -> dict[str, VersionSeen]:
    """Return the versions the user saw last, by document; empty for an anonymous request."""
    if context.actor is None:
        return {}
    return last_seen_store.list_versions_seen(context.tx, person=context.actor.person, documents=documents)


def list_unseen_changes(
    context: RequestContext, documents: Collection[Document]
) -> Mapping[str, Sequence[UnseenChanges]]:
    """Return what others changed since the user's last visit, by document, in the drafts that they may see."""
    with_draft = [one for one in documents if is_draft_shown(context, one)]
    return last_seen.list_unseen_changes(context.tx, context.user, with_draft) if with_draft else {}


def mark_draft_seen(context: RequestContext, document: Document, lang: str, *, epoch: int, seq: int) -> None:
    """Defer marking the draft at (epoch, seq) as seen by the user; throttled to once a minute if it is unchanged."""
    draft, actor = document.editions[lang].draft, context.user
    last = last_seen_store.list_drafts_seen(context.tx, person=actor.person, drafts=[draft]).get(draft)
    if last and (last.epoch, last.seq) == (epoch, seq) and context.tx.now - last.at < MINUTE:
        return
    context.defer_write(
        lambda tx: last_seen.mark_draft_seen(tx, actor, document_id=document.id, lang=lang, epoch=epoch, seq=seq)
    )


def _defer_mark_version_seen(context: RequestContext, document: str, version: int) -> None:
    actor = context.user
    context.defer_write(lambda tx: last_seen.mark_version_seen(tx, actor, document_id=document, version=version))
