"""Correctness of comment anchors carried through many versions.

The edits of each version are generated here, so that the true position of each anchor is known.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

import regex

from bench.support.laws import law_names, law_versions
from service.domain.text.merge.anchors import QuotedRange, carry_ranges
from service.domain.text.redline.redline import compute_redline

LAW_NAMES = ("india-en", "grundgesetz-de", "tunisia-ar")
VERSIONS = 49
ANCHORS = 2_000
EDITS = 12
"""Edits of a few words in each version; in addition, a paragraph is moved, removed or inserted."""

_WORD = regex.compile(r"\w{4,}")


@dataclass(slots=True)
class TrackedText:
    """A text and the true start of each anchored word; deleted words have none."""

    text: str
    rng: random.Random
    positions: dict[int, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)

    def splice(self, start: int, end: int, words: str) -> None:
        """Replace the code points from `start` to `end`, and shift or drop the positions."""
        by = len(words) - (end - start)
        self.text = self.text[:start] + words + self.text[end:]
        self.positions = {
            nth: place if place < start else place + by
            for nth, place in self.positions.items()
            if place + len(self.words[nth]) <= start or place >= end
        }

    def move(self, start: int, end: int, to: int) -> None:
        """Move the passage from `start` to `end` before position `to`, which is outside of it."""
        passage = self.text[start:end]
        inside = {nth: place - start for nth, place in self.positions.items() if start <= place < end}
        self.splice(start, end, "")
        to -= end - start if to >= end else 0
        self.splice(to, to, passage)
        self.positions.update({nth: to + place for nth, place in inside.items()})


def run() -> None:
    """Print the table."""
    if not law_names():
        print("skipped: no data in ../shared/data")
        return
    print(f"{ANCHORS} anchors, {VERSIONS} versions; misplaced: reported on their words at a wrong position")
    for name in LAW_NAMES:
        counts = _carry_anchors(law_versions(name)[0])
        print(f"{name:16} " + ", ".join(f"{fate} {count}" for fate, count in sorted(counts.items())))


def _carry_anchors(text: str) -> Counter[str]:
    rng = random.Random(7)
    chosen = rng.sample(list(_WORD.finditer(text)), ANCHORS)
    tracked = TrackedText(text, rng, {nth: word.start() for nth, word in enumerate(chosen)})
    tracked.words = {nth: word.group() for nth, word in enumerate(chosen)}
    anchors = {nth: QuotedRange(word.start(), word.end(), word.group()) for nth, word in enumerate(chosen)}
    counts: Counter[str] = Counter(misplaced=0)
    for version in range(VERSIONS):
        old = tracked.text
        _apply_revision(tracked, f"w{version}")
        found = carry_ranges(list(anchors.values()), compute_redline(old, tracked.text), old=old, new=tracked.text)
        for nth, now in zip(list(anchors), found, strict=True):
            anchors[nth] = now.quoted_range
            is_located, true = now.state in ("kept", "moved"), tracked.positions.get(nth)
            if not is_located or now.quoted_range.start != true:
                counts[
                    "misplaced" if is_located else "lost, words deleted" if true is None else "lost, words present"
                ] += 1
                del anchors[nth]
    counts["correct"] = len(anchors)
    return counts


def _apply_revision(tracked: TrackedText, mark: str) -> None:
    """Apply a revision. Inserted words occur nowhere else, so that every other word has one true position."""
    for nth in range(EDITS):
        start = _random_start(tracked, " ")
        end = start if nth % 3 == 0 else tracked.text.find(" ", start + tracked.rng.randrange(40)) + 1
        tracked.splice(start, max(start, end), "" if nth % 3 == 1 else f"{mark}x{nth} {mark}y{nth} ")
    start = _random_start(tracked, "\n\n")
    end, to = tracked.text.find("\n\n", start) + 2, _random_start(tracked, "\n\n")
    if start < end and not start < to < end:
        tracked.move(start, end, to)
    tracked.splice(to, to, f"{mark} is a new paragraph of {mark} words.\n\n")
    if mark.endswith("5"):
        tracked.splice(start := _random_start(tracked, "\n\n"), tracked.text.find("\n\n", start) + 2, "")


def _random_start(tracked: TrackedText, after: str) -> int:
    """Return a position after a blank or an empty line, not in the last part of the text."""
    return tracked.text.find(after, tracked.rng.randrange(len(tracked.text) * 9 // 10)) + len(after)
