"""The page on which an edition is written by hand: a plain form, what was changed on entry, and what others changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from starlette.responses import Response

from service.actions import access, drafts, readings, writing
from service.domain.document import Document
from service.domain.errors import N_, DomainError, Malformed
from service.domain.text.canonical import Notice, entry
from service.store import journal
from service.web.again import refused, typed
from service.web.csp import csp
from service.web.editions import Hand, hands, hands_since, numbers
from service.web.editor import live
from service.web.looks import seen, written_since
from service.web.page import show, text_of
from service.web.reading_aids import ASKS, Aids, aids_beside
from service.web.visit import MOST_FIELDS, Form, Visit

UNSAVED = frozenset({"preview", "settled"})
"""What was done where the form holds words that are not in the draft: they stay in the form."""

PLAIN_NUMBER = 18
"""Digits."""


@dataclass(frozen=True)
class Desk:
    """What stands in the form: `title_was`, `epoch` and `seq` say what it was written from, `broken_at` from which
    change on nobody can read the draft."""

    title: str
    title_was: str
    text: str
    epoch: str
    seq: str
    broken_at: int | None = None


@dataclass(frozen=True)
class Passage:
    """Words that two people changed: before, by others, by the writer."""

    before: str
    others: str
    mine: str


@dataclass(frozen=True)
class Offer:
    """A new place for a change to a passage that was moved; `by_others`: it was they who moved it. `alike` says how
    much it stayed the same on the way."""

    by_others: bool
    was: str
    together: str
    alike: str


ALIKE = (
    (950, N_("It stands there almost word for word.")),
    (850, N_("It stands there with small changes.")),
    (0, N_("It stands there with many changes.")),
)
"""What is said of the likeness of both ends of a move, from so many thousandths on."""


@dataclass(frozen=True)
class Clash:
    """Both texts, whole, the passages in which they meet, new places that are offered, and the offers taken before, as
    a form carries them."""

    passages: Sequence[Passage]
    offers: Sequence[Offer]
    moved: str
    others: str
    mine: str


@dataclass(frozen=True)
class Told:
    """What the page says above the form: what was done, what was changed on entry, who else wrote meanwhile."""

    done: str = ""
    notices: Sequence[Notice] = ()
    others: Sequence[Hand] = ()
    review: Sequence[str] = ()
    unread: bool = False
    preview: str = ""
    aids: Aids | None = None


def write(visit: Visit) -> Response:
    """`/documents/{document}/texts/{lang}`: the form as the draft stands, or as it was sent where it was refused."""
    if visit.actor is None and typed(visit):
        return show(
            visit, "kept.html", text=typed(visit).get("text", ""), lang=visit.path("lang"), back=visit.request.url.path
        )
    document = access.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    if "text" in typed(visit):
        return page(visit, document, visit.path("lang"), _sent(typed(visit)), Told())
    desk = _opened(visit, document)
    seen(visit, document, visit.path("lang"), epoch=int(desk.epoch), seq=int(desk.seq))
    return page(visit, document, visit.path("lang"), desk, Told())


def plan(visit: Visit, form: Form) -> drafts.Plan:
    """Work the save out, before anybody has to wait for it."""
    return drafts.plan(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        lang=visit.path("lang"),
        text=form.get("text", ""),
        epoch=number(form, "epoch"),
        seq=number(form, "seq"),
    )


def save(visit: Visit, form: Form) -> Response:
    """Save the whole text; the same page says what came of it."""
    at = number(form, "seq")
    saved = writing.save(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        lang=visit.path("lang"),
        title=form.get("title", ""),
        title_was=form.get("title_was", ""),
        text=form.get("text", ""),
        epoch=number(form, "epoch"),
        seq=at,
        plan=cast(drafts.Plan, visit.request.state.plan),
    )
    document = access.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    others = hands_since(visit, document, visit.path("lang"), seq=at, upto=saved.seq) if saved.merged else []
    told = Told("saved", saved.notices, others, saved.review, saved.unread)
    readings.stay(
        visit.tx,
        visit.reader,
        document_id=document.id,
        lang=visit.path("lang"),
        epoch=saved.epoch,
        seq=saved.seq,
    )
    return page(visit, document, visit.path("lang"), _opened(visit, document), told)


def preview(visit: Visit, form: Form) -> Response:
    """Show the text as it would read; nothing is saved."""
    document = access.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    lang = drafts.edition_of(document, visit.path("lang")).lang
    entered = entry(form.get("text", ""))
    html = text_of(entered.text, lang=lang, voice=visit.voice, by=numbers(visit, document, lang))
    told = Told("preview", entered.notices, preview=html, aids=aids_beside(visit, document, entered.text, lang=lang))
    return page(visit, document, visit.path("lang"), _sent(form), told)


def settle(visit: Visit, form: Form) -> Response:
    """Put two texts together as the writer chose, to be read once more before it is saved."""
    moved = [int(place) for place in form.get("moved", "").split() if place.isascii() and place.isdigit()]
    offer = [number(form, "offer")] if "offer" in form else []
    choices = [form.get(f"choice_{place}", "") for place in range(min(number(form, "passages"), MOST_FIELDS))]
    made = writing.settle(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        lang=visit.path("lang"),
        text=form.get("text", ""),
        epoch=number(form, "epoch"),
        seq=number(form, "seq"),
        choices=[] if offer else choices,
        moved=[*moved, *offer][:MOST_FIELDS],
    )
    document = access.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    title, was = form.get("title", ""), form.get("title_was", "")
    desk = Desk(title, was, made.text, str(made.epoch), str(made.seq))
    return page(visit, document, visit.path("lang"), desk, Told("settled"))


def number(form: Form, name: str) -> int:
    """A whole number of a form. Raises Malformed `bad_form`."""
    given = form.get(name, "")
    if not given.isascii() or not given.isdigit() or len(given) > PLAIN_NUMBER:
        raise Malformed("bad_form", N_("This form could not be read."))
    return int(given)


def page(visit: Visit, document: Document, lang: str, desk: Desk, told: Told) -> Response:
    """The page with `desk` in its form; after a conflict, both texts and the choice between them."""
    error = refused(visit)
    room = None if error or told.done in UNSAVED else live(visit, document, lang)
    response = show(
        visit,
        "write.html",
        live=room,
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=drafts.edition_of(document, lang).lang,
        desk=desk,
        told=told,
        asks=ASKS,
        error=error,
        clash=_clash(error) if error else None,
        since=_since(visit, document, lang, desk) if error else [],
        news=[one for one in written_since(visit, [document]).get(document.id, ()) if one.lang == lang],
        hands=hands(visit, document, lang),
        head=journal.head(visit.tx, document.editions[lang].draft),
    )
    if room:
        response.headers["content-security-policy"] = csp(nonce=room.nonce)
    return response


def _opened(visit: Visit, document: Document) -> Desk:
    its = drafts.shown(visit.tx, visit.reader, document_id=document.id, lang=visit.path("lang"))
    return Desk(its.title, its.title, its.text, str(its.epoch), str(its.seq), its.broken_at)


def _sent(form: Form) -> Desk:
    title, title_was, text, epoch, seq = (form.get(name, "") for name in ("title", "title_was", "text", "epoch", "seq"))
    return Desk(title, title_was, text, epoch, seq)


def _clash(error: DomainError) -> Clash | None:
    """Both texts of a conflict; None where the refusal was another one."""
    found = error.extra.get("conflicts")
    if not isinstance(found, list):
        return None
    passages = [Passage(one["base"], one["ours"], one["theirs"]) for one in found]
    offers = [_offer(one) for one in cast(list[dict[str, Any]], error.extra["relocations"])]
    moved = " ".join(map(str, cast(list[int], error.extra["moved"])))
    return Clash(passages, offers, moved, str(error.extra["live"]), str(error.extra["yours"]))


def _offer(one: Mapping[str, Any]) -> Offer:
    alike = next(said for least, said in ALIKE if one["score"] >= least)
    return Offer(one["mover"] == "ours", one["was"], one["together"], alike)


def _since(visit: Visit, document: Document, lang: str, desk: Desk) -> list[Hand]:
    """Who saved since the form was opened."""
    return hands_since(visit, document, lang, seq=int(desk.seq) if desk.seq.isdigit() else 0)
