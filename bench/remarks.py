"""Remarks carried through versions whose edits are made here, so that the true place of each remark is known."""

import random
from collections import Counter
from dataclasses import dataclass, field

import regex

from bench.laws import sets, versions
from service.domain.text.merge.anchors import Anchor, carry
from service.domain.text.redline.redline import redline

LAWS = ("india-en", "grundgesetz-de", "tunisia-ar")
VERSIONS = 49
REMARKS = 2_000
EDITS = 12
"""In each version, of a few words; besides, a paragraph is moved, taken out or put in."""

_WORD = regex.compile(r"\w{4,}")


@dataclass(slots=True)
class Law:
    """A text and where each remark, a word of it, truly begins; words that are gone have no place."""

    text: str
    chance: random.Random
    places: dict[int, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)

    def splice(self, start: int, end: int, words: str) -> None:
        by = len(words) - (end - start)
        self.text = self.text[:start] + words + self.text[end:]
        self.places = {
            nth: place if place < start else place + by
            for nth, place in self.places.items()
            if place + len(self.words[nth]) <= start or place >= end
        }

    def move(self, start: int, end: int, to: int) -> None:
        """The passage stands before what began at `to`, outside of it."""
        passage = self.text[start:end]
        inside = {nth: place - start for nth, place in self.places.items() if start <= place < end}
        self.splice(start, end, "")
        to -= end - start if to >= end else 0
        self.splice(to, to, passage)
        self.places.update({nth: to + place for nth, place in inside.items()})


def run() -> None:
    """Prints the table."""
    if not sets():
        print("skipped: no data in ../shared/data")
        return
    print(f"{REMARKS} remarks, {VERSIONS} versions; misplaced: said to stand with their words where they do not")
    for name in LAWS:
        counts = _carried(versions(name)[0])
        print(f"{name:16} " + ", ".join(f"{fate} {count}" for fate, count in sorted(counts.items())))


def _carried(text: str) -> Counter[str]:
    chance = random.Random(7)
    drawn = chance.sample(list(_WORD.finditer(text)), REMARKS)
    law = Law(text, chance, {nth: word.start() for nth, word in enumerate(drawn)})
    law.words = {nth: word.group() for nth, word in enumerate(drawn)}
    standing = {nth: Anchor(word.start(), word.end(), word.group()) for nth, word in enumerate(drawn)}
    counts: Counter[str] = Counter(misplaced=0)
    for version in range(VERSIONS):
        old = law.text
        _revise(law, f"w{version}")
        found = carry(list(standing.values()), redline(old, law.text), old=old, new=law.text)
        for nth, now in zip(list(standing), found, strict=True):
            standing[nth] = now.anchor
            said, true = now.fate in ("kept", "moved"), law.places.get(nth)
            if not said or now.anchor.start != true:
                counts["misplaced" if said else "words gone" if true is None else "given up, words there"] += 1
                del standing[nth]
    counts["where they are"] = len(standing)
    return counts


def _revise(law: Law, mark: str) -> None:
    """New words stand nowhere else: there is one true place for every other."""
    for nth in range(EDITS):
        start = _begin(law, " ")
        end = start if nth % 3 == 0 else law.text.find(" ", start + law.chance.randrange(40)) + 1
        law.splice(start, max(start, end), "" if nth % 3 == 1 else f"{mark}x{nth} {mark}y{nth} ")
    start = _begin(law, "\n\n")
    end, to = law.text.find("\n\n", start) + 2, _begin(law, "\n\n")
    if start < end and not start < to < end:
        law.move(start, end, to)
    law.splice(to, to, f"{mark} is a new paragraph of {mark} words.\n\n")
    if mark.endswith("5"):
        law.splice(start := _begin(law, "\n\n"), law.text.find("\n\n", start) + 2, "")


def _begin(law: Law, after: str) -> int:
    """Where something begins after a blank or an empty line, not in the last part of the text."""
    return law.text.find(after, law.chance.randrange(len(law.text) * 9 // 10)) + len(after)
