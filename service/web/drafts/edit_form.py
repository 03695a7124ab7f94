"""View models of the edit page: form fields, conflicts and the result of a save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from starlette.responses import Response

from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.errors import N_, DomainError
from service.domain.text.markup.canonical import EntryNotice
from service.domain.text.merge.overlapping_sentences import FlaggedPlace, FlaggedPlaces
from service.store.drafts import journal as journal_store
from service.web.drafts.editor_config import build_editor_config
from service.web.drafts.permissions import may_suggest
from service.web.drafts.writing_advice import ADVICE_QUESTIONS, AdviceView
from service.web.http.context import RequestContext
from service.web.http.csp import csp
from service.web.http.form_state import rejected_error
from service.web.http.pages import render_page
from service.web.texts.last_seen import list_unseen_changes
from service.web.texts.selection import DraftSave, last_saves, saves_since

UNSAVED_RESULTS = frozenset({"preview", "settled"})
"""Results after which the form holds text that is not in the draft: the live editor is not started."""


@dataclass(frozen=True)
class EditForm:
    """Values of the edit form.

    `title_was`, `epoch` and `seq` identify the state it was based on; `broken_at` is the journal row that cannot be
    applied.
    """

    title: str
    title_was: str
    text: str
    epoch: str
    seq: str
    broken_at: int | None = None


@dataclass(frozen=True)
class ConflictPassage:
    """A passage changed on both sides: before, as changed by others, and by the user.

    `both`: with the changes of both, each once; None if they cannot be combined.
    """

    before: str
    others: str
    mine: str
    both: str | None


@dataclass(frozen=True)
class RelocationOffer:
    """A proposal to apply a change to a passage at the place it was moved to.

    `by_others`: others moved it, not the user. `similarity`: a sentence on the likeness of both passages.
    """

    by_others: bool
    was: str
    together: str
    similarity: str


SIMILARITY_SENTENCES = (
    (950, N_("The text there is almost the same.")),
    (850, N_("The text there is slightly different.")),
    (0, N_("The text there is very different.")),
)
"""Sentences on the likeness of a moved passage, by minimal similarity score in thousandths."""


@dataclass(frozen=True)
class EditConflict:
    """A merge conflict: both whole texts, the conflicting passages and the relocations offered.

    `moved`: indices of the relocations accepted before, separated by spaces, as in the form field.
    """

    passages: Sequence[ConflictPassage]
    offers: Sequence[RelocationOffer]
    moved: str
    others: str
    mine: str


@dataclass(frozen=True)
class SaveResult:
    """The outcome shown above the form: notices of normalised input, saves by others, preview and advice."""

    outcome: str = ""
    notices: Sequence[EntryNotice] = ()
    other_saves: Sequence[DraftSave] = ()
    review: Sequence[FlaggedPlace] = ()
    flags: Sequence[FlaggedPlaces] = ()
    is_unreadable: bool = False
    preview: str = ""
    advice: AdviceView | None = None


def render_editor(
    context: RequestContext, document: Document, lang: str, edit_form: EditForm, result: SaveResult
) -> Response:
    """Render the edit page with `edit_form`; after a conflict, with both texts and the choice between them.

    With the live editor the Content-Security-Policy allows style sheets by nonce. A rejected Word file leaves the
    editor as it is: no text was sent with it.
    """
    error, at = rejected_error(context), f"/documents/{document.id}/texts/{lang}"
    is_upload = context.request.url.path == f"{at}/word"
    is_unsaved = (error and not is_upload) or result.outcome in UNSAVED_RESULTS
    editor_config = None if is_unsaved else build_editor_config(context, document, lang)
    response = render_page(
        context,
        "drafts/write.html",
        live=editor_config,
        document=document,
        suggests=may_suggest(context, document),
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=save.get_edition(document, lang).lang,
        desk=edit_form,
        told=result,
        asks=ADVICE_QUESTIONS,
        at=at,
        sent_to=at if is_upload else context.request.url.path,
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
    """Return the conflict reported by `error`; None if it is an error of another kind."""
    found = error.extra.get("conflicts")
    if not isinstance(found, list):
        return None
    passages = [ConflictPassage(one["base"], one["ours"], one["theirs"], one["both"]) for one in found]
    offers = [_relocation_offer(one) for one in cast(list[dict[str, Any]], error.extra["relocations"])]
    moved = " ".join(map(str, cast(list[int], error.extra["moved"])))
    return EditConflict(passages, offers, moved, str(error.extra["live"]), str(error.extra["yours"]))


def _relocation_offer(one: Mapping[str, Any]) -> RelocationOffer:
    similarity = next(sentence for least, sentence in SIMILARITY_SENTENCES if one["score"] >= least)
    return RelocationOffer(one["mover"] == "ours", one["was"], one["together"], similarity)


def _saves_since_form(context: RequestContext, document: Document, lang: str, edit_form: EditForm) -> list[DraftSave]:
    """Return the saves since the form was loaded."""
    return saves_since(context, document, lang, seq=int(edit_form.seq) if edit_form.seq.isdigit() else 0)
