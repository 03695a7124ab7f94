"""Words of a text as the search compares them, in Arabic and Latin script.

Folded: vowel marks and tatweel, forms of alef, seats of hamza, taa marbuta and haa, alef maqsura and yaa, Farsi forms
of letters, digits of any script, case and diacritics. The Arabic article is taken off a word of three more letters.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import regex

MAX_TERMS = 8
"""Words of a query; later ones are not looked for."""

MAX_WORD = 60
"""Letters of a word that are compared."""

MAX_WORDS = 40_000
"""Words of a text that are searched, which keeps within the limit of PostgreSQL (1 MB for a text)."""

SNIPPET_BEFORE, SNIPPET_AFTER = 6, 18
"""Words of a snippet before and after the first word found."""

_WORD = regex.compile(r"[[\p{L}\p{N}]--\u0640][\p{L}\p{N}\p{M}\p{Cf}]*", regex.V1)
_NOT_IN_WORD = regex.compile(r"[^\p{L}\p{N}]+|\u0640")
_ARTICLE = regex.compile(r"^(?:[وفبك]?ال|لل)(?=\p{L})")
_MARKUP = regex.compile(r"\{#[^}\n]*\}|[*_`\\]+")
_MARKUP_BETWEEN = regex.compile(r"\]\([^)\n]*\)|[|\[\]]+|^\s*(?:[-+>#]+)\s", regex.MULTILINE)
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("ؤئ", "ء"),
        **dict.fromkeys("ىیې", "ي"),
        **dict.fromkeys("ةہھۃە", "ه"),
        "ک": "ك",
    }
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a snippet; `found`: it is a word of the query."""

    text: str
    found: bool


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """Return the folded letters and digits of a word, at most MAX_WORD; empty if it has none."""
    folded = unicodedata.normalize("NFKC", word).casefold().translate(_LETTERS)
    bare = (one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.category(one).startswith("M"))
    digits = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in bare)
    letters: str = _NOT_IN_WORD.sub("", unicodedata.normalize("NFKC", digits).casefold().translate(_LETTERS))
    return letters[:MAX_WORD]


def search_words(text: str) -> list[str]:
    """Return the words of a text as they are indexed, at most MAX_WORDS, in order."""
    folded = (fold_word(match[0]) for match in _WORD.finditer(text))
    return [_without_article(word) for word in islice(filter(None, folded), MAX_WORDS)]


def plain_words(markup: str) -> str:
    """Return a text without the marks of its markup, on one line."""
    return " ".join(_MARKUP_BETWEEN.sub(" ", _MARKUP.sub("", markup)).split())


def query_terms(query: str) -> tuple[frozenset[str], ...]:
    """Return the words to look for, each as its alternatives; the last one is the beginning of a word.

    A beginning is looked for with and without the article, which may still be incomplete.
    """
    folded = [word for word in (fold_word(one) for one in _WORD.findall(query)) if word][:MAX_TERMS]
    if not folded:
        return ()
    last = folded[-1]
    beginnings = {last, _without_article(last), _ARTICLE.sub("", last)}
    return (*(frozenset({_without_article(word)}) for word in folded[:-1]), frozenset(beginnings))


def cut_snippet(body: str, words: str, terms: Sequence[frozenset[str]]) -> tuple[Passage, ...]:
    """Return the part of `body` around the first of `terms`, those found apart; empty if none is.

    `words` are the indexed words of the body, joined by spaces.
    """
    first = _first_place(f" {words} ", terms)
    if first is None:
        return ()
    start = max(0, first - SNIPPET_BEFORE)
    shown = list(islice(_WORD.finditer(body), start, first + SNIPPET_AFTER + 1))
    more = len(shown) > first + SNIPPET_AFTER - start
    position, passages = shown[0].start(), [Passage("… ", False)] if start else []
    for match in shown[: first + SNIPPET_AFTER - start]:
        if is_found(_without_article(fold_word(match[0])), terms):
            passages += [Passage(body[position : match.start()], False), Passage(match[0], True)]
            position = match.end()
    end = shown[first + SNIPPET_AFTER - start].start() if more else len(body)
    passages.append(Passage(body[position:end].rstrip() + (" …" if more else ""), False))
    return tuple(one for one in passages if one.text)


def _first_place(words: str, terms: Sequence[frozenset[str]]) -> int | None:
    """Return the place of the first of `terms` among words between spaces, counted from 0."""
    places = [
        words.find(f" {one} " if number < len(terms) else f" {one}")
        for number, alternatives in enumerate(terms, 1)
        for one in alternatives
    ]
    found = [place for place in places if place >= 0]
    return words.count(" ", 0, min(found)) if found else None


def is_found(word: str, terms: Sequence[frozenset[str]]) -> bool:
    """Return whether an indexed word is one of `terms`."""
    if any(word in alternatives for alternatives in terms):
        return True
    return bool(terms) and any(word.startswith(one) for one in terms[-1])


def has_all(words: Sequence[str], terms: Sequence[frozenset[str]]) -> bool:
    """Return whether indexed words have all of `terms`, of which there is one at least."""
    return bool(terms) and all(
        any(is_found(word, [alternatives] if last else [alternatives, frozenset()]) for word in words)
        for last, alternatives in ((place == len(terms) - 1, one) for place, one in enumerate(terms))
    )


def _without_article(word: str) -> str:
    bare = _ARTICLE.sub("", word)
    return bare if len(bare) >= 3 else word
