"""Random merges whose right result is known: edits are operations on the ids of blocks and words, never on texts."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

_SYLLABLES = {
    "en": ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve"],
    "ar": ["با", "دي", "فو", "لا", "مي", "نو", "را", "سي", "تا", "قو", "شا", "حي"],
}
WORDS = {
    lang: ["".join(parts) for parts in product(syllables, syllables[::-1])] for lang, syllables in _SYLLABLES.items()
}
"""Words of the base; each is in one block and its equal neighbours only, so that no other reading is possible."""
NEW_WORDS = {
    lang: ["".join(parts) for parts in product(syllables, syllables, syllables[::3])]
    for lang, syllables in _SYLLABLES.items()
}

SHAPES = {"paragraphs": ("", "\n\n", ""), "items": ("- ", "\n", ""), "rows": ("| ", "\n", " | end |")}
"""What a block begins with, what is between blocks, and what a block ends with."""

START = -1
"""The anchor before the first word or block."""

Place = TypeVar("Place")


@dataclass(slots=True)
class Edits:
    """What one side did: deleted blocks, new blocks by the block before them, and edits of words by block."""

    deleted: set[int] = field(default_factory=set)
    added: dict[int, str] = field(default_factory=dict)
    replaced: dict[tuple[int, int], str] = field(default_factory=dict)
    removed: set[tuple[int, int]] = field(default_factory=set)
    inserted: dict[tuple[int, int], str] = field(default_factory=dict)
    split: set[tuple[int, int]] = field(default_factory=set)
    names: list[str] = field(default_factory=list)

    def touches(self, block: int) -> bool:
        """Return whether words of a block were edited."""
        places = [*self.replaced, *self.removed, *self.inserted, *self.split]
        return any(place[0] == block for place in places)


@dataclass(frozen=True, slots=True)
class MergeSample:
    """A base of blocks of words, the edits of both sides, and the shape of the text."""

    shape: str
    blocks: Sequence[Sequence[str]]
    ours: Edits
    theirs: Edits

    def text(self, edits: Edits) -> str:
        """Return the text of the base with edits."""
        prefix, between, suffix = SHAPES[self.shape]
        lines: list[str] = []
        if START in edits.added:
            lines.append(edits.added[START])
        for index, words in enumerate(self.blocks):
            if index not in edits.deleted:
                lines += self._lines(index, words, edits)
            if index in edits.added:
                lines.append(edits.added[index])
        written = [f"{prefix}{line}{suffix}" for line in lines]
        head = ["| name | note |", "|---|---|"] if self.shape == "rows" else []
        return between.join([*head, *written]) + "\n"

    def _lines(self, index: int, words: Sequence[str], edits: Edits) -> list[str]:
        lines: list[list[str]] = [[]]
        for place in range(START, len(words)):
            if place >= 0 and (index, place) not in edits.removed:
                lines[-1].append(edits.replaced.get((index, place), words[place]))
            if (index, place) in edits.inserted:
                lines[-1].append(edits.inserted[index, place])
            if (index, place) in edits.split:
                lines.append([])
        return [" ".join(line) for line in lines]

    def expected(self) -> set[str | None]:
        """Return all lawful results; None stands for a conflict.

        An edit that deletes or doubles one of several equal neighbours may have been meant for any of them.
        """
        found: set[str | None] = set()
        for ours, theirs in product(self._readings(self.ours), self._readings(self.theirs)):
            together = combine(ours, theirs)
            found.add(None if together is None else self.text(together))
        return found

    def _readings(self, edits: Edits) -> Iterator[Edits]:
        """Yield the edits of blocks, by ids, that lead to the same text."""
        text = self.text(edits)
        yield edits
        for index in sorted(edits.deleted):
            for other in self._neighbours(index):
                if other not in edits.deleted and not edits.touches(other):
                    reading = Edits(
                        {*edits.deleted, other} - {index},
                        edits.added,
                        edits.replaced,
                        edits.removed,
                        edits.inserted,
                        edits.split,
                    )
                    if self.text(reading) == text:
                        yield reading
        for anchor, words in sorted(edits.added.items()):
            for other in range(START, len(self.blocks)):
                if other not in edits.added:
                    added = {**edits.added, other: words}
                    del added[anchor]
                    reading = Edits(edits.deleted, added, edits.replaced, edits.removed, edits.inserted, edits.split)
                    if self.text(reading) == text:
                        yield reading

    def _neighbours(self, index: int) -> Iterator[int]:
        for step in (-1, 1):
            other = index + step
            while 0 <= other < len(self.blocks) and self.blocks[other] == self.blocks[index]:
                yield other
                other += step


def combine(ours: Edits, theirs: Edits) -> Edits | None:
    """Return the edits of both sides together; None if they contradict each other."""
    for one, other in ((ours, theirs), (theirs, ours)):
        if any(other.touches(block) for block in one.deleted):
            return None
        if one.removed & other.replaced.keys():
            return None
    if _differ(ours.replaced, theirs.replaced) or _differ(ours.inserted, theirs.inserted):
        return None
    if _differ(ours.added, theirs.added):
        return None
    return Edits(
        ours.deleted | theirs.deleted,
        {**ours.added, **theirs.added},
        {**ours.replaced, **theirs.replaced},
        ours.removed | theirs.removed,
        {**ours.inserted, **theirs.inserted},
        ours.split | theirs.split,
    )


def _differ(one: Mapping[Place, str], other: Mapping[Place, str]) -> bool:
    return any(one[place] != other[place] for place in one.keys() & other.keys())


def draw_sample(rng: random.Random) -> MergeSample:
    """Draw a base with equal neighbours now and then, and one to three edits of each side."""
    lang, shape = rng.choice(("en", "ar")), rng.choice(tuple(SHAPES))
    blocks: list[list[str]] = []
    words = rng.sample(WORDS[lang], len(WORDS[lang]))
    for _ in range(rng.randrange(3, 8)):
        if blocks and rng.random() < 0.3:
            blocks.append(list(blocks[-1]))
        else:
            blocks.append([words.pop() for _ in range(rng.randrange(1, 12))])
    sides = [Edits(), Edits()]
    for edits in sides:
        for _ in range(rng.randrange(1, 4)):
            _EDITS[rng.choice(tuple(_EDITS))](rng, edits, blocks, lang)
    return MergeSample(shape, blocks, *sides)


def _pick(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]]) -> int | None:
    """Pick a block to edit that is neither deleted nor doubled: of two copies, the unchanged one counts as the old."""
    doubled = {index for index, words in edits.added.items() if index >= 0 and words == " ".join(blocks[index])}
    free = [index for index in range(len(blocks)) if index not in edits.deleted | doubled]
    return rng.choice(free) if free else None


def _replace(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    block = _pick(rng, edits, blocks)
    if block is not None:
        place = block, rng.randrange(len(blocks[block]))
        if place not in edits.removed:
            edits.replaced[place] = rng.choice(NEW_WORDS[lang])
            edits.names.append("replace")


def _insert(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    block = _pick(rng, edits, blocks)
    if block is not None:
        place = block, rng.randrange(START, len(blocks[block]))
        edits.inserted[place] = " ".join(rng.sample(NEW_WORDS[lang], rng.choice((1, 2, 9))))
        edits.names.append("grow")


def _shrink(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    block = _pick(rng, edits, blocks)
    if block is not None and len(blocks[block]) > 2:
        start = rng.randrange(1, len(blocks[block]))
        places = {(block, place) for place in range(start, min(len(blocks[block]), start + rng.choice((1, 3))))}
        if not places & edits.replaced.keys():
            edits.removed |= places
            edits.names.append("shrink")


def _delete(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    block = _pick(rng, edits, blocks)
    doubled = block is not None and " ".join(blocks[block]) in edits.added.values()
    added = block is not None and ({block - 1, block} & edits.added.keys())
    if (
        block is not None
        and not doubled
        and not added
        and not edits.touches(block)
        and len(edits.deleted) < len(blocks) - 1
    ):
        edits.deleted.add(block)
        edits.names.append("delete")


def _add(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    anchor = rng.randrange(START, len(blocks))
    if not {anchor, anchor + 1} & edits.deleted:
        edits.added.setdefault(anchor, " ".join(rng.sample(NEW_WORDS[lang], 4)))
        edits.names.append("add")


def _double(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    block = _pick(rng, edits, blocks)
    deleted = block is not None and any(blocks[other] == blocks[block] for other in edits.deleted)
    if block is not None and not deleted and block not in edits.added and not edits.touches(block):
        edits.added[block] = " ".join(blocks[block])
        edits.names.append("double")


def _split(rng: random.Random, edits: Edits, blocks: Sequence[Sequence[str]], lang: str) -> None:
    block = _pick(rng, edits, blocks)
    if block is not None and len(blocks[block]) > 3 and not any(place[0] == block for place in edits.removed):
        edits.split.add((block, rng.randrange(1, len(blocks[block]) - 1)))
        edits.names.append("split")


_EDITS = {
    "replace": _replace,
    "insert": _insert,
    "shrink": _shrink,
    "delete": _delete,
    "add": _add,
    "double": _double,
    "split": _split,
}
