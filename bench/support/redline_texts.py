"""Pairs of texts to compare: real laws where they are beside the checkout, generated texts, and hard cases."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.support.render_texts import constitution
from service.domain.text.markup.canonical import canonicalise

LAWS_DIRECTORY = Path(__file__).parents[3] / "shared" / "data"
WORD_COUNT = 70_000
"""Words of a hard case."""

TextPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TextPairSample:
    """Two consecutive texts; `group` is the set its results are summed under."""

    group: str
    old: str
    new: str


def text_pairs() -> Iterator[TextPairSample]:
    """Yield canonical consecutive versions of real laws, or of a generated constitution if there are none."""
    if not LAWS_DIRECTORY.is_dir():
        yield from (TextPairSample("ours", old, new) for old, new in pairwise(_own_versions()))
    for folder in sorted(LAWS_DIRECTORY.iterdir()) if LAWS_DIRECTORY.is_dir() else ():
        texts = [canonicalise(path.read_bytes()).text for path in sorted(folder.glob("*.md"))]
        yield from (TextPairSample(folder.name, old, new) for old, new in pairwise(texts))


def hard_cases() -> Mapping[str, TextPair]:
    """Return pairs of texts that are hard to compare, by name.

    They are rewritten, moved, renumbered, shuffled, on one line, or without a common word.
    """
    rng = random.Random(3)
    law, other = (_first_words(text) for text in _two_laws())
    parts, vocabulary = law.split("\n\n"), sorted(set(law.split()))
    small = "\n\n".join(parts[: len(parts) // 7])
    line = law.replace("\n", " ").split(" ")
    edited = list(line)
    for _ in range(400):
        edited[rng.randrange(len(edited))] = rng.choice(vocabulary)
    top = next(place for place, part in enumerate(parts) if len(part) > 400)
    return {
        "three edits": (law, law.replace("State", "Republic", 3)),
        "rewritten, same vocabulary": (law, _rewrite(law, vocabulary, rng)),
        "replaced by another law": (law, other),
        "10,000 words rewritten": (small, _rewrite(small, vocabulary, rng)),
        "paragraph top to bottom": (law, "\n\n".join([*parts[:top], *parts[top + 1 :], parts[top]])),
        "all articles renumbered": (law, renumber_articles(law)),
        "all paragraphs shuffled": (law, "\n\n".join(rng.sample(parts, len(parts)))),
        "one line, 400 edits": (" ".join(line), " ".join(edited)),
        "70,000 words found once": (_unique_words("x"), _unique_words("y")),
        "one sentence 4,000 times": (
            _repeated_sentence("ensure", 4_000),
            _repeated_sentence("ensure", 2_000) + _repeated_sentence("respect", 2_000),
        ),
    }


def renumber_articles(text: str) -> str:
    """Give every article the next number, in headings and references."""
    return re.sub(r"\b([Aa]rticles?) (\d+)", lambda found: f"{found[1]} {int(found[2]) + 1}", text)


def _two_laws() -> TextPair:
    if LAWS_DIRECTORY.is_dir():
        india, canada = (
            sorted(LAWS_DIRECTORY.glob("india-en/*.md"))[-1],
            sorted(LAWS_DIRECTORY.glob("ca-elections-en/*.md"))[-1],
        )
        return canonicalise(india.read_bytes()).text, canonicalise(canada.read_bytes()).text
    ours = constitution()
    return ours * 4, "\n\n".join(" ".join(part.split()[::-1]) for part in ours.split("\n\n")) * 4


def _first_words(text: str) -> str:
    """Return the first paragraphs, until they have WORD_COUNT words."""
    kept, count = [], 0
    for part in text.split("\n\n"):
        kept.append(part)
        count += len(part.split())
        if count >= WORD_COUNT:
            break
    return "\n\n".join(kept) + "\n"


def _rewrite(text: str, vocabulary: list[str], chance: random.Random) -> str:
    return "\n\n".join(" ".join(chance.choice(vocabulary) for _ in part.split()) for part in text.split("\n\n"))


def _unique_words(end: str) -> str:
    return " ".join(f"w{number}{end}" for number in range(WORD_COUNT)) + "\n"


def _repeated_sentence(verb: str, times: int) -> str:
    return f"The State shall {verb} the right of every citizen. " * times


def _own_versions() -> Iterator[str]:
    """Yield versions of a generated constitution.

    From each version to the next, words change, a paragraph is inserted, and a paragraph moves to the end.
    """
    rng = random.Random(5)
    parts = constitution().split("\n\n")
    for _ in range(12):
        yield "\n\n".join(parts)
        for _ in range(rng.randrange(1, 30)):
            place = rng.randrange(len(parts))
            words = parts[place].split(" ")
            words[rng.randrange(len(words))] = rng.choice(("council", "member", "public", "twenty"))
            parts[place] = " ".join(words)
        parts.insert(rng.randrange(len(parts)), "A new right is laid down here, and no law shall narrow it again.")
        parts.append(parts.pop(rng.randrange(len(parts))))
