"""The form of the writing page: its fields, the conflict it may show, and its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from starlette.responses import Response

from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.errors import N_, DomainError
from service.domain.text.markup.canonical import Notice
from service.store.drafts import journal as journal_store
from service.web.drafts.editor_config import live
from service.web.drafts.writing_advice import ASKS, Aids
from service.web.forms.redisplay import refused
from service.web.http.context import Visit
from service.web.http.csp import csp
from service.web.http.pages import show
from service.web.texts.last_seen import written_since
from service.web.texts.selection import Hand, hands, hands_since

UNSAVED = frozenset({"preview", "settled"})
"""What was done where the form holds words that are not in the draft: they stay in the form."""


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


def page(visit: Visit, document: Document, lang: str, desk: Desk, told: Told) -> Response:
    """The page with `desk` in its form; after a conflict, both texts and the choice between them."""
    error = refused(visit)
    room = None if error or told.done in UNSAVED else live(visit, document, lang)
    response = show(
        visit,
        "drafts/write.html",
        live=room,
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=save.edition_of(document, lang).lang,
        desk=desk,
        told=told,
        asks=ASKS,
        error=error,
        clash=_clash(error) if error else None,
        since=_since(visit, document, lang, desk) if error else [],
        news=[one for one in written_since(visit, [document]).get(document.id, ()) if one.lang == lang],
        hands=hands(visit, document, lang),
        head=journal_store.head(visit.tx, document.editions[lang].draft),
    )
    if room:
        response.headers["content-security-policy"] = csp(nonce=room.nonce)
    return response


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
