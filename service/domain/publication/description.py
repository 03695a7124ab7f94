"""The description of a published text: its first sentences, as search engines and link previews show them."""

import regex

from service.domain.errors import N_, InvalidInput
from service.domain.text.search_terms import plain_words

MAX_DESCRIPTION = 200
"""Characters of a description, as Unicode counts them."""

_BREAK = regex.compile(r"\n\s*\n")
_NOT_RUNNING_TEXT = regex.compile(r"\s*(?:#|\||\[\^|[-*_]{3,}\s*$)")
_NOTE_CALL = regex.compile(r"\[\^[^\]\n]*\]")
_LINK = regex.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_SENTENCE_END = regex.compile(r"(?<=[.!?؟…][»”\")]?)\s")
_CLUSTER = regex.compile(r"\X")


def check_description(written: str) -> str:
    """Return a description that a person wrote, on one line. Raises InvalidInput `description_too_long`."""
    line = " ".join(written.split())
    if len(line) > MAX_DESCRIPTION:
        raise InvalidInput(
            "description_too_long",
            N_("The description of the link has {count} characters. It can have at most {most}."),
            count=len(line),
            most=MAX_DESCRIPTION,
        )
    return line


def describe_text(markup: str) -> str:
    """Return the first whole sentences of a text, at most MAX_DESCRIPTION characters on one line.

    Headings, tables and notes are left out. A first sentence that is longer ends after a word, with an ellipsis.
    """
    blocks = (block for block in _BREAK.split(markup) if not _NOT_RUNNING_TEXT.match(block))
    words = " ".join(plain_words(_LINK.sub(r"\1", _NOTE_CALL.sub("", block))) for block in blocks).strip()
    if len(words) <= MAX_DESCRIPTION:
        return words
    ends = [match.start() for match in _SENTENCE_END.finditer(words, 0, MAX_DESCRIPTION + 1)]
    return words[: ends[-1]] if ends else _cut(words)


def _cut(words: str) -> str:
    start = words[: MAX_DESCRIPTION - 1]
    if " " in start:
        start = start.rpartition(" ")[0].rstrip(" ,،;؛:")
        return f"{start} …"
    return f"{''.join(_CLUSTER.findall(start)[:-1])}…"
