"""A version by itself."""

from starlette.responses import Response

from service.actions import access, restoring
from service.domain.document import DRAFTING, Document
from service.domain.policy import Thing
from service.store import people as people_store
from service.store import versions as versions_store
from service.web.comment_summary import of_version
from service.web.editions import chosen, version_text
from service.web.fields import numbered
from service.web.looks import new_since
from service.web.page import show
from service.web.visit import Form, Visit, onward


def version(visit: Visit) -> Response:
    """`/documents/{document}/versions/{number}`."""
    found = access.document(visit.tx, visit.reader, "version.read", visit.path("document"))
    its = access.seen(versions_store.numbered(visit.tx, found.id, numbered(visit.path("number"))))
    lang = chosen(visit, sorted(its.editions), authentic=its.authentic)
    hand = people_store.get(visit.tx, its.cut_by)
    newest = access.seen(versions_store.latest(visit.tx, found.id)).number
    return show(
        visit,
        "version.html",
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
    restoring.restore(visit.tx, visit.reader, document_id=document, lang=lang, number=number)
    return onward(f"/documents/{document}/texts/{lang}")


def _thing(visit: Visit, found: Document) -> Thing:
    return Thing(document=found.id, state=found.state, shown=found.shown, organisation=visit.reader.organisation)
