"""What the page of writing lends its script: where the draft is live, and what it says in the reader's language."""

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
"""What a page of writing begins with; what is opened on purpose, fetched once the text is on screen."""

MAX_SPELT_NUMBERS = 200
"""Numbers in words that a page carries; the script counts on in digits."""

EDITOR_MESSAGES: Mapping[str, str] = {
    "connecting": N_("Connecting"),
    "saved": N_("Saved"),
    "saving": N_("Saving"),
    "offline": N_("Offline: go on writing, it is kept on this device"),
    "read": N_("Read only"),
    "comment": N_("To read and comment"),
    "frozen": N_("Frozen: the text is not written for now"),
    "out": N_("Signed out: what you wrote is kept as long as this page is open"),
    "gone": N_("Closed to you: nothing you write here is sent any more"),
    "aside_keeping": N_("They are being kept as a suggested change."),
    "aside_kept": N_("They are kept as a suggested change, for those who draft to put in or set aside."),
    "aside_here": N_("They lie on this device alone: copy them, or save them as a file."),
    "undo": N_("Undo"),
    "copied": N_("Copied"),
    "came": N_("Here now: {names}"),
    "left": N_("Gone: {names}"),
    "pasted": N_("Pasted with its form."),
    "paste_headings": N_("Headings"),
    "paste_lists": N_("Lists"),
    "paste_tables": N_("Tables"),
    "paste_notes": N_("Footnotes"),
    "paste_links": N_("Links"),
    "paste_strong": N_("Words in bold"),
    "paste_plain": N_("Paste as plain text"),
    "find": N_("Find"),
    "find_next": N_("Next"),
    "find_previous": N_("Previous"),
    "replace_with": N_("Replace with"),
    "replace": N_("Replace"),
    "replace_all": N_("Replace all"),
    "exactly": N_("Exactly these letters"),
    "place_of": N_("{place} of {count}"),
    "close": N_("Close"),
    "both": N_("{one} · {other}"),
    "margin_missing": N_("This could not be opened now. Check the line and try again."),
    "wrote_here": N_("Written here by {name}"),
    "nobody_known": N_("Nobody knows any more"),
    "no_organisation": N_("No organisation"),
    "share": N_("{share} % of the text"),
    "share_little": N_("less than 1 % of the text"),
    "swatch": N_("Ab"),
    "remark": N_("Comment"),
    "comment_here": N_("A comment by {name} stands here"),
    "reply": N_("Reply"),
    "send": N_("Send"),
    "cancel": N_("Cancel"),
    "settle": N_("Settle"),
    "reopen": N_("Reopen"),
    "withdraw": N_("Take back"),
    "settled_by": N_("Settled by {name}"),
    "orphaned": N_("The passage is gone"),
    "own_only": N_("My organisation only"),
    "scope": N_("Who reads it"),
    "scope_all": N_("Everybody who reads the draft"),
    "scope_organisation": N_("My organisation only"),
    "mention": N_("People you can ask"),
    "choose_words": N_("Choose the words you want to say something about."),
    "words_gone": N_("The words you chose are gone. Choose others; what you typed stays here."),
    "not_sent": N_("Not sent: there is no line now. Your words stay in this box."),
    "not_done": N_("Not done: there is no line now."),
    "sent": N_("Sent"),
    "done": N_("Done"),
}


@dataclass(frozen=True)
class EditorConfig:
    """Where a draft is written together: the addresses of its room and of its edition in the API, the nonce of the
    page's style sheets, the address of the second script, what both say (JSON); by language, how provisions are counted
    whose numbers nobody types (JSON)."""

    socket_path: str
    edition_path: str
    nonce: str
    margin_script: str
    messages: str
    numbers: Mapping[str, str]


def build_editor_config(context: RequestContext, document: Document, lang: str) -> EditorConfig | None:
    """None where this server has no rooms, or the script was not built: the plain form does the same."""
    if not (context.app_state.has_live_editing and asset_url(EDITOR_SCRIPT) and asset_url(MARGIN_SCRIPT)):
        return None
    edition = f"{API_PREFIX}/documents/{document.id}/editions/{lang}"
    messages, nonce = editor_messages_json(context.formatter.translator), secrets.token_urlsafe(16)
    schemes = {code: numbering_of(context, document, code) for code in document.editions}
    number_words = {code: number_words_json(by) for code, by in schemes.items() if by}
    return EditorConfig(f"{edition}/live", edition, nonce, asset_url(MARGIN_SCRIPT), messages, number_words)


def number_words_json(numbering: NumberingScheme) -> str:
    """The words of the first numbers, each list once, and which unit is counted by which."""
    found = spell_numbers(numbering, limit=MAX_SPELT_NUMBERS)
    lists = list(dict.fromkeys(tuple(words) for words in found.values()))
    units = {unit: lists.index(tuple(words)) for unit, words in found.items()}
    return json.dumps({"lists": lists, "units": units}, ensure_ascii=False, separators=(",", ":"))


def editor_messages_json(translator: Translator) -> str:
    """What the script says; {places} stay open, counted sentences come in every form of the language."""
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
        "words": translator.forms("{count} word", "{count} words"),
    }
    messages = {name: translator.t(sentence) for name, sentence in EDITOR_MESSAGES.items()}
    return json.dumps({"says": messages, "counts": counts}, ensure_ascii=False)
