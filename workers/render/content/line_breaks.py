"""Words that are too long for a line: where they may be broken."""

import regex

MAX_UNBROKEN_TOKEN = 24
"""Code points of a token with digits or signs, such as an address or a code, that is never broken."""

MAX_UNBROKEN_WORD = 40
"""Code points of a word of letters alone that is never broken."""

FORCED_PIECE = 8
"""Grapheme clusters after which a token without a sign is broken."""

LINE, INDENT, WIDE_LETTER = 33, 2.6, 0.6
"""Width of a line, indent of a level and width of a wide letter, in units of the size of the text."""

NARROWEST_LIMIT = 8
"""Code points of a word that stays whole however deep it stands."""

ADDRESS = regex.compile(r"https?://\S+")
"""What the typesetter breaks by rules of its own."""

_ADDRESS_SIGNS = "/&?=.,:;_-"
_ADDRESS_PART = regex.compile(rf"([{_ADDRESS_SIGNS}])")
_LETTERS = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+")
_TOKEN = regex.compile(r"\S+")
_PIECE = regex.compile(rf"\X{{1,{FORCED_PIECE}}}?[/&?=.,:;_\-–—|)\]]|\X{{1,{FORCED_PIECE}}}")
_JOINING = regex.compile(r"\p{Arabic}")
ZERO_WIDTH_SPACE, ZERO_WIDTH_JOINER = "\u200b", "\u200d"


def token_pieces(token: str, *, limit: int = MAX_UNBROKEN_WORD) -> list[str]:
    """Return the pieces of a token without spaces between which a line may end; one piece if it stays whole.

    `limit` is in code points; tokens with digits or signs have MAX_UNBROKEN_TOKEN besides.
    """
    longest = limit if _LETTERS.fullmatch(token) else min(limit, MAX_UNBROKEN_TOKEN)
    return [token] if len(token) <= longest else _PIECE.findall(token)


def add_break_opportunities(text: str, *, limit: int = MAX_UNBROKEN_WORD) -> str:
    """Insert zero-width spaces into tokens that are longer than `limit`; Arabic letters on both sides stay joined."""
    if len(text) <= min(limit, MAX_UNBROKEN_TOKEN):
        return text
    return str(_TOKEN.sub(lambda found: _broken(found.group(), limit), text))


def unbroken_limit(*, depth: int) -> int:
    """Return the longest word, in code points, that fits on a line inside `depth` lists and quotations."""
    return min(MAX_UNBROKEN_WORD, max(NARROWEST_LIMIT, int((LINE - depth * INDENT) / WIDE_LETTER)))


def _broken(token: str, limit: int) -> str:
    if ADDRESS.fullmatch(token):
        parts = _ADDRESS_PART.split(token)
        return "".join(part if part[0] in _ADDRESS_SIGNS else _broken(part, limit) for part in parts if part)
    first, *others = token_pieces(token, limit=limit)
    written = first
    for piece in others:
        joins = _JOINING.match(written[-1]) and _JOINING.match(piece[0])
        joiner = ZERO_WIDTH_JOINER if joins else ""
        written += joiner + ZERO_WIDTH_SPACE + joiner + piece
    return written
