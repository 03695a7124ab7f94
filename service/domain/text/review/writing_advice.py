"""Writing advice for statements: what a careful editor would ask about a text. It never blocks anything.

A sentence alleges a violation if it contains a word of `violations`; it names a perpetrator if it contains one of
`actors`. A word matches all words that begin with it: "kill" matches "killed"; in Arabic also after «و»، «ف»، «ب»، «ل»،
«ك» and «ال».
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.markup.tree import Inline, LineBreak, Note, Paragraph, Tree
from service.domain.text.structure.outline import walk_blocks

AdviceKind = Literal["nobody_named", "everybody_named", "no_source", "long_sentence"]

LONG_SENTENCE_WORDS = 35
"""Words above which a sentence is hard to follow."""

MAX_ITEMS = 20
"""Items of advice on one text, at most."""

_NOTE = "\ue000"
_CLOSING = rf"{_NOTE}»”\"')\]"
_SENTENCE = regex.compile(rf"(?:[^.!?؟…]|[.](?=[^\s{_CLOSING}]))+(?:[.!?؟…]+[{_CLOSING}]*)?")
_WORD = regex.compile(r"(?w)[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*")
_BEFORE = r"(?<![\p{L}\p{N}])(?:[وفبكل]{1,2}(?:ال)?|ال|لل)?"
_HAMZA_FOLD = str.maketrans("أإآٱىؤئة", "اااايويه")


@dataclass(frozen=True, slots=True)
class WordLists:
    """Word lists of one language. `everybody`: phrases that name all sides at once."""

    violations: tuple[str, ...]
    actors: tuple[str, ...]
    everybody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdviceItem:
    """Advice on one sentence; `words` is its word count."""

    kind: AdviceKind
    sentence: str
    words: int


@dataclass(frozen=True, slots=True)
class WritingAdvice:
    """Advice on a text.

    `items`: the first `MAX_ITEMS`; `more`: the number of others. `mean`: words per sentence on average. `age`: reading
    age in years; None for languages without a formula.
    """

    items: tuple[AdviceItem, ...]
    more: int
    sentences: int
    mean: int
    age: int | None


DEFAULT_WORD_LISTS: Mapping[str, WordLists] = {
    "en": WordLists(
        violations=(
            "kill", "murder", "massacre", "tortur", "rape", "bomb", "shell", "besiege", "siege", "displac", "arrest",
            "detain", "abduct", "disappear", "execut", "attack", "loot", "starv", "violat", "crime",
        ),
        actors=(
            "government", "regime", "army", "force", "militia", "police", "group", "organisation", "organization",
            "faction", "security", "authorit", "court", "ministr", "air force", "ISIS", "by ",
        ),
        everybody=("all parties", "all sides", "both sides", "parties to the conflict", "various parties"),
    ),
    "ar": WordLists(
        violations=(
            "قتل", "مقتل", "اغتيال", "مجزرة", "مجازر", "تعذيب", "اغتصاب", "قصف", "غارة", "غارات", "تفجير", "حصار",
            "تهجير", "اعتقال", "احتجاز", "خطف", "اختطاف", "اختفاء", "إخفاء", "إعدام", "تصفية", "إبادة", "هجوم",
            "هجمات", "اعتداء", "نهب", "مصادرة", "تجويع", "تجنيد", "انتهاك", "جريمة", "جرائم",
        ),
        actors=(
            "حكومة", "نظام", "جيش", "قوات", "ميليشيا", "شرطة", "أجهزة", "جهاز", "تنظيم", "فصيل", "فصائل", "هيئة",
            "سلطة", "سلطات", "محكمة", "وزارة", "طيران", "داعش",
        ),
        everybody=(
            "جميع الأطراف", "كل الأطراف", "كافة الأطراف", "مختلف الأطراف", "الأطراف كافة", "الأطراف كلها",
            "الأطراف المتنازعة", "الأطراف المعنية", "الطرفين", "الطرفان", "أطراف النزاع", "أطراف الصراع",
        ),
    ),
}  # fmt: skip


def review_writing(tree: Tree, *, lang: str, word_lists: WordLists) -> WritingAdvice:
    """Return advice on the paragraphs of a text; headings, tables and notes are ignored."""
    sentences = [
        one for block in walk_blocks(tree.blocks) if isinstance(block, Paragraph) for one in _split_sentences(block)
    ]
    counts = [_count_words(one) for one in sentences]
    items = [
        item for one, count in zip(sentences, counts, strict=True) for item in _sentence_advice(one, count, word_lists)
    ]
    words, sentence_count = sum(counts), max(1, len(sentences))
    return WritingAdvice(
        items=tuple(items[:MAX_ITEMS]),
        more=max(0, len(items) - MAX_ITEMS),
        sentences=len(sentences),
        mean=round(words / sentence_count),
        age=_reading_age(sentences, words) if lang == "en" and words else None,
    )


def parse_terms(typed: str) -> tuple[str, ...]:
    """Return the terms of a form field, separated by newlines or commas, without duplicates."""
    found = (" ".join(term.split()) for term in regex.split(r"[\n,،;؛]", typed))
    return tuple(dict.fromkeys(term for term in found if term))


def _sentence_advice(sentence: str, count: int, word_lists: WordLists) -> Iterator[AdviceItem]:
    sentence_text, folded = sentence.replace(_NOTE, "").strip(), _fold_letters(sentence)
    everybody = _contains_any(folded, word_lists.everybody)
    if everybody:
        yield AdviceItem("everybody_named", sentence_text, count)
    if _contains_any(folded, word_lists.violations):
        if not everybody and not _contains_any(folded, word_lists.actors):
            yield AdviceItem("nobody_named", sentence_text, count)
        if _NOTE not in sentence:
            yield AdviceItem("no_source", sentence_text, count)
    if count > LONG_SENTENCE_WORDS:
        yield AdviceItem("long_sentence", sentence_text, count)


def _split_sentences(paragraph: Paragraph) -> Iterator[str]:
    for found in _SENTENCE.finditer("".join(_flatten_characters(paragraph.children))):
        if _count_words(found.group()):
            yield found.group()


def _flatten_characters(nodes: Iterable[Inline]) -> Iterator[str]:
    """Yield the characters of nodes, each note as one placeholder character."""
    for node in nodes:
        match node:
            case Note():
                yield _NOTE
            case LineBreak():
                yield " "
            case _:
                yield getattr(node, "text", "") or "".join(_flatten_characters(getattr(node, "children", ())))


def _count_words(sentence: str) -> int:
    return sum(1 for _ in _WORD.finditer(sentence))


def _contains_any(folded: str, words: Sequence[str]) -> bool:
    known = [regex.escape(_fold_letters(word)) for word in words if word.strip()]
    return bool(known) and regex.search(_BEFORE + "(?:" + "|".join(known) + ")", folded) is not None


def _fold_letters(text: str) -> str:
    """Fold marks, case and hamza carriers, as for a search."""
    plain = unicodedata.normalize("NFD", text.translate(_HAMZA_FOLD).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char) and char != "ـ")


def _reading_age(sentences: Sequence[str], words: int) -> int:
    """Return the Automated Readability Index as an age in years (Senter and Smith 1967: school grade plus five)."""
    letters = sum(len(found.group()) for one in sentences for found in _WORD.finditer(one))
    grade = 4.71 * letters / words + 0.5 * words / len(sentences) - 21.43
    return min(max(round(grade) + 5, 5), 25)
