"""The files of an approved document and its publication, by hand."""

from starlette.responses import Response

from service.actions import access, exports, publications
from service.domain.policy import Thing
from service.store import publications as publication_store
from service.store import seals
from service.store.translations import newest
from service.web.again import acting_or_again
from service.web.file_list import files
from service.web.once import new_key, once
from service.web.page import show
from service.web.translation_pages import free, may_translate
from service.web.visit import Form, Visit, acting


def every(visit: Visit) -> Response:
    """`/documents/{document}/files`: each file and how far it is, and what may be published or withdrawn."""
    found = access.document(visit.tx, visit.reader, "export.read", visit.path("document"))
    seal = access.seen(seals.of_document(visit.tx, found.id))
    publication = publication_store.of_document(visit.tx, found.id)
    thing = Thing(document=found.id, state=found.state, shown=found.shown)
    is_public = publication is not None and publication.state == "public"
    positions = [one["position"] for one in seal.content["endorsements"]]
    titles = {code: edition["title"] for code, edition in seal.content["version"]["editions"].items()}
    titles |= {code: one.title for code, one in newest(visit.tx, seal.id).items()}
    return show(
        visit,
        "files.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        followed=len(titles) > len(found.editions),
        seal=seal,
        endorsed=sum(one.startswith("endorse") for one in positions),
        reserved=positions.count("endorse_with_reservation"),
        base=len(seal.content["round"]["roll"]),
        files=files(visit, found.id, seal=seal.id, titles=titles),
        publication=publication,
        is_public=is_public,
        news=publications.news(visit.tx, found) if visit.may("publication.publish", thing) else None,
        requests=visit.may("export.request", thing),
        withdraws=is_public and visit.may("publication.withdraw", thing),
        translates=may_translate(visit, found) and bool(free(seal)),
        key=new_key(),
    )


def ask(visit: Visit, form: Form) -> Response:
    """Ask for a file, anew where it could not be made."""

    def act() -> str:
        document = visit.path("document")
        format_, lang = form.get("format", ""), form.get("lang", "")
        exports.request(visit.tx, visit.reader, document_id=document, format_=format_, lang=lang)
        return f"/documents/{document}/files"

    return once(visit, form, act)


def publish(visit: Visit, form: Form) -> Response:
    """Make the document public, or a new revision of it, and show what everyone sees now."""

    def act() -> str:
        made = publications.publish(visit.tx, visit.reader, document_id=visit.path("document"))
        return f"/p/{made.id}"

    return once(visit, form, act)


def withdraw(visit: Visit, form: Form) -> Response:
    """Withdraw the publication with a public note."""

    def act() -> str:
        document, note = visit.path("document"), form.get("note", "")
        made = publications.withdraw(visit.tx, visit.reader, document_id=document, note=note)
        return f"/p/{made.id}"

    return once(visit, form, act)


ASK, PUBLISH = acting(ask), acting(publish)
WITHDRAW = acting_or_again(withdraw, every)
