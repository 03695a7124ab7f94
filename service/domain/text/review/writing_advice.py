"""Reading aids for statements: what a careful editor would ask about a text. Advice, never a block.

A sentence alleges a violation where it has a word of `violations`; it names who did it where it has one of `actors`.
Words stand for all that begin with them: "kill" for "killed"; in Arabic after «و»، «ف»، «ب»، «ل»، «ك» and «ال» too.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.markup.tree import Inline, LineBreak, Note, Paragraph, Tree
from service.domain.text.structure.outline import walk

Kind = Literal["nobody_named", "everybody_named", "no_source", "long_sentence"]

LONG = 35
"""Words of a sentence that is hard to follow."""

SHOWN = 20
"""Remarks of a text, at most."""

_NOTE = "\ue000"
_CLOSING = rf"{_NOTE}»”\"')\]"
_SENTENCE = regex.compile(rf"(?:[^.!?؟…]|[.](?=[^\s{_CLOSING}]))+(?:[.!?؟…]+[{_CLOSING}]*)?")
_WORD = regex.compile(r"(?w)[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*")
_BEFORE = r"(?<![\p{L}\p{N}])(?:[وفبكل]{1,2}(?:ال)?|ال|لل)?"
_SEATS = str.maketrans("أإآٱىؤئة", "اااايويه")


@dataclass(frozen=True, slots=True)
class Lists:
    """Words of one language. `everybody`: phrases that name all sides at once."""

    violations: tuple[str, ...]
    actors: tuple[str, ...]
    everybody: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """`sentence` is the one it is about, `words` how many it has."""

    kind: Kind
    sentence: str
    words: int


@dataclass(frozen=True, slots=True)
class Advice:
    """`remarks`: the first SHOWN; `more`: how many others there are. `mean`: words of a sentence on the average. `age`:
    of a reader who follows it easily, in years; None where there is no measure of that for the language."""

    remarks: tuple[Remark, ...]
    more: int
    sentences: int
    mean: int
    age: int | None


USUAL: Mapping[str, Lists] = {
    "en": Lists(
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
    "ar": Lists(
        violations=(
            "قتل", "مقتل", "اغتيال", "مجزرة", "تعذيب", "اغتصاب", "قصف", "حصار", "تهجير", "اعتقال", "احتجاز", "خطف",
            "اختطاف", "اختفاء", "إخفاء", "إعدام", "هجوم", "اعتداء", "نهب", "تجويع", "انتهاك", "جريمة", "جرائم",
        ),
        actors=(
            "حكومة", "نظام", "جيش", "قوات", "ميليشيا", "شرطة", "أجهزة", "جهاز", "تنظيم", "فصيل", "فصائل", "هيئة",
            "سلطة", "سلطات", "محكمة", "وزارة", "طيران", "داعش",
        ),
        everybody=("جميع الأطراف", "كل الأطراف", "كافة الأطراف", "مختلف الأطراف", "الطرفين", "الطرفان", "أطراف النزاع"),
    ),
}  # fmt: skip


def advise(tree: Tree, *, lang: str, lists: Lists) -> Advice:
    """What to look at in a text; nothing is said of headings, tables and notes."""
    sentences = [one for block in walk(tree.blocks) if isinstance(block, Paragraph) for one in _sentences(block)]
    counts = [_count(one) for one in sentences]
    remarks = [remark for one, count in zip(sentences, counts, strict=True) for remark in _about(one, count, lists)]
    words, many = sum(counts), max(1, len(sentences))
    return Advice(
        remarks=tuple(remarks[:SHOWN]),
        more=max(0, len(remarks) - SHOWN),
        sentences=len(sentences),
        mean=round(words / many),
        age=_age(sentences, words) if lang == "en" and words else None,
    )


def terms(typed: str) -> tuple[str, ...]:
    """The words of a field, one on each line or parted by commas; each once."""
    found = (" ".join(term.split()) for term in regex.split(r"[\n,،;؛]", typed))
    return tuple(dict.fromkeys(term for term in found if term))


def _about(sentence: str, count: int, lists: Lists) -> Iterator[Remark]:
    shown, folded = sentence.replace(_NOTE, "").strip(), _folded(sentence)
    everybody = _has(folded, lists.everybody)
    if everybody:
        yield Remark("everybody_named", shown, count)
    if _has(folded, lists.violations):
        if not everybody and not _has(folded, lists.actors):
            yield Remark("nobody_named", shown, count)
        if _NOTE not in sentence:
            yield Remark("no_source", shown, count)
    if count > LONG:
        yield Remark("long_sentence", shown, count)


def _sentences(paragraph: Paragraph) -> Iterator[str]:
    for found in _SENTENCE.finditer("".join(_characters(paragraph.children))):
        if _count(found.group()):
            yield found.group()


def _characters(nodes: Iterable[Inline]) -> Iterator[str]:
    """The characters of nodes, each note as one of them."""
    for node in nodes:
        match node:
            case Note():
                yield _NOTE
            case LineBreak():
                yield " "
            case _:
                yield getattr(node, "text", "") or "".join(_characters(getattr(node, "children", ())))


def _count(sentence: str) -> int:
    return sum(1 for _ in _WORD.finditer(sentence))


def _has(folded: str, words: Sequence[str]) -> bool:
    known = [regex.escape(_folded(word)) for word in words if word.strip()]
    return bool(known) and regex.search(_BEFORE + "(?:" + "|".join(known) + ")", folded) is not None


def _folded(text: str) -> str:
    """Without marks and case, seats of hamza as plain letters: as one searches."""
    plain = unicodedata.normalize("NFD", text.translate(_SEATS).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char) and char != "ـ")


def _age(sentences: Sequence[str], words: int) -> int:
    """The Automated Readability Index, as years of age (Senter and Smith 1967: a grade of school, and five years)."""
    letters = sum(len(found.group()) for one in sentences for found in _WORD.finditer(one))
    grade = 4.71 * letters / words + 0.5 * words / len(sentences) - 21.43
    return min(max(round(grade) + 5, 5), 25)
