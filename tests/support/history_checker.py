"""Compares what clients did and were told with the final state.

`ok`: the service acknowledged, so the act is there exactly once. `fail`: it was rejected, so the act is not there.
`unknown`: the connection broke before a response, or the service itself does not know; it may be there, once.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.domain.trust.leaf import Leaf, verify_chain

Outcome = Literal["ok", "fail", "unknown"]
ALLOWED_COUNTS: Mapping[Outcome, tuple[int, int]] = {"ok": (1, 1), "fail": (0, 0), "unknown": (0, 1)}
"""How often an act of this outcome may be found: minimum, maximum."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One act of a client: `mark` occurs in what it changed, and in nothing else."""

    kind: str
    mark: str
    outcome: Outcome
    detail: str = ""


@dataclass
class History:
    """Operations in the order of their responses, from any number of threads."""

    operations: list[Operation] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, operation: Operation) -> None:
        with self._lock:
            self.operations.append(operation)

    def count(self, kind: str, outcome: Outcome) -> int:
        return sum((act.kind, act.outcome) == (kind, outcome) for act in self.operations)

    def summary(self) -> str:
        """Return the number of operations of each kind and outcome, in one line."""
        counts = Counter((act.kind, act.outcome) for act in self.operations)
        return ", ".join(f"{kind} {outcome} {count}" for (kind, outcome), count in sorted(counts.items()))


def find_violations(operations: Iterable[Operation], found: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the violations. `found` lists the marks that are there, by kind, each as often as it occurs."""
    counts = {kind: Counter(marks) for kind, marks in found.items()}
    violations = []
    for act in operations:
        least, most = ALLOWED_COUNTS[act.outcome]
        times = counts[act.kind][act.mark]
        if not least <= times <= most:
            violations.append(
                f"{act.kind} {act.mark} was answered {act.outcome} ({act.detail}) and is there {times} times"
            )
    known = {(act.kind, act.mark) for act in operations}
    for kind, marks in counts.items():
        violations += [f"{kind} {mark} is there and nobody did it" for mark in marks if (kind, mark) not in known]
    return violations


def find_record_violations(rows: list[Leaf]) -> list[str]:
    """Return gaps in the record, and rows whose commitment or link does not recompute."""
    seqs = [row.seq for row in rows]
    violations = [] if seqs == list(range(1, len(seqs) + 1)) else [f"the record is not contiguous: {len(seqs)} rows"]
    broken = verify_chain(rows)
    return (
        violations
        if broken is None
        else [*violations, f"row {rows[broken.index].seq} of the record does not recompute: {broken.problem}"]
    )
