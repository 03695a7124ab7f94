"""A version by itself."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import restore as restore_actions
from service.domain.documents.document import DRAFTING, Document
from service.domain.policy import Thing
from service.store.accounts import people as people_store
from service.store.documents import versions as versions_store
from service.web.comments.summary import of_version
from service.web.forms.fields import numbered
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show
from service.web.texts.last_seen import new_since
from service.web.texts.selection import chosen, version_text


def version(visit: Visit) -> Response:
    """`/documents/{document}/versions/{number}`."""
    found = authorization.document(visit.tx, visit.reader, "version.read", visit.path("document"))
    its = authorization.seen(versions_store.numbered(visit.tx, found.id, numbered(visit.path("number"))))
    lang = chosen(visit, sorted(its.editions), authentic=its.authentic)
    hand = people_store.get(visit.tx, its.cut_by)
    newest = authorization.seen(versions_store.latest(visit.tx, found.id)).number
    return show(
        visit,
        "documents/version.html",
        document=found,
        titles={code: edition.title for code, edition in its.editions.items()},
        version=its,
        shown=version_text(visit, its, lang),
        lang=lang,
        hand=visit.voice.plain(hand.names) if hand else its.cut_by,
        newest=newest,
        restorable=lang in found.editions and found.state == DRAFTING and visit.may("draft.save", _thing(visit, found)),
        talk=of_version(visit, found, its, lang),
        since=new_since(visit, found, newest=its.number, shown=its.number),
    )


def restore(visit: Visit, form: Form) -> Response:
    """POST `/documents/{document}/versions/{number}/restoration`: the draft says what this version said."""
    document, lang = visit.path("document"), form.get("lang", "")
    number = numbered(visit.path("number"))
    restore_actions.restore(visit.tx, visit.reader, document_id=document, lang=lang, number=number)
    return onward(f"/documents/{document}/texts/{lang}")


def _thing(visit: Visit, found: Document) -> Thing:
    return Thing(document=found.id, state=found.state, shown=found.shown, organisation=visit.reader.organisation)
