"""From glyphs in visual order to characters in reading order.

The file has the runs of a line in reading order, and the glyphs of each run from left to right. A run that is read from
right to left can be split into several fragments, also from left to right: where a glyph lies at another height, or is
from another font. A letter and its marks at another height are then two fragments, each with the characters of both.

Which fragments are one run follows from their edges. At the ends of such a run only the direction of the line tells
whether a space or a sign belongs to it.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product, zip_longest

from workers.render.readback.pdf_glyphs import Cluster, Fragment

KERNING = 0.2
"""The share of the size by which the edges of two fragments of one run may differ: marks move the letter after them."""

RAISED = 0.25
"""The share of the size by which a glyph may be raised within a run; the mark of a note is raised more."""

LINE_STEP = 0.8
"""The share of the size by which the baselines of two lines differ at least."""

GAP = 0.7
"""The share of the size from which a space is one between two columns, and not between two words."""


MAX_READINGS = 256
"""Possible readings of a line that are tried."""


def new_line(before: Fragment, after: Fragment) -> bool:
    """Return whether a line ends between two fragments that are read one after the other, or has a gap there."""
    size = max(before.size, after.size)
    if before.page != after.page or abs(before.y - after.y) > LINE_STEP * size:
        return True
    if before.right is None or after.right is None or before.left is None or after.left is None:
        return False
    return max(after.left - before.right, before.left - after.right) > GAP * size


def read_line(fragments: list[Fragment], *, rtl: bool) -> tuple[str, ...]:
    """Return the possible readings of the fragments of a line, that for its direction first."""
    if not any(fragment.right is None or _is_right_to_left(fragment) for fragment in fragments):
        return ("".join(cluster.text for fragment in fragments for cluster in fragment.clusters),)
    orders = (_whole, _trimmed, _apart) if rtl else (_trimmed, _whole, _apart)
    options = [
        tuple(dict.fromkeys("".join(map(_read_run, order(chain))) for order in orders)) for chain in _chains(fragments)
    ]
    return tuple(map("".join, islice(product(*options), MAX_READINGS)))


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


def _apart(chain: list[Fragment]) -> list[list[Fragment]]:
    """Take brackets and isolates as runs of their own: around words of another direction they follow the line."""
    runs: list[list[Fragment]] = []
    is_closed = True
    for fragment in chain:
        is_bracket = _has_bracket("".join(cluster.text for cluster in fragment.clusters))
        if is_bracket or is_closed:
            runs.append([])
        runs[-1].append(fragment)
        is_closed = is_bracket
    return runs


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


def _is_right_to_left(fragment: Fragment) -> bool:
    return fragment.reversed or any(_has_class(cluster.text, "R") for cluster in fragment.clusters)


def _is_left_to_right(fragment: Fragment) -> bool:
    return any(_has_class(cluster.text, "L") for cluster in fragment.clusters)


@lru_cache(maxsize=100_000)
def _has_class(text: str, direction: str) -> bool:
    """Return whether characters have a direction: "R" for letters from right to left, "L" for others and digits."""
    classes = {"R", "AL"} if direction == "R" else {"L", "EN", "AN"}
    return any(unicodedata.bidirectional(each) in classes for each in text)


@lru_cache(maxsize=100_000)
def _has_bracket(text: str) -> bool:
    """Return whether characters without letters have a bracket or the end of an isolate among them."""
    return not _has_class(text, "R") and any(each in _ISOLATES or unicodedata.mirrored(each) for each in text)


_ISOLATES = "\u2066\u2067\u2068\u2069"
