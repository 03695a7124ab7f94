"""Labels of a comparison in each language: short, and worded so that they agree with any number."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.text.markup.tree import Direction
from service.domain.text.redline.structure_marks import StructureName
from service.domain.text.structure.provisions import Digits


@dataclass(frozen=True, slots=True)
class RedlineLabels:
    """The labels of one language.

    `added`, `removed` and `became` are for screen readers; labels of counts are followed by a number.
    """

    lang: str
    direction: Direction
    digits: Digits
    comma: str
    title: str
    older: str
    newer: str
    added: str
    removed: str
    became: str
    changes: str
    moved: str
    renumbered: str
    vocalised: str
    unseen: str
    unchanged: str
    none: str
    coarse: str
    moved_away: str
    moved_here: str
    numbering: str
    stale: str
    key_added: str
    key_removed: str
    key_moved: str
    structure: Mapping[StructureName, str]


ENGLISH = RedlineLabels(
    lang="en",
    direction="ltr",
    digits="latn",
    comma=", ",
    title="Comparison",
    older="Earlier text",
    newer="Later text",
    added="added:",
    removed="removed:",
    became="was",
    changes="Changes",
    moved="moved",
    renumbered="renumbered",
    vocalised="vowel marks",
    unseen="blanks and invisible marks",
    unchanged="Unchanged paragraphs",
    none="The two texts are the same.",
    coarse="Some passages are too different to be compared word by word; they are shown as replaced.",
    moved_away="Moved from here. Its new place",
    moved_here="Moved here. Its old place",
    numbering="Renumbered provisions",
    stale="Perhaps an old number: what was {found} is now {expected}",
    key_added="added",
    key_removed="removed",
    key_moved="moved",
    structure={
        "paragraph": "paragraph break",
        "line_break": "line break",
        "deeper": "one level in",
        "shallower": "one level out",
        "line_start": "at the start of the line",
    },
)

ARABIC = RedlineLabels(
    lang="ar",
    direction="rtl",
    digits="arab",
    comma="، ",
    title="مقارنة",
    older="النصّ السابق",
    newer="النصّ اللاحق",
    added="مضاف:",
    removed="محذوف:",
    became="كان",
    changes="التغييرات",
    moved="المنقول",
    renumbered="ما تغيّر رقمه",
    vocalised="التشكيل",
    unseen="الفراغات والعلامات الخفيّة",
    unchanged="فقرات لم تتغيّر",
    none="النصّان متطابقان.",
    coarse="في النصّين مواضع يتعذّر أن تُقارَن كلمةً كلمة، فعُرضت مستبدَلةً كلّها.",
    moved_away="نُقل من هنا إلى موضعه الجديد",
    moved_here="نُقل إلى هنا من موضعه السابق",
    numbering="ما تغيّر رقمه",
    stale="لعلّ الرقم قديم: {found} ← {expected}",
    key_added="مضاف",
    key_removed="محذوف",
    key_moved="منقول",
    structure={
        "paragraph": "فصل فقرة",
        "line_break": "فصل سطر",
        "deeper": "مستوى إلى الداخل",
        "shallower": "مستوى إلى الخارج",
        "line_start": "في أوّل السطر",
    },
)

LABELS: Mapping[str, RedlineLabels] = {words.lang: words for words in (ENGLISH, ARABIC)}


def labels_for(lang: str) -> RedlineLabels:
    """Return the labels of `lang`, or the English ones if there are none."""
    return LABELS.get(lang, ENGLISH)
