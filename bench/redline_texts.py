"""Pairs of texts to compare: real laws where they are beside the checkout, and texts of our own; and hard cases."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.render_texts import constitution
from service.domain.text.markup.canonical import canonical

DATA = Path(__file__).parents[2] / "shared" / "data"
WORDS = 70_000

Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """Two texts that follow one another. `kin`: what is summed up with it."""

    kin: str
    old: str
    new: str


def samples() -> Iterator[Sample]:
    """Consecutive versions of real laws, else of a constitution of our own, canonical."""
    if not DATA.is_dir():
        yield from (Sample("ours", old, new) for old, new in pairwise(_versions()))
    for folder in sorted(DATA.iterdir()) if DATA.is_dir() else ():
        texts = [canonical(path.read_bytes()).text for path in sorted(folder.glob("*.md"))]
        yield from (Sample(folder.name, old, new) for old, new in pairwise(texts))


def hard() -> Mapping[str, Texts]:
    """Cases that break comparisons: rewritten, moved, renumbered, shuffled, in one line, without a common word."""
    chance = random.Random(3)
    law, other = (_long(text) for text in _laws())
    parts, vocabulary = law.split("\n\n"), sorted(set(law.split()))
    small = "\n\n".join(parts[: len(parts) // 7])
    line = law.replace("\n", " ").split(" ")
    edited = list(line)
    for _ in range(400):
        edited[chance.randrange(len(edited))] = chance.choice(vocabulary)
    top = next(place for place, part in enumerate(parts) if len(part) > 400)
    return {
        "three edits": (law, law.replace("State", "Republic", 3)),
        "rewritten, same vocabulary": (law, _rewritten(law, vocabulary, chance)),
        "replaced by another law": (law, other),
        "10,000 words rewritten": (small, _rewritten(small, vocabulary, chance)),
        "paragraph top to bottom": (law, "\n\n".join([*parts[:top], *parts[top + 1 :], parts[top]])),
        "all articles renumbered": (law, renumbered(law)),
        "all paragraphs shuffled": (law, "\n\n".join(chance.sample(parts, len(parts)))),
        "one line, 400 edits": (" ".join(line), " ".join(edited)),
        "70,000 words found once": (_once("x"), _once("y")),
        "one sentence 4,000 times": (_again("ensure", 4_000), _again("ensure", 2_000) + _again("respect", 2_000)),
    }


def renumbered(text: str) -> str:
    """Every article has the next number, in headings and references."""
    return re.sub(r"\b([Aa]rticles?) (\d+)", lambda found: f"{found[1]} {int(found[2]) + 1}", text)


def _laws() -> Texts:
    if DATA.is_dir():
        india, canada = sorted(DATA.glob("india-en/*.md"))[-1], sorted(DATA.glob("ca-elections-en/*.md"))[-1]
        return canonical(india.read_bytes()).text, canonical(canada.read_bytes()).text
    ours = constitution()
    return ours * 4, "\n\n".join(" ".join(part.split()[::-1]) for part in ours.split("\n\n")) * 4


def _long(text: str) -> str:
    """The paragraphs of the first WORDS words."""
    kept, count = [], 0
    for part in text.split("\n\n"):
        kept.append(part)
        count += len(part.split())
        if count >= WORDS:
            break
    return "\n\n".join(kept) + "\n"


def _rewritten(text: str, vocabulary: list[str], chance: random.Random) -> str:
    return "\n\n".join(" ".join(chance.choice(vocabulary) for _ in part.split()) for part in text.split("\n\n"))


def _once(end: str) -> str:
    return " ".join(f"w{number}{end}" for number in range(WORDS)) + "\n"


def _again(verb: str, times: int) -> str:
    return f"The State shall {verb} the right of every citizen. " * times


def _versions() -> Iterator[str]:
    """A constitution as it goes through a year: words, sentences and articles change, one is inserted, one moves."""
    chance = random.Random(5)
    parts = constitution().split("\n\n")
    for _ in range(12):
        yield "\n\n".join(parts)
        for _ in range(chance.randrange(1, 30)):
            place = chance.randrange(len(parts))
            words = parts[place].split(" ")
            words[chance.randrange(len(words))] = chance.choice(("council", "member", "public", "twenty"))
            parts[place] = " ".join(words)
        parts.insert(chance.randrange(len(parts)), "A new right is laid down here, and no law shall narrow it again.")
        parts.append(parts.pop(chance.randrange(len(parts))))
