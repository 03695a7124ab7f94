"""From glyphs in visual order to characters in reading order.

The file has the runs of a line in reading order, and the glyphs of each run from left to right. A run that is read from
right to left can be split into several fragments, also from left to right: where a glyph lies at another height, or is
from another font. A letter and its marks at another height are then two fragments, each with the characters of both.

Which fragments are one run does not follow from the file alone, so a line is read beside the text that it must have: of
all ways to take its fragments as runs, one must give that text. See docs/adr/0043-proof-equals-text.md.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import accumulate, pairwise, takewhile, zip_longest

from workers.render.readback.flow import ExpectedText, Readings
from workers.render.readback.pdf_glyphs import Cluster, Fragment

KERNING = 0.2
"""The share of the size by which the edges of two fragments of one run may differ: marks move the letter after them."""

RAISED = 0.25
"""The share of the size by which a glyph may be raised within a run; the mark of a note is raised more."""

LINE_STEP = 0.8
"""The share of the size by which the baselines of two lines differ at least."""

GAP = 0.7
"""The share of the size from which a space is one between two columns, and not between two words."""


def new_line(before: Fragment, after: Fragment) -> bool:
    """Return whether a line ends between two fragments that are read one after the other, or has a gap there."""
    size = max(before.size, after.size)
    if before.page != after.page or abs(before.y - after.y) > LINE_STEP * size:
        return True
    if before.right is None or after.right is None or before.left is None or after.left is None:
        return False
    return max(after.left - before.right, before.left - after.right) > GAP * size


def read_line(fragments: list[Fragment], *, rtl: bool) -> tuple[str, Readings | None]:
    """Return the likeliest reading of the fragments of a line, and the possible ones, if there are others."""
    pairs = zip_longest(fragments, fragments[1:])
    fragments = [fragment for fragment, after in pairs if after is None or not _hangs(fragment, after)]
    if not any(map(_is_ambiguous, fragments)):
        return "".join(cluster.text for fragment in fragments for cluster in fragment.clusters), None
    chains = [*_chains(fragments)]
    order = _whole if rtl else _trimmed
    likeliest = "".join(_read_run(run) for chain in chains for run in order(chain))
    if all(len(chain) == 1 and (_has_letters(chain[0]) or _is_left_to_right(chain[0])) for chain in chains):
        return likeliest, None
    return likeliest, partial(_readings, chains)


def _readings(chains: list[list[Fragment]], text: ExpectedText) -> Iterator[str]:
    """Yield the readings of a line of which every beginning is expected: ways to take its chains apart into runs."""
    fragments = [fragment for chain in chains for fragment in chain]
    ends = [end for end, chain in zip(accumulate(map(len, chains)), chains, strict=True) for _ in chain]
    seen: set[tuple[int, str]] = set()
    waiting = [(0, "")]
    while waiting:
        start, before = waiting.pop()
        if start == len(fragments):
            yield before
            continue
        for end in range(start + 1, ends[start] + 1):
            run = fragments[start:end]
            for reading in _read_either_way(run):
                state = (end, before + reading)
                if (
                    state not in seen
                    and text.can_begin(state[1])
                    and _may_end(fragments[start : ends[start]], end - start, state[1], text)
                    and _is_one_run(run, before, text)
                ):
                    seen.add(state)
                    waiting.append(state)


def _may_end(chain: list[Fragment], end: int, before: str, text: ExpectedText) -> bool:
    """Return whether a run of a chain may end there.

    Two runs from right to left follow each other from left to right only at an isolate, or at a seam of the text.
    """
    first = next((index for index in range(end - 1, -1, -1) if _has_letters(chain[index])), None)
    second = next((index for index in range(end, len(chain)) if _has_letters(chain[index])), None)
    if first is None or second is None:
        return True
    return _has_isolate(chain[first : second + 1]) or text.has_seam(before)


def _is_one_run(run: list[Fragment], before: str, text: ExpectedText) -> bool:
    """Return whether neither an isolate nor a seam of the text is between the fragments of a run."""
    letters = [index for index, fragment in enumerate(run) if _has_letters(fragment)]
    return not any(
        _has_isolate(run[first : second + 1]) or text.has_seam(before + _read_run(run[second:]))
        for first, second in pairwise(letters)
    )


def _has_isolate(fragments: list[Fragment]) -> bool:
    """Return whether an isolate begins or ends between the letters of the first fragment and those of the last."""
    first, *others, last = ([cluster.text for cluster in fragment.clusters] for fragment in fragments)
    between = [
        *takewhile(_is_sign, reversed(first)),
        *(each for texts in others for each in texts),
        *takewhile(_is_sign, last),
    ]
    return any(each in _ISOLATES for text in between for each in text)


def _is_sign(text: str) -> bool:
    return not _has_class(text, "R")


def _read_either_way(run: list[Fragment]) -> set[str]:
    """Return the reading of a run; of signs without letters in both directions."""
    reading = _read_run(run)
    if any(map(_has_letters, run)) or any(map(_is_left_to_right, run)):
        return {reading}
    return {reading, "".join(cluster.text for fragment in reversed(run) for cluster in reversed(fragment.clusters))}


def _chains(fragments: list[Fragment]) -> Iterator[list[Fragment]]:
    """Group fragments that may be one run; those of marks alone, without width, are left out beside their letter."""
    chain: list[Fragment] = []
    for index, fragment in enumerate(fragments):
        if fragment.right is None and _repeats_a_neighbour(fragments, index):
            continue
        if chain and not _continues(chain[-1], fragment):
            yield chain
            chain = []
        chain.append(fragment)
    if chain:
        yield chain


def _hangs(fragment: Fragment, after: Fragment) -> bool:
    """Return whether a fragment is the space at the end of a line, which lies over the sign before it."""
    if not all(cluster.text.isspace() for cluster in fragment.clusters):
        return False
    left, right = fragment.left, fragment.right
    if left is None or right is None or after.left is None or after.right is None:
        return False
    return min(right, after.right) - max(left, after.left) > (right - left) / 2


def _repeats_a_neighbour(fragments: list[Fragment], index: int) -> bool:
    """Return whether marks belong to the first letter of the next fragment, or to the last one of the fragment before.

    The cluster of letter and marks is then read there.
    """
    marks = fragments[index].clusters
    before = fragments[index - 1].clusters[-1].text if index else None
    following = (each.clusters[0] for each in fragments[index + 1 :])
    after = next((each.text for each in following if each.width or each.text != marks[-1].text), None)
    return after == marks[-1].text or before == marks[0].text


def _continues(before: Fragment, after: Fragment) -> bool:
    """Return whether a fragment begins where the one before ends, and neither is read from left to right."""
    return (
        abs(before.y - after.y) < RAISED * before.size
        and before.right is not None
        and after.left is not None
        and abs(before.right - after.left) < KERNING * before.size
        and not (_is_left_to_right(before) or _is_left_to_right(after))
    )


def _whole(chain: list[Fragment]) -> list[list[Fragment]]:
    """Take a chain as one run, as in a line from right to left."""
    return [chain]


def _trimmed(chain: list[Fragment]) -> list[list[Fragment]]:
    """Take what stands at the ends of a chain without letters as runs of their own, as in a line from left to right."""
    letters = [index for index, fragment in enumerate(chain) if _is_right_to_left(fragment)]
    if not letters:
        return [chain]
    first, last = letters[0], letters[-1]
    return [*([one] for one in chain[:first]), chain[first : last + 1], *([one] for one in chain[last + 1 :])]


def _read_run(run: list[Fragment]) -> str:
    clusters = [cluster for fragment in run for cluster in fragment.clusters]
    if any(map(_is_right_to_left, run)):
        clusters = [*_without_repetitions(clusters)][::-1]
    return "".join(cluster.text for cluster in clusters)


def _without_repetitions(clusters: list[Cluster]) -> Iterator[Cluster]:
    """Leave out marks that stand before their letter, which has the characters of both."""
    for cluster, after in zip_longest(clusters, clusters[1:]):
        if cluster.width or after is None or cluster.text != after.text:
            yield cluster


def _is_ambiguous(fragment: Fragment) -> bool:
    """Return whether a fragment is, or may be, other than from left to right."""
    is_sign = len(fragment.clusters) > 1 and not _is_left_to_right(fragment)
    return is_sign or fragment.right is None or _is_right_to_left(fragment)


def _has_letters(fragment: Fragment) -> bool:
    return any(_has_class(cluster.text, "R") for cluster in fragment.clusters)


def _is_right_to_left(fragment: Fragment) -> bool:
    return fragment.reversed or _has_letters(fragment)


def _is_left_to_right(fragment: Fragment) -> bool:
    return any(_has_class(cluster.text, "L") for cluster in fragment.clusters)


@lru_cache(maxsize=100_000)
def _has_class(text: str, direction: str) -> bool:
    """Return whether characters have a direction: "R" for letters from right to left, "L" for others and digits."""
    classes = {"R", "AL"} if direction == "R" else {"L", "EN", "AN"}
    return any(unicodedata.bidirectional(each) in classes for each in text)


_ISOLATES = "\u2066\u2067\u2068\u2069"
