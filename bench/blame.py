"""Who wrote each word of a constitution, and where remarks on it stand, through fifty versions of it."""

import random
import time
from collections import Counter
from itertools import pairwise

import regex

from bench.laws import sets, versions
from service.domain.text.attribution.blame import Step, blame
from service.domain.text.merge.anchors import Anchor, carry
from service.domain.text.redline.redline import redline

LAWS = ("india-en", "grundgesetz-de", "tunisia-ar")
ANCHORS = 2_000
RUNS = 5

_WORD = regex.compile(r"\w{4,}")


def run() -> None:
    """Prints the table."""
    if not sets():
        print("skipped: no data in ../shared/data")
        return
    print(f"{'':16} {'versions':>8} {'words':>8} {'passages':>9} {'blame s':>8} {'remarks s':>10}  remarks")
    for name in LAWS:
        _law(name)


def _law(name: str) -> None:
    texts = versions(name)
    steps = [Step(place, new, redline(old, new)) for place, (old, new) in enumerate(pairwise(texts), 1)]
    seconds = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        passages = blame(texts[0], 0, steps)
        seconds.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    fates = _carried(texts, steps)
    spent = time.perf_counter() - begun
    told = ", ".join(f"{fate} {count}" for fate, count in sorted({"misplaced": 0, **fates}.items()))
    size = f"{len(texts):8} {len(texts[-1].split()):8} {len(passages):9}"
    print(f"{name:16} {size} {min(seconds):8.3f} {spent:10.3f}  {told}")


def _carried(texts: list[str], steps: list[Step[int]]) -> Counter[str]:
    """The last fate of each remark. Misplaced: one that is said to stand on the same words and does not, or that
    stands in a paragraph with less than half of the words its paragraph had."""
    words = list(_WORD.finditer(texts[0]))
    chosen = random.Random(1).sample(words, min(ANCHORS, len(words)))
    standing = {place: Anchor(word.start(), word.end(), word.group()) for place, word in enumerate(chosen)}
    fates = dict.fromkeys(standing, "kept")
    for old, step in zip(texts, steps, strict=False):
        found = carry(list(standing.values()), step.compared, old=old, new=step.text)
        for place, now in zip(list(standing), found, strict=True):
            wrong = now.fate in ("kept", "moved") and _is_misplaced(old, standing[place], step.text, now.anchor)
            fates[place] = "misplaced" if wrong else now.fate if now.fate != "kept" else fates[place]
            standing[place] = now.anchor
            if now.fate in ("orphaned", "partial"):
                del standing[place]
    return Counter(fates.values())


def _is_misplaced(old: str, was: Anchor, new: str, now: Anchor) -> bool:
    before, after = _around(old, was), _around(new, now)
    return new[now.start : now.end] != now.quote or 2 * (before & after).total() < min(before.total(), after.total())


def _around(text: str, anchor: Anchor) -> Counter[str]:
    """The words of the paragraph an anchor stands in."""
    start, end = text.rfind("\n\n", 0, anchor.start), text.find("\n\n", anchor.end)
    return Counter(text[max(0, start) : end if end >= 0 else len(text)].split())
