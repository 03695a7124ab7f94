"""Configuration of the live editor script: endpoints, CSP nonce and translated messages."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.documents.document import Document
from service.domain.errors import N_
from service.domain.text.structure.numbering import NumberingScheme, spell_numbers
from service.i18n import Translator
from service.web.http.api_handler import API_PREFIX
from service.web.http.context import RequestContext
from service.web.http.pages import asset_url
from service.web.texts.selection import numbering_of

EDITOR_SCRIPT, MARGIN_SCRIPT = "built/editor.js", "built/margin.js"
"""Script loaded with the page; script of the margin, fetched once the text is displayed."""

MAX_SPELT_NUMBERS = 200
"""Numbers in words sent with a page; beyond these the script uses digits."""

EDITOR_MESSAGES: Mapping[str, str] = {
    "connecting": N_("Connecting"),
    "saved": N_("Saved"),
    "saving": N_("Saving"),
    "offline": N_("Offline: keep writing, your text is kept on this device"),
    "read": N_("Read only"),
    "comment": N_("To read and comment"),
    "frozen": N_("Frozen: the text cannot be changed now"),
    "out": N_("You were signed out. What you wrote is kept while this page is open"),
    "gone": N_("You no longer have access: what you write here is not sent"),
    "aside_keeping": N_("Saving them as an unsaved change."),
    "aside_kept": N_("Saved as an unsaved change. A drafter can add it to the text or dismiss it."),
    "aside_here": N_("They are only on this device. Copy them or save them as a file."),
    "undo": N_("Undo"),
    "copied": N_("Copied"),
    "came": N_("Joined: {names}"),
    "left": N_("Left: {names}"),
    "pasted": N_("Pasted with formatting."),
    "paste_articles": N_("Make headings of the Article lines"),
    "paste_title": N_("Repeated title left out"),
    "paste_headings": N_("Headings"),
    "paste_lists": N_("Lists"),
    "paste_tables": N_("Tables"),
    "paste_notes": N_("Footnotes"),
    "paste_links": N_("Links"),
    "paste_strong": N_("Bold text"),
    "paste_plain": N_("Paste without formatting"),
    "find": N_("Find"),
    "find_next": N_("Next"),
    "find_previous": N_("Previous"),
    "replace_with": N_("Replace with"),
    "replace": N_("Replace"),
    "replace_all": N_("Replace all"),
    "exactly": N_("Match exactly"),
    "place_of": N_("{place} of {count}"),
    "close": N_("Close"),
    "both": N_("{one} · {other}"),
    "margin_missing": N_("This could not be opened. Check your connection and try again."),
    "wrote_here": N_("Written by {name}"),
    "nobody_known": N_("Author unknown"),
    "no_organisation": N_("No organisation"),
    "share": N_("{share} % of the text"),
    "share_little": N_("less than 1 % of the text"),
    "swatch": N_("Ab"),
    "remark": N_("Comment"),
    "comment_here": N_("Comment by {name} here"),
    "reply": N_("Reply"),
    "send": N_("Send"),
    "cancel": N_("Cancel"),
    "settle": N_("Resolve"),
    "reopen": N_("Reopen"),
    "withdraw": N_("Delete comment"),
    "settled_by": N_("Resolved by {name}"),
    "orphaned": N_("The passage was deleted"),
    "own_only": N_("My organisation only"),
    "scope": N_("Who can read it"),
    "scope_all": N_("Everyone who can read the draft"),
    "scope_organisation": N_("My organisation only"),
    "mention": N_("People you can mention"),
    "choose_words": N_("Select the words you want to comment on."),
    "words_gone": N_("The words you selected have been deleted. Select others. Your comment is still here."),
    "not_sent": N_("Not sent: you are offline. Your text is kept in this box."),
    "not_done": N_("Not done: you are offline."),
    "sug_accept": N_("Accept"),
    "sug_accept_all": N_("Accept all"),
    "sug_dismiss": N_("Dismiss"),
    "sug_withdraw": N_("Withdraw"),
    "sug_choice": N_("Needs a choice"),
    "sent": N_("Sent"),
    "done": N_("Done"),
}


@dataclass(frozen=True)
class EditorConfig:
    """Configuration of the live editor on a page.

    `socket_path` and `edition_path`: paths of the editing room and of the edition in the API; `nonce`: of the style
    sheets; `margin_script`: URL of the second script; `messages`: JSON for both scripts; `numbers`: by language, JSON
    of the automatic numbers.
    """

    socket_path: str
    edition_path: str
    nonce: str
    margin_script: str
    messages: str
    numbers: Mapping[str, str]


def build_editor_config(context: RequestContext, document: Document, lang: str) -> EditorConfig | None:
    """Return the configuration; None without live editing or built scripts, so that the plain form is used."""
    if not (context.app_state.has_live_editing and asset_url(EDITOR_SCRIPT) and asset_url(MARGIN_SCRIPT)):
        return None
    edition = f"{API_PREFIX}/documents/{document.id}/editions/{lang}"
    messages, nonce = editor_messages_json(context.formatter.translator), secrets.token_urlsafe(16)
    schemes = {code: numbering_of(context, document, code) for code in document.editions}
    number_words = {code: number_words_json(by) for code, by in schemes.items() if by}
    return EditorConfig(f"{edition}/live", edition, nonce, asset_url(MARGIN_SCRIPT), messages, number_words)


def number_words_json(numbering: NumberingScheme) -> str:
    """Return JSON of the distinct lists of number words and, by unit, the index of its list."""
    found = spell_numbers(numbering, limit=MAX_SPELT_NUMBERS)
    lists = list(dict.fromkeys(tuple(words) for words in found.values()))
    units = {unit: lists.index(tuple(words)) for unit, words in found.items()}
    return json.dumps({"lists": lists, "units": units}, ensure_ascii=False, separators=(",", ":"))


def editor_messages_json(translator: Translator) -> str:
    """Return JSON of the translated messages with placeholders kept; counted ones in all plural forms."""
    counts = {
        "offline_kept": translator.forms(
            "Offline: {count} change kept on this device", "Offline: {count} changes kept on this device"
        ),
        "offline_open": translator.forms(
            "Offline: {count} change kept while this page is open",
            "Offline: {count} changes kept while this page is open",
        ),
        "merged": translator.forms("{count} offline change merged", "{count} offline changes merged"),
        "found": translator.forms("Found in {count} place", "Found in {count} places"),
        "names": translator.forms("{count} name", "{count} names"),
        "replies": translator.forms("{count} reply", "{count} replies"),
        "present": translator.forms("{count} here", "{count} here"),
        "open_comments": translator.forms("{count} open", "{count} open"),
        "resolved_comments": translator.forms("{count} resolved", "{count} resolved"),
        "words": translator.forms("{count} word", "{count} words"),
    }
    messages = {name: translator.t(sentence) for name, sentence in EDITOR_MESSAGES.items()}
    return json.dumps({"says": messages, "counts": counts}, ensure_ascii=False)
