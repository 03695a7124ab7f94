"""Words that are too long for a line: where they may be broken."""

import regex

MAX_UNBROKEN_TOKEN = 24
"""Code points of a token with digits or signs, such as an address or a code, that is never broken."""

MAX_UNBROKEN_WORD = 40
"""Code points of a word of letters alone that is never broken."""

FORCED_PIECE = 12
"""Grapheme clusters after which a token without a sign is broken."""

ADDRESS = regex.compile(r"https?://\S+")
"""What the typesetter breaks by rules of its own."""

_LETTERS = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+")
_TOKEN = regex.compile(r"\S+")
_PIECE = regex.compile(rf"\X{{1,{FORCED_PIECE}}}?[/&?=.,:;_\-–—|)\]]|\X{{1,{FORCED_PIECE}}}")
_JOINING = regex.compile(r"\p{Arabic}")
ZERO_WIDTH_SPACE, ZERO_WIDTH_JOINER = "\u200b", "\u200d"


def token_pieces(token: str) -> list[str]:
    """Return the pieces of a token without spaces between which a line may end; one piece if it stays whole."""
    limit = MAX_UNBROKEN_WORD if _LETTERS.fullmatch(token) else MAX_UNBROKEN_TOKEN
    return [token] if len(token) <= limit else _PIECE.findall(token)


def add_break_opportunities(text: str) -> str:
    """Insert zero-width spaces into overlong tokens; Arabic letters on both sides stay joined."""
    return _TOKEN.sub(lambda found: _broken(found.group()), text) if len(text) > MAX_UNBROKEN_TOKEN else text


def _broken(token: str) -> str:
    if len(token) <= MAX_UNBROKEN_TOKEN or ADDRESS.fullmatch(token):
        return token
    first, *others = token_pieces(token)
    written = first
    for piece in others:
        joins = _JOINING.match(written[-1]) and _JOINING.match(piece[0])
        joiner = ZERO_WIDTH_JOINER if joins else ""
        written += joiner + ZERO_WIDTH_SPACE + joiner + piece
    return written
