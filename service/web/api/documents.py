"""Documents, drafts, versions and comparisons, over the API."""

from typing import Any, cast

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.documents import documents, editions, versions
from service.actions.drafts import authorship, restore, save
from service.domain.documents.version import Version
from service.domain.errors import N_, Malformed
from service.domain.membership.people import own_name
from service.domain.policy import scope
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.redline import redline
from service.i18n import Words
from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.api import presenters, schemas
from service.web.http.api_handler import Answer, Call
from service.web.http.pagination import cursor, window
from service.web.texts import redline_fragment


def list_documents(call: Call[None]) -> Answer:
    after, limit = window(call.query)
    found = documents_store.within(call.tx, scope(call.actor, "document.read"), after=after, limit=limit)
    items = [presenters.document(one) for _, one in found]
    return Answer(schemas.DocumentPage(items=items, next=cursor([seq for seq, _ in found], limit)))


def open_document(call: Call[schemas.NewDocument]) -> Answer:
    body = call.body
    id = documents.open_document(
        call.tx,
        call.actor,
        kind=body.kind,
        issued_by=body.issued_by,
        authentic=body.authentic,
        editions={lang: documents.First(first.title, first.text) for lang, first in body.editions.items()},
        front=body.front.model_dump(),
        urgent=body.urgent,
        numbering=body.numbering,
    )
    return _document(call, id, status=201)


def show_document(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "document.read", call.path["document"])
    return Answer(presenters.document(found), headers=presenters.etag(found))


def edit_front(call: Call[schemas.FrontChange]) -> Answer:
    id = call.path["document"]
    documents.edit_front(
        call.tx, call.actor, document_id=id, front=call.body.model_dump(exclude_none=True), rev=call.rev
    )
    return _document(call, id)


def renumber(call: Call[schemas.NumberingChange]) -> Answer:
    id = call.path["document"]
    documents.renumber(call.tx, call.actor, document_id=id, numbering=call.body.numbering, rev=call.rev)
    return _document(call, id)


def move(call: Call[schemas.Move]) -> Answer:
    id = call.path["document"]
    documents.move(call.tx, call.actor, document_id=id, to=call.body.to, note=call.body.note, rev=call.rev)
    return _document(call, id)


def add_edition(call: Call[schemas.AddedEdition]) -> Answer:
    id, body = call.path["document"], call.body
    first = documents.First(body.title, body.text)
    editions.add(
        call.tx, call.actor, document_id=id, lang=body.lang, first=first, authentic=body.authentic, rev=call.rev
    )
    return _document(call, id, status=201)


def retitle(call: Call[schemas.Title]) -> Answer:
    id, lang = call.path["document"], call.path["lang"]
    documents.retitle(call.tx, call.actor, document_id=id, lang=lang, title=call.body.title, rev=call.rev)
    return _document(call, id)


def show_draft(call: Call[Any]) -> Answer:
    found = save.read(call.tx, call.actor, document_id=call.path["document"], lang=call.path["lang"])
    return Answer(
        schemas.DraftShown(
            lang=found.lang,
            title=found.title,
            text=found.text,
            epoch=found.epoch,
            seq=found.seq,
            frozen=found.frozen,
        )
    )


def plan_draft(call: Call[schemas.Save]) -> save.Plan:
    return save.plan(call.tx, call.actor, **_saved_as(call))


def save_draft(call: Call[schemas.Save]) -> Answer:
    saved = save.save(call.tx, call.actor, **_saved_as(call), plan=cast(save.Plan | None, call.plan))
    words = Words(call.actor.lang)
    notices = [
        schemas.EntryNotice(code=one.code, count=one.count, sentence=words.t(one.sentence, count=one.count))
        for one in saved.notices
    ]
    return Answer(
        schemas.SaveDone(epoch=saved.epoch, seq=saved.seq, text=saved.text, merged=saved.merged, notices=notices)
    )


def _saved_as(call: Call[schemas.Save]) -> dict[str, Any]:
    place = {"document_id": call.path["document"], "lang": call.path["lang"]}
    return {**place, "text": call.body.text, "epoch": call.body.epoch, "seq": call.body.seq}


def restore_version(call: Call[schemas.Restoration]) -> Answer:
    id, lang = call.path["document"], call.path["lang"]
    if call.body.seq is not None:
        restore.restore_place(call.tx, call.actor, document_id=id, lang=lang, seq=call.body.seq)
    else:
        restore.restore(call.tx, call.actor, document_id=id, lang=lang, number=call.body.number or 0)
    return show_draft(call)


def list_hands(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "draft.read", call.path["document"])
    edition = save.edition_of(found, call.path["lang"])
    rows = journal_store.hands(call.tx, edition.draft, epoch=journal_store.head(call.tx, edition.draft).epoch)
    items = [schemas.Hand(seq=row.seq, at=row.at, person=row.actor, origin=row.origin) for row in rows]
    return Answer(schemas.HandPage(items=items))


def list_authors(call: Call[None]) -> Answer:
    id, lang = call.path["document"], call.path["lang"]
    found = authorship.writers(call.tx, call.actor, document_id=id, lang=lang)
    people = [
        schemas.Author(
            id=one.id,
            name=own_name(one.names, lang=call.actor.lang) if one.names else one.id,
            organisation=own_name(one.organisation, lang=call.actor.lang) if one.organisation else "",
            colour=one.colour,
        )
        for one in found.people
    ]
    clients = {str(client): person for client, person in found.clients.items()}
    return Answer(schemas.Authors(epoch=found.epoch, seq=found.seq, clients=clients, people=people))


def list_versions(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "version.read", call.path["document"])
    after, limit = window(call.query)
    cut = versions_store.every(call.tx, found.id, after=after, limit=limit)
    items = [presenters.version_brief(one) for one in cut]
    return Answer(schemas.VersionPage(items=items, next=cursor([one.number for one in cut], limit)))


def cut_version(call: Call[schemas.Cut]) -> Answer:
    id = call.path["document"]
    body = call.body
    new = versions.cut(call.tx, call.actor, document_id=id, note=body.note, seen=body.seen, rev=call.rev)
    return Answer(presenters.version(new), 201)


def show_version(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "version.read", call.path["document"])
    return Answer(presenters.version(seen(versions_store.numbered(call.tx, found.id, _number(call.path["number"])))))


def compare(call: Call[None]) -> Answer:
    """The redline of `lang` from version `old` to version `new`."""
    found = authorization.document(call.tx, call.actor, "version.read", call.path["document"])
    lang = call.query.get("lang", "")
    save.edition_of(found, lang)
    old, new = (_number(call.query.get(name, "")) for name in ("old", "new"))
    texts = [_text(seen(versions_store.numbered(call.tx, found.id, number)), lang) for number in (old, new)]
    kept = block_indexes_store.pair(call.tx, text_sha256(texts[0]), text_sha256(texts[1]))
    result = redline(texts[0], texts[1], indexes=kept)
    html = redline_fragment.inline(result, texts[0], texts[1], lang=lang)
    return Answer(schemas.Comparison(lang=lang, old=old, new=new, redline=result.to_json(), html=html))


def _document(call: Call[Any], id: str, *, status: int = 200) -> Answer:
    found = seen(documents_store.get(call.tx, id))
    return Answer(presenters.document(found), status, presenters.etag(found))


def _text(version: Version, lang: str) -> str:
    """The version's text in `lang`; empty where the language was added later."""
    return version.editions[lang].text if lang in version.editions else ""


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Malformed("bad_number", N_("A version is named by its number."))
    return int(value)
