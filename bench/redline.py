"""Redlines compared with git's word diff and diff-match-patch, on real laws where they are beside the checkout.

Processor seconds. git: one process per pair, its start-up included, as on the command line. Ours: the cost of a pair in
`mithaq redline --batch`, reading and writing included; and its cost in the service, which keeps an index of every
version. Marks of structure and marks inside moved passages are counted in a column of their own.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.support.redline_texts import LAWS_DIRECTORY, TextPairSample, hard_cases, text_pairs
from service.cli.commands.redline import compare_to_json
from service.domain.text.diff.block_index import build_index
from service.domain.text.diff.change_kinds import WORD_KINDS
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.markup.tokens import grapheme_ends, is_word, tokenize
from service.domain.text.redline.redline import Redline, compute_redline

RUNS = 5
AGAIN = 8
"""Words in a row that count as removed and added again."""

OTHERS_TIMEOUT = 20
"""Seconds after which a comparison by another tool is aborted."""

GIT_WORD_REGEX = "--word-diff-regex=[[:alnum:]_]+|[[:space:]]|[^[:space:]]"
GIT_ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


@dataclass(slots=True)
class Totals:
    """Totals of one set of pairs. Ratios are relative to git; changes are counted in code points."""

    cold_ratios: list[float] = field(default_factory=list)
    stored_ratios: list[float] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    changed_git: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    """Changed code points of structure and inside moves, which git has no counterpart of."""
    again: list[int] = field(default_factory=list)
    again_git: list[int] = field(default_factory=list)
    """Words that were removed and added again in runs of `AGAIN` words."""
    runs: list[int] = field(default_factory=list)
    runs_git: list[int] = field(default_factory=list)
    torn_bounds: int = 0
    failed: int = 0


def run() -> None:
    """Print the tables."""
    print(
        f"real laws in {LAWS_DIRECTORY}"
        if LAWS_DIRECTORY.is_dir()
        else "no data in ../shared/data; using generated texts"
    )
    with tempfile.TemporaryDirectory() as directory:
        files = Path(directory, "old.md"), Path(directory, "new.md")
        found = list(text_pairs())
        _compare_pairs(found, files)
        _compare_diff_match_patch(found, files)
        _compare_hard_cases(files)


def _compare_pairs(found: Sequence[TextPairSample], files: tuple[Path, Path]) -> None:
    sums: dict[str, Totals] = defaultdict(Totals)
    for sample in found:
        _measure(sample, files, (sums[sample.group], sums["all"]))
    times = f"{'median':>8}{'p90':>7}{'stored':>8}{'p90':>7}"
    print(
        f"\n{'vs git, n':24}{times}{'changed':>9}{'own':>7}{'runs':>7}{'again':>7}{'git':>6}{'split':>6}{'failed':>7}"
    )
    for name, one in sums.items():
        _print_row(f"{name}, {len(one.cold_ratios)}", one)
    times = f"{'0.6':>8}{'1.2':>7}{'0.3':>8}{'0.6':>7}"
    print(f"{'goal':24}{times}{'0.88':>9}{'':7}{'0.22':>7}{'':13}{'0':>6}{'0':>7}   per set 1.05")


def _print_row(name: str, totals: Totals) -> None:
    changed = sum(totals.changed) / max(1, sum(totals.changed_git))
    runs = sum(totals.runs) / max(1, sum(totals.runs_git))
    own = sum(totals.own) / max(1, sum(totals.changed_git))
    times = "".join(
        f"{statistics.median(ratios):8.2f}{_p90(ratios):7.2f}" for ratios in (totals.cold_ratios, totals.stored_ratios)
    )
    again = f"{sum(totals.again):7}{sum(totals.again_git):6}"
    print(f"{name:24}{times}{changed:9.3f}{own:7.3f}{runs:7.3f}{again}{totals.torn_bounds:6}{totals.failed:7}")


def _measure(sample: TextPairSample, files: tuple[Path, Path], totals: Iterable[Totals]) -> None:
    old, new = sample.old, sample.new
    _write(files, old, new)
    one, other = (build_index(text, text_sha256=text_sha256(text)) for text in (old, new))
    git = _best_seconds(lambda: _git_diff(files), children=True)
    digests = one.text_sha256, other.text_sha256
    cold = _best_seconds(lambda: compare_to_json(*files))
    stored = _best_seconds(lambda: compute_redline(old, new, indexes=(one, other), digests=digests).to_json_text())
    found = compute_redline(old, new)
    theirs = _git_changes(_git_diff(files, GIT_WORD_REGEX, "-U1000000"))
    ours, own = _change_counts(found), _own_marks(found)
    again = _words_again(*_removed_and_added(found, old, new))
    again_git = _words_again(*_git_removed_and_added(_git_diff(files, GIT_WORD_REGEX, "-U1000000")))
    for sums in totals:
        sums.own.append(own)
        sums.again.append(again)
        sums.again_git.append(again_git)
        sums.cold_ratios.append(cold / git)
        sums.stored_ratios.append(stored / git)
        for those, (changed, runs) in (((sums.changed, sums.runs), ours), ((sums.changed_git, sums.runs_git), theirs)):
            those[0].append(changed)
            those[1].append(runs)
        sums.torn_bounds += _count_torn_bounds(found, old, new)
        sums.failed += not _is_exact(found, old, new)


def _compare_diff_match_patch(found: Sequence[TextPairSample], files: tuple[Path, Path]) -> None:
    """Run diff-match-patch on words, without its timeout, on the first three pairs of each set."""
    ratios, given_up = [], 0
    for sample in [one for group in dict.fromkeys(one.group for one in found) for one in _first_pairs(found, group)]:
        _write(files, sample.old, sample.new)
        other, ours = _run_once("dmp", files), _best_seconds(lambda: compute_redline(sample.old, sample.new))  # noqa: B023 called at once
        given_up += other is None
        ratios += [other[0] / ours] if other else []
    median = statistics.median(ratios)
    print(f"\ndiff-match-patch by words, no timeout / ours: median {median:.1f} (goal 10), {given_up} timed out")


def _first_pairs(found: Sequence[TextPairSample], group: str) -> list[TextPairSample]:
    return [one for one in found if one.group == group][:3]


def _compare_hard_cases(files: tuple[Path, Path]) -> None:
    print(f"\n{'70,000 words':30}{'s':>7}{'MB':>6}{'git s':>7}{'repeatable':>11}{'changed/git':>12}")
    for name, (old, new) in hard_cases().items():
        _write(files, old, new)
        one, two = (_run_once("mithaq", files, seed=seed) for seed in ("1", "2"))
        git = _best_seconds(lambda: _git_diff(files), runs=1, children=True)
        ratio = _change_counts(compute_redline(old, new))[0] / max(
            1, _git_changes(_git_diff(files, GIT_WORD_REGEX, "-U1000000"))[0]
        )
        if one and two:
            same = "yes" if one[2] == two[2] else "NO"
            print(f"{name:30}{min(one[0], two[0]):7.2f}{one[1]:6.0f}{git:7.2f}{same:>11}{ratio:12.2f}")
    print(f"{'goal':30}{'1.0':>7}{'150':>6}{'':7}{'yes':>11}   renumbered 1.05")


def _run_once(engine: str, files: tuple[Path, Path], *, seed: str = "0") -> tuple[float, float, str] | None:
    """Return seconds, MB and digest of a separate process; None after OTHERS_TIMEOUT seconds."""
    command = [sys.executable, "-m", "bench.support.redline_once", engine, *map(str, files)]
    try:
        completed = subprocess.run(
            command, capture_output=True, check=True, timeout=OTHERS_TIMEOUT, env={**os.environ, "PYTHONHASHSEED": seed}
        )
    except subprocess.TimeoutExpired:
        return None
    seconds, memory, digest = completed.stdout.decode().split()
    return float(seconds), float(memory), digest


def _git_diff(files: tuple[Path, Path], *options: str) -> bytes:
    command = ["git", "diff", "--no-index", "--word-diff=porcelain", *options, *map(str, files)]
    return subprocess.run(command, capture_output=True, check=False, env=GIT_ENVIRONMENT).stdout


def _git_changes(porcelain: bytes) -> tuple[int, int]:
    """Return the changed code points, and the number of contiguous runs of them."""
    changed = runs = 0
    last = ""
    _, _, body = porcelain.decode("utf-8", "replace").partition("\n@@")
    for line in body.split("\n")[1:]:
        sign = line[:1]
        if sign in ("+", "-"):
            changed += len(line) - 1
            runs += sign != last
        last = sign
    return changed, runs


def _change_counts(found: Redline) -> tuple[int, int]:
    changed = runs = 0
    last = ""
    for op in found.ops:
        if op.kind == "structure":
            continue
        sides = [("-", op.a1 - op.a0), ("+", op.b1 - op.b0)] if op.kind != "equal" else [("", 0)]
        for sign, size in sides:
            if size or not sign:
                changed += size
                runs += bool(sign) and sign != last
                last = sign
    return changed, runs


def _own_marks(found: Redline) -> int:
    """Count the code points of changed structure, and of changes inside moved passages."""
    structure = [op for op in found.ops if op.kind == "structure"]
    inside = [op for move in found.moves for op in move.ops if op.kind != "equal"]
    return sum(op.a1 - op.a0 + op.b1 - op.b0 for op in (*structure, *inside))


def _removed_and_added(found: Redline, old: str, new: str) -> tuple[list[str], list[str]]:
    ops = [op for op in found.ops if op.kind in WORD_KINDS and op.move is None]
    return [old[op.a0 : op.a1] for op in ops], [new[op.b0 : op.b1] for op in ops]


def _git_removed_and_added(porcelain: bytes) -> tuple[list[str], list[str]]:
    lines = porcelain.decode("utf-8", "replace").partition("\n@@")[2].split("\n")[1:]
    return [line[1:] for line in lines if line[:1] == "-"], [line[1:] for line in lines if line[:1] == "+"]


def _words_again(removed: Iterable[str], added: Iterable[str]) -> int:
    """Count the removed words that are in a run of `AGAIN` words that was added again."""
    known = {tuple(words[at : at + AGAIN]) for words in map(str.split, added) for at in range(len(words) - AGAIN + 1)}
    count = 0
    for words in map(str.split, removed):
        starts = [at for at in range(len(words) - AGAIN + 1) if tuple(words[at : at + AGAIN]) in known]
        count += len({place for at in starts for place in range(at, at + AGAIN)})
    return count


def _count_torn_bounds(found: Redline, old: str, new: str) -> int:
    """Count the bounds of operations inside a word or a grapheme cluster."""
    torn = 0
    for text, bounds in ((old, {op.a1 for op in found.ops}), (new, {op.b1 for op in found.ops})):
        torn += len(bounds - grapheme_ends(text))
        place = 0
        for token in tokenize(text):
            torn += is_word(token) and any(within in bounds for within in range(place + 1, place + len(token)))
            place += len(token)
    return torn


def _is_exact(found: Redline, old: str, new: str) -> bool:
    rebuilt_old = "".join(old[op.a0 : op.a1] for op in found.ops)
    rebuilt_new = "".join(old[op.a0 : op.a1] if op.kind == "equal" else new[op.b0 : op.b1] for op in found.ops)
    return (rebuilt_old, rebuilt_new) == (old, new)


def _write(files: tuple[Path, Path], *texts: str) -> None:
    for path, text in zip(files, texts, strict=True):
        path.write_text(text, "utf-8")


def _best_seconds(work: Callable[[], object], *, runs: int = RUNS, children: bool = False) -> float:
    """Return the fewest processor seconds of a few runs, of this process or of its children."""
    best = float("inf")
    for _ in range(runs):
        started_at = _processor_seconds(children=children)
        work()
        best = min(best, _processor_seconds(children=children) - started_at)
    return best


def _processor_seconds(*, children: bool) -> float:
    if not children:
        return time.process_time()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _p90(values: Sequence[float]) -> float:
    return sorted(values)[int(0.9 * (len(values) - 1))]
