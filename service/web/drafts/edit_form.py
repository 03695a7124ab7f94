"""The form of the writing page: its fields, the conflict it may show, and its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from starlette.responses import Response

from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.errors import N_, DomainError
from service.domain.text.markup.canonical import EntryNotice
from service.store.drafts import journal as journal_store
from service.web.drafts.editor_config import build_editor_config
from service.web.drafts.writing_advice import ADVICE_QUESTIONS, AdviceView
from service.web.http.context import RequestContext
from service.web.http.csp import csp
from service.web.http.form_state import rejected_error
from service.web.http.pages import render_page
from service.web.texts.last_seen import list_unseen_changes
from service.web.texts.selection import DraftSave, last_saves, saves_since

UNSAVED_RESULTS = frozenset({"preview", "settled"})
"""What was done where the form holds words that are not in the draft: they stay in the form."""


@dataclass(frozen=True)
class EditForm:
    """What stands in the form: `title_was`, `epoch` and `seq` say what it was written from, `broken_at` from which
    change on nobody can read the draft."""

    title: str
    title_was: str
    text: str
    epoch: str
    seq: str
    broken_at: int | None = None


@dataclass(frozen=True)
class ConflictPassage:
    """Words that two people changed: before, by others, by the writer."""

    before: str
    others: str
    mine: str


@dataclass(frozen=True)
class RelocationOffer:
    """A new place for a change to a passage that was moved; `by_others`: it was they who moved it. `alike` says how
    much it stayed the same on the way."""

    by_others: bool
    was: str
    together: str
    similarity: str


SIMILARITY_SENTENCES = (
    (950, N_("The text there is almost the same.")),
    (850, N_("The text there is slightly different.")),
    (0, N_("The text there is very different.")),
)
"""What is said of the likeness of both ends of a move, from so many thousandths on."""


@dataclass(frozen=True)
class EditConflict:
    """Both texts, whole, the passages in which they meet, new places that are offered, and the offers taken before, as
    a form carries them."""

    passages: Sequence[ConflictPassage]
    offers: Sequence[RelocationOffer]
    moved: str
    others: str
    mine: str


@dataclass(frozen=True)
class SaveResult:
    """What the page says above the form: what was done, what was changed on entry, who else wrote meanwhile."""

    outcome: str = ""
    notices: Sequence[EntryNotice] = ()
    other_saves: Sequence[DraftSave] = ()
    review: Sequence[str] = ()
    is_unreadable: bool = False
    preview: str = ""
    advice: AdviceView | None = None


def render_editor(
    context: RequestContext, document: Document, lang: str, edit_form: EditForm, result: SaveResult
) -> Response:
    """The page with `desk` in its form; after a conflict, both texts and the choice between them."""
    error, at = rejected_error(context), f"/documents/{document.id}/texts/{lang}"
    editor_config = None if error or result.outcome in UNSAVED_RESULTS else build_editor_config(context, document, lang)
    response = render_page(
        context,
        "drafts/write.html",
        live=editor_config,
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=save.get_edition(document, lang).lang,
        desk=edit_form,
        told=result,
        asks=ADVICE_QUESTIONS,
        at=at,
        sent_to=at if context.request.url.path == f"{at}/word" else context.request.url.path,
        clash=_edit_conflict(error) if error else None,
        since=_saves_since_form(context, document, lang, edit_form) if error else [],
        news=[one for one in list_unseen_changes(context, [document]).get(document.id, ()) if one.lang == lang],
        hands=last_saves(context, document, lang),
        head=journal_store.get_head(context.tx, document.editions[lang].draft),
    )
    if editor_config:
        response.headers["content-security-policy"] = csp(nonce=editor_config.nonce)
    return response


def _edit_conflict(error: DomainError) -> EditConflict | None:
    """Both texts of a conflict; None where the refusal was another one."""
    found = error.extra.get("conflicts")
    if not isinstance(found, list):
        return None
    passages = [ConflictPassage(one["base"], one["ours"], one["theirs"]) for one in found]
    offers = [_relocation_offer(one) for one in cast(list[dict[str, Any]], error.extra["relocations"])]
    moved = " ".join(map(str, cast(list[int], error.extra["moved"])))
    return EditConflict(passages, offers, moved, str(error.extra["live"]), str(error.extra["yours"]))


def _relocation_offer(one: Mapping[str, Any]) -> RelocationOffer:
    similarity = next(said for least, said in SIMILARITY_SENTENCES if one["score"] >= least)
    return RelocationOffer(one["mover"] == "ours", one["was"], one["together"], similarity)


def _saves_since_form(context: RequestContext, document: Document, lang: str, edit_form: EditForm) -> list[DraftSave]:
    """Who saved since the form was opened."""
    return saves_since(context, document, lang, seq=int(edit_form.seq) if edit_form.seq.isdigit() else 0)
