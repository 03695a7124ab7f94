"""Correctness of three-way merges of real amendments, compared with `git merge-file`, which merges by lines.

Each edit between two versions of a law is assigned to one of two sides, and the sides are merged, so that the correct
result is known. Then conflicts and moves are planted.
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

from bench.support.laws import law_names, law_versions
from service.domain.text.diff.minimal_edits import Splice, apply_splices, word_splices
from service.domain.text.merge.diff3 import MergeConflict, diff3
from service.domain.text.merge.merge import MergeResult, merge_texts
from service.domain.text.merge.relocation import accept_relocation

VERSION_STEPS = {"grundgesetz-de": 3, "india-en": 3, "ca-access-info-en": 3, "ca-access-info-fr": 2}
"""Distance in versions of the two texts of a case, by set; 1 for other sets."""

MAX_PLANTED_WORDS = 12
"""Maximum words of an edit that is planted as a conflict."""

MOVES_A_SET = 20
"""Paragraphs moved in each set."""


@dataclass(frozen=True, slots=True)
class MergeCase:
    """The input of a three-way merge and its expected result."""

    name: str
    base: str
    ours: str
    theirs: str
    expected: str


def run() -> None:
    """Print the table."""
    if not law_names():
        print("skipped: no data in ../shared/data")
        return
    rng = random.Random(42)
    cases = list(_split_cases(rng))
    _print_counts("real edits, split between two sides", _merge_split_cases(cases))
    _print_counts("the same words changed differently", _merge_planted_conflicts(cases, rng))
    _print_counts("paragraph moved, and edited by the other side", _merge_moved(rng))
    _print_counts("paragraph deleted, and edited by the other side", _merge_deleted(rng))


def _print_counts(title: str, counts: Counter[str]) -> None:
    print(f"{title} ({counts.pop('cases')})")
    for name, count in sorted(counts.items()):
        print(f"    {name:40} {count:6}")


# Split edits


def _split_cases(rng: random.Random) -> Iterator[MergeCase]:
    for name in law_names():
        texts, step = law_versions(name), VERSION_STEPS.get(name, 1)
        for old, new in zip(texts[::step], texts[step::step], strict=False):
            found = word_splices(old, new)
            for by in ("article", "edit"):
                sides = _sides(old, found, by=by, rng=rng)
                if all(sides):
                    yield MergeCase(
                        f"{name} by {by}", old, _apply_splices(old, sides[0]), _apply_splices(old, sides[1]), new
                    )


def _sides(old: str, found: Sequence[Splice], *, by: str, rng: random.Random) -> tuple[list[Splice], list[Splice]]:
    sides: tuple[list[Splice], list[Splice]] = ([], [])
    side_by_unit: dict[int, int] = {}
    for index, splice in enumerate(found):
        unit = old.count("\n#", 0, splice[0]) if by == "article" else index
        sides[side_by_unit.setdefault(unit, rng.randrange(2))].append(splice)
    return sides


def _apply_splices(text: str, edits: Sequence[Splice]) -> str:
    return apply_splices(text, 0, len(text), edits)


def _merge_split_cases(cases: Sequence[MergeCase]) -> Counter[str]:
    counts: Counter[str] = Counter(cases=len(cases))
    seconds = []
    for case in cases:
        started = time.perf_counter()
        merged = merge_texts(case.base, case.ours, case.theirs)
        seconds.append(time.perf_counter() - started)
        counts[f"ours {_reason(merged, case)}"] += 1
        counts[f"git  {_verdict(_git_merge(case), case)}"] += 1
        counts["ours not validated"] += not merged.checked
        if merged.text != case.expected:
            print(f"  {_reason(merged, case)}: {case.name}", [c.base[:60] for c in merged.conflicts][:3])
    print(f"ours: median {statistics.median(seconds):.3f} s, slowest {max(seconds):.3f} s")
    return counts


def _reason(merged: MergeResult, case: MergeCase) -> str:
    """Return the verdict on a merge and, of a needless conflict, the reason.

    Either edited words of both sides overlap; or they do not, but validation rejected the result: half of a rewritten
    list or table went to each side, and the merged text is parsed differently from both.
    """
    verdict = _verdict(merged.text, case)
    if verdict != "needless conflict":
        return verdict
    sides = word_splices(case.base, case.ours), word_splices(case.base, case.theirs)
    met = any(isinstance(part, MergeConflict) for part in diff3(case.base, *sides))
    return f"{verdict}, {'overlapping words' if met else 'by validation'}"


def _verdict(text: str | None, case: MergeCase) -> str:
    return "needless conflict" if text is None else "correct" if text == case.expected else "silently wrong"


def _git_merge(case: MergeCase) -> str | None:
    with tempfile.TemporaryDirectory() as directory:
        paths = [Path(directory) / name for name in ("ours", "base", "theirs")]
        for path, text in zip(paths, (case.ours, case.base, case.theirs), strict=True):
            path.write_bytes(text.encode())
        done = subprocess.run(["git", "merge-file", "-p", *map(str, paths)], capture_output=True, check=False)
        return done.stdout.decode() if done.returncode == 0 else None


# Planted conflicts


def _merge_planted_conflicts(cases: Sequence[MergeCase], rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter(cases=0)
    for case in cases:
        short = [edit for edit in word_splices(case.base, case.expected) if _is_short(case.base, edit)]
        if not short:
            continue
        start, end, words = rng.choice(short)
        ours = _apply_splices(case.base, [(start, end, words)])
        first = case.base[start:end].split()[0]
        theirs = _apply_splices(case.base, [(start, end, f"xxxx {first} yyyy ")])
        counts["cases"] += 1
        counts["ours found"] += bool(merge_texts(case.base, ours, theirs).conflicts)
        counts["git  found"] += _git_merge(MergeCase("", case.base, ours, theirs, "")) is None
    return counts


def _is_short(base: str, edit: Splice) -> bool:
    return 0 < len(base[edit[0] : edit[1]].split()) <= MAX_PLANTED_WORDS and bool(edit[2].strip())


# Moves


def _paragraph_cases(name: str, rng: random.Random) -> Iterator[tuple[list[str], int, str]]:
    """Return texts in paragraphs, the position of a paragraph that occurs once, and that paragraph after an edit."""
    parts = law_versions(name)[len(law_versions(name)) // 2].split("\n\n")
    once = Counter(parts)
    long = [place for place, part in enumerate(parts) if len(part.split(" ")) > 25 and once[part] == 1]
    for _ in range(MOVES_A_SET):
        place = rng.choice(long)
        words = parts[place].split(" ")
        words[rng.randrange(5, len(words) - 5)] = "newword"
        yield parts, place, " ".join(words)


def _merge_moved(rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter(cases=0)
    for name in law_names():
        for parts, place, edited in _paragraph_cases(name, rng):
            rest = [*parts[:place], *parts[place + 1 :]]
            to = rng.choice([spot for spot in range(len(rest)) if abs(spot - place) > 1])
            base, theirs = "\n\n".join(parts), "\n\n".join([*parts[:place], edited, *parts[place + 1 :]])
            ours = "\n\n".join([*rest[:to], parts[place], *rest[to:]])
            truth = "\n\n".join([*rest[:to], edited, *rest[to:]])
            counts["cases"] += 1
            counts[_relocation_verdict(base, ours, theirs, truth)] += 1
    return counts


def _relocation_verdict(base: str, ours: str, theirs: str, expected: str) -> str:
    merged = merge_texts(base, ours, theirs)
    if merged.text is not None:
        return "merged correctly" if merged.text == expected else "silently wrong"
    if not merged.relocations:
        return "conflict, no relocation offered"
    for offer in merged.relocations:
        ours, theirs = accept_relocation(base, ours, theirs, offer)
        if merge_texts(base, ours, theirs).text == expected:
            return "offered correctly"
    return "offered wrongly"


def _merge_deleted(rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter(cases=0)
    for name in law_names():
        for parts, place, edited in _paragraph_cases(name, rng):
            base, theirs = "\n\n".join(parts), "\n\n".join([*parts[:place], edited, *parts[place + 1 :]])
            merged = merge_texts(base, "\n\n".join([*parts[:place], *parts[place + 1 :]]), theirs)
            verdict = "conflict" if not merged.relocations else "offered wrongly"
            counts["cases"] += 1
            counts[verdict if merged.text is None else "silently wrong"] += 1
    return counts
