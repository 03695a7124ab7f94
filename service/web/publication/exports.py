"""The files of an approved document and its publication, by hand."""

from hashlib import sha256

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.publication import exports, publications
from service.domain.policy import Thing
from service.domain.publication.export import READY, file_name
from service.domain.publication.publication import Seal
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication.translations import newest
from service.web.forms.redisplay import acting_or_again
from service.web.http.context import Form, Visit, acting
from service.web.http.downloads import file_headers
from service.web.http.idempotency import new_key, once
from service.web.http.pages import show
from service.web.publication.export_list import files
from service.web.publication.translation_texts import free, may_translate
from service.web.publication.zip_archive import MEDIA_TYPE, archive


def every(visit: Visit) -> Response:
    """`/documents/{document}/files`: each file and how far it is, and what may be published or withdrawn."""
    found = authorization.document(visit.tx, visit.reader, "export.read", visit.path("document"))
    seal = authorization.seen(seals_store.of_document(visit.tx, found.id))
    publication = publications_store.of_document(visit.tx, found.id)
    thing = Thing(document=found.id, state=found.state, shown=found.shown)
    is_public = publication is not None and publication.state == "public"
    positions = [one["position"] for one in seal.content["endorsements"]]
    titles = _titles(visit, seal)
    return show(
        visit,
        "publication/files.html",
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


def together(visit: Visit) -> Response:
    """`/documents/{document}/files.zip`: the files that are ready, in one archive."""
    found = authorization.document(visit.tx, visit.reader, "export.read", visit.path("document"))
    seal = authorization.seen(seals_store.of_document(visit.tx, found.id))
    titles = _titles(visit, seal)
    made = [one for those in files(visit, found.id, seal=seal.id, titles=titles).by_lang.values() for one in those]
    ready = sorted((one for one in made if one.state == READY), key=lambda one: one.name)
    authorization.seen(ready or None)
    size, body = archive(visit.house, ready)
    name = file_name(next(iter(titles.values())), lang=seal.seal_sha256[:8], format_="zip")
    told = "".join(one.sha256 for one in ready).encode()
    headers = file_headers(name, media_type=MEDIA_TYPE, sha256=sha256(told).hexdigest(), size=size)
    return StreamingResponse(body, headers=headers)


def _titles(visit: Visit, seal: Seal) -> dict[str, str]:
    """What the texts of the seal are called, and those of the translations that followed it."""
    sealed = {code: edition["title"] for code, edition in seal.content["version"]["editions"].items()}
    return sealed | {code: one.title for code, one in newest(visit.tx, seal.id).items()}


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
