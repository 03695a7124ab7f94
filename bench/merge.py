"""Merges of real amendments: every edit between two versions of a law is given to one of two sides, and the two sides
are merged. The right answer is known. Then conflicts and moves are planted. Beside it git merge-file, by lines.
"""

import random
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.laws import sets, versions
from service.domain.text.diff.minimal_edits import Splice, splices
from service.domain.text.merge.diff3 import Conflict, weave
from service.domain.text.merge.merge import Merge, merge
from service.domain.text.merge.relocation import accepted

EVERY = {"grundgesetz-de": 3, "india-en": 3, "ca-access-info-en": 3, "ca-access-info-fr": 2}
"""Versions one step apart; the sets with few versions take each."""

LONGEST = 12
"""Words of an edit that is planted as a conflict."""

MOVES = 20
"""Paragraphs moved in each set."""


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    base: str
    ours: str
    theirs: str
    truth: str


def run() -> None:
    """Prints the table."""
    if not sets():
        print("skipped: no data in ../shared/data")
        return
    chance = random.Random(42)
    cases = list(_split(chance))
    _show("real edits, split between two sides", _merged(cases))
    _show("the same words changed differently", _planted(cases, chance))
    _show("paragraph moved, and edited by the other side", _moved(chance))
    _show("paragraph deleted, and edited by the other side", _deleted(chance))


def _show(title: str, counts: Counter[str]) -> None:
    print(f"{title} ({counts.pop('cases')})")
    for name, count in sorted(counts.items()):
        print(f"    {name:40} {count:6}")


# Split edits


def _split(chance: random.Random) -> Iterator[Case]:
    for name in sets():
        texts, step = versions(name), EVERY.get(name, 1)
        for old, new in zip(texts[::step], texts[step::step], strict=False):
            found = splices(old, new)
            for by in ("article", "edit"):
                sides = _sides(old, found, by=by, chance=chance)
                if all(sides):
                    yield Case(f"{name} by {by}", old, _applied(old, sides[0]), _applied(old, sides[1]), new)


def _sides(old: str, found: Sequence[Splice], *, by: str, chance: random.Random) -> tuple[list[Splice], list[Splice]]:
    sides: tuple[list[Splice], list[Splice]] = ([], [])
    drawn: dict[int, int] = {}
    for place, splice in enumerate(found):
        unit = old.count("\n#", 0, splice[0]) if by == "article" else place
        sides[drawn.setdefault(unit, chance.randrange(2))].append(splice)
    return sides


def _applied(text: str, edits: Sequence[Splice]) -> str:
    for start, end, words in reversed(edits):
        text = text[:start] + words + text[end:]
    return text


def _merged(cases: Sequence[Case]) -> Counter[str]:
    counts: Counter[str] = Counter(cases=len(cases))
    seconds = []
    for case in cases:
        begun = time.perf_counter()
        merged = merge(case.base, case.ours, case.theirs)
        seconds.append(time.perf_counter() - begun)
        counts[f"ours {_reason(merged, case)}"] += 1
        counts[f"git  {_verdict(_git(case), case)}"] += 1
        counts["ours not read again"] += not merged.checked
        if merged.text != case.truth:
            print(f"  {_reason(merged, case)}: {case.name}", [c.base[:60] for c in merged.conflicts][:3])
    print(f"ours: median {statistics.median(seconds):.3f} s, slowest {max(seconds):.3f} s")
    return counts


def _reason(merged: Merge, case: Case) -> str:
    """A conflict of words is one the split did not plant. Where the words do not meet, and half of a rewritten list or
    table went to each side, reading the result again found that it reads as neither side's half does."""
    verdict = _verdict(merged.text, case)
    if verdict != "needless conflict":
        return verdict
    sides = splices(case.base, case.ours), splices(case.base, case.theirs)
    met = any(isinstance(part, Conflict) for part in weave(case.base, *sides))
    return f"{verdict}, {'of words' if met else 'on reading again'}"


def _verdict(text: str | None, case: Case) -> str:
    return "needless conflict" if text is None else "right" if text == case.truth else "silently wrong"


def _git(case: Case) -> str | None:
    with tempfile.TemporaryDirectory() as directory:
        paths = [Path(directory) / name for name in ("ours", "base", "theirs")]
        for path, text in zip(paths, (case.ours, case.base, case.theirs), strict=True):
            path.write_bytes(text.encode())
        done = subprocess.run(["git", "merge-file", "-p", *map(str, paths)], capture_output=True, check=False)
        return done.stdout.decode() if done.returncode == 0 else None


# Planted conflicts


def _planted(cases: Sequence[Case], chance: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter(cases=0)
    for case in cases:
        short = [edit for edit in splices(case.base, case.truth) if _is_short(case.base, edit)]
        if not short:
            continue
        start, end, words = chance.choice(short)
        ours = _applied(case.base, [(start, end, words)])
        first = case.base[start:end].split()[0]
        theirs = _applied(case.base, [(start, end, f"xxxx {first} yyyy ")])
        counts["cases"] += 1
        counts["ours found"] += bool(merge(case.base, ours, theirs).conflicts)
        counts["git  found"] += _git(Case("", case.base, ours, theirs, "")) is None
    return counts


def _is_short(base: str, edit: Splice) -> bool:
    return 0 < len(base[edit[0] : edit[1]].split()) <= LONGEST and bool(edit[2].strip())


# Moves


def _paragraphs(name: str, chance: random.Random) -> Iterator[tuple[list[str], int, str]]:
    """Texts in paragraphs, the place of one that stands once, and what it is after an edit."""
    parts = versions(name)[len(versions(name)) // 2].split("\n\n")
    once = Counter(parts)
    long = [place for place, part in enumerate(parts) if len(part.split(" ")) > 25 and once[part] == 1]
    for _ in range(MOVES):
        place = chance.choice(long)
        words = parts[place].split(" ")
        words[chance.randrange(5, len(words) - 5)] = "newword"
        yield parts, place, " ".join(words)


def _moved(chance: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter(cases=0)
    for name in sets():
        for parts, place, edited in _paragraphs(name, chance):
            rest = [*parts[:place], *parts[place + 1 :]]
            to = chance.choice([spot for spot in range(len(rest)) if abs(spot - place) > 1])
            base, theirs = "\n\n".join(parts), "\n\n".join([*parts[:place], edited, *parts[place + 1 :]])
            ours = "\n\n".join([*rest[:to], parts[place], *rest[to:]])
            truth = "\n\n".join([*rest[:to], edited, *rest[to:]])
            counts["cases"] += 1
            counts[_offered(base, ours, theirs, truth)] += 1
    return counts


def _offered(base: str, ours: str, theirs: str, truth: str) -> str:
    merged = merge(base, ours, theirs)
    if merged.text is not None:
        return "merged rightly" if merged.text == truth else "silently wrong"
    if not merged.relocations:
        return "conflict, nothing offered"
    for offer in merged.relocations:
        ours, theirs = accepted(base, ours, theirs, offer)
        if merge(base, ours, theirs).text == truth:
            return "offered rightly"
    return "offered wrongly"


def _deleted(chance: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter(cases=0)
    for name in sets():
        for parts, place, edited in _paragraphs(name, chance):
            base, theirs = "\n\n".join(parts), "\n\n".join([*parts[:place], edited, *parts[place + 1 :]])
            merged = merge(base, "\n\n".join([*parts[:place], *parts[place + 1 :]]), theirs)
            verdict = "conflict" if not merged.relocations else "offered wrongly"
            counts["cases"] += 1
            counts[verdict if merged.text is None else "silently wrong"] += 1
    return counts
