"""Attribution of each word and survival of comment anchors through fifty versions of a constitution."""

import random
import time
from collections import Counter
from itertools import pairwise

import regex

from bench.support.laws import law_names, law_versions
from service.domain.text.attribution.blame import VersionStep, blame
from service.domain.text.merge.anchors import QuotedRange, carry_ranges
from service.domain.text.redline.redline import compute_redline

LAW_NAMES = ("india-en", "grundgesetz-de", "tunisia-ar")
ANCHORS = 2_000
RUNS = 5

_WORD = regex.compile(r"\w{4,}")


def run() -> None:
    """Print the table."""
    if not law_names():
        print("skipped: no data in ../shared/data")
        return
    print(f"{'':16} {'versions':>8} {'words':>8} {'passages':>9} {'blame s':>8} {'anchors s':>10}  anchors")
    for name in LAW_NAMES:
        _measure_law(name)


def _measure_law(name: str) -> None:
    texts = law_versions(name)
    steps = [VersionStep(place, new, compute_redline(old, new)) for place, (old, new) in enumerate(pairwise(texts), 1)]
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        passages = blame(texts[0], 0, steps)
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    fates = _carry_anchors(texts, steps)
    elapsed = time.perf_counter() - started
    summary = ", ".join(f"{fate} {count}" for fate, count in sorted({"misplaced": 0, **fates}.items()))
    size = f"{len(texts):8} {len(texts[-1].split()):8} {len(passages):9}"
    print(f"{name:16} {size} {min(seconds):8.3f} {elapsed:10.3f}  {summary}")


def _carry_anchors(texts: list[str], steps: list[VersionStep[int]]) -> Counter[str]:
    """Count the final state of the anchors.

    Misplaced: an anchor reported as unchanged whose words differ, or one in a paragraph that shares less than half of
    its words with the original paragraph.
    """
    words = list(_WORD.finditer(texts[0]))
    chosen = random.Random(1).sample(words, min(ANCHORS, len(words)))
    anchors = {place: QuotedRange(word.start(), word.end(), word.group()) for place, word in enumerate(chosen)}
    fates = dict.fromkeys(anchors, "kept")
    for old, step in zip(texts, steps, strict=False):
        found = carry_ranges(list(anchors.values()), step.redline, old=old, new=step.text)
        for place, outcome in zip(list(anchors), found, strict=True):
            wrong = outcome.state in ("kept", "moved") and _is_misplaced(
                old, anchors[place], step.text, outcome.quoted_range
            )
            fates[place] = "misplaced" if wrong else outcome.state if outcome.state != "kept" else fates[place]
            anchors[place] = outcome.quoted_range
            if outcome.state in ("orphaned", "partial"):
                del anchors[place]
    return Counter(fates.values())


def _is_misplaced(old: str, previous: QuotedRange, new: str, current: QuotedRange) -> bool:
    before, after = _paragraph_words(old, previous), _paragraph_words(new, current)
    return new[current.start : current.end] != current.quote or 2 * (before & after).total() < min(
        before.total(), after.total()
    )


def _paragraph_words(text: str, anchor: QuotedRange) -> Counter[str]:
    """Count the words of the paragraph that contains an anchor."""
    start, end = text.rfind("\n\n", 0, anchor.start), text.find("\n\n", anchor.end)
    return Counter(text[max(0, start) : end if end >= 0 else len(text)].split())
